#!/usr/bin/env python3
"""Time the reduced babel function of a random n x n matrix in plain NumPy.

    python3 benches/numpy/babel.py --n 500 --s1 0,50,250,450

For each s1 one pass gives mu_{s2,s1} for all s2 (see certify.babel_sums: one
np.partition of the n x n products of a row at a time). Prints one JSON object.
"""

import argparse
import json
import sys
import time

import numpy as np

from certify import babel_sums, reduced_row_norm


def main():
    parser = argparse.ArgumentParser(description="Reduced babel function of a random matrix (NumPy, float64).")
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--s1", default="0,50,250,450", help="comma-separated, each below n")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    w = np.random.default_rng(args.seed).standard_normal((args.n, args.n))
    rows = []
    for s1 in (int(v) for v in args.s1.split(",")):
        if not 0 <= s1 < args.n:
            parser.error(f"s1 = {s1}: 0 <= s1 < n is needed")
        start = time.perf_counter()
        mu = babel_sums(w, s1) / reduced_row_norm(w, s1) ** 2
        seconds = time.perf_counter() - start
        half = args.n - 1 - args.n // 2  # mu[n - 1 - s2]
        rows.append({"s1": s1, "mu, s2 = 0": float(mu[-1]), "mu, s2 = n/2": float(mu[half]), "seconds": round(seconds, 4)})
    json.dump({"certified": False, "n": args.n, "seed": args.seed, "babel": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
