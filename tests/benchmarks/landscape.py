"""The loss surface of LeNet: milliseconds a point, of ours and of two usual ways, in turns.

``python -m tests.benchmarks.landscape [--rounds 3] [--samples 128] [--size 51] [--threads 2]``

LeNet learns the digits, enlarged to 28 x 28 pixels, for some steps. Then its loss is computed over
the same plane of two filter-normalised directions, at the same grid, for the same samples: by
``lab.module_landscapes``; by ``planar_interpolation`` of the package ``loss-landscapes``; and by a
plain loop that goes through a DataLoader at each point. The aim: at least 3 times the points a
second of both, values within 1e-5, the first picture of 9 x 9 points within 0.3 seconds.

The package is no dependency of the project. To compare with it:
``pip install --no-deps --target FOLDER loss-landscapes``, then ``PYTHONPATH=FOLDER python -m …``.
It walks along its rows there and back and begins the way back one point late, so that in every
second row it is one point aside, and misses the last: only the points that are the same are
compared.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time

import numpy as np
import torch
from torch.nn.functional import cross_entropy, interpolate
from torch.utils.data import DataLoader, TensorDataset

from lab.datasets import load
from lab.directions import random_plane
from lab.landscapes import evaluate
from lab.models import lenet
from lab.module_landscapes import ModuleLandscape
from lab.parameters import Parameters

try:
    import loss_landscapes
    import loss_landscapes.metrics
except ImportError:
    loss_landscapes = None

TOLERANCE = 1e-5


def trained(steps: int, samples: int) -> tuple[torch.nn.Module, torch.Tensor, torch.Tensor]:
    """Return LeNet after some steps, and the images and labels its loss is about."""
    torch.manual_seed(0)
    data = load("digits")
    images = interpolate(torch.tensor(data.train_images, dtype=torch.float32), (28, 28))
    labels = torch.tensor(data.train_labels).long()
    model = lenet()
    optimizer = torch.optim.SGD(model.parameters(), 0.02, momentum=0.9)
    for _ in range(steps):
        rows = torch.randint(len(images), (32,))
        optimizer.zero_grad()
        cross_entropy(model(images[rows]), labels[rows]).backward()
        optimizer.step()
    return model.eval(), images[:samples].contiguous(), labels[:samples]


class Surface:
    """One surface, in three ways; each returns ``(size, size)`` losses, row 0 the highest b."""

    def __init__(self, model, images, labels, size):
        self.model, self.images, self.labels, self.size = model, images, labels, size
        self.plane = random_plane(Parameters.of_module(model), seed=1)
        self.coarse = 0.0

    def ours(self):
        """Compute it with the lab, everything that is prepared included."""
        start = time.perf_counter()
        self.coarse = 0.0
        landscape = ModuleLandscape(self.plane, self.model, self.images, self.labels)
        for progress in evaluate(landscape, 1.0, self.size):
            if progress.complete and not self.coarse:
                self.coarse = time.perf_counter() - start
        return progress.losses

    def at(self, a, b):
        """Return a copy of the model with the weights of a place."""
        model = copy.deepcopy(self.model)
        with torch.no_grad():
            for old, new in zip(model.parameters(), self.plane.weights(a, b), strict=True):
                old.copy_(torch.as_tensor(new))
        return model

    def package(self):
        """Compute it with the package."""
        step = 2 / (self.size - 1)
        # Rows go along b, each from -1 to 1; it takes a step before it looks for the first time.
        corner = self.at(-1, -1 - step)
        along_a = self.at(-1 + self.size * step, -1 - step)
        along_b = self.at(-1, -1 - step + self.size * step)
        metric = loss_landscapes.metrics.Loss(cross_entropy, self.images, self.labels)
        losses = loss_landscapes.planar_interpolation(
            corner, along_a, along_b, metric, steps=self.size
        )
        losses[1::2, :-1] = losses[1::2, 1:]  # in the rows of the way back: one point aside
        losses[1::2, -1] = np.nan
        return losses.T[::-1]

    def loop(self):
        """Compute it with a loop over a DataLoader."""
        loader = DataLoader(TensorDataset(self.images, self.labels), batch_size=128)
        model = copy.deepcopy(self.model)
        centre, first, second = (
            [
                torch.tensor(array, dtype=torch.float32)
                for array in self.plane.parameters.arrays(row)
            ]
            for row in (self.plane.centre, self.plane.first, self.plane.second)
        )
        losses = np.empty((self.size, self.size))
        steps = np.linspace(-1, 1, self.size)
        with torch.no_grad():
            for row, b in enumerate(steps[::-1]):
                for column, a in enumerate(steps):
                    for p, w, d, e in zip(model.parameters(), centre, first, second, strict=True):
                        p.copy_(w + float(a) * d + float(b) * e)
                    total = 0.0
                    for images, labels in loader:
                        total += cross_entropy(model(images), labels, reduction="sum").item()
                    losses[row, column] = total / len(self.images)
        return losses


def worst(losses, others):
    """Return the largest difference, relative where the loss is above 1; NaNs are left out."""
    return float(np.nanmax(np.abs(losses - others) / np.maximum(1, np.abs(others))))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--size", type=int, default=51)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=200, help="of training before")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    surface = Surface(*trained(options.steps, options.samples), options.size)
    ways = {"the lab": surface.ours, "DataLoader": surface.loop}
    if loss_landscapes is None:
        print(
            "The package loss-landscapes is missing, so it is left out. To compare with it:\n"
            "pip install --no-deps --target FOLDER loss-landscapes, and PYTHONPATH=FOLDER.\n"
        )
    else:
        ways["package"] = surface.package
    taken = {name: [] for name in ways}
    coarse, losses = [], {}
    for _ in range(options.rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            losses[name] = way()
            taken[name].append(1000 * (time.perf_counter() - start) / options.size**2)
        coarse.append(surface.coarse)
    ours = taken.pop("the lab")
    print(
        f"LeNet, {options.samples} samples of 28 x 28, {options.size} x {options.size} points, "
        f"{options.threads} threads, {options.rounds} rounds\n"
        f"{'':12} {'ms a point':>10} {'ratio':>6} {'lowest':>7} {'difference':>11}\n"
        f"{'the lab':12} {statistics.median(ours):10.2f}"
    )
    for name, theirs in taken.items():
        ratios = [other / one for one, other in zip(ours, theirs, strict=True)]
        print(
            f"{name:12} {statistics.median(theirs):10.2f} {statistics.median(ratios):6.1f} "
            f"{min(ratios):7.1f} {worst(losses['the lab'], losses[name]):11.1e}"
        )
    print(
        f"first 9 x 9 points: median {statistics.median(coarse):.2f} s, worst {max(coarse):.2f} s"
    )
    print(f"aims: ratio 3, difference {TOLERANCE:.0e}, first picture 0.3 s")


if __name__ == "__main__":
    main()
