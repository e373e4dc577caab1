#!/bin/sh
# Bounds and the exact gap against one quantity each.
# sh experiments/vary/run.sh [GAPCERT [FOLDER-FOR-LOGS [THREADS]]]
# Writes NAME.csv, NAME-bounds.svg and NAME-gap.svg beside this script.
set -eu
gapcert=${1:-target/release/gapcert}
logs=${2:-vary-runs}
threads=${3:-2}
here=$(dirname "$0")
for spec in m width depth sparsity epsilon; do
    "$gapcert" simulate "$here/$spec.toml" -o "$logs/$spec" --threads "$threads" || [ $? -le 2 ]
    cp "$logs/$spec/summary.csv" "$here/$spec.csv"
    cp "$logs/$spec/bounds.svg" "$here/$spec-bounds.svg"
    cp "$logs/$spec/gap.svg" "$here/$spec-gap.svg"
done
