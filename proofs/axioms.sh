#!/bin/sh
# Prints the axioms that the headline theorems use and fails if one is not in
# axioms.allowed, or if a proof was left open. Needs the proofs to be built.
set -eu
cd "$(dirname "$0")"
if grep -rnE '^[^(]*\b(Admitted|admit|Axiom|Conjecture)\b' --include='*.v' .; then
    echo "axioms.sh: the lines above leave something unproved" >&2
    exit 1
fi
printed=$(coqc -R . Gapcert Axioms.v)
theorems=$(grep -c '^Print Assumptions' Axioms.v)
answers=$(printf '%s\n' "$printed" | grep -cE '^(Axioms:|Closed under the global context)' || true)
if [ "$theorems" != "$answers" ]; then
    echo "axioms.sh: $theorems theorems, but $answers answers" >&2
    exit 1
fi
# A line that begins in the first column names an axiom; its type may follow.
used=$(printf '%s\n' "$printed" | grep -vE '^(Axioms:|Closed under the global context)' |
    grep -oE "^[A-Za-z_][A-Za-z0-9_.']*" | sort -u)
printf '%s theorems rest on:\n%s\n' "$theorems" "$used"
for axiom in $used; do
    if ! grep -qxF "$axiom" axioms.allowed; then
        echo "axioms.sh: $axiom is not in axioms.allowed" >&2
        exit 1
    fi
done
