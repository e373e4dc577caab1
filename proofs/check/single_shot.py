#!/usr/bin/env python3
"""Look for a counterexample to Lemma 2 of proofs/paper/single-shot.md by simulation.

    python3 proofs/check/single_shot.py [--trials 300] [--draws 3000] [--seed 7]

Tiny random networks, exact sparse norms by enumeration, tau = 0.3. For each
violated (safe) case the frequency of L = 1 over the draws of the perturbed
network is estimated; prints the smallest (largest) one met. Finding none
proves nothing. Requirements: numpy, scipy.
"""

import argparse
import itertools
import math

import numpy as np
from scipy import stats

TAU = 0.3


def sparse_norm(w, s2, s1):
    rows = itertools.combinations(range(w.shape[0]), w.shape[0] - s2)
    columns = list(itertools.combinations(range(w.shape[1]), w.shape[1] - s1))
    return max(np.linalg.norm(w[np.ix_(a, b)], 2) for a in rows for b in columns)


def reduced_rows(w, s1):
    return np.sqrt(np.sort(w * w, axis=1)[:, s1:].sum(axis=1)).max()


def run(weights, x):
    """Sorted -W_k x_{k-1}, norms ||x_k|| and the margin of class 0, for a batch of networks."""
    negatives, norms = [], []
    h = np.broadcast_to(x, (len(weights[0]), len(x)))
    for w in weights[:-1]:
        z = np.einsum("nij,nj->ni", w, h)
        negatives.append(-np.sort(z, axis=1))
        h = np.maximum(z, 0)
        norms.append(np.linalg.norm(h, axis=1))
    out = np.einsum("nij,nj->ni", weights[-1], h)
    return negatives, norms, out[:, 0] - out[:, 1:].max(axis=1)


def case(rng, dims, s, one_sided, thresholds, draws):
    """(viol, safe, frequency of L = 1), or None if the case is neither."""
    hidden = len(dims) - 2
    s_in = (0,) + s
    w = [rng.normal(size=(dims[k + 1], dims[k])) / math.sqrt(dims[k]) for k in range(hidden + 1)]
    x = rng.normal(size=dims[0])
    zeta_0 = np.linalg.norm(x) * (1 + 0.3 * rng.random())
    sigma = 10 ** rng.uniform(-4, -1) * 10 ** rng.uniform(-0.5, 0.5, hidden + 1)
    share = TAU / (1 + sum(2 if v else 1 for v in s))
    negatives, norms, margin = run([v[None] for v in w], x)

    limits, moved, z_limits, zeta, e = [], [], [], zeta_0, 0.0
    for k in range(hidden):
        reach = zeta + (3 * e if thresholds else e)
        levels = max(s[k], dims[k + 1] - s[k] + 1) if one_sided else 2 * dims[k + 1]
        row = reduced_rows(w[k], s_in[k]) * e if k else 0.0
        limits.append(row + sigma[k] * reach * stats.norm.isf(share / levels) if s[k] else None)
        norm = sparse_norm(w[k], s[k], s_in[k])
        e = norm * e + sigma[k] * reach * stats.chi.isf(share, dims[k + 1] - s[k])
        moved.append(e)
        # a threshold such that both safe and just violated norms are met often
        zeta = max(norms[k][0] - 2.001 * e * rng.integers(0, 2), 1e-3) if thresholds else zeta * norm
        z_limits.append(zeta)
    reach = zeta + (3 * e if thresholds else e)
    i, j = np.triu_indices(dims[-1], 1)
    g = 2 * reduced_rows(w[-1][i] - w[-1][j], s_in[-1]) * e
    if one_sided:
        g += 2 * math.sqrt(2) * sigma[-1] * reach * stats.norm.isf(share / (dims[-1] - 1))
    else:
        g += 4 * sigma[-1] * reach * stats.norm.isf(share / (2 * dims[-1]))

    conditions = [k for k in range(hidden) if s[k]]
    a = {k: negatives[k][0][s[k] - 1] for k in conditions}
    viol = margin[0] <= 0 or any(a[k] < limits[k] for k in conditions)
    safe = margin[0] > g and all(a[k] >= 3 * limits[k] for k in conditions)
    if thresholds:
        viol |= any(norms[k][0] > z_limits[k] + 2 * moved[k] for k in range(hidden))
        safe &= all(norms[k][0] <= z_limits[k] for k in range(hidden))
    if not (viol or safe):
        return None
    noisy = [v + t * rng.normal(size=(draws,) + v.shape) for v, t in zip(w, sigma)]
    negatives, norms, margin = run(noisy, x)
    loss = margin <= g / 2
    for k in conditions:
        loss |= negatives[k][:, s[k] - 1] < 2 * limits[k]
    if thresholds:
        for k in range(hidden):
            loss |= norms[k] > z_limits[k] + moved[k]
    return viol, safe, loss.mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--draws", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    shapes = [((4, 3), ()), ((4, 6, 3), (0,)), ((4, 6, 3), (2,)), ((4, 6, 5, 3), (2, 1)), ((4, 6, 5, 3), (0, 2))]
    for name, one_sided, thresholds in (
        ("Theorem M", False, False),
        ("with 8.1", True, False),
        ("with 8.1 and 8.2", True, True),
    ):
        low, high, violated, safes = 1.0, 0.0, 0, 0
        for dims, s in shapes:
            for _ in range(args.trials):
                found = case(rng, dims, s, one_sided, thresholds, args.draws)
                if found is None:
                    continue
                viol, safe, frequency = found
                if viol:
                    violated, low = violated + 1, min(low, frequency)
                if safe:
                    safes, high = safes + 1, max(high, frequency)
        print(f"{name}: {violated} violated, smallest frequency of L = 1: {low:.3f} (at least {1 - TAU:.1f} is proved); "
              f"{safes} safe, largest: {high:.3f} (at most {TAU:.1f} is proved)", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
