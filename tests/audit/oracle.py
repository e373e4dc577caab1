"""Writes oracle.json: verdicts of 100 random claims, recomputed with mpmath.

Half are rows of the shipped tables of certificates, half are made here, with
printed inputs, ranges and every way of rounding. It shares nothing with the crate:
kl^{-1} and Clopper-Pearson are bisections, the range of a bound is taken at
the corners, which are found here from the formulas' own monotonicity.

    python3 tests/audit/oracle.py > tests/audit/oracle.json
"""

import csv
import json
import pathlib
import random
from fractions import Fraction

import mpmath
from mpmath import mp, mpf

mp.dps = 50
SEED = 20260301
rng = random.Random(SEED)
TABLES = pathlib.Path(__file__).parents[2] / "audits" / "certificates"


def real(x):
    return mpf(x.numerator) / x.denominator


def kl(q, p):
    term = lambda a, b: mpf(0) if a == 0 else a * mpmath.log(a / b)
    return term(q, p) + term(1 - q, 1 - p)


def kl_inv(q, c):
    if q == 1:
        return mpf(1)
    lo, hi = q, 1 - mpf(10) ** -48
    for _ in range(170):
        mid = (lo + hi) / 2
        if kl(q, mid) <= c:
            lo = mid
        else:
            hi = mid
    return lo


def two_root(x):
    return (x["kl"] + mpmath.log(2 * mpmath.sqrt(x["m"]) / x["delta"])) / x["m"]


def ln_xi(m):
    return m + mpmath.log(mpmath.gammainc(m + 1, m, mpmath.inf)) - m * mpmath.log(m)


def tail(k, m, p):
    return mpmath.fsum(mpmath.binomial(m, j) * p**j * (1 - p) ** (m - j) for j in range(k + 1))


def clopper_pearson(x):
    k, m = int(x["errors"]), int(x["m"])
    if k == m:
        return mpf(1)
    lo, hi = mpf(0), mpf(1)
    for _ in range(150):
        mid = (lo + hi) / 2
        if tail(k, m, mid) >= x["delta"]:
            lo = mid
        else:
            hi = mid
    return lo


def theorem_13(x):
    m, layers = x["m"], 2
    total = x["margin_loss"] + 4 * layers / (mpmath.sqrt(m) - 1) + x["sparse_loss.0"] + x["sparse_loss_3.0"]
    k = mpf(0)
    for i in range(layers):
        k += x[f"kl.{i}"]
        total += mpmath.sqrt((4 * k + 2 * mpmath.log(2 * m * layers / x["delta"])) / (m - 1))
    return total


# Formula, inputs that lower it, and inputs: name -> kind.
GIBBS = {"m": "count", "delta": "chosen", "kl": "nats", "empirical_loss": "fraction"}
BOUNDS = {
    "pac-bayes/kl:as-printed": (lambda x: kl_inv(x["empirical_loss"], two_root(x)), GIBBS),
    "pac-bayes/kl:sharp": (
        lambda x: kl_inv(x["empirical_loss"], (x["kl"] + ln_xi(x["m"]) - mpmath.log(x["delta"])) / x["m"]),
        GIBBS,
    ),
    "pac-bayes/kl-monte-carlo:as-printed": (
        lambda x: kl_inv(kl_inv(x["mc_mean"], mpmath.log(2 / x["delta_mc"]) / x["mc_samples"]), two_root(x)),
        {"m": "count", "delta": "chosen", "kl": "nats", "mc_mean": "fraction", "mc_samples": "count", "delta_mc": "chosen"},
    ),
    "pac-bayes/mcallester:as-printed": (
        lambda x: x["empirical_loss"]
        + mpmath.sqrt((x["kl"] + mpmath.log(x["m"] / x["delta"])) / (2 * (x["m"] - 1))),
        GIBBS,
    ),
    "pac-bayes/catoni:as-printed": (
        lambda x: (1 - mpmath.exp(-x["c"] * x["empirical_loss"] - (x["kl"] - mpmath.log(x["delta"])) / x["m"]))
        / (1 - mpmath.exp(-x["c"])),
        {**GIBBS, "c": "point"},
    ),
    "test-set/clopper-pearson:as-printed": (clopper_pearson, {"m": "small", "errors": "errors", "delta": "chosen"}),
    "muthukumar-sulam-2023/theorem-13:as-printed": (
        theorem_13,
        {"m": "count", "delta": "chosen", "margin_loss": "fraction", "sparse_loss.0": "fraction",
         "sparse_loss_3.0": "fraction", "kl.0": "nats", "kl.1": "nats"},
    ),
}
LOWERS = {"m", "delta", "mc_samples", "delta_mc"}


def printed(x, decimals):
    """The decimal nearest to x."""
    n = round(x * 10**decimals)
    return decimal(n, decimals), Fraction(n, 10**decimals), Fraction(1, 10**decimals)


def decimal(n, decimals):
    sign, digits = ("-" if n < 0 else ""), str(abs(n)).rjust(decimals + 1, "0")
    return sign + (digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}")


def draw(kind, m):
    """TOML text and range of one input."""
    if kind in ("count", "small", "errors"):
        n = {"count": rng.randint(100, 10**5), "small": 400, "errors": rng.randint(0, 60)}[kind]
        return str(n), Fraction(n), Fraction(n)
    if kind == "chosen":
        text = rng.choice(["0.05", "0.01", "0.025", "0.1"])
        shown = rng.choice([text, f'"{text}"'])
        return shown, Fraction(text), Fraction(text)
    if kind == "point":
        text = rng.choice(["1", "0.5", "2.5"])
        return text, Fraction(text), Fraction(text)
    x = Fraction(rng.randint(0, 6000), 10000) if kind == "fraction" else Fraction(rng.randint(1, 3000) * m, 10**5)
    decimals = rng.randint(2, 7)
    text, value, unit = printed(x, decimals)
    how = rng.randrange(3)
    if how == 0:  # a number: exactly that
        return text, value, value
    if how == 1:  # a string: as printed
        lo, hi = value - unit / 2, value + unit / 2
        return f'"{text}"', max(lo, Fraction(0)), min(hi, Fraction(1)) if kind == "fraction" else hi
    top = value + 3 * unit
    high, value_high, _ = printed(top, decimals)
    return f"[{text}, {high}]", value, min(value_high, Fraction(1)) if kind == "fraction" else value_high


def reported_range(number, unit, rounding):
    below, above = {"exact": (0, 0), "nearest": (unit / 2, unit / 2), "up": (unit, 0), "down": (0, unit), "truncated": (0, unit)}[rounding]
    return number - below, number + above


def verdict(lo, hi, r_lo, r_hi):
    if hi <= real(r_lo):
        if r_hi < 1:
            return "sound"
        return "vacuous" if r_lo >= 1 else "undetermined"
    return "understated" if lo > real(r_hi) else "undetermined"


def made(i):
    name = list(BOUNDS)[i % len(BOUNDS)]
    formula, kinds = BOUNDS[name]
    texts, low, high, m = {}, {}, {}, 1
    for key, kind in kinds.items():
        texts[key], lo, hi = draw(kind, m)
        if key == "m":
            m = int(lo)
        low[key], high[key] = (real(hi), real(lo)) if key in LOWERS else (real(lo), real(hi))
    lo, hi = formula(low), formula(high)
    decimals = rng.randint(2, 8)
    unit = Fraction(1, 10**decimals)
    span = (hi - lo) + real(unit) * 4
    target = lo - span + 3 * span * rng.random()
    n = int(mpmath.floor(target * 10**decimals))
    n = max(n, 1)
    text, number = decimal(n, decimals), Fraction(n, 10**decimals)
    rounding = rng.choice(["exact", "nearest", "up", "down", "truncated"])
    r_lo, r_hi = reported_range(number, unit, rounding)
    if any(abs(v - real(r)) < mpf(10) ** -20 for v in (lo, hi) for r in (r_lo, r_hi)):
        return made(i)
    lines = ["[[claim]]", f'bound = "{name}"', f'reported = "{text}"', f'rounding = "{rounding}"', "[claim.inputs]"]
    lists = {}
    for key, value in texts.items():
        base, _, place = key.partition(".")
        lists.setdefault(base, []).append(value) if place else lines.append(f"{key} = {value}")
    lines += [f"{key} = [{', '.join(values)}]" for key, values in lists.items()]
    return {"toml": "\n".join(lines) + "\n", "verdict": verdict(lo, hi, r_lo, r_hi), "lo": show(lo), "hi": show(hi)}


def show(x):
    return mpmath.nstr(x, 30, min_fixed=-5, max_fixed=5, strip_zeros=False)


def half_unit(text):
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - decimals)


def row(table, number, x):
    """A row of the tables: inputs printed to their last digit, the result exact."""
    m, delta = mpf(int(x["n"])), mpf(x["delta"])
    ends = []
    for sign in (-1, 1):
        at = lambda name: real(Fraction(x[name]) + sign * half_unit(x[name]))
        first = kl_inv(at("gibbs_error_mc_mean"), mpmath.log(2 / mpf(x["delta_mc"])) / int(x["mc_samples"]))
        ends.append(kl_inv(first, at("kl_per_n") + mpmath.log(2 * mpmath.sqrt(m) / delta) / m))
    r = Fraction(x["risk_upper_reported"])
    return {"table": table, "row": number, "verdict": verdict(*ends, r, r), "lo": show(ends[0]), "hi": show(ends[1])}


def main():
    rows = []
    for table in ("pacbayes-kl-mnist.csv", "pacbayes-kl-cifar10.csv"):
        with open(TABLES / table) as file:
            all_rows = list(enumerate(csv.DictReader(file), 1))
        rows += [row(table, number, x) for number, x in rng.sample(all_rows, 25)]
    claims = [made(i) for i in range(50)]
    print(json.dumps({"seed": SEED, "rows": rows, "claims": claims}, indent=1))


main()
