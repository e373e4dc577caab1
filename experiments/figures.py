"""Draw the four figures from the CSV files of certify.py.

    python figures.py --results FOLDER --figures FOLDER
"""

import argparse
import csv
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

import plan  # noqa: E402

# The same files from the same numbers.
matplotlib.rcParams.update({
    "svg.hashsalt": "gapcert",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
})

# Bound -> (label, colour, marker, dashes). Solid: proved here or cited as a
# bound. Dashed: not a bound (refuted, or its constant is not known).
STYLES = {
    "galanti-2023/path-energy": ("path-energy (S+)", "#0b5fa5", "o", ""),
    "galanti-2023/chevet": ("chevet (S++)", "#1f9bcf", "s", ""),
    "galanti-2023/path-norm": ("path-norm (P)", "#63c2c9", "^", ""),
    "galanti-2023/sound": ("Galanti et al., sound", "#e08214", "D", ""),
    "galanti-2023/as-released": ("Galanti et al., as released (refuted)", "#e08214", "D", "4 2"),
    "golowich-2018/frobenius": ("Golowich et al., Frobenius", "#5a9e3d", "v", ""),
    "golowich-2018/l1-inf": ("Golowich et al., (1, inf)", "#9ccb86", "<", ""),
    "neyshabur-2015/frobenius": ("Neyshabur et al. 2015", "#8c6bb1", "P", ""),
    "bartlett-2017": ("Bartlett et al.", "#c51b7d", "X", ""),
    "neyshabur-2018": ("Neyshabur et al. 2018", "#e78ac3", "h", ""),
    "graf-2022/norms": ("Graf et al., norms", "#8c510a", ">", ""),
    "graf-2022/params": ("Graf et al., parameters", "#bf8f45", "p", ""),
    "ledent-2021": ("Ledent et al.", "#b2182b", "*", ""),
    "gonon-2024/path-norm": ("Gonon et al., path norm", "#777777", "d", ""),
    "long-sedghi-2020": ("Long and Sedghi, constant 1 (no bound)", "#444444", "8", "4 2"),
}


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def curve(axes, points, label, colour, marker, dashes, width=1.2):
    points = [(x, y) for x, y in points if y is not None and 0 < y < float("inf")]
    if not points:
        return
    style = (0, tuple(map(float, dashes.split()))) if dashes else "-"
    axes.plot(*zip(*points), label=label, color=colour, marker=marker, markersize=4,
              linestyle=style, linewidth=width)


def draw(name, networks, bounds, folder):
    axis, points = plan.FIGURES[name]
    points = [(x, f"{run.name}-e{epoch}") for x, run, epoch in points]
    points = [(x, stem) for x, stem in points if stem in networks]
    figure, axes = plt.subplots(figsize=(8.2, 5.6), layout="constrained")
    for bound, (label, colour, marker, dashes) in STYLES.items():
        values = [(x, bounds.get((stem, bound))) for x, stem in points]
        curve(axes, values, label, colour, marker, dashes,
              2.2 if bound == "galanti-2023/path-energy" else 1.2)
    for column, label, colour in (
        ("train_error", "error on the sample", "#000000"),
        ("test_error", "error on the test split", "#d62728"),
    ):
        values = [(x, float(networks[stem][column])) for x, stem in points]
        curve(axes, values, label, colour, ".", "")
    gaps = [(x, float(networks[stem]["gap"])) for x, stem in points]
    curve(axes, [(x, abs(gap)) for x, gap in gaps], "|gap|, hollow: test below sample", "#999999", "", "1 2")
    for x, gap in gaps:
        axes.plot(x, abs(gap), "o", color="#999999", markersize=4,
                  markerfacecolor="#999999" if gap > 0 else "white")
    axes.axhline(1, color="#bbbbbb", linewidth=0.8, zorder=0)
    axes.set_yscale("log", base=2)
    if name != "depth":
        axes.set_xscale("log", base=10 if name == "weight-decay" else 2)
    axes.set_xticks([x for x, _ in points], [f"{x:g}" for x, _ in points])
    axes.minorticks_off()
    axes.set_xlabel(axis)
    axes.set_ylabel("certified value (upper end), log2 axis")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right center", fontsize=8, frameon=False)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, required=True, help="folder of the CSV files")
    parser.add_argument("--figures", type=Path, required=True, help="folder for the figures")
    args = parser.parse_args()
    args.figures.mkdir(parents=True, exist_ok=True)
    networks = {row["network"]: row for row in read(args.results / "networks.csv")}
    bounds = {}
    for row in read(args.results / "bounds.csv"):
        key, value = (row["network"], row["bound"]), float(row["upper"])
        # Of several forms of one bound, the smallest.
        bounds[key] = min(value, bounds.get(key, float("inf")))
    for name in plan.FIGURES:
        draw(name, networks, bounds, args.figures)


if __name__ == "__main__":
    main()
