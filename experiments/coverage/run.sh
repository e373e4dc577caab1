#!/bin/sh
# How often bounds fail: 1,000 samples at each setting of the specs beside this script.
# sh experiments/coverage/run.sh [GAPCERT [FOLDER-FOR-LOGS [THREADS]]]
# A run that was interrupted goes on where it was. Writes results.csv and the SVGs
# beside this script.
set -eu
gapcert=${1:-target/release/gapcert}
logs=${2:-coverage-runs}
threads=${3:-2}
here=$(dirname "$0")
for spec in networks interpolation; do
    # Exit code 1 says that a bound was refuted, which is what interpolation is for.
    "$gapcert" simulate "$here/$spec.toml" -o "$logs/$spec" --threads "$threads" || [ $? -le 2 ]
    cp "$logs/$spec/coverage.svg" "$here/$spec.svg"
done
# One head, then the rows of both.
cp "$logs/networks/summary.csv" "$here/results.csv"
sed 1d "$logs/interpolation/summary.csv" >> "$here/results.csv"
