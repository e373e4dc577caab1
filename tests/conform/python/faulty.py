"""Faulty implementations, each with one plausible mistake of published code.
`python3 faulty.py NAME` serves one; without a name it lists them with their subjects."""
import functools
import itertools
import math
import operator
import os
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "adapters", "python"))
from correct import (  # noqa: E402
    GIBBS,
    GREEDY,
    KERNEL,
    LABELLED,
    PATCHES,
    SINGLE_SHOT,
    SPARSE,
    activity_of,
    bartlett,
    bisect,
    block_norm,
    clopper_pearson,
    convolution,
    greedy,
    grid_exponent,
    kappa,
    kl,
    kl_bisection,
    network_margins,
    operator_energies,
    row_norm,
    single_shot,
    small,
    sparse_losses,
    top_singular_value,
)
from domain import below, domain, rectangular  # noqa: E402
from gapcert_conform import serve  # noqa: E402

REGISTRY = {}


def faulty(name, subject, mistake, number=float):
    def register(f):
        REGISTRY[name] = (subject, f, mistake, number)
        return f

    return register


def complexity(m, delta, kl, weight):
    return (kl + math.log(2 * math.sqrt(m)) - math.log(delta) + weight) / m


KL = "pac-bayes/kl:as-printed"


def kl_bound(name, mistake):
    """A kl bound whose c and inverse f computes."""

    def register(f):
        @faulty(name, KL, mistake)
        @domain(**GIBBS)
        def bound(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
            return f(empirical_loss, m, delta, kl, log_inverse_weight)

        return f

    return register


# --- roots ---------------------------------------------------------------------------
@kl_bound("lower-side-bisection", "bisection to 1e-5 returns the side below the root")
def _(q, m, delta, k, w):
    c, lo, hi = complexity(m, delta, k, w), q, 1.0 - 1e-10
    while hi - lo > 1e-5:
        middle = (lo + hi) / 2
        lo, hi = (middle, hi) if kl(q, middle) <= c else (lo, middle)
    return lo


@kl_bound("newton-from-below", "five Newton steps from just above q")
def _(q, m, delta, k, w):
    c, p = complexity(m, delta, k, w), min(max(q, 1e-9) * 1.1, 1 - 1e-9)
    for _ in range(5):
        slope = (p - q) / (p * (1 - p))
        p = min(max(p - (kl(q, p) - c) / slope, q + 1e-12), 1 - 1e-9) if slope else p
    return p


@kl_bound("failed-optimiser", "a root finder that failed returns 1")
def _(q, m, delta, k, w):
    c = complexity(m, delta, k, w)
    return bisect(q, c) if kl(q, 0.5) > c and q > 0 else 1.0


@kl_bound("pinsker", "Pinsker's inequality for the inverse")
def _(q, m, delta, k, w):
    return q + math.sqrt(complexity(m, delta, k, w) / 2)


@kl_bound("log-of-zero", "0 ln 0 is not caught")
def _(q, m, delta, k, w):
    q * math.log(q)
    return bisect(q, complexity(m, delta, k, w))


@kl_bound("hangs", "a loop that waits for a residual of exactly 0")
def _(q, m, delta, k, w):
    if q == 0:
        time.sleep(600)
    return bisect(q, complexity(m, delta, k, w))


# --- logarithms and counts -------------------------------------------------------------
@kl_bound("log2", "log2 for ln")
def _(q, m, delta, k, w):
    return bisect(q, (k + math.log2(2 * math.sqrt(m)) - math.log2(delta) + w) / m)


@kl_bound("m-minus-1", "m - 1 for m")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k, w) * m / (m - 1))


@kl_bound("factor-2", "sqrt m for 2 sqrt m")
def _(q, m, delta, k, w):
    return bisect(q, max(complexity(m, delta, k, w) - math.log(2) / m, 0.0))


@kl_bound("delta-for-its-inverse", "ln(2 sqrt m delta) for ln(2 sqrt m/delta)")
def _(q, m, delta, k, w):
    return bisect(q, max((k + math.log(2 * math.sqrt(m) * delta) + w) / m, 0.0))


@kl_bound("union-dropped", "the union over the grid is not paid for")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k, 0.0))


@kl_bound("bits", "KL in nats taken for bits")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k * math.log(2), w))


@kl_bound("zero-is-missing", "`if not kl` takes a KL of 0 for none given")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k if k else 1.0, w))


@kl_bound("float32", "single precision")
def _(q, m, delta, k, w):
    def single(x):
        return struct.unpack("f", struct.pack("f", x))[0]

    return single(bisect(single(q), single(complexity(m, delta, k, w))))


@kl_bound("rounded-down", "rounded to four digits")
def _(q, m, delta, k, w):
    return math.floor(bisect(q, complexity(m, delta, k, w)) * 1e4) / 1e4


# --- what is returned ------------------------------------------------------------------
@kl_bound("prints", "progress printed among the answers")
def _(q, m, delta, k, w):
    print("optimising...", file=sys.__stdout__, flush=True)
    return bisect(q, complexity(m, delta, k, w))


@kl_bound("returns-none", "None where nothing is found")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k, w)) if q < 0.9 else None


@kl_bound("returns-nan", "0 times infinity at q = 1")
def _(q, m, delta, k, w):
    return bisect(q, complexity(m, delta, k, w)) if q < 1 else float("nan")


@kl_bound("exits", "an assertion ends the program")
def _(q, m, delta, k, w):
    value = bisect(q, complexity(m, delta, k, w))
    if value >= 0.999999:
        os._exit(1)
    return value


@faulty("unchecked", KL, "inputs outside the domain are taken")
def unchecked(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
    if math.isnan(kl + empirical_loss + m + delta + log_inverse_weight):
        raise ValueError("nan")
    try:
        return kl_bisection(m=m, delta=delta, kl=kl, empirical_loss=empirical_loss, log_inverse_weight=log_inverse_weight)
    except ValueError:
        return 1.0


CACHE = {}


@faulty("cached-by-two", KL, "a cache whose key forgets inputs")
@domain(**GIBBS)
def cached(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
    key = (m, empirical_loss)
    if key not in CACHE:
        CACHE[key] = bisect(empirical_loss, complexity(m, delta, kl, log_inverse_weight))
    return CACHE[key]


# --- other PAC-Bayes bounds ------------------------------------------------------------
@faulty("clipped", "pac-bayes/mcallester:as-printed", "clipped at 1 before it is compared")
@domain(**GIBBS)
def clipped(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
    nats = kl + math.log(m / delta) + log_inverse_weight
    return min(1.0, empirical_loss + math.sqrt(nats / (2 * (m - 1))))


@faulty("root-misplaced", "pac-bayes/mcallester:as-printed", "the root over the numerator only")
@domain(**GIBBS)
def root_misplaced(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
    return empirical_loss + math.sqrt(kl + math.log(m / delta) + log_inverse_weight) / (2 * (m - 1))


@faulty("cancels", "pac-bayes/catoni:as-printed", "1 - exp(-c) cancels for small c")
@domain(c="positive", **GIBBS)
def cancels(m, delta, kl, empirical_loss, c, log_inverse_weight=0.0):
    exponent = c * empirical_loss + (kl - math.log(delta) + log_inverse_weight) / m
    return (1 - math.exp(-exponent)) / (1 - math.exp(-c))


STAGES = dict(m="sample", delta="confidence", kl="nonnegative", mc_mean="fraction", mc_samples="positive integer", delta_mc="confidence")
TWO = "pac-bayes/kl-monte-carlo:as-printed"


@faulty("draws-not-paid", TWO, "the mean of the draws taken for the expectation")
@domain(**STAGES)
def draws_not_paid(m, delta, kl, mc_mean, mc_samples, delta_mc):
    return bisect(mc_mean, complexity(m, delta, kl, 0.0))


@faulty("one-sided-draws", TWO, "ln(1/delta') for ln(2/delta')")
@domain(**STAGES)
def one_sided_draws(m, delta, kl, mc_mean, mc_samples, delta_mc):
    q = bisect(mc_mean, -math.log(delta_mc) / mc_samples)
    return bisect(q, complexity(m, delta, kl, 0.0))


@faulty("variance-for-deviation", "function/gaussian-kl", "the variance passed as standard deviation")
@domain(distance_squared="nonnegative", sigma="positive")
def variance(distance_squared, sigma):
    return distance_squared / (2 * sigma)


# --- held-out bounds -------------------------------------------------------------------
HELD = dict(m="positive integer", errors="count", delta="confidence")
TEST = "test-set/clopper-pearson:as-printed"


@faulty("two-sided", TEST, "delta/2 for a one-sided limit")
@domain(**HELD)
def two_sided(m, errors, delta):
    return clopper_pearson(m=m, errors=errors, delta=delta / 2)


@faulty("hoeffding", TEST, "Hoeffding's inequality")
@domain(**HELD)
def hoeffding(m, errors, delta):
    if errors > m:
        raise ValueError("errors > m")
    return errors / m + math.sqrt(-math.log(delta) / (2 * m))


@faulty("factorials-overflow", TEST, "binomial coefficients as doubles overflow")
@domain(**HELD)
def factorials(m, errors, delta):
    if errors > m:
        raise ValueError("errors > m")
    if errors < 0.9 * m and 1000 <= m <= 10**5:
        float(math.comb(int(m), int(errors)))
    return clopper_pearson(m=m, errors=errors, delta=delta)


# --- layers ----------------------------------------------------------------------------
THIRTEEN = dict(m="sample", delta="confidence", margin_loss="fraction", sparse_loss=["fraction"], sparse_loss_3=["fraction"],
                kl=["nonnegative"], log_inverse_weight="nonnegative")
PRINTED = "muthukumar-sulam-2023/theorem-13:as-printed"


def thirteen(m, delta, margin_loss, sparse_loss, sparse_loss_3, nats, weight):
    layers = len(nats)
    if layers == 0 or len(sparse_loss) != layers - 1 or len(sparse_loss_3) != layers - 1:
        raise ValueError("lists do not fit")
    total = margin_loss + sum(sparse_loss) + sum(sparse_loss_3) + 4 * layers / (math.sqrt(m) - 1)
    for k in nats:
        total += math.sqrt((4 * k + 2 * (math.log(2 * m * layers / delta) + weight)) / (m - 1))
    return total


@faulty("aliased-list", PRINTED, "an alias of a list is overwritten")
@domain(**THIRTEEN)
def aliased(m, delta, margin_loss, sparse_loss, sparse_loss_3, kl, log_inverse_weight=0.0):
    both = sparse_loss
    for i in range(len(both)):
        both[i] += sparse_loss_3[i] if i < len(sparse_loss_3) else 0
    nats = list(itertools.accumulate(kl))
    return thirteen(m, delta, margin_loss, sparse_loss, sparse_loss_3, nats, log_inverse_weight)


def accumulated(kl, all=[]):  # noqa: B006
    all.extend(kl)
    return list(itertools.accumulate(all))[-len(kl):]


@faulty("list-kept-between-calls", PRINTED, "a default list keeps what earlier calls put there")
@domain(**THIRTEEN)
def kept(m, delta, margin_loss, sparse_loss, sparse_loss_3, kl, log_inverse_weight=0.0):
    return thirteen(m, delta, margin_loss, sparse_loss, sparse_loss_3, accumulated(kl), log_inverse_weight)


@faulty("last-term-only", PRINTED, "only the last of the K+1 deviation terms")
@domain(**THIRTEEN)
def last_term(m, delta, margin_loss, sparse_loss, sparse_loss_3, kl, log_inverse_weight=0.0):
    if not kl or len(sparse_loss) != len(kl) - 1 or len(sparse_loss_3) != len(kl) - 1:
        raise ValueError("lists do not fit")
    layers = len(kl)
    nats = 4 * sum(kl) + 2 * (math.log(2 * m * layers / delta) + log_inverse_weight)
    return margin_loss + sum(sparse_loss) + sum(sparse_loss_3) + 4 * layers / (math.sqrt(m) - 1) + math.sqrt(nats / (m - 1))


BARTLETT = dict(m="sample", delta="confidence", ramp_loss="fraction", gamma="positive", input_energy="nonnegative",
                spectral=["nonnegative"], distance_21=["nonnegative"], width="positive integer", log_inverse_weight="nonnegative")


@faulty("margin-missing", "bartlett-2017:as-printed", "the factor 1/gamma is missing")
@domain(**BARTLETT)
@functools.wraps(bartlett)
def margin_missing(**x):
    return bartlett(**{**x, "gamma": 1.0})


@faulty("quotients", "bartlett-2017:as-printed", "prod s_i times (b_i/s_i), which divides by norms of 0")
@domain(**BARTLETT)
def quotients(m, delta, ramp_loss, gamma, input_energy, spectral, distance_21, width, log_inverse_weight=0.0):
    if not spectral or len(spectral) != len(distance_21):
        raise ValueError("a norm and a distance for each layer")
    total = math.prod(spectral) * sum((b / s) ** (2 / 3) for b, s in zip(distance_21, spectral)) ** 1.5
    rate = 24 * math.sqrt(2) * math.log(m) / (gamma * m) * math.sqrt(input_energy)
    complexity = 8 / m + rate * total * math.sqrt(math.log(2 * width**2))
    return ramp_loss + complexity + math.sqrt(2 * (log_inverse_weight - math.log(delta)) / m)


# --- path bounds -----------------------------------------------------------------------
PATH = dict(m="sample", delta="confidence", ramp_loss="fraction", rho_over_gamma="positive", layers="positive integer",
            classes="sample", path_energy="nonnegative", q0="positive", b="above one")
ENERGY = "galanti-2023/path-energy:sharp"


def energy_bound(m, delta, ramp_loss, layers, classes, path_energy, radius, t, depth):
    complexity = 2 * math.sqrt(math.pi) / m * radius * depth * math.sqrt(classes * path_energy)
    return ramp_loss + complexity + math.sqrt(2 / m * math.log(1.5 * (t + 1) * (t + 2) / delta))


def with_path(name, mistake):
    def register(f):
        @faulty(name, ENERGY, mistake)
        @domain(**PATH)
        def bound(m, delta, ramp_loss, rho_over_gamma, layers, classes, path_energy, q0, b):
            x = dict(m=m, delta=delta, ramp_loss=ramp_loss, layers=layers, classes=classes, path_energy=path_energy)
            t = grid_exponent(rho_over_gamma, q0, b)
            return f(rho_over_gamma, q0, b, t, x)

        return f

    return register


def depth_of(x):
    return float(kappa(int(x["layers"])))


@with_path("classes-for-classes-minus-1", "sqrt C for sqrt(C-1)")
def _(q, q0, b, t, x):
    return energy_bound(**x, radius=q0 * b**t, t=abs(t), depth=depth_of(x))


@with_path("classes-dropped", "the factor sqrt(C-1) dropped")
def _(q, q0, b, t, x):
    return energy_bound(**{**x, "classes": 1}, radius=q0 * b**t, t=abs(t), depth=depth_of(x))


@with_path("logarithm-rounded", "ceil of a logarithm in doubles")
def _(q, q0, b, t, x):
    t = math.ceil(math.log(q / q0) / math.log(b))
    return energy_bound(**{**x, "classes": x["classes"] - 1}, radius=q0 * b**t, t=abs(t), depth=depth_of(x))


@with_path("radius-not-on-the-grid", "the radius itself for the point of the grid that covers it")
def _(q, q0, b, t, x):
    return energy_bound(**{**x, "classes": x["classes"] - 1}, radius=q, t=abs(t), depth=depth_of(x))


@with_path("sign-of-the-level", "t for its absolute value")
def _(q, q0, b, t, x):
    paid = max((t + 1) * (t + 2), 1)
    value = energy_bound(**{**x, "classes": x["classes"] - 1}, radius=q0 * b**t, t=0, depth=depth_of(x))
    constant = math.sqrt(2 / x["m"] * math.log(3 / x["delta"]))
    return value - constant + math.sqrt(2 / x["m"] * math.log(1.5 * paid / x["delta"]))


@faulty("kernel-count", "network/path-energy", "kernel areas multiplied, whatever the padding and the stride leave out")
@domain(energies=["nonnegative"], kernels=["positive integer"], strides=["positive integer"], paddings=["count"])
def kernel_count(energies, kernels, strides, paddings):
    n = len(energies)
    if not n or not len(kernels) == len(strides) == len(paddings):
        raise ValueError("lists do not fit")
    for k, s, p in zip(kernels, strides, paddings):
        if n + 2 * p < k:
            raise ValueError("kernel does not fit")
        n = int((n + 2 * p - k) // s) + 1
    return sum(energies) * math.prod(kernels)


# --- matrices --------------------------------------------------------------------------
W = dict(w=["real"])


def of_matrix(name, subject, mistake, **more):
    def register(f):
        @faulty(name, subject, mistake)
        @domain(w=["real"], **more)
        @functools.wraps(f)
        def norm(w, **x):
            rectangular(w)
            if "s2" in x:
                x["s2"] = below("s2", x["s2"], len(w))
            if "s1" in x:
                x["s1"] = below("s1", x["s1"], len(w[0]))
            return f(w, **x)

        return f

    return register


@of_matrix("root-in-one-inf", "matrix/one-inf", "a square root over each row's sum")
def _(w):
    return max(math.sqrt(sum(abs(x) for x in r)) for r in w)


@of_matrix("axes-swapped", "matrix/one-inf", "columns for rows")
def _(w):
    return max(sum(abs(x) for x in c) for c in zip(*w))


@of_matrix("two-one-transposed", "matrix/two-one", "columns for rows: the paper's matrices are transposed")
def _(w):
    return math.fsum(math.hypot(*c) for c in zip(*w))


@of_matrix("squares-overflow", "matrix/frobenius", "squares that overflow and underflow")
def _(w):
    return math.sqrt(math.fsum(x * x for r in w for x in r))


@of_matrix("kernel-norm", "matrix/spectral", "the largest norm of a row for the operator norm")
def _(w):
    return max(math.hypot(*r) for r in w)


@of_matrix("power-iteration", "matrix/spectral", "ten power iterations, which stay below")
def _(w):
    size = max(abs(x) for r in w for x in r) or 1.0
    w = [[x / size for x in r] for r in w]
    v = [1.0] * len(w[0])
    norm = 0.0
    for _ in range(10):
        u = [sum(a * b for a, b in zip(r, v)) for r in w]
        v = [sum(a * b for a, b in zip(c, u)) for c in zip(*w)]
        length = math.hypot(*v)
        if length == 0:
            return 0.0
        v, norm = [x / length for x in v], math.sqrt(length)
    return norm * size


@of_matrix("smallest-entries", "matrix/reduced-row-norm", "sorted ascending: the smallest entries are kept", s1="count")
def _(w, s1):
    return max(math.hypot(*sorted(map(abs, r))[: len(r) - s1]) for r in w)


@of_matrix("signed-entries", "matrix/reduced-row-norm", "sorted by value, not by magnitude", s1="count")
def _(w, s1):
    return max(math.hypot(*sorted(r, reverse=True)[: len(r) - s1]) for r in w)


@of_matrix("greedy-sub-matrix", "matrix/sparse-norm", "the rows and columns of largest norm", s2="count", s1="count")
def _(w, s2, s1):
    rows = sorted(w, key=lambda r: -math.hypot(*r))[: len(w) - s2]
    columns = sorted(zip(*rows), key=lambda c: -math.hypot(*c))[: len(w[0]) - s1]
    return top_singular_value([list(r) for r in zip(*columns)])


def babel(w, s2, s1, products, count, square=True):
    kept = len(w[0]) - s1
    norm = max(math.hypot(*sorted(map(abs, r), reverse=True)[:kept]) for r in w)
    if norm == 0:
        return 0.0
    worst = 0.0
    for j, r in enumerate(w):
        sums = sorted((products([x * y for x, y in zip(r, t)], kept) for i, t in enumerate(w) if i != j), reverse=True)
        worst = max(worst, sum(sums[:count]))
    return worst / (norm**2 if square else norm)


def both_signs(products, kept):
    products = sorted(products)
    return max(sum(products[-kept:]), -sum(products[:kept]))


COUNTS = dict(s2="count", s1="count")


@of_matrix("babel-signed", "matrix/babel", "the negative products left out", **COUNTS)
def _(w, s2, s1):
    return babel(w, s2, s1, lambda p, k: max(sum(sorted(p)[-k:]), 0.0), len(w) - 1 - s2)


@of_matrix("babel-counts-columns", "matrix/babel", "d1-s1 radii summed, as Algorithm 1 misprints it", **COUNTS)
def _(w, s2, s1):
    return babel(w, s2, s1, both_signs, len(w[0]) - s1)


@of_matrix("babel-not-squared", "matrix/babel", "divided by the norm, not by its square", **COUNTS)
def _(w, s2, s1):
    return babel(w, s2, s1, both_signs, len(w) - 1 - s2, square=False)


# --- samples and networks --------------------------------------------------------------
SAMPLE = dict(outputs=["real"], labels=["count"], gamma="nonnegative")


def losses(outputs, labels, margin):
    rectangular(outputs)
    if len(labels) != len(outputs) or len(outputs[0]) < 2:
        raise ValueError("a label for each row")
    return [margin(row, below("label", y, len(row))) for row, y in zip(outputs, labels)]


def margin_of(row, y):
    return row[y] - max(row[:y] + row[y + 1 :])


@faulty("tie-is-right", "sample/margin-loss", "margins below gamma, a tie counted as right")
@domain(**SAMPLE)
def tie(outputs, labels, gamma):
    return sum(m < gamma for m in losses(outputs, labels, margin_of)) / len(labels)


@faulty("n-minus-1", "sample/margin-loss", "a batch average with N-1")
@domain(**SAMPLE)
def n_minus_1(outputs, labels, gamma):
    return sum(m <= gamma for m in losses(outputs, labels, margin_of)) / max(len(labels) - 1, 1)


@faulty("maximum-from-zero", "sample/margin-loss", "the maximum of the other classes starts from 0")
@domain(**SAMPLE)
def from_zero(outputs, labels, gamma):
    margins = losses(outputs, labels, lambda r, y: r[y] - max([0.0] + r[:y] + r[y + 1 :]))
    return sum(m <= gamma for m in margins) / len(labels)


@faulty("own-class-included", "sample/ramp-loss", "the maximum over all classes, the own one included")
@domain(**{**SAMPLE, "gamma": "positive"})
def own_class(outputs, labels, gamma):
    margins = losses(outputs, labels, lambda r, y: r[y] - max(r))
    return sum(min(1.0, max(0.0, 1 - m / gamma)) for m in margins) / len(labels)


@faulty("radius-index", "sample/sparse-radius", "the (d-s)-th largest entry, as Table 2 misprints it")
@domain(w=["real"], x=["real"], s="positive integer", xi="positive", zeta="positive")
def radius_index(w, x, s, xi, zeta):
    rectangular(w)
    if len(x) != len(w[0]) or s > len(w):
        raise ValueError("does not fit")
    negated = sorted((-sum(a * b for a, b in zip(r, x)) for r in w), reverse=True)
    return max(negated[max(len(w) - int(s), 1) - 1] / (xi * zeta), 0.0)


@faulty("signed-paths", "network/path-norm", "weights for their magnitudes")
@domain(layers=["real"])
def signed_paths(layers):
    for w in layers:
        rectangular(w)
    if not layers or any(len(a) != len(b[0]) for a, b in zip(layers, layers[1:])):
        raise ValueError("layers do not chain")
    x = [1.0] * len(layers[0][0])
    for w in layers:
        x = [sum(a * b for a, b in zip(r, x)) for r in w]
    return abs(sum(x))


@faulty("head-not-centred", "network/rho", "the mean row is not subtracted from the head")
@domain(layers=["real"])
def not_centred(layers):
    for w in layers:
        rectangular(w)
    if not layers or any(len(a) != len(b[0]) for a, b in zip(layers, layers[1:])):
        raise ValueError("layers do not chain")
    return math.prod(math.hypot(*(x for r in w for x in r)) for w in layers)


@faulty("inputs-all-active", "network/activity-ratio", "s_{k-1} forgotten")
@domain(widths=["positive integer"], inactive=["count"])
def all_active(widths, inactive):
    if len(widths) != len(inactive) + 2 or any(s >= d for s, d in zip(inactive, widths[1:])):
        raise ValueError("does not fit")
    s = inactive + [0]
    pairs = list(zip(widths, widths[1:]))
    return sum(a * (b - z) for (a, b), z in zip(pairs, s)) / sum(a * b for a, b in pairs)


# --- thresholds, capacities, layer bounds ----------------------------------------------
THRESHOLD = dict(eps=["nonnegative"], xi=["nonnegative"], nu=["nonnegative"], zeta_0="nonnegative", layer="positive integer")
ACTIVATION = "muthukumar-sulam-2023/theorem-13-activation"


def thresholds(name, mistake):
    def register(f):
        @faulty(name, ACTIVATION, mistake)
        @domain(**THRESHOLD)
        def bound(eps, xi, nu, zeta_0, layer):
            if not len(eps) == len(xi) == len(nu) or layer > len(nu):
                raise ValueError("lists do not fit")
            return f(eps, xi, nu, zeta_0, int(layer))

        return f

    return register


def growth(eps):
    return math.prod(1 + e for e in eps) - 1


@thresholds("zeta-of-the-layer", "zeta_k for zeta_{k-1}")
def _(eps, xi, nu, zeta_0, k):
    return growth(eps[:k]) * xi[k - 1] * math.prod(nu[:k]) * zeta_0


@thresholds("own-sensitivity", "eps_k for gamma_k")
def _(eps, xi, nu, zeta_0, k):
    return eps[k - 1] * xi[k - 1] * math.prod(nu[: k - 1]) * zeta_0


@thresholds("growth-of-all-layers", "gamma_K for gamma_k")
def _(eps, xi, nu, zeta_0, k):
    return growth(eps) * xi[k - 1] * math.prod(nu[: k - 1]) * zeta_0


SHOT = "muthukumar-sulam-2023/single-shot-activation"


@faulty("events-of-every-layer", SHOT, "tau shared among 2K+1 events, also where s_k = 0")
@domain(**SINGLE_SHOT)
@functools.wraps(single_shot)
def all_events(**x):
    return single_shot(**x, events=2 * len(x["inactive"]) + 1)


@faulty("no-condition-is-zero", SHOT, "a threshold of 0 for a layer without a condition")
@domain(**SINGLE_SHOT)
@functools.wraps(single_shot)
def zero_threshold(**x):
    s = x["inactive"]
    if x["layer"] <= len(s) and s[int(x["layer"]) - 1] == 0:
        return 0.0
    return single_shot(**x)


@faulty("hidden-layers-only", "muthukumar-sulam-2023/effective-width", "the output layer left out of the maximum")
@domain(widths=["positive integer"], inactive=["count"])
def hidden_only(widths, inactive):
    if len(widths) != len(inactive) + 2 or any(s >= d for s, d in zip(inactive, widths[1:])) or max(widths) > 10**7:
        raise ValueError("does not fit")
    nats = [(d - s) * math.log(d) for d, s in zip(widths, [0] + inactive)]
    return max((a + b for a, b in zip(nats, nats[1:])), default=0.0) / 2


@faulty("root-of-squares", "ledent-2021/capacity", "the 2-norm of the shares for their 2/3-norm")
@domain(shares=["nonnegative"])
def root_of_squares(shares):
    if not shares:
        raise ValueError("no layer")
    return math.hypot(*shares)


@faulty("largest-of-each", "ledent-2021/cover", "the largest share times the largest width")
@domain(shares=["nonnegative"], outputs_of_layers=["positive integer"])
def largest_of_each(shares, outputs_of_layers):
    if not shares or len(shares) != len(outputs_of_layers):
        raise ValueError("does not fit")
    return max(shares) * max(outputs_of_layers)


HIDDEN = dict(hidden=["real"], inactive=["count"], zeta_0="positive")


def layer_bounds(name, mistake):
    def register(f):
        @faulty(name, "muthukumar-sulam-2023/zeta", mistake)
        @domain(**HIDDEN)
        def bound(hidden, inactive, zeta_0):
            small(hidden, inactive)
            if len(hidden) != len(inactive):
                raise ValueError("does not fit")
            s = [0] + [int(n) for n in inactive]
            return zeta_0 * math.prod(f(w, s[k + 1], s[k]) for k, w in enumerate(hidden))

        return f

    return register


@layer_bounds("all-inputs-active", "s_{k-1} forgotten in the norm of layer k")
def _(w, s2, s1):
    return block_norm(w, s2, 0)


@layer_bounds("babel-for-the-norm", "Lemma 18's bound for the sparse norm")
def _(w, s2, s1):
    mu = babel(w, s2, s1, both_signs, len(w) - 1 - s2)
    return row_norm(w, s1) * math.sqrt(1 + mu)


SIGMA = dict(eps="positive", xi="positive", nu="positive", d="positive integer", s="count", d_in="positive integer",
             s_in="count", t="confidence")


@faulty("choices-not-rooted", "muthukumar-sulam-2023/sigma-hidden", "the root over the last term of alpha missing")
@domain(**SIGMA)
def not_rooted(eps, xi, nu, d, s, d_in, s_in, t):
    if s >= d or s_in >= d_in or max(d, d_in) > 10**7:
        raise ValueError("does not fit")

    def alpha(d, s, d_in, s_in):
        choices = 0.0
        for n, k in ((d, s), (d_in, s_in)):
            choices += math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.sqrt(d - s) + math.sqrt(d_in - s_in) + 2 * (choices - math.log(t))

    return eps * min(nu / alpha(d, s, d_in, s_in), xi / alpha(d, d - 1, d_in, s_in))


@faulty("released-constant", "galanti-2023/sound:sound", "2 sqrt 2 for 4 sqrt C, as the released code has it")
@domain(m="sample", delta="confidence", margin_loss="fraction", rho_over_gamma="nonnegative", layers="positive integer",
        classes="sample", fan_in=["positive integer"], max_chain="nonnegative")
def released_constant(m, delta, margin_loss, rho_over_gamma, layers, classes, fan_in, max_chain):
    depth = 1 + math.sqrt(2 * (layers * math.log(2) + math.fsum(map(math.log, fan_in))))
    complexity = 2 * math.sqrt(2) * (rho_over_gamma + 1) / m * depth * math.sqrt(max_chain)
    return margin_loss + complexity + 3 * math.sqrt(math.log(2 * (rho_over_gamma + 2) ** 2 / delta) / (2 * m))


# --- samples through networks ----------------------------------------------------------
@faulty("final-relu", "network/smallest-margin", "a ReLU after the last layer")
@domain(**LABELLED)
def final_relu(layers, sample, labels):
    n = len(layers[-1]) if layers else 0
    unit = [[float(i == j) for j in range(n)] for i in range(n)]
    return min(network_margins(layers + [unit] if n else layers, sample, labels))


@faulty("mean-margin", "network/smallest-margin", "the mean margin for the smallest")
@domain(**LABELLED)
def mean_margin(layers, sample, labels):
    margins = network_margins(layers, sample, labels)
    return math.fsum(margins) / len(margins)


@faulty("no-relu", "network/margin-loss", "the ReLUs left out: the product of the layers")
@domain(gamma="nonnegative", **LABELLED)
def no_relu(layers, sample, labels, gamma):
    network_margins(layers, sample, labels)
    product = layers[0]
    for w in layers[1:]:
        product = [[sum(a * b for a, b in zip(r, c)) for c in zip(*product)] for r in w]
    margins = network_margins([product], sample, labels)
    return sum(m <= gamma for m in margins) / len(margins)


def greedily(name, mistake, **how):
    @faulty(name, "network/greedy-activity-ratio", mistake)
    @domain(**GREEDY)
    def ratio(layers, x, eps, zeta_0):
        small(layers)
        if len(x) != len(layers[0][0]):
            raise ValueError("does not fit")
        return activity_of(layers, greedy(layers, x, eps, zeta_0, **how))


greedily("greedy-at-ties", "a radius that equals 3 gamma counted as above it", exceeds=operator.ge)
greedily("greedy-at-gamma", "gamma for 3 gamma", times=1)
greedily("greedy-empties-layers", "s_k = d_k allowed: no unit is left", most=0)


@faulty("lost-at-ties", "network/sparse-loss", "a radius that equals its threshold counted as lost")
@domain(**SPARSE)
@functools.wraps(sparse_losses)
def lost_at_ties(**x):
    return sparse_losses(**x, lost=operator.le)


@faulty("last-layer-only", "network/sparse-loss", "only the last layer's condition")
@domain(**SPARSE)
@functools.wraps(sparse_losses)
def last_layer(**x):
    return sparse_losses(**x, which=-1)


@faulty("zero-threshold-lost", "network/sparse-loss", "a layer without inactive units taken for one with radius 0")
@domain(**SPARSE)
def zero_lost(layers, sample, inactive, eps, zeta_0, times):
    value = sparse_losses(layers, sample, inactive, eps, zeta_0, times)
    return 1.0 if eps > 0 and any(s == 0 for s in inactive) else value


@faulty("energy-for-the-norm", "network/operator-energy", "the Frobenius norm of what a position reads: the path energy")
@domain(**PATCHES)
@functools.wraps(operator_energies)
def energy_for_norm(**x):
    return operator_energies(**x, norm=lambda w: math.hypot(*(v for r in w for v in r)))


# --- convolutions ----------------------------------------------------------------------
CONVOLUTION = "convolution/operator-norm"


@faulty("reshaped-kernel", CONVOLUTION, "the norm of the kernel as a matrix, outputs by inputs and places")
@domain(**KERNEL)
@functools.wraps(convolution)
def reshaped(**x):
    convolution(**x)
    return top_singular_value([[v for w in x["taps"] for v in w[a]] for a in range(len(x["taps"][0]))])


@faulty("circular", CONVOLUTION, "the grid wrapped around, as the Fourier transform has it")
@domain(**KERNEL)
@functools.wraps(convolution)
def circular(**x):
    return convolution(**x, wrap=True)


@faulty("taps-added", CONVOLUTION, "the sum of the norms of the kernel's places")
@domain(**KERNEL)
@functools.wraps(convolution)
def taps_added(**x):
    convolution(**x)
    return math.fsum(map(top_singular_value, x["taps"]))


@faulty("stride-forgotten", CONVOLUTION, "stride 1, whatever it is")
@domain(**KERNEL)
@functools.wraps(convolution)
def stride_forgotten(**x):
    value = convolution(**x)
    try:
        return convolution(**{**x, "stride": 1})
    except ValueError:
        return value


@faulty("radius-not-relu", "sample/sparse-radius", "the ReLU left out: a radius below 0")
@domain(w=["real"], x=["real"], s="positive integer", xi="positive", zeta="positive")
def radius_not_relu(w, x, s, xi, zeta):
    rectangular(w)
    if len(x) != len(w[0]) or s > len(w):
        raise ValueError("does not fit")
    negated = sorted((-sum(a * b for a, b in zip(r, x)) for r in w), reverse=True)
    return negated[int(s) - 1] / (xi * zeta)


@faulty("divided-by-zeta", "sample/sparse-radius", "divided by zeta alone")
@domain(w=["real"], x=["real"], s="positive integer", xi="positive", zeta="positive")
def by_zeta_alone(w, x, s, xi, zeta):
    rectangular(w)
    if len(x) != len(w[0]) or s > len(w):
        raise ValueError("does not fit")
    negated = sorted((-sum(a * b for a, b in zip(r, x)) for r in w), reverse=True)
    return max(negated[int(s) - 1] / zeta, 0.0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        for name, (subject, _, mistake, _) in REGISTRY.items():
            print(f"{name}\t{subject}\t{mistake}")
        sys.exit()
    subject, function, _, number = REGISTRY[sys.argv[1]]
    serve({subject: function}, number=number)
