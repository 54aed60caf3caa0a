"""Convolution and pooling in numpy and in PyTorch, in turns, on one thread.

``python -m tests.benchmarks.convolution [--rounds 30]``

Milliseconds are medians; the ratio is that of the medians. The aims: a 512 x 512 picture with a
7 x 7 kernel within 3 times of PyTorch, and a 256 x 256 picture with a small kernel in about 1 ms,
so that it can be redrawn while a hand moves a weight.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from lab.blas import one_thread
from lab.convolution import avg_pool2d, conv2d, conv_transpose2d, max_pool2d

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = (  # channels of the input, filters, side of the picture, of the kernel
    (1, 1, 512, 7),
    (1, 1, 256, 3),
    (1, 1, 256, 5),
    (3, 2, 256, 3),
    (16, 16, 64, 3),
)


def milliseconds(function: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    function()
    return 1000 * (time.perf_counter() - start)


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], n: int) -> None:
    """Time both in turns and print a line."""
    ours(), theirs()  # warm
    rounds = [(milliseconds(ours), milliseconds(theirs)) for _ in range(n)]
    one, other = (statistics.median(row) for row in zip(*rounds, strict=True))
    print(f"{name:44} {one:8.2f} {other:8.2f} {one / other:7.2f}")


def convolutions(dtype: str, n: int) -> None:
    """Compare the convolutions in one precision."""
    random = np.random.default_rng(0)
    for channels, filters, side, k in CASES:
        x = random.normal(size=(1, channels, side, side)).astype(dtype)
        kernel = random.normal(size=(filters, channels, k, k)).astype(dtype)
        tensors = torch.tensor(x), torch.tensor(kernel)
        name = f"{dtype} {channels}→{filters}, {side} x {side}, kernel {k} x {k}"
        compare(
            f"conv2d {name}",
            lambda x=x, kernel=kernel: conv2d(x, kernel),
            lambda tensors=tensors: functional.conv2d(*tensors),
            n,
        )


def others(n: int) -> None:
    """Compare pooling and the transposed convolution."""
    random = np.random.default_rng(0)
    x, kernel = random.normal(size=(1, 1, 256, 256)), random.normal(size=(1, 1, 3, 3))
    tensor, weights = torch.tensor(x), torch.tensor(kernel)
    compare(
        "conv_transpose2d 256 x 256, stride 2",
        lambda: conv_transpose2d(x, kernel, stride=2),
        lambda: functional.conv_transpose2d(tensor, weights, stride=2),
        n,
    )
    for ours, theirs in ((max_pool2d, functional.max_pool2d), (avg_pool2d, functional.avg_pool2d)):
        compare(
            f"{ours.__name__} 256 x 256, window 2 x 2",
            lambda ours=ours: ours(x, 2),
            lambda theirs=theirs: theirs(tensor, 2),
            n,
        )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    print(f"{'milliseconds, one thread':44} {'lab':>8} {'PyTorch':>8} {'ratio':>7}")
    with one_thread(), torch.no_grad():
        for dtype in ("float32", "float64"):
            convolutions(dtype, rounds)
        others(rounds)


if __name__ == "__main__":
    main()
