#!/bin/sh
# Certified gapcert and uncertified NumPy on the same job, in turns.
#   sh benches/numpy/compare.sh SHARED [MODEL-FOLDER [RUNS]]
# SHARED holds data/mnist; MODEL-FOLDER holds model.safetensors,
# prior.safetensors and sample_indices.npy (default: SHARED/models/mnist-mlp-100).
set -eu
here=$(dirname "$0")
shared=$1
model=${2:-$shared/models/mnist-mlp-100}
runs=${3:-5}
cargo build --release --quiet --manifest-path "$here/../../Cargo.toml"
gapcert="$here/../../target/release/gapcert"
common="--data $shared/data/mnist --indices $model/sample_indices.npy --prior $model/prior.safetensors --delta 0.05"
timed() { # label, command...
    label=$1
    shift
    /usr/bin/env python3 -c '
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL).returncode
if code not in (0, 1):  # 1: done and vacuous
    sys.exit(f"{sys.argv[1]}: exit code {code}")
wall = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = usage.ru_utime + usage.ru_stime
print(f"{sys.argv[1]:8} wall {wall:7.2f} s   cpu {cpu:7.2f} s   peak {usage.ru_maxrss / 1e6:5.2f} GB")
' "$label" "$@"
}
i=0
while [ "$i" -lt "$runs" ]; do
    # shellcheck disable=SC2086
    timed gapcert "$gapcert" certify "$model/model.safetensors" $common
    # shellcheck disable=SC2086
    timed numpy python3 "$here/certify.py" "$model/model.safetensors" $common
    i=$((i + 1))
done
