"""Gradient steps on sparse rows beside SciPy, and on two threads beside one: by the clock, the same bits."""

import os

import numpy as np

from gradient import rows_of, steady, turn

DENSE = [(20000, 200), (200000, 50)]
SPARSE = [(20000, 1000, 20), (200000, 10000, 40)]  # rows, columns, entries of a row


def sparse_rows(n, d, entries):
    """Columns at random, ascending within a row, the first one 0 with a positive value, so that the rows are separable."""
    random = np.random.Generator(np.random.PCG64(n + d))
    width = (d - 1) // (entries - 1)
    offsets = random.integers(0, width, size=(n, entries - 1))
    columns = np.concatenate([np.zeros((n, 1), dtype=np.int64), 1 + width * np.arange(entries - 1) + offsets], axis=1)
    values = random.uniform(-1, 1, size=(n, entries))
    values[:, 0] += 1
    return columns.astype(np.int32), values


def scipy_step(columns, values, d):
    from scipy.sparse import csr_matrix
    from scipy.special import expit

    n, entries = values.shape
    rows = csr_matrix((values.ravel(), columns.ravel(), np.arange(n + 1) * entries), shape=(n, d))
    transposed, w = rows.T.tocsr(), np.zeros(d)

    def step(count):
        for _ in range(count):
            np.add(w, (1.0 / n) * (transposed @ expit(-(rows @ w))), out=w)

    return step


def load(ours, columns, values, d):
    path = os.path.join(ours.directory.name, "rows")
    with open(path, "wb") as file:
        columns.tofile(file)
        values.tofile(file)
    ours.ask("sparse", path, values.shape[0], d, values.shape[1])


def medians(turns, rounds):
    times = {name: [] for name in turns}
    names = list(turns)
    for _ in range(rounds):
        for name in names:
            times[name].append(turns[name]())
        names.append(names.pop(0))
    return {name: float(np.median(found)) for name, found in times.items()}


def run(ours, options):
    found = []
    for n, d, entries in SPARSE:
        columns, values = sparse_rows(n, d, entries)
        load(ours, columns, values, d)
        step = scipy_step(columns, values, d)
        took = medians(
            {
                "ours": steady(lambda count: ours.timed("gradient", count)[0]),
                "theirs": steady(lambda count: turn(step, count)),
            },
            options.rounds,
        )
        size = f"{n}x{d}, {entries} a row"
        found.append(dict(peer="SciPy, compressed rows", size=size, ours=took["ours"], theirs=took["theirs"]))
    yield "Gradient step on sparse rows (one thread)", found

    if len(options.processors) < 2:
        print("one processor: two threads are left out")
        return
    os.sched_setaffinity(ours.process.pid, options.processors)
    found = []
    for size in DENSE + SPARSE:
        if len(size) == 2:
            ours.data(rows_of(*size))
            name = "x".join(map(str, size))
        else:
            load(ours, *sparse_rows(*size), size[1])
            name = f"{size[0]}x{size[1]}, {size[2]} a row"
        took = medians(
            {threads: steady(lambda count, t=threads: ours.timed("elapsed", count, t)[0]) for threads in (1, 2)},
            options.rounds,
        )
        found.append(dict(peer="ours on one thread", size=name, ours=took[2], theirs=took[1]))
    yield "Two threads (elapsed time; theirs: one thread)", found
