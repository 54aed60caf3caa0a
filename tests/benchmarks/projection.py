"""How soon a map of the latent space is there, and how often it moves.

``python -m tests.benchmarks.projection [--repeats 30] [--umap]``

1. PCA of 10,000 vectors of 64 numbers, against ``sklearn.decomposition.PCA(2).fit_transform`` of
   the same float32 table as it comes (solver "auto", as many BLAS threads as it likes) and held to
   one thread as ours is. The aim: twice as fast, same subspace.
2. A moving map of 2,000 vectors: PCA, turned onto the frame before, and an own vector placed.
   The aim: 5 frames a second.
3. t-SNE of 1,000 and 2,000 vectors: the first map, the first frame that moves, frames a second, and
   how long until it rests. The aim: a map within 0.2 s.
4. Trustworthiness, neighbours and decision regions.

The vectors are those of a hidden layer with ReLU. What a thread does on a busy machine depends on
what else runs: the load is printed.
"""

from __future__ import annotations

import argparse
import os
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from threadpoolctl import ThreadpoolController

from lab import umap_layout
from lab.decision_regions import decision_regions
from lab.layouts import Layout, LayoutRun
from lab.neighbours import neighbours, trustworthiness
from lab.projection import extent, place, project

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def hidden(count: int, length: int = 64, classes: int = 10) -> NDArray[np.float32]:
    """Vectors of a hidden layer: clusters behind a ReLU."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(classes, length)) * 2
    noise = random.normal(size=(count, length)) @ random.normal(size=(length, length)) / 8
    vectors = np.maximum(centres[np.arange(count) % classes] + noise, 0)
    return vectors.astype(np.float32)


def in_turns(repeats: int, *tasks: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each task, one after the other in each turn, so that all meet the same."""
    times: list[list[float]] = [[] for _ in tasks]
    for turn in range(repeats + 3):
        for task, spent in zip(tasks, times, strict=True):
            began = time.perf_counter()
            task()
            if turn >= 3:
                spent.append(1000 * (time.perf_counter() - began))
    return times


def processor(repeats: int, *tasks: Callable[[], object]) -> list[float]:
    """Least milliseconds of this thread's processor time: what other processes do counts less."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(repeats):
        for task, spent in zip(tasks, times, strict=True):
            began = time.thread_time()
            task()
            spent.append(1000 * (time.thread_time() - began))
    return [min(spent) for spent in times]


def pca(repeats: int) -> None:
    """Print how fast PCA is, and that it finds the same plane."""
    vectors = hidden(10_000)

    pools = ThreadpoolController()

    def one_thread() -> None:
        with pools.limit(limits=1, user_api="blas"):
            PCA(2).fit_transform(vectors)

    ours, theirs, held = in_turns(
        repeats, lambda: project(vectors), lambda: PCA(2).fit_transform(vectors), one_thread
    )
    oracle = PCA(2).fit(vectors.astype(float))
    angle = subspace_angles(project(vectors).axes, oracle.components_.T).max()
    solver = PCA(2).fit(vectors)._fit_svd_solver
    own, its = processor(repeats, lambda: project(vectors), one_thread)
    print(f"PCA of 10,000 x 64: {median(ours):.2f} ms (least {min(ours):.2f})")
    print(f"  scikit-learn ({solver}): {median(theirs):.2f} ms (least {min(theirs):.2f})")
    print(f"  scikit-learn, one thread: {median(held):.2f} ms (least {min(held):.2f})")
    print(
        f"  times as fast, medians: {median(theirs) / median(ours):.2f}, one thread "
        f"{median(held) / median(ours):.2f}; least: {min(theirs) / min(ours):.2f}, "
        f"{min(held) / min(ours):.2f}; largest principal angle {angle:.1e}\n"
        f"  processor time, one thread: {own:.2f} and {its:.2f} ms, {its / own:.2f} times as fast"
    )


def moving(repeats: int) -> None:
    """Print how often a map of 2,000 vectors can move."""
    vectors, run, scale = hidden(2_000), LayoutRun(), 0.0
    step = np.random.default_rng(1).normal(size=vectors.shape).astype(np.float32) / 100

    def frame() -> None:
        nonlocal vectors, scale
        vectors = vectors + step
        scale = extent(run.lay_out(vectors, "pca").points, scale)
        run.place(vectors[0])

    (times,) = in_turns(repeats, frame)
    print(f"moving PCA of 2,000 x 64: {median(times):.2f} ms a frame, {1000 / median(times):.0f}/s")


def slow(method: str, count: int) -> None:
    """Print how a map that takes its time comes about."""
    vectors, frames = hidden(count), []
    began = time.perf_counter()

    def told(layout: Layout) -> None:
        frames.append((time.perf_counter() - began, layout))

    run = LayoutRun(told)
    run.lay_out(vectors, method)
    first = time.perf_counter() - began
    run.wait()
    moved = [at for at, layout in frames if layout.progress > 0]
    rate = (len(moved) - 1) / (moved[-1] - moved[0]) if len(moved) > 1 else 0.0
    trust = trustworthiness(vectors, run.latest.points).value
    print(
        f"{method} of {count:,}: a map after {1000 * first:.1f} ms, moving after {moved[0]:.2f} s, "
        f"{rate:.1f} frames a second, at rest after {moved[-1]:.1f} s, trustworthiness {trust:.3f} "
        f"(PCA {trustworthiness(vectors, project(vectors).points).value:.3f})"
    )


def others(repeats: int) -> None:
    """Print what the rest costs."""
    for count in (2_000, 10_000, 60_000):
        vectors = hidden(count)
        points, classes = project(vectors).points, np.arange(count) % 10
        half = extent(points)
        trust, near, regions, placed = in_turns(
            max(3, repeats // 6),
            lambda v=vectors, p=points: trustworthiness(v, p),
            lambda v=vectors: neighbours(v, 0, 12),
            lambda p=points, c=classes, h=half: decision_regions(p, c, h),
            lambda v=vectors: place(project(v), v[0]),
        )
        print(
            f"{count:,}: trustworthiness {median(trust):.0f} ms, neighbours {median(near):.1f} ms, "
            f"decision regions {median(regions):.0f} ms, PCA {median(placed):.1f} ms"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--umap", action="store_true", help="also UMAP, which must be installed")
    wish = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    pca(wish.repeats)
    moving(wish.repeats)
    slow("tsne", 1_000)
    slow("tsne", 2_000)
    if wish.umap:
        began = time.perf_counter()
        umap_layout.warm()
        print(f"UMAP compiles in {time.perf_counter() - began:.1f} s")
        slow("umap", 1_000)
        slow("umap", 2_000)
    others(wish.repeats)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
