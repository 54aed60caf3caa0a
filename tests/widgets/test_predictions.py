"""Prediction bars without a browser: logits, probabilities, temperature."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.widgets.inside_run import IMAGES, InsideRun, array, drawn
from widgets.predictions import Predictions


def test_logits_and_probabilities_are_those_of_the_network():
    frame = Predictions(InsideRun()).frame
    assert array(frame["logits"]).tolist() == [1, 3, -2]
    assert frame["label"] == 2
    expected = torch.tensor([1.0, 3.0, -2.0]).softmax(0).numpy()
    assert array(frame["probabilities"]) == pytest.approx(expected, abs=1e-4)
    assert array(frame["calibratedProbabilities"]) == pytest.approx(expected, abs=1e-4)


def test_calibrated_are_the_logits_by_the_temperature():
    frame = Predictions(InsideRun(temperature=2.5, expected_calibration_errors=(0.08, 0.01))).frame
    logits = torch.tensor([1.0, 3.0, -2.0]) / 2.5
    assert array(frame["calibratedLogits"]) == pytest.approx(logits.numpy())
    assert array(frame["calibratedProbabilities"]) == pytest.approx(logits.softmax(0).numpy())
    assert frame["trust"] == "Calibration error 8 %; with temperature 2.50: 1 %"
    assert "It is surer than it is right: logits divided by 2.50" in frame["meaning"]


def test_nothing_is_said_before_anything_is_known():
    view = Predictions(InsideRun(known=False))
    json.dumps(view.frame, default=lambda _: "bytes", allow_nan=False)
    assert view.frame["logits"]["shape"] == [0]
    assert "first test" in view.frame["trust"]


@pytest.mark.parametrize(
    ("temperature", "words"), [(0.5, "less sure than it could be"), (1.0, "are 8.0 % apart.")]
)
def test_it_says_which_way_it_errs(temperature, words):
    run = InsideRun(temperature=temperature, expected_calibration_errors=(0.08, 0.01))
    assert words in Predictions(run).frame["meaning"]


def test_of_an_own_image_nobody_knows_the_class():
    run = InsideRun()
    view = Predictions(run)
    run.watch(image=np.zeros_like(IMAGES[0]))
    drawn(view)
    assert view.frame["label"] == -1


def test_of_a_network_that_nobody_trains_it_says_on_which_images():
    run = InsideRun(temperature=2.5, expected_calibration_errors=(0.08, 0.01))
    run.watched = replace(run.watched, dataset="")
    frame = Predictions(run).frame
    assert frame["trust"].endswith("with temperature 2.50: 1 %, on these same images")
    assert "on others, the error is a little larger" in frame["meaning"]
    run.show(expected_calibration_errors=(-1.0, -1.0))
    assert Predictions(run).frame["trust"] == ""  # on its way
    run.watched = replace(run.watched, test_labels=np.full(20, -1))
    assert "needs labels" in Predictions(run).frame["trust"]
