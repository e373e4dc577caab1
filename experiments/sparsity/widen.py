"""Adds hidden units that no image of grey values activates to the networks of
`gapcert demo`: python widen.py DEMO-FOLDER UNITS (needs NumPy).

Each has the weight -0.1 on every pixel and 0 on every output, in the prior as in
the model, so that no output and no distance from the prior changes. Writes
model-wide.npz and prior-wide.npz into the folder."""

import json
import sys
from pathlib import Path

import numpy as np


def tensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    kinds = {"F32": np.float32, "F64": np.float64}
    for name, t in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            start, end = (8 + size + x for x in t["data_offsets"])
            yield name, np.frombuffer(data[start:end], kinds[t["dtype"]]).reshape(t["shape"])


def widened(weights, units):
    first, last = sorted(weights)
    inputs, outputs = weights[first].shape[1], weights[last].shape[0]
    rows = np.full((units, inputs), -0.1, weights[first].dtype)
    columns = np.zeros((outputs, units), weights[last].dtype)
    return {
        first: np.vstack([weights[first], rows]),
        last: np.hstack([weights[last], columns]),
    }


folder, units = Path(sys.argv[1]), int(sys.argv[2])
for name in ["model", "prior"]:
    weights = dict(tensors(folder / f"{name}.safetensors"))
    np.savez(folder / f"{name}-wide.npz", **widened(weights, units))
