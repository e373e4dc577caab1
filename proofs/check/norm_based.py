"""Looks for counterexamples to the complexities of Theorems S+, S++ and P
(proofs/paper/norm-based.md) on networks with two input channels, where the
supremum over a filter is one over an angle and can be scanned.

    python3 proofs/check/norm_based.py [SEED]

Each line compares the mean of a supremum over Gaussian draws, divided by the
network's radius, with what the theorem allows. A ratio above 1 (by more than
the error of the mean) would be a counterexample; a ratio below 1 proves nothing.
"""

import sys

import numpy as np

DRAWS = 400
ANGLES = np.linspace(0, 2 * np.pi, 721)[:-1]
FILTERS = np.stack([np.cos(ANGLES), np.sin(ANGLES)])  # unit vectors


def relu(x):
    return np.maximum(x, 0)


def kappa(layers):
    if layers <= 2:
        return np.sqrt(2.0 ** (layers - 1))
    t = np.linspace(0.05, 20, 200000)
    return np.min(np.arccosh(1 + 2.0 ** (layers - 1) * np.expm1(t * t / 2)) / t)


def mean(rng, m, n, supremum):
    """Of the supremum over n-dimensional Gaussians g_1..g_m, and its error."""
    values = np.array([supremum(rng.standard_normal((n, m))) for _ in range(DRAWS)])
    return values.mean(), values.std() / np.sqrt(DRAWS)


def images(rng, kind, m, positions):
    x = rng.standard_normal((positions, m, 2))
    if kind == "one direction":
        x = np.abs(x[..., :1]) * np.array([1.0, 0.3]) + 0.01 * x
    if kind == "few large":
        x *= np.exp(2 * rng.standard_normal((1, m, 1)))
    return x


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rng = np.random.default_rng(seed)
    worst = 0.0

    def report(name, kind, found, allowed):
        nonlocal worst
        value, error = found
        ratio = (value - 3 * error) / allowed
        worst = max(worst, ratio)
        print(f"{name:44} {kind:14} {value:9.3f} +- {error:6.3f}  allowed {allowed:9.3f}  ratio {value / allowed:.3f}")

    for kind in ["normal", "one direction", "few large"]:
        for m in [3, 30]:
            x = images(rng, kind, m, 2)
            energy = (x**2).sum(axis=(1, 2))
            total = energy.sum()
            hidden = relu(np.einsum("pkc,ca->pka", x, FILTERS))  # position, sample, angle

            # L = 1: a linear head on both positions, C = 4.
            flat = x.transpose(1, 0, 2).reshape(m, 4)
            found = mean(rng, m, 3, lambda g: np.linalg.norm(g @ flat))
            report("S+  L=1 C=4", kind, found, np.sqrt(3) * kappa(1) * np.sqrt(total))

            # L = 2, C = 2: one filter bank, a head that reads both positions. Given
            # the head, each channel of the bank has its own best angle; with one
            # channel and head (v_1, v_2) the supremum over the head is the norm.
            single = lambda g: np.sqrt(np.einsum("k,pka->pa", g[0], hidden) ** 2).max(axis=1)
            found = mean(rng, m, 1, lambda g: np.linalg.norm(single(g)))
            report("S+  L=2 C=2, positions maximised apart", kind, found, kappa(2) * np.sqrt(total))

            # L = 2, average pooling of the two positions before the head.
            pooled = hidden.mean(axis=0)
            found = mean(rng, m, 1, lambda g: np.abs(g[0] @ pooled).max())
            report("S+  L=2 average pooling", kind, found, kappa(2) * np.sqrt(energy).mean())

            # L = 2, a skip around the bank: z = relu(w x_1) e + x_1, one channel each.
            skip = lambda g: np.abs(g[0] @ hidden[0]).max() + np.linalg.norm(g[0] @ x[0])
            found = mean(rng, m, 1, skip)
            report("S+  L=2 sum with the input", kind, found, kappa(2) * 2 * np.sqrt(energy[0]))

            # L = 2 with a bias in the bank: the third coordinate is 1 (scanned
            # over random directions).
            w = rng.standard_normal((3, 20000))
            w /= np.linalg.norm(w, axis=0)
            biased = relu(np.c_[x[0], np.ones(m)] @ w)
            found = mean(rng, m, 1, lambda g: np.abs(g[0] @ biased).max())
            report("S+  L=2 with a bias", kind, found, kappa(2) * np.sqrt(energy[0] + m))

            # L = 3, two hidden units: z = relu(a relu(w_1 x) + b relu(w_2 x)).
            pairs = rng.integers(0, len(ANGLES), (2, 20000))
            mix = rng.uniform(0, 2 * np.pi, 20000)
            # rho of the first bank is sqrt 2 (two unit rows), of the second 1.
            deep = relu(np.cos(mix) * hidden[0][:, pairs[0]] + np.sin(mix) * hidden[0][:, pairs[1]]) / np.sqrt(2)
            found = mean(rng, m, 1, lambda g: np.abs(g[0] @ deep).max())
            report("S+  L=3", kind, found, kappa(3) * np.sqrt(energy[0]))

            # S++, L = 2, C = 4, one position: sup |sum_k g_k relu(w x_k)|, g_k in R^3.
            found = mean(rng, m, 3, lambda g: np.linalg.norm(g @ hidden[0], axis=0).max())
            operator = np.linalg.norm(x[0], 2)
            report("S++ L=2 C=4", kind, found, 2 * operator + kappa(1) * np.sqrt(energy[0]))

            # P, L = 2, C = 2 outputs, both positions: the largest of all.
            every = lambda g: np.abs(np.einsum("ck,pka->cpa", g, hidden)).max()
            found = mean(rng, m, 2, every)
            allowed = np.sqrt(energy.max()) * np.sqrt(2 * (2 * np.log(2) + np.log(2 * 2)))
            report("P   L=2 C=2, two leaves", kind, found, allowed)
    print(f"largest ratio, three errors down: {worst:.3f}")
    assert worst <= 1


main()
