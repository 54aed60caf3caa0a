"""Views that fill a stage have room where they stand alone, in a cell of one's own notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Lab

ALONE = """\
from lab.autoencoder import AutoencoderRun
from lab.training import Run
from widgets.autoencoder import Autoencoder
from widgets.feature_maps import FeatureMaps
from widgets.feature_visualization import FeatureVisualization
from widgets.latent_space import LatentSpace
from widgets.learning_curves import LearningCurves

run = Run("digits")
views = Autoencoder(AutoencoderRun("digits")), LatentSpace(run, panel=True)
display(*views, FeatureMaps(run, detail=True), FeatureVisualization(run), LearningCurves(run))
"""
HEIGHTS = "views => views.map(view => view.getBoundingClientRect().height)"


def test_alone_they_are_as_high_as_a_stage(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    write_notebook(tmp_path / "alone.ipynb", "# Alone", ALONE)
    page = dashboard("alone", lab=voila_for(tmp_path)).page
    *tall, curves = page.locator(".lab").evaluate_all(HEIGHTS)
    assert len(tall) == 4
    assert all(height >= 520 for height in tall)
    assert curves >= 300
