"""Which networks are trained, with what settings, and which figure shows them.

CONV-L-H: L convolutions with 2x2 kernels, stride 2, H channels and no bias, each
followed by a ReLU, then a linear head without bias. L + 1 weight layers in all.
"""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Run:
    depth: int = 3  # L, convolutions
    channels: int = 32  # H
    weight_decay: float = 3e-3
    epochs: int = 24
    keep: tuple = ()  # epochs whose network is exported besides the last
    learning_rate: float = 0.1
    momentum: float = 0.9
    batch: int = 128
    seed: int = 1

    @property
    def name(self):
        return f"conv-{self.depth}-{self.channels}-wd{self.weight_decay:g}"

    def exported(self):
        return sorted({*self.keep, self.epochs})

    def settings(self):
        return asdict(self)


BASE = Run(keep=(1, 2, 4, 8, 16))
DECAYS = (3e-4, 1e-3, 3e-3, 6e-3, 1e-2)
CHANNELS = (8, 16, 32, 64)
DEPTHS = (1, 2, 3, 4)
# One network of a width of the published figure; in no figure of ours. At twice the
# learning rate, four epochs bring its norms to where weight decay holds them.
WIDE = replace(BASE, channels=200, learning_rate=0.2, epochs=4, keep=())


def at_end(**change):
    run = replace(BASE, **change)
    return BASE if run == BASE else replace(run, keep=())


# Figure -> (name on the axis, [(value on the axis, run, epoch)]).
FIGURES = {
    "epochs": ("epoch", [(e, BASE, e) for e in BASE.exported()]),
    "weight-decay": (
        "weight decay",
        [(d, at_end(weight_decay=d), BASE.epochs) for d in DECAYS],
    ),
    "channels": (
        "channels H",
        [(h, at_end(channels=h), BASE.epochs) for h in CHANNELS],
    ),
    "depth": (
        "convolutions L",
        [(d, at_end(depth=d), BASE.epochs) for d in DEPTHS],
    ),
}


def runs():
    """Every run of a figure once, in the order of training."""
    seen = {}
    for _, points in FIGURES.values():
        for _, run, _ in points:
            seen.setdefault(run.name, run)
    return list(seen.values())


def networks():
    """Every exported network once: (run, epoch, file stem)."""
    return [
        (run, epoch, f"{run.name}-e{epoch}")
        for run in (*runs(), WIDE)
        for epoch in run.exported()
    ]
