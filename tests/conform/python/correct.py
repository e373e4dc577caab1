"""Right implementations, each by another algorithm than gapcert's, and none of them in
interval arithmetic. `python3 correct.py NAME` serves one."""
import decimal
import functools
import itertools
import math
import operator
import os
import statistics
import sys
from decimal import Decimal
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "adapters", "python"))
from domain import below, domain, rectangular  # noqa: E402
from gapcert_conform import serve  # noqa: E402

decimal.getcontext().prec = 60
GIBBS = dict(m="sample", delta="confidence", kl="nonnegative", empirical_loss="fraction", log_inverse_weight="nonnegative")


# 1. kl inverted by bisection in doubles, the upper side returned.
def kl(q, p):
    first = q * (math.log(q) - math.log(p)) if q > 0 else 0.0
    if q == 1:
        return first
    # p - q is exact near q; far from it nothing cancels.
    near = p - q < (1 - q) / 2
    return first + (1 - q) * (-math.log1p((q - p) / (1 - q)) if near else math.log1p(-q) - math.log1p(-p))


def bisect(q, c):
    if q == 1 or c == 0:
        return q
    lo, hi = q, 1.0
    for _ in range(200):
        middle = (lo + hi) / 2
        if middle <= lo or middle >= hi:
            break
        lo, hi = (middle, hi) if middle < 1 and kl(q, middle) <= c else (lo, middle)
    return hi


@domain(**GIBBS)
def kl_bisection(m, delta, kl, empirical_loss, log_inverse_weight=0.0):
    c = (kl + math.log(2) + math.log(m) / 2 - math.log(delta) + log_inverse_weight) / m
    return bisect(empirical_loss, c)


# 2. The same by Newton's steps from above in 60 decimal digits, and xi(m) as a sum.
def xi(m):
    """e^m Gamma(m+1, m)/m^m: 1 + 1 + (m-1)/m + (m-1)(m-2)/m^2 + ..."""
    total, term = Decimal(1), Decimal(1)
    i = 0
    while term > Decimal("1e-30") * total and i < m:
        total += term
        i += 1
        term *= (m - i) / m
    return total


def newton(q, c):
    if q == 1 or c == 0:
        return q

    def excess(p):
        a = q * (q / p).ln() if q > 0 else Decimal(0)
        return a + (1 - q) * ((1 - q) / (1 - p)).ln() - c

    # kl is convex in p: from where it is above c Newton's steps fall towards the root.
    gap = Decimal(1) - (q + 1) / 2
    p = 1 - gap
    while excess(p) < 0:
        gap *= (-(c + 1)).exp() if gap > Decimal("1e-5") else Decimal("1e-9")
        p = 1 - gap
        if gap < Decimal("1e-50"):
            return Decimal(1)
    for _ in range(500):
        step = excess(p) * p * (1 - p) / (p - q)
        p -= step
        if abs(step) <= Decimal("1e-30") * p:
            break
    return p


@domain(**GIBBS)
def kl_newton(m, delta, kl, empirical_loss, log_inverse_weight=Decimal(0)):
    if m > 10**7:
        # Ramanujan: sqrt(pi m/2) + 2/3 + sqrt(pi/(288 m)) + O(1/m).
        root = (Decimal(math.pi) * m / 2).sqrt()
        ln_xi = (root + Decimal(2) / 3 + root / (12 * m)).ln()
    else:
        ln_xi = xi(m).ln()
    return newton(empirical_loss, (kl + ln_xi - delta.ln() + log_inverse_weight) / m)


# 3. The binomial tail from its largest term, and the secant rule on its logarithm.
def ln_choose(m, k):
    k = min(k, m - k)
    return math.fsum(math.log((m - k + i) / i) for i in range(1, k + 1))


def ln_tail(m, k, p, choose):
    """ln P(Bin(m,p) <= k)."""
    top = choose + (k * math.log(p) if k else 0.0) + (m - k) * math.log1p(-p)
    total, term, i = 1.0, 1.0, k
    while i > 0:
        ratio = i * (1 - p) / ((m - i + 1) * p)
        term *= ratio
        total += term
        i -= 1
        if ratio < 1 and term < 1e-18 * total:
            break
        if term > 1e250:
            top, total, term = top + math.log(1e250), total / 1e250, term / 1e250
    return top + math.log(total)


def ln_upper_tail(m, k, p, choose):
    """ln P(Bin(m,p) > k)."""
    ln_top = choose + math.log((m - k) / (k + 1)) + (k + 1) * math.log(p)
    ln_top += (m - k - 1) * math.log1p(-p) if k + 1 < m else 0.0
    total, term, i = 1.0, 1.0, k + 1
    while i < m:
        ratio = (m - i) * p / ((i + 1) * (1 - p))
        term *= ratio
        total += term
        i += 1
        if ratio < 1 and term < 1e-18 * total:
            break
        if term > 1e250:
            ln_top, total, term = ln_top + math.log(1e250), total / 1e250, term / 1e250
    return ln_top + math.log(total)


@domain(m="positive integer", errors="count", delta="confidence")
def clopper_pearson(m, errors, delta):
    if errors > m:
        raise ValueError("errors > m")
    m, k = int(m), int(errors)
    if k == m:
        return 1.0
    if k == 0:
        return -math.expm1(math.log(delta) / m)
    choose = ln_choose(m, k)
    if delta <= 0.5:
        target = math.log(delta)
        falls = lambda p: ln_tail(m, k, p, choose) > target  # noqa: E731
    else:
        target = math.log(1 - delta)
        falls = lambda p: ln_upper_tail(m, k, p, choose) < target  # noqa: E731
    lo, hi = 0.0, 1.0
    for _ in range(200):
        # Relatively, for small limits too.
        middle = math.sqrt(lo * hi) if lo > 0 else hi / 16 if hi > 1e-300 else 0.0
        middle = (lo + hi) / 2 if hi < 2 * lo else middle
        if middle <= lo or middle >= hi:
            break
        lo, hi = (middle, hi) if falls(middle) else (lo, middle)
    return hi


# 4. Spectral norms by Jacobi's rotations on the Gram matrix, over all sub-matrices.
def top_singular_value(w):
    """Scaled, so that nothing overflows; the smaller Gram matrix."""
    size = max(abs(x) for row in w for x in row)
    if size == 0:
        return 0.0
    w = [[x / size for x in row] for row in w]
    w = w if len(w) <= len(w[0]) else [list(c) for c in zip(*w)]
    n = len(w)
    a = [[math.fsum(x * y for x, y in zip(r, s)) for s in w] for r in w]
    for _ in range(60):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(i)) < 1e-34:
            break
        for p, q in itertools.combinations(range(n), 2):
            if abs(a[p][q]) < 1e-300:
                continue
            angle = math.atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2
            c, s = math.cos(angle), math.sin(angle)
            for k in range(n):
                x, y = a[k][p], a[k][q]
                a[k][p], a[k][q] = c * x - s * y, s * x + c * y
            for k in range(n):
                x, y = a[p][k], a[q][k]
                a[p][k], a[q][k] = c * x - s * y, s * x + c * y
    return size * math.sqrt(max(max(a[i][i] for i in range(n)), 0.0))


@domain(w=["real"])
def spectral(w):
    rectangular(w)
    return top_singular_value(w)


@domain(w=["real"], s2="count", s1="count")
def sparse_norm(w, s2, s1):
    rectangular(w)
    rows, columns = len(w), len(w[0])
    s2, s1 = below("s2", s2, rows), below("s1", s1, columns)
    return max(
        top_singular_value([[w[i][j] for j in js] for i in iis])
        for iis in itertools.combinations(range(rows), rows - s2)
        for js in itertools.combinations(range(columns), columns - s1)
    )


# 5. The babel function over every subset of columns, in fractions.
@domain(w=["real"], s2="count", s1="count")
def babel_by_subsets(w, s2, s1):
    rectangular(w)
    s2, s1 = below("s2", s2, len(w)), below("s1", s1, len(w[0]))
    subsets = list(itertools.combinations(range(len(w[0])), len(w[0]) - s1))
    norm = max(sum(r[l] ** 2 for l in J) for r in w for J in subsets)
    if norm == 0 or s2 == len(w) - 1:
        return 0
    inner = lambda r, t: max(abs(sum(r[l] * t[l] for l in J)) for J in subsets)  # noqa: E731
    worst = Fraction(0)
    for j in range(len(w)):
        others = [inner(w[i], w[j]) for i in range(len(w)) if i != j]
        worst = max(worst, max(map(sum, itertools.combinations(others, len(w) - 1 - s2))))
    return worst / norm


# 6. The path norm by walking every path, in fractions.
@domain(layers=["real"])
def path_norm_by_paths(layers):
    for w in layers:
        rectangular(w)
    if not layers or any(len(a) != len(b[0]) for a, b in zip(layers, layers[1:])):
        raise ValueError("layers do not chain")
    widths = [len(layers[0][0])] + [len(w) for w in layers]
    total = Fraction(0)
    for path in itertools.product(*map(range, widths)):
        product = Fraction(1)
        for w, (i, j) in zip(layers, zip(path, path[1:])):
            product *= abs(w[j][i])
        total += product
    return total


# 7. Theorem S+ with kappa by a ternary search in decimals and an exact grid.
@functools.cache
def kappa(layers):
    """inf (1/t) arccosh(1 + 2^{L-1} (e^{t^2/2} - 1)): one valley."""
    if layers <= 2:
        return Decimal(layers).sqrt()
    scale = Decimal(2) ** (layers - 1)

    def value(t):
        u = 1 + scale * ((t * t / 2).exp() - 1)
        return (u + (u * u - 1).sqrt()).ln() / t

    lo, hi = Decimal("0.01"), 4 * Decimal(layers).sqrt()
    for _ in range(90):
        a, b = lo + (hi - lo) / 3, hi - (hi - lo) / 3
        lo, hi = (lo, b) if value(a) < value(b) else (a, hi)
    return value(lo)


def grid_exponent(q, q0, b):
    q, q0, b = Fraction(q), Fraction(q0), Fraction(b)
    t = math.floor((math.log(q) - math.log(q0)) / math.log(b)) - 2
    while q0 * b**t < q:
        t += 1
    return t


@domain(m="sample", delta="confidence", ramp_loss="fraction", rho_over_gamma="positive", layers="positive integer",
        classes="sample", path_energy="nonnegative", q0="positive", b="above one")
def path_energy(m, delta, ramp_loss, rho_over_gamma, layers, classes, path_energy, q0, b):
    t = grid_exponent(rho_over_gamma, q0, b)
    pi = Decimal("3.14159265358979323846264338327950288419716939937510582")
    complexity = 2 * pi.sqrt() / m * q0 * b ** Decimal(t) * kappa(int(layers)) * ((classes - 1) * path_energy).sqrt()
    t = abs(t)
    confidence = (2 / m * (Decimal(3 * (t + 1) * (t + 2)) / (2 * delta)).ln()).sqrt()
    return ramp_loss + complexity + confidence


# 8. Catoni's bound in doubles, with expm1 where exponents are small.
@domain(c="positive", **GIBBS)
def catoni(m, delta, kl, empirical_loss, c, log_inverse_weight=0.0):
    exponent = c * empirical_loss + (kl - math.log(delta) + log_inverse_weight) / m
    return math.expm1(-exponent) / math.expm1(-c)


# 9. Margins compared in fractions.
@domain(outputs=["real"], labels=["count"], gamma="nonnegative")
def margin_loss(outputs, labels, gamma):
    rectangular(outputs)
    if len(labels) != len(outputs) or len(outputs[0]) < 2:
        raise ValueError("a label for each row")
    lost = 0
    for row, y in zip(outputs, labels):
        y = below("label", y, len(row))
        lost += row[y] <= gamma + max(row[:y] + row[y + 1 :])
    return Fraction(lost, len(outputs))


# 10. The Frobenius norm by hypot, which scales.
@domain(w=["real"])
def frobenius(w):
    rectangular(w)
    return math.hypot(*(x for row in w for x in row))


# 11. Theorem 13 in decimals.
@domain(m="sample", delta="confidence", margin_loss="fraction", sparse_loss=["fraction"], sparse_loss_3=["fraction"],
        kl=["nonnegative"], log_inverse_weight="nonnegative")
def theorem_13(m, delta, margin_loss, sparse_loss, sparse_loss_3, kl, log_inverse_weight=Decimal(0)):
    layers = len(kl)
    if layers == 0 or len(sparse_loss) != layers - 1 or len(sparse_loss_3) != layers - 1:
        raise ValueError("lists do not fit")
    total = margin_loss + sum(sparse_loss) + sum(sparse_loss_3) + 4 * layers / (m.sqrt() - 1)
    for k in range(layers):
        nats = 4 * sum(kl[: k + 1]) + 2 * ((2 * m * layers / delta).ln() + log_inverse_weight)
        total += (nats / (m - 1)).sqrt()
    return total


# 12. kl inverse itself, by Newton's steps in decimals.
@domain(q="fraction", c="nonnegative")
def kl_inverse(q, c):
    return newton(q, c)


# 13. McAllester's bound as printed, in decimals.
@domain(**GIBBS)
def mcallester(m, delta, kl, empirical_loss, log_inverse_weight=Decimal(0)):
    return empirical_loss + ((kl + (m / delta).ln() + log_inverse_weight) / (2 * (m - 1))).sqrt()


# 14. Bartlett, Foster & Telgarsky in doubles.
@domain(m="sample", delta="confidence", ramp_loss="fraction", gamma="positive", input_energy="nonnegative",
        spectral=["nonnegative"], distance_21=["nonnegative"], width="positive integer", log_inverse_weight="nonnegative")
def bartlett(m, delta, ramp_loss, gamma, input_energy, spectral, distance_21, width, log_inverse_weight=0.0):
    if not spectral or len(spectral) != len(distance_21):
        raise ValueError("a norm and a distance for each layer")
    others = [math.prod(spectral[:i] + spectral[i + 1 :]) for i in range(len(spectral))]
    total = math.fsum((b * s) ** (2 / 3) for b, s in zip(distance_21, others)) ** 1.5
    rate = 24 * math.sqrt(2) * math.log(m) / (gamma * m) * math.sqrt(input_energy)
    complexity = 8 / m + rate * total * math.sqrt(math.log(2 * width**2))
    return ramp_loss + complexity + math.sqrt(2 * (log_inverse_weight - math.log(delta)) / m)


# 15. Thresholds of Theorem 13, gamma_k as a product in fractions.
@domain(eps=["nonnegative"], xi=["nonnegative"], nu=["nonnegative"], zeta_0="nonnegative", layer="positive integer")
def theorem_13_activation(eps, xi, nu, zeta_0, layer):
    if not len(eps) == len(xi) == len(nu) or layer > len(nu):
        raise ValueError("lists do not fit")
    k = int(layer)
    return (math.prod(1 + e for e in eps[:k]) - 1) * xi[k - 1] * math.prod(nu[: k - 1]) * zeta_0


# 16. Thresholds of Theorem M, the chi quantile from finite sums for integer degrees.
def ln_chi_tail(dof, x):
    """ln P(chi_dof > sqrt(2 x))."""
    terms = []
    if dof % 2:
        tail = math.erfc(math.sqrt(x))
        terms.append(math.log(tail) if tail > 0 else -x - math.log(math.sqrt(math.pi * x)))
        start, count = 1.5, dof // 2
    else:
        start, count = 1.0, dof // 2
    terms += [(start + i - 1) * math.log(x) - x - math.lgamma(start + i) for i in range(count)]
    top = max(terms)
    return top + math.log(math.fsum(math.exp(t - top) for t in terms))


def chi_quantile(p, dof):
    lo, hi = 1e-300, 1.0
    while ln_chi_tail(dof, hi) > math.log(p):
        lo, hi = hi, 2 * hi
    for _ in range(2000):
        middle = math.sqrt(lo * hi) if hi > 2 * lo else (lo + hi) / 2
        if middle <= lo or middle >= hi:
            break
        lo, hi = (middle, hi) if ln_chi_tail(dof, middle) > math.log(p) else (lo, middle)
    return math.sqrt(2 * hi)


def normal_quantile(p):
    """Newton's steps on erfc from the library's quantile."""
    x = -statistics.NormalDist().inv_cdf(p)
    for _ in range(3):
        tail = math.erfc(x / math.sqrt(2)) / 2
        x += (tail - p) * math.sqrt(2 * math.pi) * math.exp(x * x / 2)
    return x


SINGLE_SHOT = dict(widths=["positive integer"], inactive=["count"], zeta_0="positive", nu=["positive"], xi=["positive"],
                   sigma=["positive"], tau="confidence", layer="positive integer")


def single_shot(widths, inactive, zeta_0, nu, xi, sigma, tau, layer, events=None):
    hidden = len(inactive)
    if len(widths) != hidden + 2 or len(nu) != hidden or len(xi) != hidden or len(sigma) != hidden + 1 or layer > hidden:
        raise ValueError("lists do not fit")
    d, s = [int(n) for n in widths], [0] + [int(n) for n in inactive] + [0]
    if any(a >= b for a, b in zip(s[1:], d[1:])) or max(d) > 10**5 or s[int(layer)] == 0:
        raise ValueError("inactive units")
    events = events or 1 + sum(2 if s[k] else 1 for k in range(1, hidden + 1))
    moved, zeta = 0.0, zeta_0
    for k in range(1, hidden + 1):
        noise = sigma[k - 1] * (zeta + moved)
        if k == layer:
            return xi[k - 1] * moved + noise * normal_quantile(tau / events / (2 * d[k]))
        moved = nu[k - 1] * moved + noise * chi_quantile(tau / events, d[k] - s[k])
        zeta *= nu[k - 1]


single_shot_activation = domain(**SINGLE_SHOT)(single_shot)


# 17. The effective dimension in decimals.
@domain(widths=["positive integer"], inactive=["count"])
def effective_width(widths, inactive):
    if len(widths) != len(inactive) + 2 or any(s >= d for s, d in zip(inactive, widths[1:])) or max(widths) > 10**7:
        raise ValueError("does not fit")
    active = [d - s for d, s in zip(widths, [0] + inactive + [0])]
    nats = [a * d.ln() for a, d in zip(active, widths)]
    return max(a + b for a, b in zip(nats, nats[1:])) / 2


# 18. Capacity and cover of Ledent et al.
@domain(shares=["nonnegative"])
def capacity(shares):
    if not shares:
        raise ValueError("no layer")
    root = lambda x: x ** (Decimal(2) / 3) if x else Decimal(0)  # noqa: E731
    total = sum(map(root, shares))
    return total * total.sqrt()


@domain(shares=["nonnegative"], outputs_of_layers=["positive integer"])
def cover(shares, outputs_of_layers):
    if not shares or len(shares) != len(outputs_of_layers):
        raise ValueError("does not fit")
    return max(map(operator.mul, shares, outputs_of_layers))


# 19. Networks in fractions: the forward pass, margins.
def chained(layers):
    for w in layers:
        rectangular(w)
    if not layers or any(len(a) != len(b[0]) for a, b in zip(layers, layers[1:])):
        raise ValueError("layers do not chain")


def forward(layers, x):
    """What each layer reads, and the outputs."""
    values = [x]
    for w in layers:
        if len(values) > 1:
            x = [max(v, 0) for v in x]
            values[-1] = x
        x = [sum(map(operator.mul, r, x)) for r in w]
        values.append(x)
    return values


def network_margins(layers, sample, labels):
    chained(layers)
    rectangular(sample)
    if len(sample[0]) != len(layers[0][0]) or len(labels) != len(sample) or len(layers[-1]) < 2:
        raise ValueError("does not fit")
    all = []
    for x, y in zip(sample, labels):
        h = forward(layers, x)[-1]
        y = below("label", y, len(h))
        all.append(h[y] - max(h[:y] + h[y + 1 :]))
    return all


LABELLED = dict(layers=["real"], sample=["real"], labels=["count"])


@domain(**LABELLED)
def smallest_margin(layers, sample, labels):
    return min(network_margins(layers, sample, labels))


@domain(gamma="nonnegative", **LABELLED)
def network_margin_loss(layers, sample, labels, gamma):
    margins = network_margins(layers, sample, labels)
    return Fraction(sum(m <= gamma for m in margins), len(margins))


# 20. Layer bounds, greedy sparsity and sparse losses, norms by Jacobi's rotations.
def block_norm(w, s2, s1):
    rows, columns = len(w), len(w[0])
    if s2 >= rows or s1 >= columns:
        return 0.0
    return max(
        top_singular_value([[w[i][j] for j in js] for i in iis])
        for iis in itertools.combinations(range(rows), rows - s2)
        for js in itertools.combinations(range(columns), columns - s1)
    )


def row_norm(w, s1):
    return max(math.hypot(*sorted(map(abs, r), reverse=True)[: len(r) - s1]) for r in w)


def small(layers, inactive=()):
    chained(layers)
    if max(max(len(w), len(w[0])) for w in layers) > 6 or any(s >= len(w) for s, w in zip(inactive, layers)):
        raise ValueError("too large")


@domain(hidden=["real"], inactive=["count"], zeta_0="positive")
def zeta(hidden, inactive, zeta_0):
    small(hidden, inactive)
    if len(hidden) != len(inactive):
        raise ValueError("does not fit")
    s = [0] + [int(n) for n in inactive]
    return zeta_0 * math.prod(block_norm(w, s[k + 1], s[k]) for k, w in enumerate(hidden))


def thresholds_of(layers, eps, zeta_0):
    """A function of s_1..s_{k-1} for each hidden layer: gamma_k xi_k zeta_{k-1}."""
    hidden = len(layers) - 1

    def threshold(k, s):
        s = [0] + s
        gamma = math.expm1(math.fsum(math.log1p(eps / (hidden - n)) for n in range(k + 1)))
        gamma = eps / hidden if k == 0 else gamma
        norms = [block_norm(layers[n], s[n + 1], s[n]) for n in range(k)]
        return gamma * row_norm(layers[k], s[k]) * math.prod(norms) * zeta_0

    return threshold


def inactivity(w, x, s):
    return sorted((-sum(map(operator.mul, r, x)) for r in w), reverse=True)[s - 1]


def greedy(layers, x, eps, zeta_0, exceeds=operator.gt, times=3, most=1):
    threshold = thresholds_of(layers, eps, zeta_0)
    read, chosen = forward(layers, x), []
    for k in range(len(layers) - 1):
        bound = times * threshold(k, chosen)
        s = len(layers[k]) - most
        while s > 0 and not exceeds(inactivity(layers[k], read[k], s), bound):
            s -= 1
        chosen.append(s)
    return chosen


def activity_of(layers, s):
    d = [len(layers[0][0])] + [len(w) for w in layers]
    a = [n - z for n, z in zip(d, [0] + s + [0])]
    return sum(map(operator.mul, a, a[1:])) / sum(map(operator.mul, d, d[1:]))


GREEDY = dict(layers=["real"], x=["real"], eps="nonnegative", zeta_0="positive")


@domain(**GREEDY)
def greedy_activity(layers, x, eps, zeta_0):
    small(layers)
    if len(x) != len(layers[0][0]):
        raise ValueError("does not fit")
    return activity_of(layers, greedy(layers, x, eps, zeta_0))


SPARSE = dict(layers=["real"], sample=["real"], inactive=["count"], eps="nonnegative", zeta_0="positive", times="positive")


def sparse_losses(layers, sample, inactive, eps, zeta_0, times, lost=operator.lt, which=None):
    small(layers, inactive)
    rectangular(sample)
    if len(sample[0]) != len(layers[0][0]) or len(inactive) != len(layers) - 1:
        raise ValueError("does not fit")
    threshold, s = thresholds_of(layers, eps, zeta_0), [int(n) for n in inactive]
    bounds = [times * threshold(k, s) for k in range(len(s))]
    conditions = [k for k in range(len(s)) if s[k]][slice(which, None)]
    reads = [forward(layers, x) for x in sample]
    failed = [any(lost(inactivity(layers[k], r[k], s[k]), bounds[k]) for k in conditions) for r in reads]
    return sum(failed) / len(sample)


sparse_loss = domain(**SPARSE)(sparse_losses)


# 21. Operators of convolutions, scattered from the inputs.
KERNEL = dict(taps=["real"], kernel_columns="positive integer", input_rows="positive integer",
              input_columns="positive integer", stride="positive integer", padding="count")


def convolution(taps, kernel_columns, input_rows, input_columns, stride, padding, wrap=False):
    for w in taps:
        rectangular(w)
    if not taps or any(len(w) != len(taps[0]) or len(w[0]) != len(taps[0][0]) for w in taps):
        raise ValueError("no kernel")
    c, n, m, s, p = map(int, (kernel_columns, input_rows, input_columns, stride, padding))
    r = len(taps) // c
    height, width = (n + 2 * p - r) // s + 1, (m + 2 * p - c) // s + 1
    if r * c != len(taps) or n + 2 * p < r or m + 2 * p < c or max(c, n, m, s, p) > 64:
        raise ValueError("kernel does not fit")
    outputs, inputs = len(taps[0]), len(taps[0][0])
    sizes = height * width * outputs, n * m * inputs
    if min(sizes) > 12 or max(sizes) > 1200:
        raise ValueError("too large")
    matrix = [[0.0] * sizes[1] for _ in range(sizes[0])]
    for i, j in itertools.product(range(n), range(m)):
        for t, w in enumerate(taps):
            y, x = i + p - t // c, j + p - t % c
            if wrap:
                y, x = y % n, x % m
            if y % s or x % s or not (0 <= y // s < height and 0 <= x // s < width):
                continue
            for a, b in itertools.product(range(outputs), range(inputs)):
                matrix[((y // s) * width + x // s) * outputs + a][(i * m + j) * inputs + b] += w[a][b]
    return top_singular_value(matrix)


operator_norm = domain(**KERNEL)(convolution)


# 22. The operator energy: paths counted forwards from each position of the first layer.
PATCHES = dict(sample=["real"], kernels=["positive integer"], strides=["positive integer"], paddings=["count"])


def operator_energies(sample, kernels, strides, paddings, norm=top_singular_value):
    rectangular(sample)
    if not len(kernels) == len(strides) == len(paddings) or not kernels or max(kernels + strides + paddings) > 4096:
        raise ValueError("lists do not fit")
    windows = [tuple(map(int, w)) for w in zip(kernels, strides, paddings)]
    sizes = [len(sample[0])]
    for k, s, p in windows:
        if sizes[-1] + 2 * p < k:
            raise ValueError("kernel does not fit")
        sizes.append((sizes[-1] + 2 * p - k) // s + 1)
    if min(len(sample), windows[0][0]) > 12 or sizes[0] > 64 or max(sizes) > 4096:
        raise ValueError("too large")

    def read(layer, q):
        k, s, p = windows[layer]
        return [u for u in range(q * s - p, q * s - p + k) if 0 <= u < sizes[layer]]

    paths = [1] * sizes[-1]
    for layer in range(len(windows) - 1, 0, -1):
        below_it = [0] * sizes[layer]
        for q, n in enumerate(paths):
            for u in read(layer, q):
                below_it[u] += n
        paths = below_it
    patches = [[[x[u] for u in read(0, q)] for x in sample] for q in range(sizes[1])]
    return math.fsum(n * norm(w) ** 2 for n, w in zip(paths, patches) if w[0])


operator_energy = domain(**PATCHES)(operator_energies)


REGISTRY = {
    "kl-bisection": ("pac-bayes/kl:as-printed", kl_bisection, float),
    "kl-newton": ("pac-bayes/kl:sharp", kl_newton, Decimal),
    "clopper-pearson": ("test-set/clopper-pearson:as-printed", clopper_pearson, float),
    "spectral-jacobi": ("matrix/spectral", spectral, float),
    "sparse-norm-jacobi": ("matrix/sparse-norm", sparse_norm, float),
    "babel-by-subsets": ("matrix/babel", babel_by_subsets, Fraction),
    "path-norm-by-paths": ("network/path-norm", path_norm_by_paths, Fraction),
    "path-energy": ("galanti-2023/path-energy:sharp", path_energy, Decimal),
    "catoni": ("pac-bayes/catoni:as-printed", catoni, float),
    "margin-loss": ("sample/margin-loss", margin_loss, Fraction),
    "frobenius": ("matrix/frobenius", frobenius, float),
    "theorem-13": ("muthukumar-sulam-2023/theorem-13:as-printed", theorem_13, Decimal),
    "kl-inverse": ("function/kl-inverse", kl_inverse, Decimal),
    "mcallester": ("pac-bayes/mcallester:as-printed", mcallester, Decimal),
    "bartlett": ("bartlett-2017:as-printed", bartlett, float),
    "theorem-13-activation": ("muthukumar-sulam-2023/theorem-13-activation", theorem_13_activation, Fraction),
    "single-shot-activation": ("muthukumar-sulam-2023/single-shot-activation", single_shot_activation, float),
    "effective-width": ("muthukumar-sulam-2023/effective-width", effective_width, Decimal),
    "capacity": ("ledent-2021/capacity", capacity, Decimal),
    "cover": ("ledent-2021/cover", cover, Fraction),
    "smallest-margin": ("network/smallest-margin", smallest_margin, Fraction),
    "network-margin-loss": ("network/margin-loss", network_margin_loss, Fraction),
    "zeta": ("muthukumar-sulam-2023/zeta", zeta, float),
    "greedy-activity": ("network/greedy-activity-ratio", greedy_activity, float),
    "sparse-loss": ("network/sparse-loss", sparse_loss, float),
    "operator-energy": ("network/operator-energy", operator_energy, float),
    "operator-norm": ("convolution/operator-norm", operator_norm, float),
}

if __name__ == "__main__":
    if len(sys.argv) < 2:
        for name, (subject, _, _) in REGISTRY.items():
            print(f"{name} {subject}")
        sys.exit()
    subject, function, number = REGISTRY[sys.argv[1]]
    serve({subject: function}, number=number)
