#!/usr/bin/env python3
"""Generalization bounds of a bias-free ReLU network in plain float64 NumPy.

This is the uncertified counterpart of `gapcert certify`, for comparing values
and speed in one run: every number is an ordinary float64 rounded to nearest,
nothing is enclosed, and nothing here may be quoted as a certificate.

    python3 benches/numpy/certify.py MODEL --data DIR --indices F --prior FILE --delta 0.05

Theorems and symbols: proofs/paper/. Prints one JSON object.
"""

import argparse
import functools
import gzip
import json
import math
import os
import struct
import sys
import time

import numpy as np
from scipy import special, stats

# --- reading -----------------------------------------------------------------


def read_idx(path):
    """An MNIST IDX file of unsigned bytes, gzipped."""
    with gzip.open(path, "rb") as f:
        raw = f.read()
    zero, kind, rank = struct.unpack(">HBB", raw[:4])
    if zero != 0 or kind != 0x08:
        raise SystemExit(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", raw[4 : 4 + 4 * rank])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_layers(path):
    """The weight matrices of a safetensors file, ordered by layer number."""
    with open(path, "rb") as f:
        raw = f.read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "F64": np.float64}
    layers = []
    for name in sorted(header, key=lambda n: int(n.split(".")[0])):
        entry = header[name]
        if not name.endswith(".weight") or len(entry["shape"]) != 2:
            raise SystemExit(f"{path}: {name}: only dense layers without bias are covered")
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(raw[8 + length + begin : 8 + length + end], kinds[entry["dtype"]])
        layers.append(flat.reshape(entry["shape"]).astype(np.float64))
    return layers


# --- measuring ---------------------------------------------------------------


def forward(layers, images, labels, batch=4096):
    """Input norms, margins, and for each hidden layer the values of -W x sorted
    downwards, so that column s-1 is the s-th largest."""
    m = len(images)
    norms, margins = np.empty(m), np.empty(m)
    sorted_negatives = [np.empty((m, w.shape[0])) for w in layers[:-1]]
    for a in range(0, m, batch):
        b = min(a + batch, m)
        x = images[a:b].reshape(b - a, -1) / 255.0
        norms[a:b] = np.sqrt(np.einsum("ij,ij->i", x, x))
        for w, out in zip(layers, sorted_negatives):
            z = x @ w.T
            out[a:b] = -np.sort(z, axis=1)
            x = np.maximum(z, 0.0)
        z = x @ layers[-1].T
        rows = np.arange(b - a)
        own = z[rows, labels[a:b]]
        z[rows, labels[a:b]] = -np.inf
        margins[a:b] = own - z.max(axis=1)
    return norms, margins, sorted_negatives


def reduced_row_norm(w, s1):
    """||W||_(d2-1,s1): the largest norm of a row without its s1 smallest entries."""
    squares = w * w
    total = squares.sum(axis=1)
    if s1:
        total -= np.partition(squares, s1 - 1, axis=1)[:, :s1].sum(axis=1)
    return math.sqrt(total.max())


def babel_sums(w, s1):
    """The numerators of the reduced babel function for all s2 at one s1: entry
    n is the largest sum of n reduced |<w_i, w_j>|, i != j, over one j."""
    d2, d1 = w.shape
    gram = w @ w.T
    if s1 == 0:
        gram = np.abs(gram)
    else:
        # max over |J| = d1-s1 of |sum_J p| = max(sum p - (s1 smallest), -(sum p - (s1 largest)))
        full, gram = gram, np.empty((d2, d2))
        for i in range(d2):
            p = np.partition(w * w[i], (s1 - 1, d1 - s1), axis=1)
            upper = full[i] - p[:, :s1].sum(axis=1)
            lower = p[:, d1 - s1 :].sum(axis=1) - full[i]
            gram[i] = np.maximum(upper, lower)
    np.fill_diagonal(gram, -np.inf)
    off = -np.sort(-gram, axis=1)[:, : d2 - 1]
    return np.concatenate([[0.0], np.cumsum(off, axis=1).max(axis=0)])


def output_difference(w, s1):
    """The largest norm of w_y - w_j reduced to its d1-s1 largest entries."""
    i, j = np.triu_indices(w.shape[0], 1)
    return reduced_row_norm(w[i] - w[j], s1)


class Network:
    """A network's layers with the norms the bounds ask for, computed once."""

    def __init__(self, layers):
        self.layers = layers
        self.spectral = [float(np.linalg.norm(w, 2)) for w in layers]
        self.xi = functools.lru_cache(None)(lambda k, s1: reduced_row_norm(layers[k], s1))
        self.babel = functools.lru_cache(None)(lambda k, s1: babel_sums(layers[k], s1))
        self.difference = functools.lru_cache(None)(lambda s1: output_difference(layers[-1], s1))

    def gershgorin(self, k, s2, s1):
        """xi sqrt(1 + mu), Lemma 18."""
        return math.sqrt(self.xi(k, s1) ** 2 + self.babel(k, s1)[self.layers[k].shape[0] - 1 - s2])

    def sparse_norm(self, k, s2, s1):
        # Lemma 18 need not decrease in s1, but the norm does: s1 = 0 serves too
        return min(self.spectral[k], self.gershgorin(k, s2, s1), self.gershgorin(k, s2, 0))


# --- scalar functions --------------------------------------------------------


@functools.lru_cache(None)
def ln_xi(m):
    """ln xi(m) = ln(e^m Gamma(m+1, m)/m^m)."""
    return m + special.gammaln(m + 1) + math.log(special.gammaincc(m + 1, m)) - m * math.log(m)


def kl_bernoulli(q, p):
    return special.rel_entr(q, p) + special.rel_entr(1 - q, 1 - p)


def kl_inverse(q, c):
    """The largest p >= q with kl(q|p) <= c, by bisection."""
    if q >= 1.0:
        return 1.0
    low, high = q, min(1.0, q + math.sqrt(c / 2))
    for _ in range(60):
        mid = 0.5 * (low + high)
        if kl_bernoulli(q, mid) <= c:
            low = mid
        else:
            high = mid
    return high


def ln_binomial(n, k):
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)


def alpha(d2, s2, d1, s1, delta):
    """Lemma 20."""
    logs = ln_binomial(d2, s2) + ln_binomial(d1, s1) - math.log(delta)
    return math.sqrt(d2 - s2) + math.sqrt(d1 - s1) + math.sqrt(2 * logs)


@functools.lru_cache(None)
def normal_upper(p):
    return float(-special.ndtri(p))


@functools.lru_cache(None)
def chi_upper(d, p):
    return math.sqrt(stats.chi2.isf(p, d))


def clopper_pearson(errors, n, delta):
    return 1.0 if errors == n else float(stats.beta.isf(delta, errors + 1, n - errors))


# --- search ------------------------------------------------------------------


def coordinate_search(f, starts, steps, low):
    """Best integer point of f by coordinate descent with the given step lists."""
    seen, best = {}, (math.inf, None)

    def value(point):
        if point not in seen:
            seen[point] = f(point)
        return seen[point]

    for point in starts:
        point = tuple(point)
        current = value(point)
        moved = True
        while moved:
            moved = False
            for axis, sizes in enumerate(steps):
                for size in sizes:
                    for step in (size, -size):
                        near = point[:axis] + (point[axis] + step,) + point[axis + 1 :]
                        if near[axis] < low[axis][0] or near[axis] > low[axis][1]:
                            continue
                        v = value(near)
                        if v < current:
                            point, current, moved = near, v, True
        best = min(best, (current, point))
    return best[0], best[1], len(seen)


def ln_inverse_scale_weight(t):
    """ln of 1/w for a two-sided scale coordinate: w = (2/3)/((|t|+1)(|t|+2))."""
    return math.log(1.5 * (abs(t) + 1) * (abs(t) + 2))


def round_up(value, ref, r):
    """The grid point ref 2^(t/r) just above value: (t, grid value)."""
    t = math.ceil(r * math.log2(value / ref) - 1e-12)
    return t, ref * 2.0 ** (t / r)


# --- the bounds --------------------------------------------------------------


class Problem:
    def __init__(self, network, prior, norms, margins, negatives, delta, bounded_by):
        self.network, self.prior = network, prior
        self.norms, self.margins = norms, margins
        self.negatives = [np.ascontiguousarray(a.T) for a in negatives]  # [s-1] = s-th largest
        self.delta, self.bounded_by = delta, bounded_by
        self.m = len(margins)
        self.dims = [network.layers[0].shape[1]] + [w.shape[0] for w in network.layers]
        self.hidden = len(network.layers) - 1
        base = prior.layers if prior else [np.zeros_like(w) for w in network.layers]
        self.distance2 = [float(((a - b) ** 2).sum()) for a, b in zip(network.layers, base)]

    def kl(self, sigma):
        return [d / (2 * v * v) for d, v in zip(self.distance2, sigma)]

    # Muthukumar & Sulam, Theorem 13 as printed (variance = 13 or 11)

    def theorem_13(self, eps, s, variance, ln_points, norm):
        """The bound at one point; delta is shared with exp(ln_points) points.
        `norm` bounds the sparse norm of a layer: Network.gershgorin, as printed,
        or Network.sparse_norm, which may be smaller."""
        n, d, m, hidden = self.network, self.dims, self.m, self.hidden
        s = (0,) + tuple(s) + (0,)
        t = 1 / ((hidden + 1) * math.sqrt(m))
        d_eff = max(
            ((d[k] - s[k]) * math.log(d[k]) + (d[k - 1] - s[k - 1]) * math.log(d[k - 1])) / 2
            for k in range(1, hidden + 2)
        )
        zeta, gamma, sigma, bad = self.bounded_by, 0.0, [], np.zeros(m, bool)
        bad3, first, third = bad.copy(), [], []
        for k in range(1, hidden + 2):
            xi = n.xi(k - 1, s[k - 1])
            if variance == 11:
                sigma.append(eps[k - 1] * xi / (4 * math.sqrt(2 * d_eff + math.log(2 * (hidden + 1) * math.sqrt(m)))))
            else:
                choices = [xi / alpha(d[k], d[k] - 1, d[k - 1], s[k - 1], t)]
                if k <= hidden:
                    choices.append(norm(k - 1, s[k], s[k - 1]) / alpha(d[k], s[k], d[k - 1], s[k - 1], t))
                sigma.append(eps[k - 1] * min(choices))
            gamma = (1 + gamma) * (1 + eps[k - 1]) - 1
            if k <= hidden:
                if s[k]:
                    scale = xi * zeta * gamma
                    a = self.negatives[k - 1][s[k] - 1]
                    bad |= a < scale
                    bad3 |= a < 3 * scale
                first.append(bad.mean())
                third.append(bad3.mean())
                zeta *= norm(k - 1, s[k], s[k - 1])
            else:
                zeta *= xi
        kl = np.cumsum(self.kl(sigma))
        log = math.log(2 * m * (hidden + 1) / self.delta) + ln_points
        roots = np.sqrt((4 * kl + 2 * log) / (m - 1))
        margin_loss = np.mean(self.margins < 4 * zeta * gamma)
        value = margin_loss + 4 * (hidden + 1) / (math.sqrt(m) - 1) + roots.sum() + sum(first) + sum(third)
        return float(value), {
            "eps": list(eps),
            "s": list(s[1:-1]),
            "sigma": sigma,
            "kl": float(kl[-1]),
            "margin_loss": float(margin_loss),
            "sparse_loss": float(sum(first) + sum(third)),
        }

    def search_theorem_13(self, variance, ln_points, norm):
        hidden = self.hidden
        point = lambda p: (tuple(2.0 ** (e / 8) for e in p[: hidden + 1]), p[hidden + 1 :])
        f = lambda p: self.theorem_13(*point(p), variance, ln_points, norm)[0]
        starts = [(-e,) * (hidden + 1) + (s,) * hidden for e in (16, 40, 64, 88) for s in (0, 20)]
        steps = [(16, 4, 1)] * (hidden + 1) + [(16, 4, 1)] * hidden
        low = [(-240, 0)] * (hidden + 1) + [(0, d - 1) for d in self.dims[1:-1]]
        _, best, evaluated = coordinate_search(f, starts, steps, low)
        value, details = self.theorem_13(*point(best), variance, ln_points, norm)
        return {"value": value, **details, "evaluated": evaluated}

    # Thresholds shared by Theorem M and the Gibbs loss

    def thresholds(self, sigma, zeta, s, tau, nu, xi, difference):
        """G_k (None where s_k = 0) and g of proofs/paper/single-shot.md."""
        d, hidden = self.dims, self.hidden
        share = tau / (1 + sum(2 if v else 1 for v in s))
        e, limits = 0.0, []
        for k in range(hidden):
            noise = sigma[k] * (zeta + e)
            limits.append(xi[k] * e + noise * normal_upper(share / (2 * d[k + 1])) if s[k] else None)
            e = nu[k] * e + noise * chi_upper(d[k + 1] - s[k], share)
            zeta *= nu[k]
        return limits, 2 * difference * e + 4 * sigma[-1] * (zeta + e) * normal_upper(share / (2 * d[-1]))

    def unsafe(self, zeta_0, s, limits, g, factor):
        bad = (self.margins <= g) | (self.norms > zeta_0)
        for k, limit in enumerate(limits):
            if s[k]:
                bad |= self.negatives[k][s[k] - 1] < factor * limit
        return float(bad.mean())

    def sigma_grid(self, ts):
        return [2.0 ** (-8 + t / 4) for t in ts], sum(map(ln_inverse_scale_weight, ts))

    # Theorem M

    def single_shot(self, p):
        hidden, n, ref = self.hidden, self.network, self.prior
        sigma_t, (zeta_t, tau_t), s = p[: hidden + 1], p[hidden + 1 : hidden + 3], p[hidden + 3 :]
        sigma, paid = self.sigma_grid(sigma_t)
        zeta_0 = math.sqrt(self.dims[0]) / 2 * 2.0 ** (zeta_t / 16)
        tau = 2.0**-tau_t
        paid += ln_inverse_scale_weight(zeta_t) + math.log(tau_t * (tau_t + 1))
        paid += sum(math.log((v + 1) * (v + 2)) for v in s)
        s_in = (0,) + tuple(s)
        nu, xi, grid = [], [], {}

        def pay(value, reference):
            nonlocal paid
            t, rounded = round_up(value, reference if ref else 1.0, 64)
            paid += ln_inverse_scale_weight(t)
            return rounded

        for k in range(hidden):
            nu.append(pay(n.sparse_norm(k, s[k], s_in[k]), ref and ref.sparse_norm(k, s[k], s_in[k])))
            xi.append(pay(n.xi(k, s_in[k]), ref and ref.xi(k, s_in[k])) if k and s[k] else 0.0)
        difference = pay(n.difference(s_in[-1]), ref and ref.difference(s_in[-1])) if hidden else 0.0
        limits, g = self.thresholds(sigma, zeta_0, s, tau, nu, xi, difference)
        u = self.unsafe(zeta_0, s, limits, g, 3.0)
        kl = sum(self.kl(sigma))
        risk = kl_inverse(u + tau * (1 - u), (kl + ln_xi(self.m) - math.log(self.delta) + paid) / self.m)
        return min(1.0, risk / (1 - tau)), {
            "sigma": sigma, "sigma_t": list(sigma_t), "zeta_0": zeta_0, "zeta_0_t": zeta_t,
            "tau_t": tau_t, "s": list(s), "nu": nu, "difference": difference, "g": g, "G": limits,
            "unsafe_fraction": u, "kl": kl, "log_inverse_weight": paid,
        }  # fmt: skip

    def search_single_shot(self):
        hidden = self.hidden
        starts = [
            (t,) * (hidden + 1) + (0, 10) + (s,) * hidden for t in (-16, -8, 0, 8, 16) for s in (0, 10)
        ]
        steps = [(4, 2, 1)] * (hidden + 1) + [(4, 2, 1), (2, 1)] + [(10, 3, 1)] * hidden
        low = [(-80, 40)] * (hidden + 1) + [(-64, 16), (2, 40)] + [(0, d - 1) for d in self.dims[1:-1]]
        _, best, evaluated = coordinate_search(lambda p: self.single_shot(p)[0], starts, steps, low)
        value, details = self.single_shot(best)
        return {"value": value, **details, "evaluated": evaluated}

    # PAC-Bayes bounds on the Gibbs risk; only sigma (and c) are paid for

    def gibbs_loss(self, sigma, zeta_0, tau, s):
        n, s_in = self.network, (0,) + tuple(s)
        nu = [n.sparse_norm(k, s[k], s_in[k]) for k in range(self.hidden)]
        xi = [n.xi(k, s_in[k]) for k in range(self.hidden)]
        limits, g = self.thresholds(sigma, zeta_0, s, tau, nu, xi, n.difference(s_in[-1]))
        u = self.unsafe(zeta_0, s, limits, g / 2, 1.0)
        return u + tau * (1 - u)

    def gibbs(self, p, bound):
        hidden = self.hidden
        sigma_t, (zeta_t, tau_t), s = p[: hidden + 1], p[hidden + 1 : hidden + 3], p[hidden + 3 :]
        sigma, paid = self.sigma_grid(sigma_t)
        loss = self.gibbs_loss(sigma, math.sqrt(self.dims[0]) / 2 * 2.0 ** (zeta_t / 16), 2.0**-tau_t, s)
        nats = sum(self.kl(sigma)) + paid - math.log(self.delta)
        value, more = bound(loss, nats)
        return value, {"sigma": sigma, "s": list(s), "gibbs_loss": loss, "nats": nats, **more}

    def search_gibbs(self, bound):
        hidden = self.hidden
        starts = [(t,) * (hidden + 1) + (0, 10) + (0,) * hidden for t in (-16, 0, 16)]
        steps = [(4, 2, 1)] * (hidden + 1) + [(4, 2, 1), (2, 1)] + [(10, 3, 1)] * hidden
        low = [(-80, 40)] * (hidden + 1) + [(-64, 16), (2, 40)] + [(0, d - 1) for d in self.dims[1:-1]]
        _, best, evaluated = coordinate_search(lambda p: self.gibbs(p, bound)[0], starts, steps, low)
        value, details = self.gibbs(best, bound)
        return {"value": value, **details, "evaluated": evaluated}

    def pac_bayes(self):
        m = self.m

        def catoni(loss, nats):
            best = (math.inf, 0)
            for t in range(-24, 25):
                c = 2.0 ** (t / 4)
                exponent = c * loss + (nats + ln_inverse_scale_weight(t)) / m
                best = min(best, (math.expm1(-exponent) / math.expm1(-c), t))
            return best[0], {"c": 2.0 ** (best[1] / 4)}

        return {
            "pac-bayes/kl as-printed": lambda q, c: (kl_inverse(q, (c + math.log(2 * math.sqrt(m))) / m), {}),
            "pac-bayes/kl sharp": lambda q, c: (kl_inverse(q, (c + ln_xi(m)) / m), {}),
            "pac-bayes/mcallester as-printed": lambda q, c: (q + math.sqrt((c + math.log(m)) / (2 * (m - 1))), {}),
            "pac-bayes/mcallester sharp": lambda q, c: (q + math.sqrt((c + ln_xi(m)) / (2 * m)), {}),
            "pac-bayes/catoni as-printed": catoni,
        }


# --- command line ------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description="Uncertified float64 generalization bounds (NumPy).")
    parser.add_argument("model", help="safetensors file, or a folder with model.safetensors")
    parser.add_argument("--data", required=True, help="folder with the MNIST IDX .gz files")
    parser.add_argument("--indices", help=".npy of the training images that form the sample (default: all)")
    parser.add_argument("--prior", help="safetensors file of the prior network (default: zero weights)")
    parser.add_argument("--delta", type=float, default=0.05)
    parser.add_argument("--input-bound", type=float, help="M_X of Theorems 11 and 13, ||x|| <= M_X almost surely (default: sqrt(d_0), which holds for pixels in [0,1])")  # fmt: skip
    parser.add_argument("--ln-points", type=float, default=0.0, help="ln of the number of grid points that share delta in Theorems 11 and 13 (default 0: the formula as printed, at one point)")  # fmt: skip
    parser.add_argument("--babel-s1", default="", help="comma-separated s1 to time the reduced babel at, besides 0 (default: d1/8, d1/4, d1/2 of each layer)")  # fmt: skip
    args = parser.parse_args()

    seconds, start = {}, time.perf_counter()

    def stage(name):
        nonlocal start
        now = time.perf_counter()
        seconds[name] = round(now - start, 4)
        start = time.perf_counter()

    path = os.path.join(args.model, "model.safetensors") if os.path.isdir(args.model) else args.model
    network = Network(read_layers(path))
    prior = Network(read_layers(args.prior)) if args.prior else None
    images = read_idx(os.path.join(args.data, "train-images-idx3-ubyte.gz"))
    labels = read_idx(os.path.join(args.data, "train-labels-idx1-ubyte.gz"))
    if args.indices:
        chosen = np.load(args.indices)
        images, labels = images[chosen], labels[chosen]
    test_images = read_idx(os.path.join(args.data, "t10k-images-idx3-ubyte.gz"))
    test_labels = read_idx(os.path.join(args.data, "t10k-labels-idx1-ubyte.gz"))
    stage("read (and spectral norms)")

    norms, margins, negatives = forward(network.layers, images, labels)
    stage("forward on the sample")
    test_margins = forward(network.layers, test_images, test_labels)[1]
    prior_margins = forward(prior.layers, images, labels)[1] if prior else None
    stage("forward on the test set and of the prior")

    wanted = [int(v) for v in args.babel_s1.split(",") if v]
    babel = {}
    for k, w in enumerate(network.layers[:-1]):
        d1 = w.shape[1]
        for s1 in [0] + [v for v in wanted or [d1 // 8, d1 // 4, d1 // 2] if v < d1]:
            mu = network.babel(k, s1) / network.xi(k, s1) ** 2
            babel[f"layer {k + 1}, s1 = {s1}"] = {"s2 = 0": float(mu[-1]), "s2 = d2/2": float(mu[(w.shape[0] - 1) // 2])}
    stage("reduced row norms and babel")

    problem = Problem(network, prior, norms, margins, negatives, args.delta, args.input_bound or math.sqrt(network.layers[0].shape[1]))
    del negatives
    bounds = {}
    for theorem in (13, 11):
        name = f"muthukumar-sulam-2023/theorem-{theorem} as-printed"
        bounds[name] = problem.search_theorem_13(theorem, args.ln_points, network.gershgorin)
        stage(f"theorem-{theorem} search")
        bounds[f"{name}, spectral norm where smaller"] = problem.search_theorem_13(theorem, args.ln_points, network.sparse_norm)
        stage(f"theorem-{theorem} search, spectral norm where smaller")
    bounds["muthukumar-sulam-2023/single-shot sharp"] = problem.search_single_shot()
    stage("single-shot search")
    for name, bound in problem.pac_bayes().items():
        bounds[name] = problem.search_gibbs(bound)
    stage("pac-bayes searches")
    baselines = {"test set": (int((test_margins <= 0).sum()), len(test_margins))}
    if prior:
        baselines["prior network on the sample"] = (int((prior_margins <= 0).sum()), len(prior_margins))
    for name, (errors, n) in baselines.items():
        value = clopper_pearson(errors, n, args.delta)
        bounds[f"test-set/clopper-pearson as-printed ({name})"] = {"value": value, "errors": errors, "n": n}
    stage("clopper-pearson")

    seconds["total"] = round(sum(seconds.values()), 4)
    json.dump(
        {
            "certified": False,
            "m": problem.m,
            "delta": args.delta,
            "sample_error": float((margins <= 0).mean()),
            "test_error": float((test_margins <= 0).mean()),
            "largest_input_norm": float(norms.max()),
            "spectral": network.spectral,
            "frobenius_distance": [math.sqrt(v) for v in problem.distance2],
            "reduced_babel": babel,
            "bounds": bounds,
            "seconds": seconds,
        },
        sys.stdout,
        indent=1,
    )
    print()


if __name__ == "__main__":
    main()
