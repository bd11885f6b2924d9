"""Gradient flow on the logistic loss from w = 0 to log t = 700, 10^4 and 10^6."""

import math
import time

import numpy as np
from samples import nearly_degenerate, separable
from scipy.integrate import solve_ivp

HORIZONS = [700.0, 1e4, 1e6]
START = -14.0  # log t from which on the peers integrate; before, two terms of the Taylor series are exact enough
GOAL = 10.0
SUFFICIENT = 1e-9  # relative error of w that the peer is asked for


def start(rows):
    t = math.exp(START)
    gradient, hessian = 0.5 * rows.sum(0), -0.25 * rows.T @ rows
    return t * gradient + t**2 / 2 * (hessian @ gradient) + t**3 / 6 * (hessian @ (hessian @ gradient))


def in_log_time(rows):
    """dw/ds = e^s Σ σ(-m) z, and its Jacobian."""

    def rate(s, w):
        return np.exp(np.minimum(s - np.logaddexp(0.0, rows @ w), 700.0)) @ rows

    def jacobian(s, w):
        margins = rows @ w
        soft = np.logaddexp(0.0, margins)
        return -(rows.T * np.exp(np.minimum(s + margins - 2 * soft, 700.0))) @ rows

    return rate, jacobian


def solved(rows, until, method, tolerance):
    rate, jacobian = in_log_time(rows)
    begin = time.thread_time()
    result = solve_ivp(
        rate, (START, until), start(rows), method=method, jac=jacobian, rtol=tolerance, atol=tolerance * 1e-2
    )
    seconds = time.thread_time() - begin
    return seconds, result.y[:, -1] if result.status == 0 else np.full(rows.shape[1], np.nan)


def lsoda(rows, until, reference, rounds):
    """The time of LSODA at the loosest tolerance that is sufficient, and its error."""
    for tolerance in (1e-6, 1e-8, 1e-10, 1e-12):
        seconds, w = solved(rows, until, "LSODA", tolerance)
        error = distance(w, reference)
        if error <= SUFFICIENT:
            more = [solved(rows, until, "LSODA", tolerance)[0] for _ in range(rounds - 1)]
            return float(np.median([seconds] + more)), error
    return None, error


def distance(w, reference):
    return float(np.linalg.norm(w - reference) / np.linalg.norm(reference))


def run(ours, options):
    for title, rows in (
        ("Horizon: 20 points in the plane", separable(20, 2, 22)),
        ("Horizon: a third point with slack 1e-4", nearly_degenerate(1e-4)),
    ):
        found = []
        ours.data(rows)
        ours.timed("flow", 700)  # compiled now
        for until in HORIZONS:
            times = []
            for _ in range(max(options.rounds, 5)):
                seconds, answer = ours.timed("flow", until)
                times.append(seconds)
            estimate, w = answer[0], answer[1:]
            reference = solved(rows, until, "Radau", 1e-12)[1]
            seconds, error = lsoda(rows, until, reference, options.rounds)
            found.append(
                dict(
                    peer="LSODA in log time",
                    size=f"log t = {until:g}",
                    ours=float(np.median(times)),
                    theirs=seconds,
                    note=f"not to {SUFFICIENT:.0e}",
                    goal=GOAL,
                    error_ours=distance(w, reference),
                    error_theirs=error,
                    estimate_ours=estimate / float(np.max(np.abs(w))),
                )
            )
        yield f"{title} (error: of w, against Radau at 1e-12)", found
