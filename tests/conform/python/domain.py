"""Checks of inputs, shared by the implementations of the tests."""
import functools
import math

KINDS = {
    "real": lambda x: True,
    "sample": lambda x: x >= 2 and x == int(x),
    "positive integer": lambda x: x >= 1 and x == int(x),
    "count": lambda x: x >= 0 and x == int(x),
    "confidence": lambda x: 0 < x < 1,
    "fraction": lambda x: 0 <= x <= 1,
    "below one": lambda x: 0 <= x < 1,
    "nonnegative": lambda x: x >= 0,
    "positive": lambda x: x > 0,
    "above one": lambda x: x > 1,
}


def leaves(x):
    if isinstance(x, list):
        for e in x:
            yield from leaves(e)
    else:
        yield x


def domain(**kinds):
    """Refuses what is outside; a kind in a list is that of its numbers."""

    def decorate(f):
        @functools.wraps(f)
        def checked(**inputs):
            for name, x in inputs.items():
                kind = kinds[name]
                if isinstance(kind, list) != isinstance(x, list):
                    raise ValueError(f"{name}: wrong shape")
                holds = KINDS[kind[0] if isinstance(kind, list) else kind]
                if not all(math.isfinite(v) and holds(v) for v in leaves(x)):
                    raise ValueError(f"{name} outside its domain")
            return f(**inputs)

        return checked

    return decorate


def rectangular(w):
    if not w or not w[0] or not all(isinstance(r, list) for r in w):
        raise ValueError("no matrix")
    if any(len(r) != len(w[0]) for r in w):
        raise ValueError("rows of different lengths")


def below(name, s, end):
    if not s < end:
        raise ValueError(f"{name} too large")
    return int(s)
