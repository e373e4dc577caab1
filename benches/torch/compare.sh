#!/bin/sh
# Certified gapcert and uncertified PyTorch on the same convolutional network and
# the 60,000 training images, in turns.
#   sh benches/torch/compare.sh SHARED [NAME [STRIDE [RUNS]]]
# SHARED holds data/mnist and models/NAME/model.onnx and model.safetensors.
set -eu
here=$(dirname "$0")
shared=$1
name=${2:-mnist-conv-3-16-s1}
stride=${3:-1}
runs=${4:-3}
cargo build --release --quiet --manifest-path "$here/../../Cargo.toml"
gapcert="$here/../../target/release/gapcert"
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
    timed gapcert "$gapcert" certify "$shared/models/$name/model.onnx" --data "$shared/data/mnist"
    timed torch python3 "$here/certify.py" "$shared/models/$name" --data "$shared/data/mnist" --stride "$stride"
    i=$((i + 1))
done
