"""The builder without a browser: what it takes, what it shows, what it does to the run."""

import json
import subprocess
import sys

import pytest
import torch
from traitlets import TraitError

from lab.architecture import Architecture, Convolution, Dense, architecture
from lab.models import build
from lab.training import Run
from widgets.architecture import ArchitectureBuilder
from widgets.run_controls import RunControls

TOO_LARGE = {"kind": "convolution", "channels": 4, "kernel": 11, "padding": 0}


@pytest.fixture
def run():
    with Run(worker="thread", epochs=2, watched=60) as run:
        run.wait("ready")
        yield run


def settled(run, builder, good=lambda picture: picture["used"]):
    """Wait until the builder has heard of what the run has become."""
    snapshot = run.wait("ready")
    builder.offer(snapshot)
    assert good(builder.picture)


def press(builder):
    builder._hear(builder, {"do": "use", "value": None}, [])


def test_it_begins_with_what_the_run_trains(run):
    builder = ArchitectureBuilder(run)
    assert builder.architecture == architecture("lenet", (1, 8, 8))
    picture = builder.picture
    assert (picture["image"], picture["classes"]) == ([1, 8, 8], 10)
    assert (picture["used"], picture["name"], picture["misfit"]) == (True, "lenet", None)
    rows = [(row["name"], tuple(row["shape"])) for cell in picture["cells"] for row in cell]
    assert rows == [tuple(layer) for layer in run.watched.layers]
    assert picture["parameters"] == run.watched.parameters
    assert len(picture["cells"]) == len(builder.blocks) + 1
    assert builder.presets["mlp"] == architecture("mlp", (1, 8, 8)).table()["blocks"]
    json.dumps([picture, builder.presets], allow_nan=False)


def test_it_fills_up_when_the_images_come():
    with Run(worker="thread", watched=60) as run:
        builder = ArchitectureBuilder(run)
        run.wait("ready")
        builder.offer(run.latest)
        assert builder.picture["name"] == "lenet"


def test_the_code_is_that_of_the_network(run):
    builder = ArchitectureBuilder(run, Architecture(Convolution(3), Dense(5, dropout=0.2)))
    scope = {}
    exec(builder.picture["code"], scope)
    ours = build(builder.architecture, (1, 8, 8), 10)
    scope["model"].load_state_dict(ours.state_dict())
    images = torch.rand(4, 1, 8, 8)
    assert torch.equal(scope["model"].eval()(images), ours.eval()(images))
    assert builder.code() == builder.picture["code"]


def test_what_is_built_is_trained_when_it_is_used(run):
    builder = ArchitectureBuilder(run)
    builder.blocks = [*builder.blocks[:2], {"kind": "dense layer", "neurons": 30}]
    assert not builder.picture["used"]
    assert run.settings.model == "lenet"
    press(builder)
    assert builder.problem == ""
    settled(run, builder)
    assert dict(run.watched.layers)["dense1"] == (30,)
    assert run.watched.parameters == builder.picture["parameters"]
    run.start()
    assert run.wait("finished").test_accuracy[-1] > 0.5


def test_one_with_a_name_keeps_it(run):
    builder = ArchitectureBuilder(run, "tiny vgg")
    assert builder.picture["name"] == "tiny vgg"
    builder.use()
    settled(run, builder)
    assert run.settings.model == "tiny vgg"


def test_two_layers_that_do_not_fit_leave_the_run_as_it_is(run):
    builder = ArchitectureBuilder(run)
    run.step(3)
    run.wait("paused")
    builder.blocks = [*builder.blocks[:1], TOO_LARGE, *builder.blocks[1:]]
    picture = builder.picture
    assert picture["misfit"]["block"] == 1
    assert "conv2 looks at 11 × 11 pixels" in picture["misfit"]["sentence"]
    assert [bool(cell) for cell in picture["cells"]] == [True] + 5 * [False]
    assert picture["code"] == ""
    press(builder)
    assert builder.problem == picture["misfit"]["sentence"]
    assert (run.wait().step, run.settings.model) == (3, "lenet")


def test_who_looks_at_the_runs_network_goes_on_doing_so(run):
    builder, own = ArchitectureBuilder(run), ArchitectureBuilder(run, Architecture(Dense(7)))
    run.renew(model="mlp")
    settled(run, builder)
    assert builder.picture["name"] == "mlp"
    settled(run, own, lambda picture: not picture["used"])
    assert own.architecture == Architecture(Dense(7))


def test_snapshots_of_the_same_network_cost_nothing(run, monkeypatch):
    builder = ArchitectureBuilder(run)
    monkeypatch.setattr("widgets.architecture.architecture", None)
    run.step()
    builder.offer(run.wait("paused"))
    builder.blocks = [{"kind": "dense layer", "neurons": 5}]  # nor are the named ones made anew
    assert builder.picture["name"] == ""


def test_a_module_of_ones_own_is_not_changed_by_being_looked_at():
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    with Run(model=module, worker="thread", watched=60) as run:
        run.wait("ready")
        builder = ArchitectureBuilder(run)
        assert (builder.picture["name"], builder.picture["used"]) == ("lenet", False)
        assert run.settings.model is module


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        ([{"kind": "convolution", "channels": 0}], "Block 1: channels of a convolution must lie"),
        ([{"kind": "conv"}], "Block 1: kind must be one of convolution"),
        ([7], "Block 1: A block is a table"),
        ("conv", "are a list"),
        (25 * [{"kind": "dense layer", "neurons": 1}], "up to 24 blocks"),
    ],
)
def test_a_hostile_page_changes_nothing(run, blocks, sentence):
    builder = ArchitectureBuilder(run)
    before = builder.blocks
    builder._hear(builder, {"hand": {"blocks": blocks}, "turn": 5}, [])
    assert sentence in builder.problem
    assert (builder.blocks, builder.answered) == (before, 5)
    builder._hear(builder, {"do": "close", "value": None}, [])
    assert run.wait().state == "ready"


def test_a_text_brings_back_the_network(run):
    builder = ArchitectureBuilder(run)
    builder.blocks, builder.chosen = builder.presets["small resnet"], 3
    other = ArchitectureBuilder(run)
    other.take_state(builder.state_text())
    assert (other.blocks, other.chosen) == (builder.blocks, 3)
    with pytest.raises(TraitError, match="for another widget"):
        other.take_state(RunControls(run).state_text())


def test_bad_arguments_are_refused(run):
    with pytest.raises(ValueError, match="model must be one of lenet"):
        ArchitectureBuilder(run, "alexnet")
    with pytest.raises(TypeError, match="no argument 'bloks'"):
        ArchitectureBuilder(run, bloks=[])


def test_its_page_alone_keeps_a_training_going():
    assert "alive:" in ArchitectureBuilder._esm  # the sign of life, see widgets._presence


def test_building_needs_no_pytorch():
    code = "import sys, widgets.architecture; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
