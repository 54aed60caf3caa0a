"""What the gallery shows: of each widget the lines that make it, and what makes it worth seeing.

``hosts/gallery.py`` makes ``widgets/README.md`` and its pictures of this. What a widget is, the
first line of its docstring says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hosts import pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@dataclass(frozen=True)
class Exhibit:
    """A widget in the gallery.

    Attributes:
        code: At most five lines that make the widget; the last one shows it.
        then: What Python does before the picture is taken, and the gallery does not show.
        pose: What is done on the page before the picture is taken.
        width: Of the page, in pixels. A wide page is made smaller in the picture.
    """

    code: str
    then: str = ""
    pose: Callable[[Page], None] | None = None
    width: int = 1200


LEARN = "run.run_epochs({})\nrun.wait('paused', timeout=300)"
A_LITTLE, WELL = LEARN.format(3), LEARN.format(10)


def of_run(
    name: str,
    made: str,
    *,
    run: str = 'Run("digits")',
    then: str = WELL,
    pose: Callable[[Page], None] | None = None,
    width: int = 1200,
) -> Exhibit:
    """A widget that shows a run."""
    widget = made.partition("(")[0]
    imports = f"from lab.training import Run\nfrom widgets.{name} import {widget}"
    return Exhibit(f"{imports}\n\nrun = {run}\n{made}", then, pose, width)


def drawn(page: Page) -> None:
    """Wait until the surface is complete."""
    page.locator(".landscape [role=progressbar]").wait_for(state="hidden", timeout=120_000)


def explained(page: Page) -> None:
    """Wait for the heat maps of the network that there is."""
    page.locator(".explanation:not([data-behind])").wait_for(timeout=120_000)


def visualized(page: Page) -> None:
    """Wait until the channels have their images."""
    page.locator(".feature-visualization .row:not([hidden]) .made canvas").first.wait_for()
    page.locator(".feature-visualization .go").wait_for(state="hidden", timeout=240_000)


def measured(page: Page) -> None:
    """Wait until the heat maps are measured."""
    measured = ".map-limits:not([data-old], [data-empty])"
    page.locator(measured).wait_for(timeout=240_000)


# Sections in the order of teaching; in each, the widgets by the names of their folders.
EXHIBITS: dict[str, dict[str, Exhibit]] = {
    "Neurons and layers": {
        "neuron": Exhibit("""\
from widgets.neuron import Neuron

neuron = Neuron(weights=[1.2, -0.8, 0.5], bias=-0.5, activation="sigmoid", form="bias")
neuron"""),
        "layers": Exhibit("""\
from widgets.layers import Layers

layers = Layers(sizes=(4, 3, 2), activation="sigmoid", seed=1, task="none")
layers"""),
        "network": Exhibit(
            """\
from widgets.network import Network

network = Network("circle", neurons=(4, 2), activation="tanh")
network""",
            then="network.train(150)",
        ),
    },
    "How networks learn": {
        "loss_functions": Exhibit("""\
from widgets.loss_functions import LossFunctions

losses = LossFunctions("mse_loss")
losses"""),
        "backpropagation": Exhibit("""\
from widgets.backpropagation import Backpropagation

backpropagation = Backpropagation(sizes=(2, 2, 2), inputs=[1.0, 0.5], targets=[1.0, 0.0], step=4)
backpropagation"""),
        "descent": Exhibit(
            """\
from widgets.descent import Descent

racers = [("gradient descent", 0.17), ("momentum", 0.02), ("adam", 0.2)]
descent = Descent("elongated bowl", racers=racers, step=40)
descent""",
            width=1400,
        ),
        "landscape": Exhibit(
            """\
from widgets.landscape import Landscape
from widgets.network import Network

network = Network("moons", neurons=(4, 2), learning_rate=0.01)
Landscape(network)""",
            then="network.train(40)",
            pose=drawn,
        ),
    },
    "Convolution": {
        "convolution": Exhibit("""\
from widgets.convolution import Convolution

convolution = Convolution(kernel="gaussian")
convolution"""),
        "pooling": Exhibit("""\
from widgets.pooling import Pooling

pooling = Pooling([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], kernel_size=2)
pooling"""),
        "receptive_field": Exhibit("""\
from widgets.receptive_field import ReceptiveField

field = ReceptiveField(size=28)
field"""),
        "transposed_convolution": Exhibit(
            """\
from widgets.transposed_convolution import TransposedConvolution

transposed = TransposedConvolution(stride=2)
transposed""",
            pose=pictures.walk,
        ),
    },
    "A network in training": {
        "run_controls": of_run("run_controls", "RunControls(run)", then=A_LITTLE),
        "architecture": of_run("architecture", "ArchitectureBuilder(run)", then=A_LITTLE),
        "learning_curves": of_run("learning_curves", "LearningCurves(run)"),
        "history": of_run("history", "TimeMachine(run)"),
        "comparison": Exhibit(
            """\
from widgets.comparison import Comparison

comparison = Comparison("dropout", repeats=3, epochs=10)
comparison""",
            pose=pictures.compare,
        ),
    },
    "How good is it?": {
        "confusion": of_run("confusion", "Confusion(run)", run='Run("organs")'),
        "class_scores": of_run("class_scores", "ClassScores(run)", run='Run("organs")'),
        "mistakes": of_run("mistakes", "Mistakes(run)", run='Run("organs")', then=A_LITTLE),
        "data_flaws": of_run(
            "data_flaws",
            "DataFlaws(run)",
            run='Run("organs", options={"count": 750, "size": 32}, epochs=8)',
            then="",
            pose=pictures.mislead,
        ),
    },
    "Inside a network": {
        "image_source": of_run("image_source", "ImageSource(run, rotate=20)", then=A_LITTLE),
        "predictions": of_run("predictions", "Predictions(run)", then=A_LITTLE),
        "filters": of_run("filters", "Filters(run, hands=True)"),
        "feature_maps": of_run("feature_maps", "FeatureMaps(run, detail=True)"),
        "latent_space": of_run("latent_space", "LatentSpace(run, panel=True)"),
        "autoencoder": Exhibit(
            """\
from lab.autoencoder import AutoencoderRun
from widgets.autoencoder import Autoencoder

run = AutoencoderRun("digits")
Autoencoder(run)""",
            then=LEARN.format(40),
        ),
    },
    "Why does it decide so?": {
        "explanation": of_run(
            "explanation",
            'Explanation(run, methods=["cam", "grad_cam", "occlusion"])',
            run='Run("organs", model="localisation cnn")',
            pose=explained,
        ),
        "feature_visualization": of_run(
            "feature_visualization",
            "FeatureVisualization(run)",
            run='Run("organs")',
            pose=visualized,
            width=940,
        ),
        "stress_test": Exhibit(
            """\
from lab.training import Run
from widgets.stress_test import StressTest

clean, planted = (Run("organs", options={"shortcut": with_marker}) for with_marker in (False, True))
StressTest(clean, planted)""",
            pose=pictures.stress,
            width=1400,
        ),
        "map_limits": of_run(
            "map_limits",
            "MapLimits(run)",
            run='Run("organs", epochs=8)',
            then="run.start()\nrun.wait('finished', timeout=300)",
            pose=measured,
        ),
    },
}
