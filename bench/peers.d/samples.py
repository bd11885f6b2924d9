"""Random separable rows, labels folded in."""

import numpy as np


def separable(n, d, seed):
    """Normal rows moved to the positive side of a random direction, at a distance of at least 1/2."""
    random = np.random.default_rng(seed)
    normal = random.standard_normal(d)
    normal /= np.linalg.norm(normal)
    rows = random.standard_normal((n, d))
    sides = rows @ normal
    return np.ascontiguousarray(rows + np.outer(np.abs(sides) - sides + 0.5, normal))


def nearly_degenerate(slack):
    """Two support vectors and a third point whose margin exceeds 1 by the slack only."""
    return np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5 + slack]])
