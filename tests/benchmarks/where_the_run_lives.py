"""Where should a run live: in a thread of the kernel or in a process of its own?

    python tests/benchmarks/where_the_run_lives.py [--root FOLDER_WITH_MNIST] [--rounds 5]

For each place, in a fresh interpreter: seconds until it is ready, memory, training speed with
nobody watching and with a view that asks for snapshots as fast as it is allowed, and how long the
page has to wait meanwhile. The page is an asyncio loop that does about a millisecond of numpy work
60 times a second. Rounds with and without a view take turns, so that what else the machine does
meets both.
"""

import argparse
import asyncio
import json
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
    "process, 1 thread, nice 10": {"worker": "process", "threads": 1},
}
SECONDS = 3.0  # of each measurement


def megabytes(process):
    import psutil

    return psutil.Process(process).memory_info().rss / 2**20


async def page(seconds, late):
    """Work 60 times a second, and note by how many milliseconds each answer came after its call."""
    import numpy as np

    values = np.linspace(-3, 3, 60_000)
    begun = time.perf_counter()
    for beat in range(int(seconds * 60)):
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
    with Run(**data, **PLACES[place], epochs=5000 if not root else 100, batch_size=64) as run:
        run.wait("ready")
        result = {"ready": time.perf_counter() - begun, "late": {}, "speed": {}, "frames": 0}
        points = None

        def view(snapshot):
            nonlocal points
            points = project(snapshot.embeddings, points).points
            result["frames"] += 1
            run.request()

        def one(kind):
            leave = run.subscribe(view) if kind == "watched" else lambda: None
            before = run.wait()
            if kind != "idle":
                if kind == "watched":
                    run.request()
                run.start()
            asyncio.run(page(SECONDS, result["late"].setdefault(kind, [])))
            run.pause()
            after = run.wait()
            leave()
            if kind != "idle":
                steps, seconds = after.step - before.step, after.seconds - before.seconds
                result["speed"].setdefault(kind, []).append(steps / seconds)

        one("idle")
        one("alone")
        result["speed"].clear()  # that was the warm-up
        result["late"].pop("alone")
        for _ in range(rounds):
            one("alone")
            one("watched")
        result["kernel"] = megabytes(os.getpid())
        pid = getattr(run._link, "pid", None)
        result["worker"] = megabytes(pid) if pid else 0
    print(json.dumps(result))


def report(name, root, rounds):
    print(f"\n{name}: LeNet, batches of 64, {os.cpu_count()} cores, {rounds} x {SECONDS:g} s each")
    print(f"{'':28}{'ready':>7}{'kernel':>8}{'worker':>8}{'steps/s':>9}{'watched':>9}{'frames':>8}"
          f"   page's answer, p50/p95 ms")  # fmt: skip
    print(f"{'':28}{'s':>7}{'MB':>8}{'MB':>8}{'alone':>9}{'/ alone':>9}{'/ s':>8}"
          f"   {'idle':>12}{'alone':>14}{'watched':>14}")  # fmt: skip
    for place in PLACES:
        command = [sys.executable, __file__, "--place", place, "--rounds", str(rounds)]
        command += ["--root", root] if root else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        alone, watched = result["speed"]["alone"], result["speed"]["watched"]
        ratio = statistics.median(w / a for w, a in zip(watched, alone, strict=True))
        late = [
            "{:.1f}/{:.1f}".format(*(statistics.quantiles(times, n=20)[at] for at in (9, 18)))
            for times in result["late"].values()
        ]
        print(f"{place:28}{result['ready']:7.2f}{result['kernel']:8.0f}{result['worker']:8.0f}"
              f"{statistics.median(alone):9.0f}{ratio:9.3f}"
              f"{result['frames'] / (rounds * SECONDS):8.1f}"
              f"   {late[0]:>12}{late[1]:>14}{late[2]:>14}", flush=True)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", help="a folder with the files of MNIST, to measure it too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--place", choices=PLACES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.place:
        measure(options.place, options.root, options.rounds)
    else:
        report("digits, 8 x 8", None, options.rounds)
        if options.root:
            report("MNIST, 28 x 28", options.root, options.rounds)
