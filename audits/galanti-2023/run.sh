#!/bin/sh
# Solves the plotted curve for rho, predicts the plotted Golowich curve, and prices
# each defect; writes claims.toml and results/compare.md.
#
#     sh audits/galanti-2023/run.sh [GAPCERT]
set -eu
gapcert=$(realpath "${1:-$(dirname "$0")/../../target/release/gapcert}")
python3 "$(dirname "$0")/compare.py" "$gapcert"
