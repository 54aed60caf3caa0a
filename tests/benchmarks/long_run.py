"""A long run that is watched: how many messages come, whether memory grows, what is there at last.

``python -m tests.benchmarks.long_run [--steps 10000] [--views 5]``

Some views ask for a new snapshot whenever they have drawn the one before, as a page does; the run
trains for so many steps in its own process. Printed are: messages a second to each view (at most
10), the memory of the worker after a tenth of the steps and at the end (to stay within 5 %), the
time from pressing start to the first step (below 1 s) and from pressing pause to standing still
(below 0.2 s, or one step), and whether the last message holds the last step's own numbers.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np
import psutil

from lab.hardware import hardware
from lab.link import ProcessLink
from lab.training import Run

if TYPE_CHECKING:
    from lab.training import Snapshot

PATIENCE = 3600.0


class View:
    """Draws for a while, then asks for the next snapshot."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.frames: list[tuple[float, Snapshot]] = []
        run.subscribe(self.draw)

    def draw(self, snapshot: Snapshot) -> None:
        """Take a snapshot."""
        self.frames.append((time.perf_counter(), snapshot))
        self.run.request()


def worker_memory(run: Run) -> float:
    """Return the resident memory of the worker in MB."""
    assert isinstance(run._link, ProcessLink)
    return float(psutil.Process(run._link.pid).memory_info().rss) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--views", type=int, default=5)
    options = parser.parse_args()
    print(hardware())
    with Run(epochs=10_000) as run:
        run.wait("ready")
        began = time.perf_counter()
        run.start()
        run.wait(lambda s: s.step >= 1)
        first = time.perf_counter() - began
        began = time.perf_counter()
        run.pause()
        run.wait("paused")
        pause = time.perf_counter() - began
        print(f"first step {first:.2f} s after start, paused after {pause:.3f} s")
        views = [View(run) for _ in range(options.views)]
        began = time.perf_counter()
        run.step(options.steps // 10)
        run.wait("paused", timeout=PATIENCE)
        early = worker_memory(run)
        run.step(options.steps - options.steps // 10)
        last = run.wait("paused", timeout=PATIENCE)
        seconds = time.perf_counter() - began
        late = worker_memory(run)
        for view in views:
            times = [moment for moment, _ in view.frames]
            print(f"{len(times) / seconds:.1f} messages a second, {len(times)} in {seconds:.0f} s")
        print(f"memory {early:.0f} MB, then {late:.0f} MB: {late / early - 1:+.1%}")
        kept = run.checkpoint()
        exact = kept.step == last.step and np.array_equal(
            kept.weights["conv1.weight"], last.filters
        )
        print(f"step {last.step}; the last message shows the weights after it: {exact}")


if __name__ == "__main__":
    main()
