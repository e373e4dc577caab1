"""Writes a ResNet-18-shaped network with random weights as ONNX: average pooling
in place of max pooling, batch normalisation folded into biases.

    python3 benches/torch/resnet.py resnet18.onnx
    gapcert measure resnet18.onnx
"""

import sys

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1)
        same = stride == 1 and inputs == outputs
        self.skip = nn.Identity() if same else nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.skip(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 7, 2, 3)
        self.pool = nn.AvgPool2d(3, 2, 1)
        blocks, inputs = [], 64
        for outputs in (64, 128, 256, 512):
            for stride in (1 if outputs == 64 else 2, 1):
                blocks.append(Block(inputs, outputs, stride))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(512, 1000)

    def forward(self, x):
        x = self.pool(torch.relu(self.stem(x)))
        return self.head(self.blocks(x).mean([2, 3]))


torch.manual_seed(0)
torch.onnx.export(ResNet().eval(), (torch.zeros(1, 3, 224, 224),), sys.argv[1], dynamo=False)
