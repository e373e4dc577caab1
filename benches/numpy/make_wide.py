"""A 784-WIDTH-10 network and a prior close to it, for timing only.

Usage: python3 make_wide.py FOLDER INDICES [WIDTH]
Writes FOLDER/model.safetensors, prior.safetensors and sample_indices.npy.
"""
import json
import shutil
import struct
import sys
from pathlib import Path

import numpy as np


def write(path, layers):
    header, data = {}, b""
    for k, w in enumerate(layers):
        raw = np.ascontiguousarray(w, dtype="<f4").tobytes()
        header[f"{2 * k}.weight"] = {
            "dtype": "F32",
            "shape": list(w.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    folder, indices = Path(sys.argv[1]), sys.argv[2]
    width = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    rng = np.random.default_rng(1)
    dims = [784, width, 10]
    prior = [rng.normal(0, (1 / a) ** 0.5, (b, a)) for a, b in zip(dims, dims[1:])]
    model = [w + rng.normal(0, 1e-5, w.shape) for w in prior]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "model.safetensors", model)
    write(folder / "prior.safetensors", prior)
    shutil.copy(indices, folder / "sample_indices.npy")


main()
