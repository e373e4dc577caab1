"""Train the networks of plan.py and export them to ONNX and safetensors.

    python train.py --data MNIST-FOLDER --runs FOLDER [--wide]

A run whose files are all there is skipped. Each run leaves RUN-eEPOCH.onnx and
.safetensors for the epochs kept, and RUN.json: settings, seed, seconds, and for
every kept epoch the counts of errors and the norms, as floats (the certified
numbers are certify.py's).
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

import mnist
import plan


class Conv(nn.Module):
    """CONV-L-H in channels-last layout.

    At kernel 2 and stride 2 the patches do not overlap, so a convolution is a
    reshaping and a matrix product: 2.5 times faster on a CPU than Conv2d.
    `standard` gives the same function as Conv2d layers.
    """

    def __init__(self, depth, channels, classes, side=28):
        super().__init__()
        fan_in, weights = 4, []
        for _ in range(depth):
            weights.append(torch.randn(fan_in, channels) * math.sqrt(2 / fan_in))
            fan_in, side = 4 * channels, side // 2
        self.side = side
        fan_in = channels * side * side
        weights.append(torch.randn(fan_in, classes) * math.sqrt(1 / fan_in))
        self.weights = nn.ParameterList(weights)

    @staticmethod
    def patches(x):
        n, h, w, c = x.shape
        h, w = h // 2, w // 2
        x = x[:, : 2 * h, : 2 * w].reshape(n, h, 2, w, 2, c)
        return x.permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, 4 * c)

    def forward(self, first_patches):
        x = first_patches
        for layer, weight in enumerate(self.weights[:-1]):
            x = torch.relu((self.patches(x) if layer else x) @ weight)
        return x.flatten(1) @ self.weights[-1]

    def standard(self):
        layers, inputs = [], 1
        for weight in self.weights[:-1]:
            outputs = weight.shape[1]
            conv = nn.Conv2d(inputs, outputs, 2, 2, bias=False)
            conv.weight.data = weight.detach().reshape(2, 2, inputs, outputs).permute(3, 2, 0, 1).contiguous()
            layers += [conv, nn.ReLU()]
            inputs = outputs
        head, n = self.weights[-1].detach(), self.side
        linear = nn.Linear(head.shape[0], head.shape[1], bias=False)
        linear.weight.data = head.reshape(n, n, inputs, -1).permute(3, 2, 0, 1).flatten(1).contiguous()
        return nn.Sequential(*layers, nn.Flatten(), linear)


def export(network, stem):
    save_file(network.state_dict(), f"{stem}.safetensors")
    torch.onnx.export(
        network,
        torch.zeros(1, 1, 28, 28),
        f"{stem}.onnx",
        dynamo=False,
        input_names=["x"],
        output_names=["logits"],
        dynamic_axes={"x": {0: "n"}, "logits": {0: "n"}},
    )


@torch.no_grad()
def outputs(network, x):
    return torch.cat([network(part) for part in x.split(5000)])


def errors(logits, labels):
    """A tie with the label is an error, as gapcert counts."""
    own = logits.gather(1, labels[:, None])[:, 0]
    rest = logits.scatter(1, labels[:, None], -math.inf).amax(1)
    return int((own <= rest).sum())


def measured(network, epoch, data):
    (x, y), (x_test, y_test) = data
    norms = [w.norm().item() for w in network.weights]
    return {
        "epoch": epoch,
        "train_errors": errors(outputs(network, x), y),
        "test_errors": errors(outputs(network, x_test), y_test),
        "frobenius": norms,
        "product": math.prod(norms),
    }


def train(run, data, images, folder):
    torch.manual_seed(run.seed)
    (x, y), _ = data
    targets = nn.functional.one_hot(y, 10).float()
    network = Conv(run.depth, run.channels, 10)
    optimiser = torch.optim.SGD(
        network.parameters(), run.learning_rate, run.momentum, weight_decay=run.weight_decay
    )
    batches = len(x) // run.batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, run.epochs * batches)
    start, history = time.process_time(), []
    for epoch in range(1, run.epochs + 1):
        order = torch.randperm(len(x))
        for rows in order[: batches * run.batch].split(run.batch):
            loss = ((network(x[rows]) - targets[rows]) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if epoch in run.exported():
            history.append(measured(network, epoch, data))
            standard = network.standard()
            with torch.no_grad():
                gap = (standard(images[:500]) - network(x[:500])).abs().max().item()
            if gap > 1e-4:
                raise SystemExit(f"{run.name}: the exported network differs by {gap}")
            export(standard, folder / f"{run.name}-e{epoch}")
            print(run.name, history[-1], flush=True)
    return {
        "settings": run.settings(),
        "m": len(x),
        "seconds": round(time.process_time() - start, 1),
        "torch": torch.__version__,
        "history": history,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of MNIST IDX files")
    parser.add_argument("--runs", type=Path, required=True, help="folder for the networks")
    parser.add_argument("--wide", action="store_true", help="plan.WIDE instead of the figures' networks")
    args = parser.parse_args()
    args.runs.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)

    todo = []
    for run in [plan.WIDE] if args.wide else plan.runs():
        record = args.runs / f"{run.name}.json"
        # Through JSON, as tuples come back as lists.
        settings = json.loads(json.dumps(run.settings()))
        if record.exists() and json.loads(record.read_text())["settings"] == settings:
            print(run.name, "is there")
        else:
            todo.append((run, record))
    if not todo:
        return

    def tensors(name):
        pixels, labels = mnist.split(args.data, name)
        images = torch.from_numpy(pixels.astype(np.float32) / 255)[:, None]
        patches = Conv.patches(images.permute(0, 2, 3, 1)).contiguous()
        return images, (patches, torch.from_numpy(labels.astype(np.int64)))

    images, sample = tensors("train")
    _, test = tensors("t10k")
    for run, record in todo:
        result = train(run, (sample, test), images, args.runs)
        record.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
