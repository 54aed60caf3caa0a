"""The autoencoder's widget without a browser: what the hand holds, and what follows from it."""

import json

import numpy as np
import pytest
from traitlets import TraitError

from lab.autoencoder import AutoencoderRun
from lab.autoencoder_decoder import Decoder
from lab.training import Run
from widgets.autoencoder import Autoencoder
from widgets.autoencoder.window import Window, around


@pytest.fixture(scope="module")
def run():
    with AutoencoderRun(worker="thread", device="cpu", watched=60) as one:
        one.run_epochs(2)
        one.wait("paused")
        yield one


@pytest.fixture
def view(run):
    return Autoencoder(run)


def hear(view, **hand):
    """What the page's hand sends."""
    view._hear(view, {"hand": hand, "turn": 1}, [])


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def decoder(run):
    return Decoder(run.latest.decoder, (1, 8, 8))


def test_it_starts_with_the_present_state(view, run):
    assert view.frame["sequence"] == run.latest.sequence
    assert np.array_equal(array(view.plane["codes"]), run.latest.codes)
    assert array(view.plane["tiles"]).shape == (1, 120, 120)
    assert view.images["strokes"]
    for name in ("frame", "plane", "walk", "picture", "images"):
        json.dumps(getattr(view, name), default=lambda _bytes: "", allow_nan=False)


def test_a_dragged_place_is_decoded(view, run):
    hear(view, point=[0.5, -1.25])
    image = array(view.picture["image"])
    assert np.abs(image / 255 - decoder(run)([[0.5, -1.25]])[0]).max() <= 0.5 / 255 + 1e-6
    assert view.answered == 1
    assert sum(count for _, count in view.picture["shares"]) == 10


def test_the_neighbours_are_those_most_like_the_decoded_image(view, run):
    hear(view, point=[0.1, 0.2])
    others = run.watched.images / 255
    distances = ((others - decoder(run)([[0.1, 0.2]])) ** 2).mean(axis=(1, 2, 3))
    assert view.picture["neighbours"] == np.argsort(distances, kind="stable")[:10].tolist()


def test_a_walk_leads_from_a_to_b_in_both_ways(view, run):
    hear(view, start=3, end=40)
    codes, images = run.latest.codes, run.watched.images
    decoded, faded = array(view.walk["decoded"]), array(view.walk["faded"])
    assert np.array_equal(faded[0], images[3])
    assert np.array_equal(faded[-1], images[40])
    half = decoder(run)([(codes[3] + codes[40]) / 2])[0]
    assert np.abs(decoded[4] / 255 - half).max() < 0.01
    ends = decoder(run)(codes[[3, 40]])
    errors = np.sqrt(((ends - images[[3, 40]] / 255) ** 2).mean(axis=(1, 2, 3)))
    assert np.allclose(view.walk["errors"], errors, atol=1e-5)


def test_half_way_the_two_ends_do_not_count_as_like(view, run):
    hear(view, start=3, end=40)
    images = run.watched.images / 255
    faded = (images[3] + images[40]) / 2
    others = np.delete(images, [3, 40], axis=0)
    nearest = np.sqrt(((others - faded) ** 2).mean(axis=(1, 2, 3))).min()
    assert view.walk["halfway"][1] == pytest.approx(nearest, abs=1e-5)
    hear(view, start=3, end=3)
    assert view.walk["halfway"] == []


def test_the_ends_are_of_two_classes_where_nobody_has_chosen(view, run):
    assert run.watched.labels[list(view.ends)].tolist() == [0, 7]
    hear(view, start=10**6)  # of larger data: there is no such image here
    assert run.watched.labels[view.ends[0]] == 0
    assert view.problem == ""


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"point": [1]}, "point must hold 2 to 2 numbers"),
        ({"point": [None, 0]}, "point, number 1, must be a finite number"),
        ({"point": [1e9, 0]}, "must lie between"),
        ({"start": 1.5}, "start must be a whole number"),
        ({"task": "win"}, "task"),
        ({"show": "nothing"}, "show"),
        ({"beta": -1}, "beta must lie between 0"),
        ({"beta": None}, "beta must be a finite number"),
    ],
)
def test_bad_values_are_explained_and_the_old_ones_stay(view, asked, sentence):
    (name,) = asked
    before = getattr(view, name)
    hear(view, **asked)
    assert sentence in view.problem
    assert getattr(view, name) == before


def test_an_unknown_argument_and_another_run_are_refused(run):
    with pytest.raises(TypeError, match="has no argument 'points'"):
        Autoencoder(run, points=(0, 0))
    with Run(worker="thread") as other, pytest.raises(TypeError, match="of an AutoencoderRun"):
        Autoencoder(other)


def test_a_task_is_checked_as_the_hand_moves(view):
    hear(view, task="neither")
    assert not view.picture["verdict"]["solved"]
    assert view.picture["verdict"]["sentence"]
    hear(view, task="none")
    assert view.picture["verdict"] is None


def test_beta_changes_the_run_and_a_run_changes_beta(view, run):
    hear(view, beta=2.5)
    assert run.wait().beta == run.settings.beta == 2.5
    run.change(beta=1.0)
    view.offer(run.wait())
    assert view.beta == 1.0


def test_the_other_kind_begins_anew_and_goes_on_learning(run):
    view = Autoencoder(run)
    hear(view, variational=False)
    assert not run.wait("running").variational
    run.pause()
    run.wait("paused")
    hear(view, variational=True)
    run.wait("running")
    run.pause()
    assert run.wait("paused").variational


def test_the_page_uses_the_buttons(view, run):
    before = run.wait("paused").step
    view._hear(view, {"do": "run_epochs", "value": 1}, [])
    assert run.wait("paused").step > before
    view._hear(view, {"do": "close"}, [])
    assert run.wait("paused").step > before


def test_a_closed_run_says_that_it_is_closed():
    with AutoencoderRun(worker="thread", device="cpu") as one:
        one.wait("ready")
        view = Autoencoder(one)
    with pytest.raises(TraitError, match="closed"):
        view.beta = 3.0
    assert view.beta == 1.0


def test_the_state_can_be_taken_elsewhere(view, run):
    hear(view, point=[0.25, 0.5], start=4, task="nowhere", show="images")
    other = Autoencoder(run)
    other.take_state(view.state_text())
    assert (other.point, other.start, other.task, other.show) == (
        (0.25, 0.5), 4, "nowhere", "images",
    )  # fmt: skip


def test_the_window_holds_images_and_middle_and_stays_while_it_can():
    codes = np.array([[1, 2], [3, 4]], np.float32)
    first = around(codes, None)
    assert abs(first.x - first.reach) < abs(first.x) + first.reach
    for x, y in (*codes, (0, 0)):
        assert abs(x - first.x) <= first.reach
        assert abs(y - first.y) <= first.reach
    assert around(codes * 0.9, first) is first
    assert around(codes * 0.3, first).reach < first.reach
    assert around(codes * 2, first).reach > first.reach
    assert around(np.zeros((5, 2), np.float32), None) == Window(0, 0, 0.01)
