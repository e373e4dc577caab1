"""The published figure against the formulas: `python3 compare.py GAPCERT` writes
claims.toml and results/compare.md.

Formulas are gapcert's (`audit --solve`, `evaluate`); here are only the inputs that
the conventions differ in, and the arithmetic of tables. Needs only Python.
"""

import csv
import json
import math
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
GAPCERT = sys.argv[1]

# What the released experiment takes, as theory notes have it.
M, DELTA, CLASSES, LAYERS, KERNELS = "50000", "0.001", "10", "4", ["4", "4", "4"]
# Largest energy of a pixel over the 60,000 training images, ||X||_F^2.
PLAIN = {"pixel": "29038.285521", "all": "5268601.309450"}
# The same after Normalize(0.1307, 0.3081): the largest from the notes; the sum of
# squares of 60,000 * 784 numbers with mean 0 and variance 1.
NORMALISED = {"pixel": "226281", "all": str(60000 * 784)}
# Positions of the three convolutions' outputs, 2x2 kernels on 28x28 pixels.
STRIDES = {1: [27, 26, 25], 2: [14, 7, 3]}


def run(*args):
    done = subprocess.run([GAPCERT, *args], capture_output=True, text=True)
    if done.returncode == 4:
        sys.exit(done.stderr)
    return done.stdout


def evaluate(bound, inputs):
    text = json.dumps(inputs)
    done = subprocess.run([GAPCERT, "evaluate", bound, "--inputs", "-", "--json"], input=text, capture_output=True, text=True)
    if done.returncode == 4:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def upper(enclosure):
    return float(enclosure["hi"])


def outward(x, up):
    digits = 6
    scaled = x * 10**digits
    return f"{(math.ceil(scaled) if up else math.floor(scaled)) / 10**digits:.{digits}f}"


def figure():
    with open(HERE / "figure.csv") as file:
        rows = list(csv.DictReader(file))
    table = {}
    for r in rows:
        table.setdefault(r["network"], {})[r["curve"]] = (float(r["log2_value"]), float(r["reading_error"]))
    return table


def claims(table):
    out = ["# Written by compare.py: the plotted curve \"galanti\", read off with its reading error,\n# against the released formula, for three sets of inputs.\n"]
    for network, curves in table.items():
        value, error = curves["galanti"]
        lo, hi = outward(2 ** (value - error), False), outward(2 ** (value + error), True)
        for name, m, energy in (
            ("as released", M, PLAIN["pixel"]),
            ("energies of normalised images", M, NORMALISED["pixel"]),
            ("m = 60000", "60000", PLAIN["pixel"]),
        ):
            out.append(
                f'[[claim]]\nbound = "galanti-2023/as-released"\nreported = ["{lo}", "{hi}"]\nsource = "{network}, {name}"\n'
                f"[claim.inputs]\nm = {m}\ndelta = {DELTA}\nlayers = {LAYERS}\nclasses = {CLASSES}\n"
                f"fan_in = [{', '.join(KERNELS)}]\nmax_position_energy = {energy}\n"
            )
    return "\n".join(out)


def released(rho, m=M, energy=PLAIN["pixel"], fan_in=KERNELS):
    inputs = {"m": m, "delta": DELTA, "rho": repr(rho), "layers": LAYERS, "classes": CLASSES, "fan_in": fan_in, "max_position_energy": energy}
    return evaluate("galanti-2023/as-released", inputs)


def sound(rho, positions, energy):
    """Theorem S at margin 1, no margin loss: the most favourable."""
    fan_in = [*KERNELS, str(positions)]
    chain = positions * 64 * float(energy)
    inputs = {"m": "60000", "delta": DELTA, "margin_loss": "0", "rho_over_gamma": repr(rho), "layers": LAYERS, "classes": CLASSES, "fan_in": fan_in, "max_chain": repr(chain)}
    return evaluate("galanti-2023/sound", inputs)


def golowich(rho, stride, energy):
    """prod ||W||_F (sqrt(2 L ln 2) + 1) ||X||_F/m with Toeplitz norms: the catalogue's
    complexity over 2 sqrt(pi (C-1)), at the grid point that is the radius itself."""
    # A Toeplitz matrix repeats its kernel once a position, of a square grid.
    radius = rho * math.prod(STRIDES[stride])
    inputs = {"m": M, "delta": DELTA, "ramp_loss": "0", "rho_over_gamma": repr(radius), "layers": LAYERS, "classes": CLASSES, "input_energy": energy, "q0": repr(radius), "b": "2"}
    complexity = upper(evaluate("golowich-2018/frobenius", inputs)["terms"]["complexity"])
    return complexity, complexity / (2 * math.sqrt(math.pi * (int(CLASSES) - 1)))


def log2(x):
    return f"{math.log2(x):.2f}"


def main():
    table = figure()
    (HERE / "claims.toml").write_text(claims(table))
    report = json.loads(run("audit", str(HERE / "claims.toml"), "--solve", "rho", "--json"))
    lines = ["# The figure against the released formula\n", "Written by `compare.py`.\n", "## rho\n", "| network, inputs | plotted | rho is at least | and at most |", "|---|--:|--:|--:|"]
    ranges = {}
    for c in report["claims"]:
        # Below true_at the value is below the reading; beyond false_at it is above.
        ends = [c["solution"][n] for n in ("true_at", "false_at")]
        lo, hi = (float(end["lo"]) if end else 0.0 for end in ends)
        lines.append(f"| {c['source']} | {c['reported']} | {lo:.4f} | {hi:.4f} |")
        ranges[c["source"]] = (lo, hi)
    lines.append("\n0: at rho = 0 the formula is already above the plotted value.")

    lines += ["\n## The Golowich curve that this rho predicts (log2)\n", "| network | plotted | stride | images | Rademacher complexity R | 2 R | 2^1.5 R | as a margin bound |", "|---|--:|--:|---|--:|--:|--:|--:|"]
    for network, curves in table.items():
        lo, hi = ranges[f"{network}, as released"]
        value, error = curves["golowich"]
        for stride in STRIDES:
            for name, energies in (("plain", PLAIN), ("normalised", NORMALISED)):
                (margin_lo, plain_lo), (margin_hi, plain_hi) = (golowich(rho, stride, energies["all"]) for rho in (lo, hi))
                both = [f"{log2(a)} .. {log2(b)}" for a, b in ((plain_lo, plain_hi), (2 * plain_lo, 2 * plain_hi), (2**1.5 * plain_lo, 2**1.5 * plain_hi), (margin_lo, margin_hi))]
                lines.append(f"| {network} | {value} +- {error} | {stride} | {name} | {' | '.join(both)} |")

    lines += ["\n## What each defect does to the plotted value\n", "At the middle of the range of rho; each line changes the one above it by one thing.\n", "| | " + " | ".join(table) + " |", "|---|" + "--:|" * len(table)]
    middle = [sum(ranges[f"{n}, as released"]) / 2 for n in table]

    def row(name, values):
        lines.append(f"| {name} | " + " | ".join(f"{v:.3f}" for v in values) + " |")

    row("rho", middle)
    row("as released", [upper(released(r)["value"]) for r in middle])
    row("m = 60,000, the images summed over", [upper(released(r, m="60000")["value"]) for r in middle])
    row("energies of the normalised images", [upper(released(r, m="60000", energy=NORMALISED["pixel"])["value"]) for r in middle])
    for stride, sizes in STRIDES.items():
        positions = sizes[-1] ** 2
        head = [*KERNELS, str(positions)]
        row(f"the head's fan-in, stride {stride}: {positions} positions", [upper(released(r, "60000", NORMALISED["pixel"], head)["value"]) for r in middle])
        row(f"Theorem S, stride {stride}, no margin loss", [upper(sound(r, positions, NORMALISED["pixel"])["value"]) for r in middle])
    row("Theorem S on plain images, stride 2, no margin loss", [upper(sound(r, 9, PLAIN["pixel"])["value"]) for r in middle])

    (HERE / "results" / "compare.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


main()
