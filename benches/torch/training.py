"""The runs of benches/training.rs in PyTorch, one thread: CPU seconds, the median of
five, in float32 and float64. Needs torch. Prints CSV without a head."""

import statistics
import time

import torch

RUNS = [([20, 64, 2], 500, 500), ([784, 100, 10], 10_000, 500), ([784, 1000, 10], 10_000, 50)]
BATCH, RATE = 100, 0.05


def network(dims, dtype):
    layers = []
    for a, b in zip(dims, dims[1:]):
        layers += [torch.nn.Linear(a, b, bias=False, dtype=dtype), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def run(dims, m, steps, dtype):
    x = torch.rand(m, dims[0], dtype=dtype) * 2 - 1
    y = torch.randint(dims[-1], (m,))
    model = network(dims, dtype)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.CrossEntropyLoss()
    # The backward pass may have a thread of its own: all threads are counted.
    before = time.process_time()
    for _ in range(steps):
        rows = torch.randint(m, (BATCH,))
        optimiser.zero_grad()
        loss(model(x[rows]), y[rows]).backward()
        optimiser.step()
    return time.process_time() - before


torch.set_num_threads(1)
for dims, m, steps in RUNS:
    for dtype, name in [(torch.float32, "f32"), (torch.float64, "f64")]:
        times = [run(dims, m, steps, dtype) for _ in range(5)]
        shape = "-".join(map(str, dims))
        print(f"torch {torch.__version__},{name},{shape},{m},{steps},{statistics.median(times):.3f}")
