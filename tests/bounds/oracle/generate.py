"""Writes theorems.json: right-hand sides of every bound, and the helper formulas
of Theorems 11, 13 and M, evaluated by mpmath from the formulas of the papers.

It shares nothing with the crate: kl^{-1} and Clopper-Pearson are bisections
here, xi(m) its defining sum (or mpmath's incomplete gamma function), quantiles
roots of erfc and of the incomplete gamma function.

    python3 tests/bounds/oracle/generate.py > tests/bounds/oracle/theorems.json

Inputs are decimal strings that stand for exactly what they spell; values have
DIGITS correct digits, so the exact value lies within one unit of the last.
"""

import json
import random

import mpmath
from mpmath import mp, mpf

import norm_based

SEED = 20260213
CASES = 40
DIGITS = 60
mp.dps = 90

rng = random.Random(SEED)


def dec(text):
    """The exact rational of a decimal string, rounded to 110 digits."""
    return mpf(text)


def show(x):
    return mpmath.nstr(x, DIGITS, min_fixed=1, max_fixed=0, strip_zeros=False)


def kl(q, p):
    def term(a, b):
        return mpf(0) if a == 0 else a * mpmath.log(a / b)

    return term(q, p) + term(1 - q, 1 - p)


def bisect(f, lo, hi, steps):
    """The root of an increasing f."""
    for _ in range(steps):
        mid = (lo + hi) / 2
        if f(mid) <= 0:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def kl_inv(q, c):
    if q == 1:
        return mpf(1)
    if c == 0:
        return q
    # In terms of 1 - p = exp(-y), so that values near 1 keep their digits.
    if q == 0:
        return -mpmath.expm1(-c)
    return bisect(lambda p: kl(q, p) - c, q, 1 - mpf(10) ** -85, 290)


def xi(m):
    if m <= 300:
        total = mpf(0)
        for j in range(m + 1):
            p = mpf(j) / m
            total += mpmath.binomial(m, j) * p**j * (1 - p) ** (m - j)
        return total
    # e^m Gamma(m+1, m)/m^m
    log = m + mpmath.log(mpmath.gammainc(m + 1, m, mpmath.inf)) - m * mpmath.log(m)
    return mpmath.exp(log)


def binomial_cdf(k, m, p):
    # From the largest term down; p in (0,1).
    top = mpmath.exp(
        mpmath.loggamma(m + 1)
        - mpmath.loggamma(k + 1)
        - mpmath.loggamma(m - k + 1)
        + k * mpmath.log(p)
        + (m - k) * mpmath.log1p(-p)
    )
    total, term = top, top
    for j in range(k, 0, -1):
        term *= mpf(j) * (1 - p) / ((m - j + 1) * p)
        total += term
        if term < total * mpf(10) ** -108 and j * (1 - p) < (m - j + 1) * p / 2:
            break
    return total


def refine(f, slope, lo, hi):
    """The root of an increasing f: bisection with 25 digits, then Newton."""
    digits, mp.dps = mp.dps, 25
    x = bisect(f, mpf(lo), mpf(hi), 60)
    mp.dps = digits
    for _ in range(4):
        x -= f(x) / slope(x)
    return x


def clopper_pearson(k, m, delta):
    if k == m:
        return mpf(1)
    if k == 0:
        return -mpmath.expm1(mpmath.log(delta) / m)
    if k == m - 1:
        return mpmath.exp(mpmath.log1p(-delta) / m)

    def density(p):
        log = mpmath.loggamma(m + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(m - k)
        return mpmath.exp(log + k * mpmath.log(p) + (m - k - 1) * mpmath.log1p(-p))

    # In y = ln of the distribution function, nearly linear in p.
    f = lambda p: mpmath.log(delta) - mpmath.log(binomial_cdf(k, m, p))
    return refine(f, lambda p: density(p) / binomial_cdf(k, m, p), mpf(10) ** -12, 1 - mpf(10) ** -12)


def normal_upper(p):
    """Q(x) = p."""
    tail = lambda x: mpmath.erfc(x / mpmath.sqrt(2)) / 2
    density = lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)
    f = lambda x: mpmath.log(p) - mpmath.log(tail(x))
    return refine(f, lambda x: density(x) / tail(x), -20, 40)


def chi_tail(c, n):
    """P(chi_n > c): integration by parts down to erfc or exp."""
    x = c * c / 2
    total = mpmath.erfc(mpmath.sqrt(x)) if n % 2 else mpf(0)
    a = mpf(1) / 2 if n % 2 else mpf(0)
    term = mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1))
    while a < mpf(n) / 2:
        total += term
        a += 1
        term *= x / a
    return total


def chi_upper(p, n):
    density = lambda c: mpmath.exp(
        (n - 1) * mpmath.log(c) - c * c / 2 - (mpf(n) / 2 - 1) * mpmath.log(2) - mpmath.loggamma(mpf(n) / 2)
    )
    f = lambda c: mpmath.log(p) - mpmath.log(chi_tail(c, n))
    high = mpmath.sqrt(n) + mpmath.sqrt(-2 * mpmath.log(p))
    c = refine(f, lambda c: density(c) / chi_tail(c, n), mpf(10) ** -8, high)
    # The tail once more, by the incomplete gamma function.
    if n <= 100:
        direct = mpmath.gammainc(mpf(n) / 2, c * c / 2, mpmath.inf, regularized=True)
        assert abs(direct / p - 1) < mpf(10) ** -80
    return c


# ---------------------------------------------------------------- inputs

SMALL_M = [2, 3, 5, 10, 57, 100, 1000]
LARGE_M = [55000, 60000, 10**6, 20000000]
DELTAS = ["0.05", "0.025", "0.01", "1e-12", "0.5", "0.999999999", "1e-100", "0.3333"]


def pick_m(i):
    if i % 5 == 0:
        return 2
    if i % 3 == 0:
        return rng.choice(LARGE_M)
    return rng.choice(SMALL_M + [rng.randint(2, 200000)])


def pick_delta(i):
    return DELTAS[i % len(DELTAS)] if i % 2 else f"0.{rng.randint(1, 9999):04d}"


def fraction(i):
    if i % 4 == 0:
        return rng.choice(["0", "1"])
    return f"0.{rng.randint(0, 10**9):09d}"


def nats(i):
    if i % 4 == 1:
        return "0"
    return f"{rng.uniform(0, 10 ** rng.randint(-3, 5)):.6f}"


def paid(i):
    return "0" if i % 3 == 0 else f"{rng.uniform(0, 60):.5f}"


XI = {}


def ln_xi(m):
    if m not in XI:
        XI[m] = mpmath.log(xi(m))
    return XI[m]


# ---------------------------------------------------------------- bounds


def theorem_13(sharp):
    def make(i):
        layers = rng.randint(1, 5)
        hidden = layers - 1
        x = {
            "m": str(pick_m(i)),
            "delta": pick_delta(i),
            "margin_loss": fraction(i),
            "sparse_loss": [fraction(i + j) for j in range(hidden)],
            "sparse_loss_3": [fraction(i + 2 * j) for j in range(hidden)],
            "kl": [nats(i + j) for j in range(layers)],
            "log_inverse_weight": paid(i),
        }
        return x

    def value(x):
        m, delta, w = dec(x["m"]), dec(x["delta"]), dec(x["log_inverse_weight"])
        layers = len(x["kl"])
        total = dec(x["margin_loss"]) + 4 * layers / (mpmath.sqrt(m) - 1)
        total += sum(map(dec, x["sparse_loss"])) + sum(map(dec, x["sparse_loss_3"]))
        for k in range(layers):
            klk = sum(dec(t) for t in x["kl"][: k + 1])
            if sharp:
                inner = (klk + mpmath.log(m * layers / delta) + w) / (2 * (m - 1))
            else:
                inner = (4 * klk + 2 * (mpmath.log(2 * m * layers / delta) + w)) / (m - 1)
            total += mpmath.sqrt(inner)
        return total

    return make, value


def single_shot():
    def make(i):
        return {
            "m": str(pick_m(i)),
            "delta": pick_delta(i),
            "tau": ["0", "0.5", "0.0009765625", "0.999", f"0.{rng.randint(0, 999):03d}"][i % 5],
            "unsafe_fraction": fraction(i),
            "kl": nats(i),
            "log_inverse_weight": paid(i),
        }

    def value(x):
        m, delta, tau, u = (dec(x[n]) for n in ("m", "delta", "tau", "unsafe_fraction"))
        c = (dec(x["kl"]) + ln_xi(int(x["m"])) + mpmath.log(1 / delta) + dec(x["log_inverse_weight"])) / m
        return kl_inv(u + tau * (1 - u), c) / (1 - tau)

    return make, value


def gibbs(formula, extra=None):
    def make(i):
        x = {
            "m": str(pick_m(i)),
            "delta": pick_delta(i),
            "kl": nats(i),
            "empirical_loss": fraction(i),
            "log_inverse_weight": paid(i),
        }
        if extra:
            x.update(extra(i))
        return x

    def value(x):
        m, delta = dec(x["m"]), dec(x["delta"])
        return formula(x, m, delta, dec(x["kl"]), dec(x["empirical_loss"]), dec(x["log_inverse_weight"]))

    return make, value


def clopper():
    def make(i):
        m = [1, 2, 3, 10, 100, 2000, 12000, 10**6][i % 8]
        errors = [0, m - 1, m, rng.randint(0, min(m, 12000)), rng.randint(0, min(m, 3000)), rng.randint(0, min(m, 400))][i % 6]
        return {"m": str(m), "errors": str(errors), "delta": pick_delta(i)}

    def value(x):
        return clopper_pearson(int(x["errors"]), int(x["m"]), dec(x["delta"]))

    return make, value


def catoni(x, m, delta, k, loss, w):
    c = dec(x["c"])
    return (1 - mpmath.exp(-c * loss - (k + mpmath.log(1 / delta) + w) / m)) / (1 - mpmath.exp(-c))


BOUNDS = {
    "muthukumar-sulam-2023/theorem-13:as-printed": theorem_13(False),
    "muthukumar-sulam-2023/theorem-13:sound": theorem_13(False),
    "muthukumar-sulam-2023/theorem-13:sharp": theorem_13(True),
    "muthukumar-sulam-2023/theorem-11:as-printed": theorem_13(False),
    "muthukumar-sulam-2023/single-shot:sharp": single_shot(),
    "pac-bayes/kl:as-printed": gibbs(
        lambda x, m, d, k, q, w: kl_inv(q, (k + mpmath.log(2 * mpmath.sqrt(m) / d) + w) / m)
    ),
    "pac-bayes/kl:sharp": gibbs(
        lambda x, m, d, k, q, w: kl_inv(q, (k + ln_xi(int(m)) + mpmath.log(1 / d) + w) / m)
    ),
    "pac-bayes/mcallester:as-printed": gibbs(
        lambda x, m, d, k, q, w: q + mpmath.sqrt((k + mpmath.log(m / d) + w) / (2 * (m - 1)))
    ),
    "pac-bayes/mcallester:sharp": gibbs(
        lambda x, m, d, k, q, w: q
        + mpmath.sqrt((k + ln_xi(int(m)) + mpmath.log(1 / d) + w) / (2 * m))
    ),
    "pac-bayes/catoni:as-printed": gibbs(
        catoni, lambda i: {"c": ["1", "0.01", "20", f"{rng.uniform(0.05, 5):.4f}"][i % 4]}
    ),
    "test-set/clopper-pearson:as-printed": clopper(),
}


def two_stage(rng):
    def make(i):
        ms = [2, 10, 1000, 50000, 60000, rng.randint(2, 10**6)]
        return {
            "m": str(ms[i % len(ms)]),
            "delta": DELTAS[i % len(DELTAS)],
            "kl": ["0", f"{rng.uniform(0, 10 ** rng.randint(-2, 4)):.6f}"][i % 4 > 0],
            "mc_mean": ["0", "1", f"0.{rng.randint(0, 10**9):09d}", f"{rng.random():.16f}"][min(i % 6, 3)],
            "mc_samples": str([1, 100, 5000, 150000, rng.randint(1, 10**5)][i % 5]),
            "delta_mc": DELTAS[(3 * i + 1) % len(DELTAS)],
        }

    def value(x):
        m, delta, k = dec(x["m"]), dec(x["delta"]), dec(x["kl"])
        empirical = kl_inv(dec(x["mc_mean"]), mpmath.log(2 / dec(x["delta_mc"])) / int(x["mc_samples"]))
        return kl_inv(empirical, (k + mpmath.log(2 * mpmath.sqrt(m) / delta)) / m)

    return {"pac-bayes/kl-monte-carlo:as-printed": (make, value)}


# ---------------------------------------------------------------- helpers


def ln_binomial(n, k):
    return mpmath.log(mpmath.binomial(n, k))


def alpha(d2, s2, d1, s1, t):
    inner = 2 * ln_binomial(d2, s2) + 2 * ln_binomial(d1, s1) + 2 * mpmath.log(1 / t)
    return mpmath.sqrt(d2 - s2) + mpmath.sqrt(d1 - s1) + mpmath.sqrt(inner)


def positive():
    return f"{10 ** rng.uniform(-3, 2):.6f}"


def network(hidden):
    widths = [rng.choice([1, 2, 7, 30, 100, 784]) for _ in range(hidden + 2)]
    s = [0] + [rng.choice([0, d - 1, rng.randint(0, d - 1)]) for d in widths[1:-1]] + [0]
    return widths, s


def helper_13(i):
    hidden = i % 4
    d, s = network(hidden)
    m = pick_m(i)
    eps = [positive() for _ in range(hidden + 1)]
    xis = [positive() for _ in range(hidden + 1)]
    growth = [positive() for _ in range(hidden)]  # eta
    zeta_0 = positive()
    e, x = list(map(dec, eps)), list(map(dec, xis))
    eta = list(map(dec, growth))
    # nu is given to the code as a decimal, so the oracle takes that decimal too.
    nus = [show(x[k] * mpmath.sqrt(1 + eta[k])) for k in range(hidden)]
    nu = list(map(dec, nus))
    out = {"d": d, "s": s, "m": str(m), "eps": eps, "xi": xis, "nu": nus, "zeta_0": zeta_0}
    gammas, product = [], mpf(1)
    for v in e:
        product *= 1 + v
        gammas.append(product - 1)
    out["gamma"] = [show(g) for g in gammas]
    zeta = [dec(zeta_0)]
    for k in range(hidden):
        zeta.append(nu[k] * zeta[-1])
    zeta.append(x[hidden] * zeta[-1])
    # r_k < gamma_k with r_k = relu(a_k)/(xi_k zeta_{k-1})
    out["radius"] = [show(gammas[k] * x[k] * zeta[k]) for k in range(hidden)]
    out["margin"] = show(4 * zeta[hidden + 1] * gammas[hidden])
    root = mpmath.sqrt(mpf(m))
    for name, events in (("printed", hidden + 1), ("sound", 2 * hidden + 1)):
        t = 1 / (events * root)
        sigma = []
        for k in range(hidden):
            block = nu[k] / alpha(d[k + 1], s[k + 1], d[k], s[k], t)
            row = x[k] / alpha(d[k + 1], d[k + 1] - 1, d[k], s[k], t)
            sigma.append(e[k] * min(block, row))
        sigma.append(e[hidden] * x[hidden] / alpha(d[-1], d[-1] - 1, d[-2], s[-2], t))
        out["sigma_" + name] = [show(v) for v in sigma]
        out["alpha_" + name] = show(alpha(d[1], s[1], d[0], 0, t))
    width = max(
        ((d[k] - s[k]) * mpmath.log(d[k]) + (d[k - 1] - s[k - 1]) * mpmath.log(d[k - 1])) / 2
        for k in range(1, hidden + 2)
    )
    out["effective_width"] = show(width)
    out["sigma_11"] = [
        show(e[k] * x[k] / (4 * mpmath.sqrt(2 * width + mpmath.log(2 * (hidden + 1) * root))))
        for k in range(hidden + 1)
    ]
    distance = positive()
    out["distance_squared"] = distance
    out["kl"] = show(dec(distance) / (2 * e[0] ** 2))  # with sigma = eps_1
    return out


def helper_single_shot(i):
    hidden = i % 4
    d, s = network(hidden)
    sigma = [positive() for _ in range(hidden + 1)]
    xis = [positive() for _ in range(hidden)]
    nus = [positive() for _ in range(hidden)]
    difference, zeta_0 = positive(), positive()
    tau = ["0.5", "0.0009765625", "0.25", "1e-9"][rng.randrange(4)]
    out = {
        "d": d, "s": s, "tau": tau, "sigma": sigma, "xi": xis, "nu": nus,
        "difference": difference, "zeta_0": zeta_0,
    }
    # Events: the norm of every hidden layer's noise, the largest coordinate of
    # those with s > 0, the largest coordinate of the output's.
    events = hidden + sum(1 for v in s[1:-1] if v > 0) + 1
    share = dec(tau) / events
    e, zeta = mpf(0), dec(zeta_0)
    activation = []
    for k in range(hidden):
        q = normal_upper(share / (2 * d[k + 1]))
        c = chi_upper(share, d[k + 1] - s[k + 1])
        reach = zeta + e
        sg, x, nu = dec(sigma[k]), dec(xis[k]), dec(nus[k])
        activation.append(show(x * e + sg * reach * q) if s[k + 1] > 0 else None)
        e = nu * e + sg * reach * c
        zeta = nu * zeta
    q = normal_upper(share / (2 * d[-1]))
    margin = 2 * dec(difference) * e + 4 * dec(sigma[hidden]) * (zeta + e) * q
    out["activation"], out["margin"] = activation, show(margin)
    return out


def main():
    start = __import__('time').time()
    def tick(what):
        print(what, round(__import__('time').time() - start, 1), file=__import__('sys').stderr, flush=True)

    bounds = {}
    for name, (make, value) in BOUNDS.items():
        cases = []
        for i in range(CASES):
            x = make(i)
            cases.append({"inputs": x, "value": show(value(x))})
        bounds[name] = cases
        tick(name)
    helpers_13 = [helper_13(i) for i in range(CASES)]
    helpers_single_shot = [helper_single_shot(i) for i in range(CASES)]
    # Their own seed: adding to one part leaves the other as it is.
    for name, (make, value) in norm_based.makers(random.Random(SEED + 1)).items():
        inputs = [make(i) for i in range(CASES)]
        bounds[name] = [{"inputs": x, "value": show(value(x))} for x in inputs]
        tick(name)
    # So too what was added later.
    for name, (make, value) in two_stage(random.Random(SEED + 2)).items():
        inputs = [make(i) for i in range(CASES)]
        bounds[name] = [{"inputs": x, "value": show(value(x))} for x in inputs]
        tick(name)
    kappas = [{"layers": n, "kappa": show(norm_based.kappa(n))} for n in
              [1, 2, 3, 4, 5, 6, 10, 30, 100, 1000, 100000]]
    xi_cases = [{"m": m, "ln_xi": show(ln_xi(m))} for m in
                [1, 2, 3, 4, 5, 7, 10, 31, 100, 300, 301, 1000, 55000, 60000, 10**6, 20000000]]
    kl_inv_cases = []
    for q, c in [("0", "0"), ("0", "1e-30"), ("0", "0.5"), ("0", "50"), ("1", "3"), ("0.5", "0"),
                 ("0.5", "1e-20"), ("0.01", "0.0001"), ("0.999999", "2"), ("0.2", "40"),
                 ("0.9375", "55"), ("1e-30", "0.001"), ("0.3", "200")]:
        kl_inv_cases.append({"q": q, "c": c, "p": show(kl_inv(dec(q), dec(c)))})
    quantiles = {
        "normal": [{"p": p, "x": show(normal_upper(dec(p)))} for p in
                   ["0.5", "0.25", "0.75", "0.999", "1e-3", "1e-9", "1e-40", "0.0000012345"]],
        "chi": [{"p": p, "n": n, "c": show(chi_upper(dec(p), n))} for p, n in
                [("0.5", 1), ("0.5", 2), ("0.05", 3), ("1e-9", 10), ("1e-4", 100), ("0.001", 784),
                 ("0.9", 5), ("1e-30", 501), ("0.25", 1)]],
    }
    json.dump(
        {
            "seed": SEED,
            "digits": DIGITS,
            "bounds": bounds,
            "ln_xi": xi_cases,
            "kl_inv": kl_inv_cases,
            "quantiles": quantiles,
            "kappa": kappas,
            "theorem_13": helpers_13,
            "single_shot": helpers_single_shot,
        },
        __import__("sys").stdout,
        indent=0,
    )
    print()


main()
