#!/bin/sh
# Half an hour of `falsify` for each sound or sharp form, one after the other; what has a
# record already is left out. Two of them beside each other, on halves of the list, use
# two cores:
#
#     sh experiments/falsify/campaign.sh SEED [BOUND...]
#
# Writes results/ID-FORM.json beside this script; results/campaign.md is made from them
# by `table.py`.
set -eu
here=$(dirname "$0")
gapcert=${GAPCERT:-$here/../../target/release/gapcert}
seconds=${SECONDS_EACH:-1800}
seed=$1
shift
if [ $# -eq 0 ]; then
    set -- $("$gapcert" bounds --json | python3 -c '
import json, sys
for b in json.load(sys.stdin):
    if b["form"] in ("sound", "sharp"):
        print(b["bound"] + ":" + b["form"])')
fi
mkdir -p "$here/results"
for bound; do
    name=$(echo "$bound" | tr '/:' '--')
    out=$here/results/$name.json
    [ ! -e "$out" ] || continue
    code=0
    "$gapcert" falsify "$bound" --seed "$seed" --seconds "$seconds" --threads 1 --json \
        -o "$here/results/refutation-$name.json" > "$out.part" || code=$?
    # 0 not refuted, 1 refuted, 2 undetermined: all are results.
    [ $code -le 2 ] && mv "$out.part" "$out"
    echo "$bound: exit code $code"
done
