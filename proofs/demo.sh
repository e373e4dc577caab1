#!/bin/sh
# The whole way in one command: certify the demo, verify its certificate, export it
# with the weights, let Coq check it against the proofs, and print what the theorems
# rest on.
#
#   proofs/demo.sh [FOLDER]     default: a temporary folder
#
# GAPCERT names the program to use; without it, it is built.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v coqc >/dev/null 2>&1; then
    echo "skipped: coqc is not installed"
    exit 0
fi
if [ -z "${GAPCERT:-}" ]; then
    (cd "$root" && cargo build --release)
    GAPCERT=$root/target/release/gapcert
fi
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"

make -C "$root/proofs" certificate
cd "$folder"
# 1 and 2 tell of vacuous bounds: the demo has some.
"$GAPCERT" demo --output demo >demo.txt || [ $? -le 2 ]
# The checker first: it says where a certificate fails.
"$GAPCERT" verify demo/certificate.json --model demo/model.safetensors \
    --prior demo/prior.safetensors --data demo/sample --full | tail -n 1
"$GAPCERT" export-coq demo/certificate.json -o demo_certificate.v --with-weights \
    --model demo/model.safetensors --prior demo/prior.safetensors | tee export.txt
theorems=$(sed -n 's/^  \([A-Za-z0-9_.]*\)$/\1/p' export.txt)

begun=$(date +%s)
coqc -R "$root/proofs" Gapcert -Q . Demo demo_certificate.v
echo "Coq checked $(echo "$theorems" | wc -l) theorems in $(($(date +%s) - begun)) s"

{
    echo "From Coq Require Import Reals."
    echo "From Gapcert.certificate Require Import Program."
    echo "From Demo Require Import demo_certificate."
    echo "Open Scope R_scope."
    echo "Definition all := ($(echo "$theorems" | paste -sd, -))."
    echo "Print Assumptions all."
} >assumptions.v
coqc -R "$root/proofs" Gapcert -Q . Demo assumptions.v >assumptions.txt
awk '/^\(\*\* \* / { id = $3 } /^Theorem bound_[0-9]+_at_most/ { print "  " id " " $0 }' \
    demo_certificate.v
echo "Print Assumptions, of all of them:"
# Of the axioms, their names: those of Coq's real numbers and machine integers.
awk '/^Axioms:/ { on = 1; next } on && /^[A-Za-z]/ { print "  " $1 }' assumptions.txt | sort -u
echo "in full: $(pwd)/assumptions.txt"
