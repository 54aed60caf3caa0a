"""What a page has kept of its widgets is taken over by the Python of the next page."""

import json
from functools import partial

import pytest

from lab.autoencoder import AutoencoderRun
from lab.training import Run
from tests.waiting import until
from tests.widgets.inside_run import InsideRun, hear
from widgets.architecture import ArchitectureBuilder
from widgets.autoencoder import Autoencoder
from widgets.backpropagation import Backpropagation
from widgets.comparison import Comparison
from widgets.convolution import Convolution
from widgets.data_flaws import DataFlaws
from widgets.descent import Descent
from widgets.explanation import Explanation
from widgets.feature_maps import FeatureMaps
from widgets.feature_visualization import FeatureVisualization
from widgets.filters import Filters
from widgets.image_source import ImageSource
from widgets.landscape import Landscape
from widgets.latent_space import LatentSpace
from widgets.layers import Layers
from widgets.learning_curves import LearningCurves
from widgets.loss_functions import LossFunctions
from widgets.mistakes import Mistakes
from widgets.network import Network
from widgets.neuron import Neuron
from widgets.pooling import Pooling
from widgets.receptive_field import ReceptiveField
from widgets.run_controls import RunControls
from widgets.transposed_convolution import TransposedConvolution

ORGANS = {"count": 100, "size": 24}
DOT = [[[0.5, 0.5], [0.5, 0.6]]]


def kept(widget):
    """What the page writes: the values that its model has, and JSON knows."""
    assert "problem" not in widget.keeps
    return json.dumps(widget.get_state(widget.keeps))


def draws(*widgets):
    """The page has drawn what there was."""
    for widget in widgets:
        hear(widget, {"drawn": widget.frame["sequence"]})
    return True


def opened(widget, text):
    """The page gives it to Python."""
    hear(widget, {"share": "open", "text": text, "turn": 7})
    return widget.problem


@pytest.fixture
def run():
    with Run(worker="thread", watched=20) as run:
        run.wait("ready")
        yield run


ALONE = {
    Neuron: {"weights": [0.1, -3], "inputs": [1, 1], "activation": "tanh", "form": "bias"},
    Layers: {"sizes": (2, 3), "seed": 4},
    Network: {"points": "moons", "neurons": (3, 2, 2), "seed": 5, "learning_rate": 0.3},
    Backpropagation: {"sizes": (3, 2, 1), "step": 3, "learning_rate": 0.25},
    LossFunctions: {"loss": "mse_loss", "predictions": [0.25, 4], "targets": [1, 2]},
    Descent: {"surface": "elongated bowl", "start": (0.5, 0.25), "steps": 20},
    Convolution: {"stride": 2, "activation": "relu"},
    Pooling: {"kind": "average", "kernel_size": 3},
    ReceptiveField: {"size": 20, "image": "flower"},
    TransposedConvolution: {"stride": 2, "mode": "scatter"},
    partial(Landscape, Network()): {"view": "two weights", "second": 2, "seed": 3},
}


@pytest.mark.parametrize("kind", ALONE)
def test_a_widget_alone_gets_all_of_it_back(kind):
    held = kind(**ALONE[kind])
    text = kept(held)
    anew = kind()
    assert kept(anew) != text
    assert opened(anew, text) == ""
    assert kept(anew) == text


VIEWS = {
    LearningCurves: {"smoothing": 0.5},
    FeatureMaps: {"scale": "all", "layers": "all"},
    Filters: {"values": "change", "task": "none"},
    LatentSpace: {"colour": "confidence", "metric": "euclidean"},
    Explanation: {"methods": ["saliency", "occlusion"], "threshold": 0.25},
    ImageSource: {"source": "draw", "strokes": DOT, "rotate": 20},
}


@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_of_a_run_gets_all_of_it_back(kind):
    text = kept(kind(InsideRun(), **VIEWS[kind]))
    anew = kind(InsideRun())
    assert kept(anew) != text
    assert opened(anew, text) == ""
    assert kept(anew) == text


def test_how_images_are_made_for_channels_comes_back(run):
    text = kept(FeatureVisualization(run, layers="one", diversity=2, follow=True))
    anew = FeatureVisualization(run)
    assert opened(anew, text) == ""
    assert kept(anew) == text


def test_the_settings_of_a_run_come_back_and_where_its_views_look(run):
    controls = RunControls(run)
    # Built by hand: it has no name.
    blocks = [{"kind": "convolution", "channels": 3}, {"kind": "global average pooling"}]
    run.renew(model={"blocks": blocks}, seed=7, optimizer="adam")
    run.change(learning_rate=0.003, batch_size=64, pace=8, augmentation={"shift": 0.1})
    run.wait("ready")
    layer = run.watched.map_layers[-1][0]
    run.watch(sample=9, layer=layer, channel=2, unit=(1, 2), target=3)
    until(lambda: controls.looks["sample"] == -1 or controls.looks["unit"] == [1, 2])
    controls.offer(run.latest)
    text = kept(controls)

    with Run(worker="thread", watched=20) as other:
        other.wait("ready")
        anew = RunControls(other)
        assert opened(anew, text) == ""
        assert other.settings == run.settings
        until(lambda: draws(anew) and other.wanted.layer == layer)
        wanted = other.wanted
        assert (wanted.sample, wanted.channel, wanted.unit, wanted.target) == (9, 2, (1, 2), 3)
        until(lambda: draws(anew) and kept(anew) == text)


def test_one_bad_setting_leaves_the_run_as_it_was(run):
    controls = RunControls(run)
    table = json.loads(kept(controls))
    table["settings"] |= {"learning_rate": -1, "seed": 9}
    before = run.settings
    assert "learning_rate must be" in opened(controls, json.dumps(table))
    assert run.settings == before
    assert controls.settings["seed"] == before.seed


@pytest.mark.parametrize("first", ["views", "controls"])
def test_choices_outlive_the_other_images_that_a_state_brings(run, first):
    controls, source, mistakes = RunControls(run), ImageSource(run), Mistakes(run)
    table = json.loads(kept(controls))
    table["settings"] |= {"dataset": "organs", "options": ORGANS, "epochs": 3}
    views = [
        (source, {**json.loads(kept(source)), "source": "draw", "strokes": DOT}),
        (mistakes, {**json.loads(kept(mistakes)), "of": 2, "image": 4}),
    ]
    order = [*views, (controls, table)] if first == "views" else [(controls, table), *views]
    for widget, state in order:
        assert opened(widget, json.dumps(state)) == ""
    run.wait(lambda s: s.state == "ready" and run.watched.class_names[0] != "0")
    until(
        lambda: (
            draws(controls, source, mistakes)
            and (source.source, mistakes.of, mistakes.image) == ("draw", 2, 4)
        )
    )
    assert run.wanted.image is not None

    hear(mistakes, {"hand": {"of": 1}, "turn": 1})  # from here on it is the learner's
    run.renew(dataset="digits")
    run.wait(lambda s: s.state == "ready" and run.watched.class_names[0] == "0")
    until(lambda: draws(mistakes) and mistakes.of == -1)


def test_images_that_were_uploaded_need_not_come_back_and_all_else_does(run, tmp_path):
    controls = RunControls(run)
    table = json.loads(kept(controls))
    gone = str(tmp_path / "deep-learning-lab-abc" / "images.zip")
    table["settings"] |= {"dataset": "images", "root": gone, "seed": 9, "momentum": 0.5}
    assert "upload them once more" in opened(controls, json.dumps(table))
    assert (run.settings.dataset, run.settings.root) == ("digits", None)
    assert (run.settings.seed, run.settings.momentum) == (9, 0.5)


def test_the_pace_and_the_kind_of_an_autoencoder_come_back():
    with AutoencoderRun(worker="thread", watched=20) as run:
        held = Autoencoder(run)
        hear(held, {"hand": {"pace": 20, "beta": 4, "variational": False}, "turn": 1})
        assert run.settings.pace == 20
        text = kept(held)
    with AutoencoderRun(worker="thread", watched=20) as run:
        assert opened(Autoencoder(run), text) == ""
        assert (run.settings.pace, run.settings.beta) == (20, 4)
        assert not run.settings.variational


def test_what_was_compared_and_which_flaws_there_were_come_back():
    held = Comparison("optimizer")
    hear(held, {"hand": {"pair": "learning rate", "epochs": 3, "prediction": "a"}, "turn": 1})
    assert held.problem == ""
    anew = Comparison("optimizer")
    assert opened(anew, kept(held)) == ""
    assert kept(anew) == kept(held)
    with Run("organs", options=ORGANS, worker="thread", watched=20) as run:
        flaws = DataFlaws(run)
        table = {**json.loads(kept(flaws)), "flaws": ["noise"], "seed": 3}
        assert opened(flaws, json.dumps(table)) == ""
        assert (flaws.flaws, run.settings.seed) == (("noise",), 3)


def test_a_network_in_the_making_comes_back(run):
    held = ArchitectureBuilder(run)
    hear(held, {"hand": {"blocks": held.blocks[:1], "chosen": 0}, "turn": 1})
    with Run(worker="thread", watched=20) as other:
        anew = ArchitectureBuilder(other)  # its images are still on their way
        assert opened(anew, kept(held)) == ""
        other.wait("ready")
        until(lambda: anew.picture)
        assert anew.blocks == held.blocks
