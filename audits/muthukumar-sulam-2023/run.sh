#!/bin/sh
# Audits the points of Figures 1, 3 and 4 against the terms of Theorem 13 that need
# no network, for three failure probabilities, and writes results/.
#
#     sh audits/muthukumar-sulam-2023/run.sh [GAPCERT]
set -eu
cd "$(dirname "$0")"
gapcert=${1:-../../target/release/gapcert}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f results/*.txt

# audit NAME HEADER ARGUMENTS...: the table, and the exit code it ended with.
audit() {
    name=$1 header=$2
    shift 2
    printf '%s\n' "$header" > "$work/columns.toml"
    code=0
    "$gapcert" audit figures.csv --columns "$work/columns.toml" "$@" > "$work/out.txt" 2> /dev/null || code=$?
    test "$code" -le 2
    { sed 's/ *$//' "$work/out.txt"; echo "exit code $code"; } > "results/$name.txt"
}

# header FIGURES UNKNOWN-LIST DELTA MORE-INPUTS: one claim for each point. Values were
# read off the figures to a relative error of 1e-3; the labels are thousands of
# samples, rounded.
header() {
    cat <<EOF
bound = "muthukumar-sulam-2023/theorem-13:as-printed"
reported = { column = "bound", relative_error = 0.001 }
source = { column = "widths" }
note = { column = "prior" }
only = { figure = [$1] }
[inputs]
m = { column = "m_thousands", unit = "thousands" }
delta = $3
kl = [$2]
$4
EOF
}

one='"1a", "1b", "1c"' two='"3", "4"'
for delta in 0.01 0.05 0.1; do
    # Nothing known but m, delta and the number of layers.
    audit "floor-1-hidden-$delta" "$(header "$one" '"?", "?"' $delta '')" --solve margin_loss
    audit "floor-2-hidden-$delta" "$(header "$two" '"?", "?", "?"' $delta '')" --solve margin_loss
    # Every sample within the margin loss, as at the trivial point eps = 1, s = 0.
    audit "trivial-1-hidden-$delta" "$(header "$one" '"?", "?"' $delta 'margin_loss = 1')"
    audit "trivial-2-hidden-$delta" "$(header "$two" '"?", "?", "?"' $delta 'margin_loss = 1')"
    # The largest divergence of one layer that the point leaves room for.
    audit "kl-1-hidden-$delta" "$(header "$one" '"?", "?"' $delta '')" --solve kl
done
for file in results/*.txt; do
    echo "$(basename "$file" .txt): $(grep ' claims: ' "$file")"
done | tee "$work/summary.txt"
mv "$work/summary.txt" results/summary.txt
