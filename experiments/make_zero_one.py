"""Restrict MNIST to the digits 0 and 1.

    python make_zero_one.py --data MNIST-FOLDER --output FOLDER

writes a folder of IDX files (train and t10k) with the images of label 0 and 1 in
their order: 12,665 and 2,115. The labels stay 0 and 1, which are also the outputs
of a network with two. --indices FILE writes the rows of the training split that
were kept (int64), for gapcert's --indices with the whole of MNIST.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np

import mnist


def write(path, array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    # No name and no time in the file, so that it depends on the images alone.
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        packed.write(header + array.tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of MNIST IDX files")
    parser.add_argument("--output", type=Path, required=True, help="folder for the IDX files")
    parser.add_argument("--indices", type=Path, help="write the kept rows of the training split")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    for name in ("train", "t10k"):
        images, labels = mnist.split(args.data, name)
        rows = np.flatnonzero(labels < 2)
        write(args.output / f"{name}-images-idx3-ubyte.gz", images[rows])
        write(args.output / f"{name}-labels-idx1-ubyte.gz", labels[rows])
        print(f"{name}: {len(rows)} of {len(labels)} images")
        if name == "train" and args.indices:
            np.save(args.indices, rows.astype(np.int64))


if __name__ == "__main__":
    main()
