"""Train a network on two digits so that the path-energy bound is small.

    python train_zero_one.py --data FOLDER --network band --output model.onnx

FOLDER is make_zero_one.py's. The objective is the bound itself: the mean hinge
(later the ramp) of the margin plus c rho, where c rho is the complexity term of
galanti-2023/path-energy at gamma = 1. The network is then scaled so that gamma = 1
is the best margin: rho just below a point (17/16)^t of the a-priori grid. The value
printed is not certified: gapcert's is.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import mnist

DELTA = 0.05
GRID = 17 / 16
KAPPA_2 = math.sqrt(2)  # slightly above inf arccosh(...)/lambda for L = 2


def network(name):
    """(features, head inputs): what comes before the linear head."""
    if name == "band":
        # Of the 14 x 14 averaged pixels, rows 0, 6, 7 and 13 are read.
        layers = [nn.AvgPool2d(2), nn.Conv2d(1, 4, (2, 1), stride=(7, 1), padding=(1, 0), bias=False), nn.ReLU()]
        return nn.Sequential(*layers), 4 * 3 * 14
    if name == "rows":
        # The same without the averaging: pixel rows 0, 1, 12 to 15, 26 and 27.
        layers = [nn.Conv2d(1, 4, (4, 1), stride=(14, 1), padding=(2, 0), bias=False), nn.ReLU()]
        return nn.Sequential(*layers), 4 * 3 * 28
    if name == "dilated":
        # Four positions, each of which reads every second row and column.
        return nn.Sequential(nn.Conv2d(1, 4, 14, dilation=2, bias=False), nn.ReLU()), 4 * 2 * 2
    raise ValueError(name)


def path_energy(features, images):
    """Sum over paths from the head to a pixel of the pixel's energy."""
    energy = (images.double() ** 2).sum(0, keepdim=True)
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            ones = torch.ones(1, 1, *layer.kernel_size, dtype=torch.float64)
            energy = F.conv2d(energy, ones, None, layer.stride, layer.padding, layer.dilation)
        elif isinstance(layer, nn.AvgPool2d):
            energy = layer(energy.sqrt()) ** 2
    return energy.sum().item()


def confidence(t, m):
    return math.sqrt(2 / m * math.log(3 * (abs(t) + 1) * (abs(t) + 2) / (2 * DELTA)))


def best(margins, rho, c):
    """(bound, t) over the grid, gamma = rho / (17/16)^t."""
    m, values = len(margins), []
    for t in range(-120, 61):
        q = GRID**t
        ramp = (1 - margins * (q / rho)).clamp(0, 1).mean().item()
        values.append((ramp + c * q + confidence(t, m), t))
    return min(values)


class Network(nn.Module):
    """Two outputs, head rows u and -u: centred, margin 2 <u, features> for label 0."""

    def __init__(self, name, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.name = name
        self.features, inputs = network(name)
        self.u = nn.Parameter(torch.randn(inputs) / math.sqrt(inputs))

    def convolution(self):
        return next(layer for layer in self.features if isinstance(layer, nn.Conv2d))

    def rho(self):
        return self.convolution().weight.norm() * self.u.norm() * math.sqrt(2)

    def margins(self, x, sign):
        return 2 * (self.features(x).flatten(1) @ self.u) * sign

    @torch.no_grad()
    def start(self, x, sign):
        """Filters near the mean patch where a patch is a small part of the image, and
        near the difference of the classes' mean patches, with both signs, where it
        shows all of it; head along the difference of the classes."""
        conv = self.convolution()
        before = x
        for layer in self.features:
            if layer is conv:
                break
            before = layer(before)
        patches = F.unfold(before, conv.kernel_size, conv.dilation, conv.padding, conv.stride)
        zero, one = (patches[sign == s].mean((0, 2)) for s in (1, -1))
        centres = [zero - one, one - zero] if self.name == "dilated" else [zero + one]
        for index, filter in enumerate(conv.weight):
            centre = centres[index % len(centres)].view_as(filter)
            noise = torch.randn_like(filter) * centre.norm() / math.sqrt(filter.numel())
            filter.copy_(centre + 0.2 * noise)
        z = self.features(x).flatten(1)
        self.u.copy_(z[sign > 0].mean(0) - z[sign < 0].mean(0))

    @torch.no_grad()
    def scale(self, rho):
        factor = (rho / self.rho()) ** 0.5
        self.convolution().weight.mul_(factor)
        self.u.mul_(factor)


def train(name, seed, x, sign, c, steps):
    net = Network(name, seed)
    net.start(x, sign)
    net.scale(0.12 / c)
    groups = [{"params": [p], "lr": 0.03 * p.detach().square().mean().sqrt().item()} for p in net.parameters()]
    optimiser = torch.optim.Adam(groups, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda i: min(1, (i + 1) / 10) * (0.5 + 0.5 * math.cos(math.pi * i / steps) + 0.005)
    )
    for step in range(steps):
        slack = 1 - net.margins(x, sign)
        loss = (slack.clamp(0) if step < 0.3 * steps else slack.clamp(0, 1)).mean() + c * net.rho()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="make_zero_one.py's folder")
    parser.add_argument("--network", choices=("band", "rows", "dilated"), default="band")
    parser.add_argument("--output", type=Path, required=True, help="the ONNX file")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=3, help="starts; the smallest bound is kept")
    args = parser.parse_args()
    torch.set_num_threads(1)

    pixels, labels = mnist.split(args.data, "train")
    x = torch.from_numpy(pixels.astype(np.float32) / 255)[:, None]
    sign = torch.from_numpy(1 - 2 * labels.astype(np.float32))
    features, _ = network(args.network)
    energy = path_energy(features, x)
    c = 2 * math.sqrt(math.pi) / len(x) * KAPPA_2 * math.sqrt(energy)

    kept = None
    for seed in range(args.seeds):
        net = train(args.network, seed, x, sign, c, args.steps)
        with torch.no_grad():
            value, t = best(net.margins(x, sign).double(), net.rho().item(), c)
        print(f"seed {seed}: {value:.5f} at t = {t}", flush=True)
        if kept is None or value < kept[0]:
            kept = value, t, net
    _, t, net = kept
    net.scale(GRID**t * (1 - 1e-6))

    u = net.u.detach()
    head = nn.Linear(len(u), 2, bias=False)
    head.weight.data = torch.stack([u, -u])
    model = nn.Sequential(*net.features, nn.Flatten(), head)
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), args.output, dynamo=False,
        input_names=["x"], output_names=["logits"],
        dynamic_axes={"x": {0: "n"}, "logits": {0: "n"}},
    )
    with torch.no_grad():
        margins = net.margins(x, sign)
        ramp = (1 - margins).clamp(0, 1).mean().item()
    q = GRID**t
    print(f"m {len(x)}, path energy / m {energy / len(x):.4f}, rho {net.rho().item():.6f}, "
          f"errors {int((margins <= 0).sum())}")
    print(f"ramp {ramp:.5f} + complexity {c * q:.5f} + confidence {confidence(t, len(x)):.5f}")


if __name__ == "__main__":
    main()
