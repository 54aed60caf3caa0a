"""All explanations of one 28 x 28 image by LeNet, and integrated gradients in one batch.

``python -m tests.benchmarks.explanation_speed [--rounds 30] [--threads 2]``

Milliseconds are medians. The aims: all eight together in 300 ms on two cores, once everything is
imported; the 50 steps of integrated gradients as one batch. LeNet has no head for CAM and says so;
CAM is measured with a residual network that has one.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

import torch
from captum.attr import IntegratedGradients

from lab.asked_model import asked
from lab.explained import METHODS
from lab.explanation import heat_map
from lab.models import build

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

AIM = 300.0


def milliseconds(function: Callable[[], object], rounds: int) -> float:
    """Return how long one call takes."""
    function()  # warm
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def each(model: nn.Module, image: Tensor, rounds: int) -> dict[str, float]:
    """Time all methods."""
    return {
        method: milliseconds(lambda method=method: heat_map(model, image, method), rounds)
        for method in METHODS
    }


def batches(model: nn.Module, image: Tensor, rounds: int) -> tuple[float, float]:
    """Time the 50 steps of integrated gradients in one batch and one by one."""
    target = torch.tensor([0])
    with asked(model, image) as question:
        method = IntegratedGradients(question)
        together, alone = (
            milliseconds(
                lambda size=size: method.attribute(
                    image, torch.zeros_like(image), target, n_steps=50, internal_batch_size=size
                ),
                rounds,
            )
            for size in (None, 1)
        )
    return together, alone


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    image = torch.randn(1, 1, 28, 28)
    networks = {name: build(name, (1, 28, 28), 10) for name in ("lenet", "small resnet")}
    found = {name: each(model, image, arguments.rounds) for name, model in networks.items()}
    print(f"{f'milliseconds, {arguments.threads} threads':28}" + "".join(f"{n:>14}" for n in found))
    for method, about in METHODS.items():
        row = "".join(f"{times[method]:14.1f}" for times in found.values())
        print(f"{about.title:28}{row}")
    sums = "".join(f"{sum(times.values()):14.1f}" for times in found.values())
    print(f"{'together':28}{sums}   (aim for LeNet: {AIM:g})")
    together, alone = batches(networks["lenet"], image, arguments.rounds)
    print(
        f"\nIntegrated gradients, 50 steps: one batch {together:.1f}, one by one {alone:.1f}, ",
        end="",
    )
    print(f"{alone / together:.1f} times as fast")


if __name__ == "__main__":
    main()
