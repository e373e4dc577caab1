#!/bin/sh
# Fuzzes targets one after the other, SECONDS each, from the seeds and what earlier runs
# found; prints and appends a row for each to results.csv.
#
#     sh fuzz/campaign.sh 600 [TARGET...]
#
# On more than one core: one call for each, with other targets.
set -eu
cd "$(dirname "$0")"
seconds=$1
shift
[ $# -gt 0 ] || set -- $(cargo +nightly fuzz list)
commit=$(git rev-parse --short HEAD)
[ -e results.csv ] || echo "date,commit,target,seconds,cpu_seconds,executions,edges,features,corpus,findings" > results.csv
# Where there is no corpus yet, with the recorded one.
[ -d corpus ] || tar -xf corpus.tar.xz
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
log=$scratch/output.txt
# Built once, and run from a copy: what is edited meanwhile is not what is fuzzed.
cargo +nightly fuzz build
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
for target; do
    cp "target/$host/release/$target" "$scratch"
done
for target; do
    mkdir -p "corpus/$target" "artifacts/$target"
    before=$(ls "artifacts/$target" | wc -l)
    # A finding ends the run of its target with an exit code; the next one goes on.
    # The time of the processor says how much of a shared machine it had.
    (
        "$scratch/$target" "corpus/$target" "seeds/$target" -artifact_prefix="artifacts/$target/" \
            -max_total_time="$seconds" -malloc_limit_mb=512 -print_final_stats=1 \
            > "$log" 2>&1 || tail -n 40 "$log"
        times > "$scratch/times"
    )
    cpu=$(tail -n 1 "$scratch/times" | awk -F '[ms ]+' '{ printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }')
    stat() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
    last() { grep -o "$1: [0-9]*" "$log" | tail -n 1 | cut -d ' ' -f 2; }
    found=$(($(ls "artifacts/$target" | wc -l) - before))
    echo "$(date +%F),$commit,$target,$seconds,$cpu,$(stat number_of_executed_units),$(last cov),$(last ft),$(ls "corpus/$target" | wc -l),$found" |
        tee -a results.csv
done
