"""A small network in numpy and in PyTorch: steps of training a second; and its response maps.

``python -m tests.benchmarks.small_network [--rounds 5] [--epochs 20]``

A 2-8-8-1 network learns 400 points in batches of 10, in turns with ``lab.network_trainer`` and with
the plain PyTorch loop of the textbooks, both in float64 on one thread. The aim: at least 5 times
the steps a second. Then a 2-8-8-3 network draws the 100 x 100 map of each of its neurons.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before numpy is loaded

import torch
from torch import nn

from lab.network_trainer import NetworkTrainer
from lab.networks import Network
from lab.point_sets import draw_points

POINTS = draw_points("circle", 400, noise=0.3)
LOSS = "binary_cross_entropy_with_logits"
BATCH = 10
TORCH = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, 0.03),
    "momentum": lambda parameters: torch.optim.SGD(parameters, 0.03, momentum=0.9),
    "adam": lambda parameters: torch.optim.Adam(parameters, 0.03),
}
MODULES = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def with_numpy(activation: str, optimizer: str, epochs: int) -> float:
    """Return the steps a second of the lab."""
    network = Network.random((2, 8, 8, 1), activation)
    trainer = NetworkTrainer(
        network,
        POINTS.x,
        POINTS.y[:, None],
        LOSS,
        optimizer=optimizer,
        learning_rate=0.03,
        batch_size=BATCH,
    )
    start = time.perf_counter()
    for _ in range(epochs):
        trainer.epoch()
    return trainer.steps / (time.perf_counter() - start)


def with_torch(activation: str, optimizer: str, epochs: int) -> float:
    """Return the steps a second of a plain PyTorch loop."""
    unit = MODULES[activation]
    network = nn.Sequential(nn.Linear(2, 8), unit(), nn.Linear(8, 8), unit(), nn.Linear(8, 1))
    network.double()
    x, y = torch.tensor(POINTS.x), torch.tensor(POINTS.y[:, None], dtype=torch.float64)
    stepper = TORCH[optimizer](network.parameters())
    loss = nn.BCEWithLogitsLoss()
    steps, start = 0, time.perf_counter()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(BATCH):
            stepper.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            stepper.step()
            steps += 1
    return steps / (time.perf_counter() - start)


def map_milliseconds(activation: str) -> float:
    """Return how long the maps of all neurons of a 2-8-8-3 network take."""
    network = Network.random((2, 8, 8, 3), activation)
    start = time.perf_counter()
    network.response_maps(extent=6, size=100)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"{'activation':10} {'optimizer':10} {'lab':>9} {'PyTorch':>9} {'ratio':>6} {'lowest':>7}"
    )
    for activation in MODULES:
        for optimizer in TORCH:
            case = (activation, optimizer)
            with_numpy(*case, 1), with_torch(*case, 1)  # warm
            rounds = [
                (with_numpy(*case, options.epochs), with_torch(*case, options.epochs))
                for _ in range(options.rounds)
            ]
            ours, theirs = (statistics.median(row) for row in zip(*rounds, strict=True))
            lowest = min(one / other for one, other in rounds)
            print(
                f"{activation:10} {optimizer:10} {ours:9.0f} {theirs:9.0f} {ours / theirs:6.1f} "
                f"{lowest:7.1f}"
            )
    print("\nmaps of 2-8-8-3, 100 x 100 cells, milliseconds")
    for activation in MODULES:
        taken = [map_milliseconds(activation) for _ in range(10 * options.rounds)]
        print(f"{activation:10} median {statistics.median(taken):5.1f}, worst {max(taken):5.1f}")


if __name__ == "__main__":
    main()
