"""A run as a script: run by itself, in a process of its own, it gives the run's losses."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from lab.curves import MOST_POINTS, bin_means
from lab.run_code import run_code
from lab.run_files import script_file, script_files
from lab.settings import Settings
from lab.training import Run

CASES = {
    "plain": {},
    "nesterov": {"optimizer": "nesterov", "weight_decay": 0.01, "schedule": "cosine"},
    "adam": {"optimizer": "adam", "weight_decay": 0.01, "schedule": "one cycle"},
    "adamw": {"optimizer": "adamw", "weight_decay": 0.01, "schedule": "warm-up"},
    "rmsprop": {"optimizer": "rmsprop", "schedule": "step", "loss": "label_smoothing"},
    "adagrad": {"optimizer": "adagrad", "schedule": "exponential", "loss": "nll"},
    "nadam": {"optimizer": "nadam", "loss": "focal", "class_weights": "balanced"},
    "weights": {"class_weights": "balanced", "seed": 7, "batch_size": 100, "loss": "nll"},
    "moved": {"augmentation": {"shift": 0.1, "rotate": 20, "erase": 0.3}},
    "changed": {"augmentation": {"flip": True, "noise": 0.2}, "model": "mlp"},
    # a batch of one image at the end of each epoch, which cannot be normalised, and dropout
    "normalised": {"model": "small cnn", "dropout": 0.4, "batch_size": 131, "schedule": "step"},
    "residual": {"model": "small resnet", "batch_size": 200, "epochs": 1},
    "localisation": {"model": "localisation cnn", "batch_size": 200, "epochs": 1},
    "bfloat16": {"precision": "bfloat16", "batch_size": 200},
}
CHILD = """
import json, runpy, sys
for name in sys.argv[1:]:
    print(">" + json.dumps(runpy.run_path(name)["losses"]))
"""


def trained(settings):
    """Train by the lab; return its curve, and the same run as a script."""
    with Run(worker="thread", watched=5, **settings) as run:
        run.start()
        last = run.wait("finished", timeout=120)
        shape, classes = run.watched.images.shape[1:], len(run.watched.class_names)
        return last.loss, run_code(run.settings, shape, classes), run.settings


def scripts(folder, codes):
    """Run scripts in one child, where nothing of the lab is; return the losses of each."""
    for name, code in codes.items():
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
        assert "from lab" not in code
    command = [sys.executable, "-c", CHILD, *(f"{name}.py" for name in codes)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line[1:] for line in done.stdout.splitlines() if line.startswith(">")]
    return dict(zip(codes, map(json.loads, lines), strict=True))


def check(ours, theirs):
    _, theirs = bin_means(np.array(theirs, np.float32), MOST_POINTS)
    assert len(ours) == len(theirs) > 7
    assert theirs == pytest.approx(ours, rel=1e-5)


@pytest.fixture(scope="module")
def curves(tmp_path_factory):
    common = {"epochs": 2, "batch_size": 64}
    runs = {name: trained(common | settings) for name, settings in CASES.items()}
    codes = {name: code for name, (_, code, _) in runs.items()}
    losses = scripts(tmp_path_factory.mktemp("scripts"), codes)
    return {name: (runs[name][0], losses[name]) for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_the_script_has_the_losses_of_the_run(curves, name):
    check(*curves[name])


def test_the_data_come_from_their_files_or_from_one_beside(tmp_path, save_set):
    save_set(tmp_path / "ours" / "raw", train=40, pack=True)
    organs = {"options": {"size": 24, "count": 100}, "model": "mlp", "epochs": 4}
    cases = {
        "ours": {"dataset": "ours", "root": tmp_path / "ours", "batch_size": 5, "epochs": 1},
        "organs": {"dataset": "organs", "batch_size": 12, **organs},
    }
    runs = {name: trained(settings) for name, settings in cases.items()}
    assert script_files(runs["ours"][2]) == ()
    assert script_files(runs["organs"][2]) == ("organs.npz",)
    (tmp_path / "organs.npz").write_bytes(script_file(runs["organs"][2], "organs.npz"))
    losses = scripts(tmp_path, {name: code for name, (_, code, _) in runs.items()})
    for name, (ours, _, _) in runs.items():
        check(ours, losses[name])


def test_a_run_that_began_from_a_checkpoint_brings_its_weights(tmp_path):
    with Run(worker="thread", watched=5, epochs=1) as run:
        run.step(20)
        run.wait("paused")
        checkpoint = run.checkpoint()
    ours, code, settings = trained({"checkpoint": checkpoint, "batch_size": 100, "epochs": 1})
    (name,) = script_files(settings)
    (tmp_path / name).write_bytes(script_file(settings, name))
    check(ours, scripts(tmp_path, {"train": code})["train"])
    assert ours[0] < 2.3


def test_a_module_of_ones_own_has_its_code_elsewhere():
    with pytest.raises(ValueError, match="your own module"):
        run_code(Settings(model=torch.nn.Linear(2, 2)), (1, 8, 8), 10)


@pytest.mark.parametrize("name", ["x", "../secrets", "organs.npz"])
def test_no_other_file_is_handed_out(name):
    with pytest.raises(ValueError, match="reads no file"):
        script_file(Settings(), name)


@pytest.mark.parametrize("dataset", ['"""', "a\nb", "{x}", "'"])
def test_odd_names_stay_within_the_script(dataset):
    code = run_code(Settings(dataset=dataset, root="a'\\\"{x}\n"), (1, 8, 8), 10)
    compile(code, "train.py", "exec")
    assert repr(dataset) in code
