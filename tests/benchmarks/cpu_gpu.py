"""How much faster is a GPU? The same training on both, in turns; written down with the hardware.

    python tests/benchmarks/cpu_gpu.py [--root FOLDER_WITH_MNIST] [--repeats 3] [--results FILE]

Only training is timed, neither tests nor views: each epoch after the first one, the GPU's work
waited for at its end. Where there is no GPU, one thread of the CPU is compared with all of them.
"""

import argparse
import datetime as dt
import importlib.metadata
import json
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results" / "cpu_gpu.json"
EPOCHS = 4
CASES = [
    # data set, model, batch size
    ("digits", "lenet", 32),
    ("digits", "small cnn", 64),
    ("mnist", "lenet", 64),
    ("mnist", "small cnn", 64),
    ("mnist", "small cnn", 512),
]


def machine():
    """Return what was measured on: timings say nothing without it."""
    import torch

    from lab.hardware import cores, cpu_model

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    names = ("torch", "numpy", "scikit-learn")
    return {
        "processor": cpu_model(),
        "cores": cores(),
        "gpu": gpu,
        "cuda": torch.version.cuda,
        "python": platform.python_version(),
        "system": platform.platform(),
        "versions": {name: importlib.metadata.version(name) for name in names},
        "date": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
    }


def measure(case, root, repeats, difference):
    """Train one case on both; the numbers are means over the pairs."""
    from lab.experiments import Experiment

    dataset, model, batch_size = case
    base = {"dataset": dataset, "model": model, "batch_size": batch_size, "watched": 20}
    base |= {"root": root} if dataset == "mnist" else {}
    base |= {} if "device" in difference else {"device": "cpu"}
    with Experiment(base, difference, repeats=repeats, epochs=EPOCHS) as experiment:
        experiment.start()
        report = experiment.wait("finished", timeout=3600)
        images = experiment.runs[0].watched.train_count
    first, further = report.row_of("first epoch"), report.row_of("seconds")
    accuracy = report.row_of("accuracy")
    return {
        "dataset": dataset,
        "model": model,
        "batch_size": batch_size,
        "pairs": further.pairs,
        "labels": report.labels,
        "devices": report.devices,
        "first_epoch_seconds": [first.a, first.b],
        "epoch_seconds": [further.a, further.b],
        "epoch_seconds_difference_95": [further.low, further.high],
        "images_per_second": [images / further.a, images / further.b],
        "times_as_fast": further.a / further.b,
        "test_accuracy": [accuracy.a, accuracy.b],
    }


def main(root, repeats, results):
    sys.path.insert(0, str(ROOT))
    found = {"machine": machine(), "epochs": EPOCHS, "cases": []}
    cores = found["machine"]["cores"]
    gpu = found["machine"]["gpu"]
    difference = {"device": ("cpu", "cuda")} if gpu else {"threads": (1, cores)}
    print(f"{found['machine']['processor']}, {cores} cores; GPU: {gpu or 'none'}")
    print(f"{'':30}{'images/s':>20}{'s an epoch':>20}{'times':>8}{'accuracy':>16}")
    for case in CASES:
        if case[0] == "mnist" and not root:
            continue
        one = measure(case, root, repeats, difference)
        found["cases"].append(one)
        speeds = "{:.0f} / {:.0f}".format(*one["images_per_second"])
        times = "{:.3f} / {:.3f}".format(*one["epoch_seconds"])
        right = "{:.1%} / {:.1%}".format(*one["test_accuracy"])
        name = ", ".join(map(str, case))
        print(f"{name:30}{speeds:>20}{times:>20}{one['times_as_fast']:>8.2f}{right:>16}")
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {results}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", help="a folder with the files of MNIST, to measure it too")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    main(options.root, options.repeats, options.results)
