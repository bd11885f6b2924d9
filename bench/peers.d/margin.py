"""The hard-margin support vector machine without bias: the max-margin vector of signed inputs."""

import time
import warnings

import numpy as np
from samples import separable

SIZES = [(20, 2), (150, 4), (1000, 100), (2000, 500)]


def nnls(rows):
    """min ||Zt a||^2 + (1 - sum a)^2 over a >= 0: w is its residual, scaled (Lawson and Hanson)."""
    from scipy.optimize import nnls as solve

    n, d = rows.shape
    matrix = np.vstack([rows.T, np.ones(n)])
    target = np.zeros(d + 1)
    target[-1] = 1.0
    dual, _ = solve(matrix, target, maxiter=50 * n)
    residual = target - matrix @ dual
    return -residual[:d] / residual[d]


def cvxopt_primal(rows):
    from cvxopt import matrix, solvers

    solvers.options.update(show_progress=False, abstol=1e-13, reltol=1e-13, feastol=1e-13, maxiters=200)
    n, d = rows.shape
    solution = solvers.qp(matrix(np.eye(d)), matrix(np.zeros(d)), matrix(-rows), matrix(-np.ones(n)))
    return np.array(solution["x"]).ravel()


def doubled(rows):
    """Every row with both labels, which makes the bias 0."""
    return np.vstack([rows, -rows]), np.repeat([1.0, -1.0], len(rows))


def libsvm(rows):
    from sklearn.svm import SVC

    return SVC(kernel="linear", C=1e10, tol=1e-8, max_iter=5_000_000).fit(*doubled(rows)).coef_[0]


def liblinear(rows):
    from sklearn.svm import LinearSVC

    machine = LinearSVC(loss="hinge", dual=True, C=1e10, fit_intercept=False, tol=1e-10, max_iter=200_000)
    return machine.fit(*doubled(rows)).coef_[0]


PEERS = {
    "SciPy NNLS": nnls,
    "cvxopt, primal": cvxopt_primal,
    "scikit-learn SVC (LIBSVM)": libsvm,
    "scikit-learn LinearSVC": liblinear,
}


def refined(rows, w):
    """The solution on the points that a good w touches, refined in long double; None unless it satisfies every condition."""
    margins = rows @ w
    support = np.flatnonzero(margins < margins.min() * (1 + 1e-6))
    for _ in range(20):
        active = rows[support].astype(np.longdouble)
        gram = np.linalg.inv(rows[support] @ rows[support].T)
        dual = np.zeros(len(support), dtype=np.longdouble)
        for _ in range(8):
            dual = dual + (gram @ (1 - active @ (active.T @ dual)).astype(float)).astype(np.longdouble)
        exact = active.T @ dual
        low = np.flatnonzero((rows.astype(np.longdouble) @ exact).astype(float) < 1 - 1e-13)
        negative = support[dual < 0]
        if not len(low) and not len(negative):
            return exact
        support = np.array(sorted((set(support) - set(negative)) | set(low)))
    return None


def direction_error(w, exact):
    w = w.astype(np.longdouble)
    unit = lambda v: v / np.sqrt(np.sum(v * v))  # noqa: E731
    return float(np.sqrt(np.sum((unit(w) - unit(exact)) ** 2)))


def timed(solve, rows):
    start = time.thread_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = solve(rows)
    return time.thread_time() - start, w


def run(ours, options):
    found = []
    for n, d in SIZES:
        rows = separable(n, d, n + d)
        ours.data(rows)
        small = n * d < 10000
        ours.timed("margin")  # compiled now
        exact = refined(rows, nnls(rows))
        fastest = "SciPy NNLS" if small else "cvxopt, primal"
        for name, solve in PEERS.items():
            times, own = [], []
            try:
                for _ in range(options.rounds):
                    seconds, answer = ours.timed("margin")
                    own.append(seconds)
                    seconds, w = timed(solve, rows)
                    times.append(seconds)
                    if sum(times) > options.cap:
                        break
            except ImportError as missing:
                print(f"{name}: {missing}; left out")
                continue
            found.append(
                dict(
                    peer=name,
                    size=f"{n}x{d}",
                    ours=float(np.median(own)),
                    theirs=float(np.median(times)),
                    goal=1.0 if name == fastest else None,
                    error_ours=None if exact is None else direction_error(answer, exact),
                    error_theirs=None if exact is None else direction_error(w, exact),
                )
            )
    yield "Max-margin (error: of the unit direction, against a solution refined in long double)", found
