"""Feature visualization: the 16 channels of a layer as one batch, and one after another.

``python -m tests.benchmarks.feature_visualization [--steps 32] [--rounds 3]``

LeNet for images of 28 x 28, its second activation (16 channels), on one thread: the time of a step
of all of them at once, and of 16 steps for one of them each, in turns. The aim: 5 times faster.
Then a network of the size of ResNet-18, written out here, for images of 3 x 64 x 64: four channels
of each of its stages.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch import Tensor, nn

from lab.feature_visualization import Visualizer
from lab.models import build

CHANNELS = 16


class Block(nn.Module):
    """Two convolutions, and what enters them added to what comes out."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(after), nn.BatchNorm2d(after)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.downsample = nn.Sequential()
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after)
            )

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        summed: Tensor = self.relu(out + self.downsample(x))
        return summed


def resnet18() -> nn.Sequential:
    """Return a network with the layers of ResNet-18 and 1000 classes; its weights are random."""
    stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
    stages = [nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))]
    stages += [
        nn.Sequential(Block(width // 2, width, 2), Block(width, width, 1))
        for width in (128, 256, 512)
    ]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000)]
    return nn.Sequential(*stem, nn.MaxPool2d(3, 2, 1), *stages, *head).eval()


def seconds(visualizers: list[Visualizer], steps: int) -> float:
    """Return how long so many steps of all of them take."""
    began = time.perf_counter()
    for visualizer in visualizers:
        for _ in range(steps):
            visualizer.step()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    wish = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    lenet = build("lenet", (1, 28, 28), 10)
    shape, most = (1, 28, 28), 2 * wish.steps * wish.rounds
    together, alone = [], []
    for _ in range(wish.rounds):
        batch = Visualizer(lenet, "relu2", shape, steps=most)
        each = [Visualizer(lenet, "relu2", shape, [k], steps=most) for k in range(CHANNELS)]
        seconds([batch, each[0]], 3)  # the first steps are slow
        together.append(seconds([batch], wish.steps) / wish.steps)
        alone.append(seconds(each, wish.steps) / wish.steps)
    fast, slow = statistics.median(together), statistics.median(alone)
    print(f"LeNet, {CHANNELS} channels, one thread, milliseconds a step")
    print(f"  as one batch      {1000 * fast:7.1f}")
    print(f"  one after another {1000 * slow:7.1f}   {slow / fast:.1f} times as long")
    large = resnet18()
    print("ResNet-18's layers, 3 x 64 x 64, 4 channels, seconds for 128 steps")
    for stage in (4, 5, 6, 7):
        visualizer = Visualizer(large, str(stage), (3, 64, 64), range(4), steps=wish.steps + 1)
        visualizer.step()
        print(f"  stage {stage - 3} {seconds([visualizer], wish.steps) * 128 / wish.steps:6.1f}")


if __name__ == "__main__":
    main()
