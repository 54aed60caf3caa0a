"""The tasks in the latent space, on a decoder whose images are known."""

import numpy as np
import pytest

from lab.autoencoder import AutoencoderSnapshot
from lab.autoencoder_decoder import Likeness
from lab.autoencoder_tasks import TASKS, Space, beside
from lab.messages import Watched

LINE = np.linspace(0, 1, 31)
"""Where the images lie on the way from (0, 0) to (1, 0): 11 of class a, 9 of c, 11 of b."""


def ramp(codes):
    """Decode a place to a single pixel that is as white as the place lies right."""
    return np.clip(np.asarray(codes, np.float32)[:, 0], 0, 1).reshape(-1, 1, 1, 1)


def space(**snapshot):
    pixels = np.rint(255 * LINE).astype(np.uint8).reshape(-1, 1, 1, 1)
    labels = np.array([0] * 11 + [2] * 9 + [1] * 11)
    watched = Watched(
        images=pixels, labels=labels, class_names=("a", "b", "c"), layers=(), parameters=0,
        train_count=0, test_count=31, dataset="ramp", licence="", source="",
    )  # fmt: skip
    codes = np.stack([LINE, np.zeros(31)], axis=1).astype(np.float32)
    known = {
        "state": "paused",
        "step": 10,
        "epoch": 1,
        "codes": codes,
        "test_divergence": np.array([2.0], np.float32),
    }
    return Space(ramp, AutoencoderSnapshot(**known | snapshot), watched, Likeness(pixels))


ENDS = (0, 30)


def test_without_a_task_there_is_no_verdict():
    assert space().check("none", (0, 0), ENDS, 1) is None


@pytest.mark.parametrize("task", TASKS[1:])
def test_what_has_not_learnt_yet_solves_nothing(task):
    verdict = space(step=0).check(task, (0.5, 0), ENDS, 1)
    assert not verdict.solved
    assert "Start the training" in verdict.sentence


@pytest.mark.parametrize(
    ("point", "solved", "sentence"),
    [
        ((0.5, 0), True, "neither a nor b"),
        ((0.5, 0.07), True, "neither a nor b"),
        ((0.5, 0.2), False, "Put the ring on the line"),
        ((0.1, 0), False, "0 of the ten"),
        ((-3, 0), False, "Put the ring on the line"),
    ],
)
def test_neither_is_found_on_the_line_only(point, solved, sentence):
    verdict = space().check("neither", point, ENDS, 1)
    assert verdict.solved == solved
    assert sentence in verdict.sentence


def test_a_way_without_a_solution_is_told():
    assert "different classes" in space().check("neither", (0.1, 0), (0, 5), 1).sentence
    # from class a to the nearest of class c there is only a and c
    assert "no such place" in space().check("neither", (0.1, 0), (0, 12), 1).sentence


def test_nowhere_is_farther_than_what_images_decode_to():
    pixels = np.array([0, 0, 255, 255], np.uint8).reshape(-1, 1, 1, 1)
    watched = Watched(
        images=pixels, labels=np.array([0, 0, 1, 1]), class_names=("a", "b"), layers=(),
        parameters=0, train_count=0, test_count=4, dataset="ends", licence="", source="",
    )  # fmt: skip
    codes = np.array([[0.1, 0], [0, 0], [1, 0], [0.9, 0]], np.float32)
    snapshot = AutoencoderSnapshot(state="paused", step=5, codes=codes)
    ends = Space(ramp, snapshot, watched, Likeness(pixels))
    assert ends.check("nowhere", (0.5, 0), (0, 2), 1).solved
    verdict = ends.check("nowhere", (0.05, 0), (0, 2), 1)
    assert not verdict.solved
    assert "0.05 away" in verdict.sentence


def test_collapse_needs_a_large_beta_and_an_empty_code():
    empty = np.array([0.01], np.float32)
    assert space(beta=20.0, test_divergence=empty).check("collapse", (0, 0), ENDS, 1).solved
    assert not space(beta=0.5, test_divergence=empty).check("collapse", (0, 0), ENDS, 1).solved
    assert "raise β" in space(beta=20.0).check("collapse", (0, 0), ENDS, 1).sentence
    plain = space(variational=False).check("collapse", (0, 0), ENDS, 1)
    assert "Only a variational" in plain.sentence


def test_the_distance_beside_the_way_ends_with_it():
    a, b = np.array([0, 0], np.float32), np.array([2, 0], np.float32)
    assert beside((1, 0.5), a, b) == pytest.approx(0.5)
    assert beside((5, 4), a, b) == pytest.approx(5)
    assert beside((3, 4), a, a) == pytest.approx(5)
