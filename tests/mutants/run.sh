#!/bin/sh
# Mutation testing of one layer, with what tests it and nothing else, so that a mutant
# takes seconds instead of minutes.
#
#     sh tests/mutants/run.sh theorems|arithmetic DIRECTORY [OPTION OF cargo mutants...]
#
# Lays a crate of the files of this repository out in DIRECTORY (kept between runs, for
# its build) and runs `cargo mutants` there; what it found is in DIRECTORY/mutants.out.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
layer=$1
out=$2
shift 2
mkdir -p "$out"
out=$(cd "$out" && pwd)

rm -rf "$out/src" "$out/tests" "$out/proofs"
mkdir -p "$out/src/testing" "$out/tests" "$out/proofs"
cp -r "$root/src/real" "$root/src/bound" "$root/src/error.rs" "$out/src/"
cp "$root/src/testing/inputs.rs" "$out/src/testing/"
cp "$root/proofs/status.toml" "$out/proofs/"
# The modules that stand by themselves: arithmetic, and theorems over it.
cat > "$out/src/lib.rs" <<END
pub mod bound;
pub mod error;
pub mod real;
pub mod testing {
    mod inputs;
    pub use inputs::{inputs, number};
}
END
cp -r "$root/tests/oracle" "$root/tests/theorems.rs" "$root/tests/readings.rs" "$out/tests/"
cp "$root/tests/invariants/bounds.rs" "$out/tests/"
[ "$layer" = theorems ] || cp -r "$root/tests/real" "$out/tests/"
# The dependencies and editions of the real one.
python3 - "$root/Cargo.toml" "$out/Cargo.toml" <<'END'
import re, sys
text = open(sys.argv[1]).read()
kept = "rug gmp-mpfr-sys statrs serde serde_json thiserror toml proptest rand rand_chacha".split()
lines = [l for l in text.splitlines() if l.split(" ")[0] in kept and "=" in l]
lines = list({l.split(" ")[0]: l.replace(", optional = true", "") for l in lines}.values())
open(sys.argv[2], "w").write("\n".join([
    '[package]', 'name = "gapcert"', 'version = "0.0.0"', 'edition = "2024"', 'publish = false',
    '[dependencies]', *lines,
    # Built in a second, and fast where it matters: MPFR, and what reads JSON.
    '[profile.dev]', 'debug = false', 'opt-level = 1', '[profile.dev.package."*"]', 'opt-level = 3', ''
    '[workspace]', '']))
END
cp "$root/Cargo.lock" "$out/"

cd "$out"
case $layer in
    theorems) files='src/bound/**/*.rs' ;;
    arithmetic) files='src/real/**/*.rs' ;;
    *) echo "run.sh: expected theorems or arithmetic, found $layer" >&2; exit 2 ;;
esac
cargo mutants --in-place --file "$files" --no-shuffle --baseline run --timeout 300 "$@"
