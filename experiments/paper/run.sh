#!/bin/sh
# Figure 1 of Muthukumar & Sulam (2023) on MNIST as a finite population.
# sh experiments/paper/run.sh MNIST-FOLDER [GAPCERT [FOLDER-FOR-LOGS [THREADS]]]
# A run that was interrupted goes on where it was. Writes results.csv and the SVGs
# beside this script.
set -eu
data=$1
gapcert=${2:-target/release/gapcert}
logs=${3:-paper-runs}
threads=${4:-2}
here=$(dirname "$0")
first=yes
for spec in zero-100 data-100 zero-500 data-500 zero-1000 data-1000; do
    "$gapcert" simulate "$here/$spec.toml" --data "$data" -o "$logs/$spec" \
        --threads "$threads" || [ $? -le 2 ]
    cp "$logs/$spec/bounds.svg" "$here/$spec.svg"
    if [ $first = yes ]; then
        sed '1s/^/spec,/;2,$s/^/'"$spec"',/' "$logs/$spec/summary.csv" > "$here/results.csv"
        first=no
    else
        sed '1d;s/^/'"$spec"',/' "$logs/$spec/summary.csv" >> "$here/results.csv"
    fi
done
