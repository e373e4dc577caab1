#!/bin/sh
# Theorem M against the sparsity levels, for the network of `gapcert demo` and for the
# same network with 2,016 units more that no image activates (needs NumPy).
# sh experiments/sparsity/run.sh [GAPCERT [FOLDER]]
set -eu
gapcert=${1:-target/release/gapcert}
folder=${2:-sparsity-demo}
here=$(dirname "$0")
"$gapcert" demo -o "$folder" > /dev/null
python3 "$here/widen.py" "$folder" 2016
"$gapcert" sparsity "$folder/model.safetensors" --prior "$folder/prior.safetensors" \
    --data "$folder/sample" --steps 32 --svg "$here/demo.svg" > "$here/demo.txt"
"$gapcert" sparsity "$folder/model-wide.npz" --prior "$folder/prior-wide.npz" \
    --data "$folder/sample" --steps 64 --svg "$here/wide.svg" > "$here/wide.txt"
