"""Where should a run live: in a thread of the kernel or in a process of its own?

    python tests/benchmarks/where_the_run_lives.py [--root FOLDER_WITH_MNIST] [--rounds 6]

For each place, in a fresh interpreter: seconds until it is ready, memory, training speed with
nobody watching and with a view that asks for snapshots as fast as it is allowed, and how long the
page has to wait meanwhile. The page is an asyncio loop that does about a millisecond of numpy work
60 times a second. Whole epochs with and without a view take turns, so that both do the same work
and what else the machine does meets both.
"""

import argparse
import asyncio
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = {
    "thread, 1 torch thread": {"worker": "thread", "threads": 1},
    "thread, 2 torch threads": {"worker": "thread", "threads": 2},
    "process, 1 thread, giving way": {"worker": "process", "threads": 1},
}
BATCH = 64


def megabytes(process):
    import psutil

    return psutil.Process(process).memory_info().rss / 2**20


async def page(late, over):
    """Work 60 times a second until it is over; note how long each answer took, in ms."""
    import numpy as np

    values = np.linspace(-3, 3, 60_000)
    begun = time.perf_counter()
    for beat in itertools.count():
        if over():
            return
        due = begun + beat / 60
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        np.tanh(values).sum()
        late.append(1000 * (time.perf_counter() - due))


def measure(place, root, rounds):
    """Measure one place, in this interpreter."""
    sys.path.insert(0, str(ROOT))
    from lab.projection import project
    from lab.training import Run

    data = {"dataset": "mnist", "root": root} if root else {}
    begun = time.perf_counter()
    with Run(**data, **PLACES[place], epochs=5000 if not root else 100, batch_size=BATCH) as run:
        run.wait("ready")
        result = {"ready": time.perf_counter() - begun, "late": {}, "seconds": {}, "frames": 0}
        # Whole epochs, so that each measurement has the same share of testing: about a second.
        steps = math.ceil(run.watched.train_count / BATCH) * (1 if root else 15)
        result["steps"] = steps
        points = None

        def view(snapshot):
            nonlocal points
            points = project(snapshot.vectors, points).points
            result["frames"] += 1
            run.request()

        def one(kind):
            leave = run.subscribe(view) if kind == "watched" else lambda: None
            before = run.wait()
            if kind == "watched":
                run.request()
            run.step(steps)
            late = result["late"].setdefault(kind, [])
            asyncio.run(page(late, lambda: run.latest.step == before.step + steps))
            after = run.wait("paused")
            leave()
            result["seconds"].setdefault(kind, []).append(after.seconds - before.seconds)

        ends = time.perf_counter() + 1
        asyncio.run(page(result["late"].setdefault("idle", []), lambda: time.perf_counter() > ends))
        one("warm-up")
        for turn in range(rounds):
            for kind in ("alone", "watched")[:: 1 if turn % 2 else -1]:
                one(kind)
        result["kernel"] = megabytes(os.getpid())
        pid = getattr(run._link, "pid", None)
        result["worker"] = megabytes(pid) if pid else 0
    print(json.dumps(result))


def report(name, root, rounds):
    print(f"\n{name}: LeNet, batches of {BATCH}, {os.cpu_count()} cores, {rounds} rounds")
    print(
        f"{'':28}{'ready':>7}{'kernel':>8}{'worker':>8}{'steps/s':>9}{'watched':>15}{'frames':>8}"
        f"   page's answer, p50/p95 ms\n"
        f"{'':28}{'s':>7}{'MB':>8}{'MB':>8}{'alone':>9}{'/ alone':>15}{'/ s':>8}"
        f"   {'idle':>12}{'alone':>14}{'watched':>14}"
    )
    for place in PLACES:
        command = [sys.executable, __file__, "--place", place, "--rounds", str(rounds)]
        command += ["--root", root] if root else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        alone, watched = result["seconds"]["alone"], result["seconds"]["watched"]
        ratios = [a / w for a, w in zip(alone, watched, strict=True)]
        error = statistics.stdev(ratios) / math.sqrt(rounds)
        late = {
            kind: "{:.1f}/{:.1f}".format(
                *(statistics.quantiles(result["late"][kind], n=20)[at] for at in (9, 18))
            )
            for kind in ("idle", "alone", "watched")
        }
        print(
            f"{place:28}{result['ready']:7.2f}{result['kernel']:8.0f}{result['worker']:8.0f}"
            f"{result['steps'] * rounds / sum(alone):9.0f}"
            f"{sum(alone) / sum(watched):9.3f} ±{error:.3f}"
            f"{result['frames'] / sum(watched):8.1f}"
            f"   {late['idle']:>12}{late['alone']:>14}{late['watched']:>14}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", help="a folder with the files of MNIST, to measure it too")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--place", choices=PLACES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.place:
        measure(options.place, options.root, options.rounds)
    else:
        report("digits, 8 x 8", None, 4 * options.rounds)
        if options.root:
            report("MNIST, 28 x 28", options.root, options.rounds)
