"""The uncertified PyTorch version of `gapcert certify` on a convolutional network:
one forward pass over the training images in float32, ramp losses, and the norms
and path energies that the bounds need. What a user would write.

    python3 benches/torch/certify.py MODEL-FOLDER --data DIR [--batch 256]

MODEL-FOLDER holds model.safetensors: convolutions "N.weight" of 2x2 kernels, a
ReLU after each, and a linear head; --stride is that of the convolutions.
Requirements: torch, numpy.
"""

import argparse
import gzip
import json
import struct
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F


def safetensors(path):
    raw = Path(path).read_bytes()
    (n,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + n])
    data = raw[8 + n :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.tensor(values.copy())
    return [tensors[k] for k in sorted(tensors, key=lambda k: int(k.split(".")[0]))]


def idx(path, offset):
    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=offset)


def operator_norm(weight, side, stride, steps=40):
    x = torch.randn(1, weight.shape[1], side, side)
    for _ in range(steps):
        x = x / x.norm()
        y = F.conv2d(x, weight, stride=stride)
        norm = y.norm()
        x = F.conv_transpose2d(y, weight, stride=stride)
        x = F.pad(x, (0, side - x.shape[3], 0, side - x.shape[2]))
    return norm.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--batch", type=int, default=256)
    a = parser.parse_args()
    start = time.monotonic()
    torch.set_num_threads(2)
    *convs, head = safetensors(a.model / "model.safetensors")
    images = idx(a.data / "train-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = torch.tensor(idx(a.data / "train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    m = len(labels)
    with torch.no_grad():
        margins = []
        energy = torch.zeros(28, 28, dtype=torch.float64)
        for i in range(0, m, a.batch):
            x = torch.tensor(images[i : i + a.batch]).float() / 255
            energy += (x.double() ** 2).sum((0, 1))
            for w in convs:
                x = F.relu(F.conv2d(x, w, stride=a.stride))
            h = x.flatten(1) @ head.T
            y = labels[i : i + a.batch, None]
            own = h.gather(1, y)[:, 0]
            best = h.scatter(1, y, -torch.inf).max(1).values
            margins.append(own - best)
        margin = torch.cat(margins)
        print("forward", round(time.monotonic() - start, 2), "s")
        path = energy[None, None]
        side, rho = 28, 1.0
        for w in convs:
            path = F.conv2d(path, torch.ones(1, 1, 2, 2, dtype=torch.float64), stride=a.stride)
            norms = [
                operator_norm(w, side, a.stride),
                w.norm().item(),
                w.flatten(1).norm(dim=1).sum().item(),
                w.flatten(1).abs().sum(1).max().item(),
            ]
            print("layer", *norms)
            rho *= norms[1]
            side = (side - 2) // a.stride + 1
        centred = head - head.mean(0)
        print("head", torch.linalg.matrix_norm(head, 2).item(), centred.norm().item())
        rho *= centred.norm().item()
        m_energy = path.sum().item()
        print("errors", (margin <= 0).sum().item(), "rho", rho, "path energy", m_energy)
        for gamma in (0.1, 0.3, 1.0, 3.0, 10.0):
            ramp = (1 - margin / gamma).clamp(0, 1).mean().item()
            value = ramp + 2 * np.sqrt(np.pi) / m * rho / gamma * 3 * 2.3219 * np.sqrt(m_energy)
            print("gamma", gamma, "ramp", ramp, "path-energy about", value)
    print("whole", round(time.monotonic() - start, 2), "s")


main()
