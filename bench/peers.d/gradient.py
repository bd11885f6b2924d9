"""One full-batch step of gradient descent on the summed logistic loss, float64, one thread."""

import ctypes
import time

import numpy as np

SIZES = [(20, 2), (150, 4), (1000, 100), (1000, 1000), (20000, 200), (200000, 50)]
# Ratios of their time to ours that we want: the C kernel's is the inverse of 1.15, or of 1.25 out of the cache.
C_GOALS = dict(zip(SIZES, [1 / 1.15] * 4 + [1 / 1.25] * 2))
NUMPY_GOALS = dict(zip(SIZES, [80, 18, 1.8, 1.25, 1.8, 1.8]))
BURST = 0.02  # seconds of one turn
WARM = 4  # turns before it that do not count, and at least so many steps: large data come back to a shared cache slowly
WARM_STEPS = 60


def rows_of(n, d):
    """Uniform in (-1, 1) by SplitMix64, the first column shifted by 1, so that the rows are separable."""
    index = np.arange(1, n * d + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = index * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    rows = (z >> np.uint64(11)).astype(np.float64).reshape(n, d) * 2.0**-52 - 1.0
    rows[:, 0] += 1.0
    return rows


def numpy_peers(rows, eta):
    from scipy.special import expit

    n, d = rows.shape
    state = {"w": np.zeros(d)}
    margins, gradient = np.empty(n), np.empty(d)

    def plain():
        w = state["w"]
        state["w"] = w + eta * ((1.0 / (1.0 + np.exp(rows @ w))) @ rows)

    def in_place():
        w = state["w"]
        np.matmul(rows, w, out=margins)
        np.negative(margins, out=margins)
        expit(margins, out=margins)
        np.matmul(margins, rows, out=gradient)
        np.multiply(gradient, eta, out=gradient)
        np.add(w, gradient, out=w)

    return {"NumPy": plain, "NumPy in place": in_place}


def torch_peers(rows, eta):
    try:
        import torch
    except ImportError:
        print("no PyTorch (apt-get install python3-torch): left out")
        return {}
    torch.set_num_threads(1)
    data = torch.from_numpy(rows)
    w = torch.zeros(rows.shape[1], dtype=torch.float64)
    traced = torch.zeros(rows.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([traced], lr=eta)

    def by_hand():
        with torch.no_grad():
            w.add_(data.t() @ torch.sigmoid(-(data @ w)), alpha=eta)

    def autograd():
        optimiser.zero_grad()
        torch.nn.functional.softplus(-(data @ traced)).sum().backward()
        optimiser.step()

    return {"PyTorch": by_hand, "PyTorch autograd": autograd}


def expert_peers(library, rows, eta):
    """The variants of the C kernel, each as a function of the number of steps."""
    n, d = rows.shape
    size, pointer = ctypes.c_size_t, ctypes.POINTER(ctypes.c_double)
    library.peer_allocate.restype = pointer
    library.peer_allocate.argtypes = [size]
    library.peer_steps.argtypes = [ctypes.c_int, pointer, size, size, size, pointer, pointer, ctypes.c_double, ctypes.c_long]
    padded = (d + 7) // 8 * 8
    w, g = library.peer_allocate(8 * padded), library.peer_allocate(8 * padded)

    def placed(matrix):
        memory = library.peer_allocate(matrix.nbytes + 65536)
        ctypes.memmove(memory, np.ascontiguousarray(matrix).ctypes.data, matrix.nbytes)
        return memory

    def variant(number, memory, stride):
        return lambda steps: library.peer_steps(number, memory, n, d, stride, w, g, eta, steps)

    packed = placed(rows)
    variants = [variant(0, placed(np.pad(rows, ((0, 0), (0, padded - d)))), padded), variant(1, packed, d)]
    if n * d >= 100000:
        variants += [variant(number, packed, d) for number in (2, 3, 4)]
    if d in (2, 4):
        tall = (n + 7) // 8 * 8
        variants.append(variant(5, placed(np.pad(rows, ((0, tall - n), (0, 0))).T), tall))
    return variants


def repeated(step):
    def steps(count):
        for _ in range(count):
            step()

    return steps


def turn(steps, count):
    start = time.thread_time()
    steps(count)
    return (time.thread_time() - start) / count


def steady(per_step):
    """
    A turn of BURST seconds as a function without arguments: the time of one step once a few turns have brought its data, and
    not another's, into the cache. per_step(count) is the time of one of count steps.
    """
    count = 1
    while (seconds := count * per_step(count)) < BURST / 2:
        count *= 2 if seconds <= 0 else max(2, int(BURST / 2 / seconds))
    count = max(1, int(BURST / seconds * count))

    def one():
        per_step(max(WARM * count, WARM_STEPS))
        return per_step(count)

    return one


def run(ours, options):
    rows_found = []
    for n, d in SIZES:
        rows, eta = rows_of(n, d), 1.0 / n
        peers = {name: [repeated(step)] for name, step in (numpy_peers(rows, eta) | torch_peers(rows, eta)).items()}
        if options.expert is not None:
            peers = {"C, expert": expert_peers(options.expert, rows, eta)} | peers
        ours.data(rows)
        ask = lambda count: ours.timed("gradient", count)[0]  # noqa: E731
        ask(1)  # compiled now
        turns = {"ours": steady(ask)}
        for name, variants in peers.items():
            tried = [steady(lambda count, steps=steps: turn(steps, count)) for steps in variants]
            turns[name] = min(tried, key=lambda one: one())
        times = {name: [] for name in turns}
        names = list(turns)
        for _ in range(options.rounds):
            for name in names:
                times[name].append(turns[name]())
            names.append(names.pop(0))  # nobody always follows the same one
        own = float(np.median(times["ours"]))
        for name in peers:
            goals = C_GOALS if name.startswith("C") else NUMPY_GOALS
            theirs = float(np.median(times[name]))
            rows_found.append(dict(peer=name, size=f"{n}x{d}", ours=own, theirs=theirs, goal=goals[n, d]))
    yield "Gradient step (logistic loss, best variant of each peer)", rows_found
