#!/bin/sh
# The experiments from beginning to end: train, certify, draw. What is there
# already is not done again.
#   sh experiments/run.sh MNIST-FOLDER GAPCERT-BINARY [FOLDER-FOR-NETWORKS]
set -eu
data=$1 gapcert=$2
here=$(cd "$(dirname "$0")" && pwd)
runs=${3:-$here/runs}
python=${PYTHON:-python3}
"$python" "$here/train.py" --data "$data" --runs "$runs"
"$python" "$here/certify.py" --gapcert "$gapcert" --data "$data" --runs "$runs" --results "$here/results"
"$python" "$here/figures.py" --results "$here/results" --figures "$here/figures"
