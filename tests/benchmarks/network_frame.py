"""A frame of the network that trains: one epoch of 250 points, losses, and all that is drawn.

``python -m tests.benchmarks.network_frame [--frames 200] [--watched]``

Python's time for ``Network.epoch()``, which learns from 250 points in batches of 10, takes the
losses of training and test points, and makes the picture: the map of 100 × 100 and the neurons'
tiles. With ``--watched`` a landscape follows the training on its own thread meanwhile. The aim:
6 ms at most for a 2-4-2-1 network.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before numpy is loaded

import numpy as np

from widgets.landscape import Landscape
from widgets.network import Network

WARM = 20
APART = 1 / 60
"""Seconds from one frame to the next, as a page asks for them."""


def frames(neurons: tuple[int, ...], count: int, *, watched: bool) -> tuple[list[float], int]:
    """Return the milliseconds of so many frames, and how many points they learnt from."""
    network = Network("circle", neurons, count=500, batch_size=10)  # half of them are tested on
    landscape = Landscape(network) if watched else None
    taken = []
    for _ in range(WARM + count):
        began = time.perf_counter()
        network.epoch()
        ended = time.perf_counter()
        taken.append(1000 * (ended - began))
        if watched:
            time.sleep(max(0.0, APART - (ended - began)))
    if landscape:
        landscape.close()
    learnt = int(np.sum(network.picture["train"]["confusion"]))
    return taken[WARM:], learnt


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--watched", action="store_true", help="a landscape follows the training")
    wish = parser.parse_args()
    print("milliseconds of a frame, 50th and 95th of a hundred")
    print(f"{'network':10} {'points':>6} {'50':>6} {'95':>6}")
    for neurons in ((4, 2), (8, 8)):
        taken, learnt = frames(neurons, wish.frames, watched=wish.watched)
        middle, high = np.percentile(taken, [50, 95])
        sizes = "-".join(map(str, (2, *neurons, 1)))
        print(f"{sizes:10} {learnt:6} {middle:6.1f} {high:6.1f}")


if __name__ == "__main__":
    main()
