#!/bin/sh
# Audits the ImageNet compression bound and writes results/.
#
#     sh audits/imagenet-compression/run.sh [GAPCERT]
set -eu
cd "$(dirname "$0")"
gapcert=${1:-../../target/release/gapcert}
code=0
"$gapcert" audit claims.toml --markdown results/claims.md > /dev/null 2>&1 || code=$?
test "$code" -le 2
code=0
# Without its parameter, and solved for what would make it true.
for input in bits c; do
    name=$input
    test "$input" = bits && name=kl
    "$gapcert" audit "without-$input.toml" --solve "$name" > "results/without-$input.txt" 2> /dev/null || code=$?
    test "$code" -le 2
    sed -i 's/ *$//' "results/without-$input.txt"
done
cat results/claims.md results/without-*.txt
