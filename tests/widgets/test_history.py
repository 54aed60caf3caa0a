"""The time machine without a browser: it looks back, forks, saves, loads, and shows the code."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lab.checkpoints import LIMIT_BYTES, Checkpoint, load, to_bytes
from lab.models import build
from lab.training import Run
from widgets.history import LARGEST_UPLOAD, TimeMachine


@pytest.fixture(scope="module")
def run():
    with Run(worker="thread", epochs=2, watched=30, batch_size=64, learning_rate=0.05) as run:
        run.start()
        run.wait("finished")
        yield run


@pytest.fixture
def machine(run):
    machine = TimeMachine(run)
    machine.sent = []
    machine.send = lambda content, buffers=(): machine.sent.append((content, buffers))
    yield machine
    run.look_at(None)
    run.wait()


def hear(view, content, *buffers):
    """What the page sends."""
    view._hear(view, content, list(buffers))


def do(view, name, value=None):
    hear(view, {"do": name, "value": value})


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def test_each_moment_comes_with_how_good_the_network_was(run, machine):
    snapshot, frame = run.latest, machine.frame
    moments = array(frame["moments"])
    assert moments.tolist() == snapshot.moments.tolist()
    assert {0, 23, 46} <= set(moments.tolist())  # both ends, and the end of each epoch
    for i, step in enumerate(moments):
        test = [k for k, tested in enumerate(snapshot.test_steps) if tested <= step][-1]
        assert array(frame["accuracy"])[i] == snapshot.test_accuracy[test]
        assert array(frame["testedAt"])[i] == snapshot.test_steps[test]
        assert array(frame["epochs"])[i] == pytest.approx(step / 23)
    whole = array(frame["loss"])[moments == 23]
    assert whole[0] == pytest.approx(snapshot.loss[22], rel=1e-5)


def test_a_run_that_is_loading_has_no_moments():
    with Run(worker="thread", watched=5) as run:
        machine = TimeMachine(run)
        for name in ("moments", "accuracy", "loss", "epochs"):
            assert np.isfinite(array(machine.frame[name])).all()
        run.wait("ready")


def test_looking_back_shows_the_network_of_that_moment_in_every_view(run, machine):
    now = run.latest
    do(machine, "look_at", 0)
    assert machine.problem == ""
    then = run.wait()
    assert then.looked_at == 0
    with torch.random.fork_rng():
        torch.manual_seed(0)
        first = build("lenet", (1, 8, 8), 10)
    assert np.array_equal(then.filters, first.conv1.weight.detach().numpy())
    assert not np.array_equal(then.vectors, now.vectors)
    do(machine, "look_at", None)
    assert np.array_equal(run.wait().filters, now.filters)


def test_a_fork_begins_with_the_weights_of_that_moment(run, machine):
    taken = []
    machine.on_fork = taken.append
    do(machine, "fork", 23)
    assert taken == [machine.forked]
    assert machine.sent[-1][0] == {"forked": 23}
    with machine.forked as forked:
        begun = forked.wait("ready")
        run.look_at(23)
        assert np.array_equal(begun.filters, run.wait().filters)
        assert begun.test_accuracy[0] == run.latest.test_accuracy[1]


def test_what_is_saved_can_be_loaded_again(run, machine):
    do(machine, "save", 23)
    content, (data,) = machine.sent[-1]
    assert content == {"file": "digits-step-23.safetensors"}
    saved = load(data)
    assert saved.step == 23
    run.look_at(23)
    assert np.array_equal(saved.weights["conv1.weight"], run.wait().filters)

    with Run(worker="thread", watched=5, seed=5) as other:
        other.wait("ready")
        machine = TimeMachine(other)
        hear(machine, {"load": "mine", "size": len(data)}, memoryview(data))
        assert machine.problem == ""
        assert np.array_equal(other.wait("ready").filters, saved.weights["conv1.weight"])


def other_images():
    model = {"weights": {"w": np.zeros(2)}, "table": {"model": "lenet"}}
    return to_bytes(Checkpoint(**model, input_shape=(3, 9, 9), class_names=("a", "b")))


def other_network(**table):
    names = tuple("0123456789")
    return to_bytes(Checkpoint({"w": np.zeros(2)}, table, 0, (1, 8, 8), names))


@pytest.mark.parametrize(
    ("content", "size", "sentence"),
    [
        (b"", LARGEST_UPLOAD + 1, "has 10 MB, at most 10 MB"),
        (b"", 0, "too short"),
        (b"x" * 100, 100, "no safetensors file"),
        (other_images(), 1, "images of 3 × 9 × 9 in 2 classes, but this run has images of 1 × 8"),
        (other_network(), 1, "does not say which network"),
        (other_network(model="ours"), 1, "ours"),
        (other_network(model="lenet"), 1, "holds 0 weights of the layer 'conv1'"),
    ],
)
def test_a_file_that_does_not_fit_leaves_the_run_as_it_is(run, machine, content, size, sentence):
    before = run.settings, run.latest.step, run.latest.filters
    hear(machine, {"load": "file", "size": size}, content)
    assert sentence in machine.problem
    assert machine.sent[-1][0] == {"loaded": "file", "problem": machine.problem}
    run.wait("finished")
    assert (run.settings, run.latest.step) == before[:2]
    assert np.array_equal(run.latest.filters, before[2])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"do": "look_at", "value": "then"}, "step must be a whole number"),
        ({"do": "fork", "value": -3}, "step must"),
        ({"do": "save", "value": 2.5}, "step must"),
        ({"do": "script_file", "value": "/etc/passwd"}, "reads no file"),
        ({"do": "close", "value": None}, ""),
        ({"load": 3, "size": 3}, ""),
        ({"load": "file", "size": 3}, ""),
    ],
)
def test_a_hostile_page_changes_nothing(run, machine, content, sentence):
    hear(machine, content)
    assert sentence in machine.problem
    assert bool(sentence) == bool(machine.problem)
    assert run.wait("finished").looked_at == -1


def test_the_code_and_its_files_come_when_asked_for(run, machine):
    do(machine, "code")
    content, _ = machine.sent[-1]
    assert content["files"] == ()
    compile(content["code"], "train.py", "exec")
    with Run("organs", worker="thread", watched=5, model="mlp") as other:
        other.wait("ready")
        machine.run = other
        do(machine, "code")
        (name,) = machine.sent[-1][0]["files"]
        do(machine, "script_file", name)
        assert machine.problem == ""
        content, (data,) = machine.sent[-1]
        assert content == {"file": name}
        assert 1000 < len(data) < LIMIT_BYTES
    machine.run = run


def test_a_page_with_a_time_machine_needs_no_torch():
    code = "import sys, widgets.history; print({'torch', 'sklearn'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
