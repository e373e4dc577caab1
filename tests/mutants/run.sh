#!/bin/sh
# Mutation testing of one layer, with what tests it and nothing else, so that a mutant
# takes seconds instead of minutes.
#
#     sh tests/mutants/run.sh theorems|arithmetic|checker DIRECTORY [OPTION OF cargo mutants...]
#
# Lays a crate of files of this repository out in DIRECTORY (kept between runs, for its
# build) and runs `cargo mutants` there; what it found is in DIRECTORY/mutants.out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
layer=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2

cd "$out"
rm -rf src tests proofs certificates
mkdir src tests proofs
cp "$root/proofs/status.toml" proofs
case $layer in
theorems | arithmetic)
    # What stands by itself: numbers, and theorems over them.
    cp -r "$root/src/real" "$root/src/bound" "$root/src/error.rs" src
    mkdir src/testing
    cp "$root/src/testing/inputs.rs" src/testing
    cat > src/lib.rs <<'END'
pub mod bound;
pub mod error;
pub mod real;
pub mod testing {
    mod inputs;
    pub use inputs::{inputs, number};
}
END
    cp -r "$root/tests/bounds" tests
    # What reads other files, or takes long, and says little of a formula.
    sed -i '/^mod proofs;$/d; /^mod refutations;$/d' tests/bounds/main.rs
    ;;
checker)
    # The checker without what measures networks again.
    cp -r "$root/src/checker" src
    rm -r src/checker/measure
    sed -i '/^pub mod measure;$/d' src/checker/mod.rs
    echo "pub mod checker;" > src/lib.rs
    cp -r "$here/checker" tests
    for name in campaign mutate oracle; do cp "$root/tests/checker/$name.rs" tests/checker; done
    mkdir certificates
    # Built as `.ci/run` does.
    (cd "$root" && GAPCERT_CERTIFICATES_TO=$out/certificates CARGO_PROFILE_RELEASE_LTO=off \
        cargo test --release --all-features --test checker certificates::write -- --ignored)
    ;;
*)
    echo "run.sh: expected theorems, arithmetic or checker, found $layer" >&2
    exit 2
    ;;
esac
case $layer in
theorems)
    mutated='src/bound/**/*.rs'
    # It has none of its own.
    unit_tests=false
    cp "$root/tests/invariants/bounds.rs" tests/invariants.rs
    ;;
arithmetic)
    mutated='src/real/**/*.rs'
    unit_tests=true
    cp -r "$root/tests/real" tests
    # A hundredth of the random inputs: without optimisation all take half an hour.
    sed -i 's/100_000;$/1_000;/; s/{ 1500 } else { 20_000 }/{ 50 } else { 500 }/; s/> 20_000/> 200/' \
        tests/real/*.rs
    ;;
checker)
    mutated='src/checker/**/*.rs'
    unit_tests=true
    ;;
esac

# With the dependencies of the real one.
python3 - "$root/Cargo.toml" "$unit_tests" > Cargo.toml <<'END'
import sys
kept = """rug gmp-mpfr-sys statrs serde serde_json thiserror toml proptest rand
    rand_chacha""".split()
lines = [line for line in open(sys.argv[1]) if line.split(" = ")[0] in kept]
lines = {line.split(" = ")[0]: line.replace(", optional = true", "") for line in lines}
print(f"""[package]
name = "gapcert"
version = "0.0.0"
edition = "2024"
publish = false
[lib]
test = {sys.argv[2]}
doctest = false
[workspace]
[dependencies]
{"".join(lines.values())}
# Built in seconds; fast where it matters, in MPFR and in reading JSON.
[profile.dev]
debug = false
opt-level = 0
[profile.dev.package."*"]
opt-level = 3""")
END
cp "$root/Cargo.lock" .
# cargo mutants exits with 2 if mutants survive and 3 if some ran out of time: results.
code=0
cargo mutants --in-place --file "$mutated" "$@" || code=$?
[ $code -le 3 ]
