"""The norm-based bounds, evaluated by mpmath from the formulas of the papers.

kappa_L is a golden-section search here, H_n mpmath's harmonic or its defining
sum, and the grid exponent is found by stepping. Used by generate.py.
"""

import mpmath
from mpmath import mp, mpf

# Values that the cases go through in turn.
SAMPLES = ["2", "3", "10", "100", "4000", "50000", "60000", "1000000"]
DELTAS = ["0.05", "0.001", "1e-12", "0.5", "0.999999999", "1e-100", "0.3333"]
KAPPA = {}


def dec(text):
    return mpf(text)


def kappa(layers):
    if layers not in KAPPA:
        digits, mp.dps = mp.dps, 180
        scale = mpf(2) ** (layers - 1)
        f = lambda t: mpmath.acosh(1 + scale * mpmath.expm1(t * t / 2)) / t
        if layers <= 2:
            KAPPA[layers] = mpmath.sqrt(scale)
            assert all(f(mpf(10) ** -k) > KAPPA[layers] for k in range(1, 5))
        else:
            lo, hi = mpf("0.01"), 3 * mpmath.sqrt(mpf(layers))
            ratio = (mpmath.sqrt(5) - 1) / 2
            a, b = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
            fa, fb = f(a), f(b)
            for _ in range(200):
                if fa < fb:
                    hi, b, fb = b, a, fa
                    a = hi - ratio * (hi - lo)
                    fa = f(a)
                else:
                    lo, a, fa = a, b, fb
                    b = lo + ratio * (hi - lo)
                    fb = f(b)
            KAPPA[layers] = min(fa, fb)
        mp.dps = digits
    return +KAPPA[layers]


def harmonic(n):
    if n <= 300:
        return sum((mpf(1) / k for k in range(1, n + 1)), mpf(0))
    return mpmath.harmonic(n)


def grid(q, q0, b):
    """The least t with q0 b^t >= q, and q0 b^t, by stepping from an estimate."""
    t = int(mpmath.floor(mpmath.log(q / q0) / mpmath.log(b))) - 2
    while q0 * b**t < q * (1 - mpf(10) ** -80):
        t += 1
    return t, q0 * b**t


def root_energy(x, *names):
    product = mpf(1)
    for name in names:
        product *= dec(x[name])
    return mpmath.sqrt(product)


def on_grid(radius, capacity):
    """ramp + q_t capacity + sqrt((2/m) ln(3(|t|+1)(|t|+2)/(2 delta)))"""

    def value(x):
        m, delta = dec(x["m"]), dec(x["delta"])
        t, q = grid(dec(x[radius]), dec(x["q0"]), dec(x["b"]))
        steps = abs(t)
        weight = mpf(2) / 3 / ((steps + 1) * (steps + 2))
        return dec(x["ramp_loss"]) + q * capacity(x, m) + mpmath.sqrt(2 / m * mpmath.log(1 / (delta * weight)))

    return value


def gauss(m):
    return 2 * mpmath.sqrt(mpmath.pi) / m


def classes(x):
    return mpmath.sqrt(dec(x["classes"]) - 1)


def path_energy(x, m):
    return gauss(m) * classes(x) * kappa(int(x["layers"])) * root_energy(x, "path_energy")


def chevet(x, m):
    head = root_energy(x, "classes", "operator_energy")
    return gauss(m) * (head + kappa(int(x["layers"]) - 1) * root_energy(x, "path_energy"))


def path_norm(x, m):
    inner = dec(x["layers"]) * mpmath.log(2) + mpmath.log(dec(x["classes"]) * dec(x["leaves"]))
    return gauss(m) * root_energy(x, "max_position_energy") * mpmath.sqrt(2 * inner)


def golowich(x, m):
    depth = mpmath.sqrt(2 * mpmath.log(2) * dec(x["layers"])) + 1
    return gauss(m) * classes(x) * depth * root_energy(x, "input_energy")


def neyshabur_15(x, m):
    return gauss(m) * classes(x) * mpf(2) ** (int(x["layers"]) - 1) * root_energy(x, "input_energy")


def l1_inf(x, m):
    depth = mpmath.sqrt(dec(x["layers"]) + 1 + mpmath.log(dec(x["inputs"])))
    rademacher = 2 / m * depth * root_energy(x, "max_coordinate_energy")
    return 2 * 2 * dec(x["classes"]) * rademacher


def integer_levels(m, delta, q):
    return 3 * mpmath.sqrt(mpmath.log(2 * (q + 2) ** 2 / delta) / (2 * m))


def as_released(x):
    m, delta, rho = dec(x["m"]), dec(x["delta"]), dec(x["rho"])
    fan_in = [dec(k) for k in x["fan_in"]]
    inner = dec(x["layers"]) * mpmath.log(2 * max(fan_in, default=mpf(1))) + mpmath.log(dec(x["classes"]))
    energy = dec(x["max_position_energy"]) * mpmath.fprod(fan_in)
    complexity = 2 * mpmath.sqrt(2) * (rho + 1) / m * (1 + mpmath.sqrt(2 * inner)) * mpmath.sqrt(energy)
    return complexity + integer_levels(m, delta, rho)


def sound(x):
    m, delta, q = dec(x["m"]), dec(x["delta"]), dec(x["rho_over_gamma"])
    inner = dec(x["layers"]) * mpmath.log(2) + mpmath.log(mpmath.fprod(dec(k) for k in x["fan_in"]))
    complexity = 4 * root_energy(x, "classes", "max_chain") * (q + 1) / m * (1 + mpmath.sqrt(2 * inner))
    return dec(x["margin_loss"]) + complexity + integer_levels(m, delta, q)


def in_ramp(rademacher):
    def value(x):
        m = dec(x["m"])
        nats = mpmath.log(1 / dec(x["delta"])) + dec(x["log_inverse_weight"])
        return dec(x["ramp_loss"]) + 2 * rademacher(x, m) + mpmath.sqrt(2 * nats / m)

    return value


def shares(own, others):
    out = []
    for i, b in enumerate(own):
        rest = [s for j, s in enumerate(others) if j != i]
        out.append(dec(b) * mpmath.fprod(dec(s) for s in rest))
    return out


def power(x, p, q):
    return mpf(0) if x == 0 else mpmath.exp(mpmath.log(x) * p / q)


def bartlett(x, m):
    total = sum(power(c, 2, 3) for c in shares(x["distance_21"], x["spectral"]))
    # Dudley with the entropy K/eps^2 between 1/sqrt m and sqrt m.
    entropy = 2 / dec(x["gamma"]) ** 2 * dec(x["input_energy"]) * mpmath.log(2 * dec(x["width"]) ** 2) * total**3
    return 4 / m + 12 / m * mpmath.sqrt(entropy) * mpmath.log(m)


def neyshabur_18(x):
    m, delta, gamma = dec(x["m"]), dec(x["delta"]), dec(x["gamma"])
    d, h = len(x["spectral"]), dec(x["width"])
    total = sum(c**2 for c in shares(x["frobenius"], x["spectral"]))
    kl = 882 * mpmath.e**2 * d**2 * h * mpmath.log(4 * d * h) * (dec(x["input_norm"]) / gamma) ** 2 * total
    union = mpmath.log(6 * d * m ** (1 + mpf(1) / (2 * d)) / delta)
    return dec(x["margin_loss"]) + 4 * mpmath.sqrt((kl + union + dec(x["log_inverse_weight"])) / (m - 1))


def graf_capacities(x, m):
    scale = 4 / dec(x["gamma"]) * mpmath.sqrt(dec(x["input_energy"]) / m)
    return [scale * c for c in shares(x["distance_21"], x["lipschitz"])]


def graf_norms(x, m):
    total = sum(mpmath.ceil(power(c, 2, 3)) for c in graf_capacities(x, m))
    width = mpmath.log(2 * dec(x["width"]))
    return 4 / m + 12 * harmonic(int(x["m"]) - 1) / mpmath.sqrt(m) * mpmath.sqrt(width) * power(total, 3, 2)


def graf_params(x, m):
    capacities = graf_capacities(x, m)
    total = mpf(0)
    for c, w in zip(capacities, x["parameters"]):
        cells = mpmath.ceil(len(capacities) ** 2 * c**2)
        total += 2 * dec(w) * (mpmath.log(1 + cells) + dec("2.7"))
    return 12 / mpmath.sqrt(m) * mpmath.sqrt(total)


def ledent(x, m):
    bits = mpmath.log(32 * dec(x["cover"]) * m**2 + 7 * dec(x["width"]) * m, 2)
    return 4 / m + 768 * dec(x["capacity"]) * mpmath.sqrt(bits) * mpmath.log(m) / mpmath.sqrt(m)


def gonon(x):
    m, p, k = dec(x["m"]), dec(x["pools"]), dec(x["pool_kernel"])
    inner = dec(x["layers"]) * mpmath.log((3 + 2 * p) * k)
    inner += mpmath.log((3 + 2 * p) / (1 + p) * (dec(x["inputs"]) + 1) * dec(x["classes"]))
    lipschitz = mpmath.sqrt(2) * dec(x["path_norm_over_gamma"])
    return dec(x["ramp_loss"]) + 4 * dec(x["input_bound"]) / mpmath.sqrt(m) * lipschitz * mpmath.sqrt(inner)


def long_sedghi(x):
    smooth = max(dec(x["lipschitz"]), mpf(1))
    nats = dec(x["parameters"]) * (dec(x["distance"]) + mpmath.log(smooth)) + mpmath.log(1 / dec(x["delta"]))
    return mpmath.sqrt(nats / dec(x["m"]))


class Draw:
    """Decimal strings; case i tries the edges in turn."""

    def __init__(self, rng):
        self.rng = rng

    def m(self, i):
        return SAMPLES[i % len(SAMPLES)] if i % 3 else str(self.rng.randint(2, 200000))

    def delta(self, i):
        return DELTAS[i % len(DELTAS)] if i % 2 else f"0.{self.rng.randint(1, 9999):04d}"

    def fraction(self, i):
        return ["0", "1", f"0.{self.rng.randint(0, 10**9):09d}"][min(i % 7, 2)]

    def size(self, i):
        """A real >= 0."""
        return "0" if i % 11 == 5 else f"{10 ** self.rng.uniform(-3, 4):.6f}"

    def positive(self):
        return f"{10 ** self.rng.uniform(-2, 3):.6f}"

    def integer(self, i, least, most):
        return str(least if i % 5 == 0 else self.rng.randint(least, most))

    def paid(self, i):
        return "0" if i % 3 == 0 else f"{self.rng.uniform(0, 60):.5f}"

    def layers(self, i, least=1):
        return str([1, 2, 3, 4, 5, 8, 20, 64][i % 8] + least - 1)

    def grid(self, i, radius):
        if i % 8 == 7:
            # Exact ties, also below q0.
            t = self.rng.randint(-6, 6)
            q = mpf(2) ** t * 4
            return {radius: mpmath.nstr(q, 20, strip_zeros=True), "q0": "4", "b": "2"}
        return {
            radius: f"{10 ** self.rng.uniform(-3, 4):.7f}",
            "q0": ["1", "0.125", "0.37", "50"][i % 4],
            "b": ["2", "1.1", "1.0078125", "10"][(i // 2) % 4],
        }

    def common(self, i):
        return {"m": self.m(i), "delta": self.delta(i)}


def makers(rng):
    """id:form -> (inputs of case i, value)."""
    d = Draw(rng)

    def gridded(radius, own, capacity):
        def make(i):
            x = {**d.common(i), "ramp_loss": d.fraction(i), **d.grid(i, radius)}
            x.update(own(i))
            return x

        return make, on_grid(radius, capacity)

    def plain(own, value):
        return (lambda i: {**d.common(i), **own(i)}), value

    def depth(i, least=1):
        return {"layers": d.layers(i, least), "classes": d.integer(i, 2, 1000)}

    def per_layer(i, *names):
        n = i % 6 + 1
        return {name: [d.size(i + 3 * j) for j in range(n)] for name in names}

    def ramp(i):
        return {"ramp_loss": d.fraction(i), "log_inverse_weight": d.paid(i)}

    def fan_in(i):
        return [d.integer(j, 1, 600) for j in range(1, i % 5)]

    frobenius = lambda i: {**depth(i), "input_energy": d.size(i)}
    graf = lambda i: {**ramp(i), "gamma": d.positive(), "input_energy": d.size(i), **per_layer(i, "lipschitz", "distance_21")}
    return {
        "galanti-2023/as-released:as-printed": plain(
            lambda i: {"rho": d.size(i), **depth(i), "fan_in": fan_in(i), "max_position_energy": d.size(i + 4)},
            as_released,
        ),
        "galanti-2023/sound:sound": plain(
            lambda i: {
                "margin_loss": d.fraction(i), "rho_over_gamma": d.size(i), **depth(i),
                "fan_in": fan_in(i), "max_chain": d.size(i + 4),
            },
            sound,
        ),
        "galanti-2023/path-energy:sharp": gridded(
            "rho_over_gamma", lambda i: {**depth(i), "path_energy": d.size(i)}, path_energy
        ),
        "galanti-2023/chevet:sharp": gridded(
            "rho_over_gamma",
            lambda i: {**depth(i, 2), "path_energy": d.size(i), "operator_energy": d.size(i + 3)},
            chevet,
        ),
        "galanti-2023/path-norm:sharp": gridded(
            "phi_over_gamma",
            lambda i: {**depth(i), "leaves": d.integer(i, 1, 3000), "max_position_energy": d.size(i)},
            path_norm,
        ),
        "golowich-2018/frobenius:as-printed": gridded("rho_over_gamma", frobenius, golowich),
        "neyshabur-2015/frobenius:as-printed": gridded("rho_over_gamma", frobenius, neyshabur_15),
        "golowich-2018/l1-inf:as-printed": gridded(
            "norm_over_gamma",
            lambda i: {**depth(i), "inputs": d.integer(i, 1, 3072), "max_coordinate_energy": d.size(i)},
            l1_inf,
        ),
        "bartlett-2017:as-printed": plain(
            lambda i: {
                **ramp(i), "gamma": d.positive(), "input_energy": d.size(i),
                **per_layer(i, "spectral", "distance_21"), "width": d.integer(i, 1, 5000),
            },
            in_ramp(bartlett),
        ),
        "neyshabur-2018:as-printed": plain(
            lambda i: {
                "margin_loss": d.fraction(i), "gamma": d.positive(), "input_norm": d.size(i),
                **per_layer(i, "spectral", "frobenius"), "width": d.integer(i, 1, 5000),
                "log_inverse_weight": d.paid(i),
            },
            neyshabur_18,
        ),
        "graf-2022/norms:as-printed": plain(
            lambda i: {**graf(i), "width": d.integer(i, 1, 100000)}, in_ramp(graf_norms)
        ),
        "graf-2022/params:as-printed": plain(
            lambda i: {**graf(i), "parameters": [d.integer(i + j, 1, 100000) for j in range(i % 6 + 1)]},
            in_ramp(graf_params),
        ),
        "ledent-2021:as-printed": plain(
            lambda i: {**ramp(i), "capacity": d.size(i), "cover": d.size(i + 2), "width": d.integer(i, 1, 100000)},
            in_ramp(ledent),
        ),
        "gonon-2024/path-norm:as-printed": (
            lambda i: {
                "m": d.m(i), "ramp_loss": d.fraction(i), "path_norm_over_gamma": d.size(i),
                "layers": d.layers(i), "inputs": d.integer(i, 1, 3072), "classes": d.integer(i, 2, 1000),
                "input_bound": d.size(i + 2), "pools": d.integer(i, 0, 3), "pool_kernel": d.integer(i, 1, 9),
            },
            gonon,
        ),
        "long-sedghi-2020:as-printed": plain(
            lambda i: {"parameters": d.integer(i, 1, 10**6), "distance": d.size(i), "lipschitz": d.positive()},
            long_sedghi,
        ),
    }
