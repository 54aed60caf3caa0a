"""How fast a run trains: its steps against the plain PyTorch loop of the textbooks.

``python -m tests.benchmarks.training_speed [--rounds 5] [--steps 150] [--root FOLDER]``

Both train the same small network (two 3 x 3 convolutions of 16 and 32 channels, a dense layer) in
batches of 64 on two threads. The plain loop has a ``Dataset`` with per-sample transforms and a
``DataLoader(num_workers=0)``. They take turns, so that whatever else the machine does meets all;
images a second are medians over the rounds, the ratio is the median of the rounds' ratios, with the
lowest beside it. The accuracy is that after all rounds. With ``--root`` MNIST is learnt, without it
drawn images. The aims: fp32 at least 1.4, channels_last 2.3, bfloat16 2.9; on a GPU 10.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from lab.architecture import Architecture, Convolution, Dense
from lab.hardware import hardware
from lab.messages import Settings
from lab.models import build
from lab.trainer import Trainer
from tests.benchmarks.training_loops import accuracy, images, plain_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from lab.datasets import ImageDataset

THREADS = 2
NETWORK = Architecture(Convolution(16, pooling="max"), Convolution(32, pooling="max"), Dense(64))
COMMON: dict[str, Any] = {
    "model": NETWORK,
    "batch_size": 64,
    "learning_rate": 0.02,
    "epochs": 10_000,
    "threads": THREADS,
}


class Contiguous(Trainer):
    """A trainer that keeps the channels first, as PyTorch does by itself."""

    def _make_model(self) -> nn.Module:
        model = super()._make_model()
        return model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]

    def _pixels(self, images: Tensor) -> Tensor:
        return images.to(torch.float32, memory_format=torch.contiguous_format)


class Contender:
    """Something that trains, and how fast it was in each round."""

    def __init__(self, name: str, model: nn.Module, step: Callable[[], int]) -> None:
        self.name, self.model, self.step = name, model, step
        self.speeds: list[float] = []

    def round(self, steps: int, *, count: bool = True) -> None:
        """Train some steps."""
        began = time.perf_counter()
        seen = sum(self.step() for _ in range(steps))
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        if count:
            self.speeds.append(seen / (time.perf_counter() - began))


def plain(data: ImageDataset) -> Contender:
    """Return the plain loop."""
    torch.manual_seed(0)
    model = build(NETWORK, (1, 28, 28), 10)
    optimizer = torch.optim.SGD(model.parameters(), 0.02, momentum=0.9)
    loop = plain_loop(data, model, optimizer, nn.CrossEntropyLoss())
    return Contender("plain loop", model, lambda: next(loop))


def ours(name: str, data: ImageDataset, kind: type[Trainer], **settings: Any) -> Contender:
    """Return a run's trainer without its tests: they are no part of the training."""
    trainer = kind(Settings(**COMMON, **settings), data)
    trainer._test = lambda: iter(())  # type: ignore[method-assign]

    def step() -> int:
        before = trainer.images_seen
        trainer.step()
        return trainer.images_seen - before

    return Contender(name, trainer.model, step)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--root")
    options = parser.parse_args()
    data = images(options.root)
    torch.set_num_threads(THREADS)
    rows = [
        plain(data),
        ours("run, fp32", data, Contiguous, device="cpu"),
        ours("run, channels_last", data, Trainer, device="cpu"),
        ours("run, bfloat16", data, Trainer, device="cpu", precision="bfloat16"),
    ]
    if torch.cuda.is_available():
        rows.append(ours("run, GPU", data, Trainer, device="cuda"))
        rows.append(ours("run, GPU, bfloat16", data, Trainer, device="cuda", precision="bfloat16"))
    for row in rows:
        row.round(20, count=False)  # warm
    for _ in range(options.rounds):
        for row in rows:
            row.round(options.steps)
    print(f"{hardware()}; {THREADS} threads; {data.name}")
    print(f"{'':22} {'images/s':>9} {'ratio':>6} {'lowest':>7} {'accuracy':>9}")
    for row in rows:
        ratios = [a / b for a, b in zip(row.speeds, rows[0].speeds, strict=True)]
        share = accuracy(data, row.model.cpu())
        print(
            f"{row.name:22} {statistics.median(row.speeds):9.0f} {statistics.median(ratios):6.2f} "
            f"{min(ratios):7.2f} {share:9.2%}"
        )


if __name__ == "__main__":
    main()
