"""IDX files, compressed or not."""

import gzip
from pathlib import Path

import numpy as np


def idx(folder, stem):
    for path, reader in ((Path(folder) / stem, open), (Path(folder) / f"{stem}.gz", gzip.open)):
        if path.exists():
            with reader(path, "rb") as file:
                data = file.read()
            break
    else:
        raise SystemExit(f"{Path(folder) / stem}[.gz]: no such file")
    if data[:3] != b"\0\0\x08":
        raise SystemExit(f"{path}: not an IDX file of bytes")
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, 4).astype(int)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def split(folder, name):
    """(images as bytes, labels) of the split named train or t10k."""
    return idx(folder, f"{name}-images-idx3-ubyte"), idx(folder, f"{name}-labels-idx1-ubyte")
