"""Certify every network that train.py left, and collect the numbers into CSV.

    python certify.py --gapcert BINARY --data MNIST-FOLDER --runs FOLDER --results FOLDER

gapcert's JSON of each network is kept in RUNS/certificates and used again as long
as the model file is the same; --again asks for new ones (for a new binary).

networks.csv  one row a network: settings, counts of errors, gap, seconds
bounds.csv    one row a bound of a network: enclosure of its value
terms.csv     the terms that each value is the sum of
inputs.csv    what the formulas were given, with the bounds that share it
Enclosures are rounded outward to 8 digits.
"""

import argparse
import csv
import hashlib
import json
import subprocess
import time
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from pathlib import Path

import plan

DIGITS = 8


def outward(enclosure):
    down = Context(prec=DIGITS, rounding=ROUND_FLOOR)
    up = Context(prec=DIGITS, rounding=ROUND_CEILING)
    return tuple(
        f"{context.plus(Decimal(str(enclosure[end]))):g}"
        for context, end in ((down, "lo"), (up, "hi"))
    )


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def certificate(args, stem):
    model = args.runs / f"{stem}.onnx"
    kept = args.runs / "certificates" / f"{stem}.json"
    if kept.exists() and not args.again:
        record = json.loads(kept.read_text())
        if record["model"] == sha256(model):
            return record
    command = [args.gapcert, "certify", model, "--data", args.data, "--margin", "1", "--json"]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    # 0 non-vacuous, 1 vacuous, 2 undetermined: all three print a certificate.
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")
    record = {
        "model": sha256(model),
        "seconds": round(time.monotonic() - start, 1),
        "certificate": json.loads(done.stdout),
    }
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(record) + "\n")
    return record


def enclosures(tree, prefix=""):
    """(name, enclosure) of every enclosure in nested objects and lists."""
    if isinstance(tree, dict) and {"lo", "hi"} <= tree.keys():
        yield prefix, tree
    elif isinstance(tree, (dict, list)):
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, below in pairs:
            yield from enclosures(below, f"{prefix}.{name}" if prefix else str(name))


def count(count):
    return count["lo"] if count["lo"] == count["hi"] else f"{count['lo']}..{count['hi']}"


def network_row(run, epoch, stem, record):
    certificate = record["certificate"]
    train, m = certificate["sample_errors"], certificate["m"]
    test = certificate["baseline"]["network_on_test"]
    train_error = train["hi"] / m
    test_error = test["errors"]["hi"] / test["m"]
    return {
        "network": stem,
        "depth": run.depth,
        "channels": run.channels,
        "weight_decay": run.weight_decay,
        "epoch": epoch,
        "epochs": run.epochs,
        "seed": run.seed,
        "m": m,
        "train_errors": count(train),
        "test_m": test["m"],
        "test_errors": count(test["errors"]),
        "train_error": round(train_error, 6),
        "test_error": round(test_error, 6),
        "gap": round(test_error - train_error, 6),
        "delta": certificate["delta"],
        "seconds": record["seconds"],
        "model_sha256": record["model"],
    }


def write(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gapcert", type=Path, required=True, help="the gapcert binary")
    parser.add_argument("--data", type=Path, required=True, help="folder of MNIST IDX files")
    parser.add_argument("--runs", type=Path, required=True, help="folder of the networks")
    parser.add_argument("--results", type=Path, required=True, help="folder for the CSV files")
    parser.add_argument("--again", action="store_true", help="certify what is certified already")
    args = parser.parse_args()
    args.results.mkdir(parents=True, exist_ok=True)

    networks, bounds, terms, inputs = [], [], [], {}
    for run, epoch, stem in plan.networks():
        if not (args.runs / f"{stem}.onnx").exists():
            print(stem, "is not trained: left out", flush=True)
            continue
        record = certificate(args, stem)
        networks.append(network_row(run, epoch, stem, record))
        for result in record["certificate"]["results"]:
            key = {"network": stem, "bound": result["bound"], "form": result["form"]}
            low, high = outward(result["value"])
            bounds.append({**key, "status": result["status"], "lower": low, "upper": high})
            for name, enclosure in enclosures(result["terms"]):
                low, high = outward(enclosure)
                terms.append({**key, "term": name, "lower": low, "upper": high})
            for name, enclosure in enclosures(result["parameters"]["inputs"]):
                sharers = inputs.setdefault((stem, name, *outward(enclosure)), [])
                if result["bound"] not in sharers:
                    sharers.append(result["bound"])
        print(stem, f"{record['seconds']} s", flush=True)
    write(args.results / "networks.csv", networks)
    write(args.results / "bounds.csv", bounds)
    write(args.results / "terms.csv", terms)
    rows = [
        dict(zip(("network", "input", "lower", "upper"), key), bounds=" ".join(sharers))
        for key, sharers in inputs.items()
    ]
    write(args.results / "inputs.csv", rows)


if __name__ == "__main__":
    main()
