"""Confusion matrix, mistakes and scores of the classes, without a browser and without a worker."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix
from traitlets import TraitError

from tests.widgets.still import StillRun
from widgets.class_scores import ClassScores
from widgets.confusion import Confusion
from widgets.mistakes import Mistakes

NAMES = ("liver", "lung", "colon")
LABELS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 1])
SAID = np.array([0, 1, 0, 1, 2, 2, 2, 2, 0, 2])
CONFIDENCES = np.array([0.9, 0.6, 0.8, 0.7, 0.99, 0.5, 0.9, 0.9, 0.7, 0.6])
TRUE = np.array([0.9, 0.3, 0.8, 0.7, 0.01, 0.4, 0.9, 0.9, 0.2, 0.001], np.float32)


@pytest.fixture
def run():
    return StillRun(LABELS, SAID, NAMES, confidences=CONFIDENCES, true=TRUE)


@pytest.fixture
def sent(monkeypatch):
    """The messages with images that go to the page."""
    messages = []
    for view in (Confusion, Mistakes):
        monkeypatch.setattr(view, "send", lambda _, *message: messages.append(message))
    return messages


def hear(view, content):
    view._hear(view, content, [])


def drawn(view):
    hear(view, {"drawn": view.frame["sequence"]})


def places(view):
    return [item["place"] for item in view.gallery["items"]]


@pytest.mark.parametrize("view", [Confusion, Mistakes, ClassScores])
def test_before_the_first_test_there_is_nothing_and_no_nan(run, view):
    run.show(
        confusion=np.empty((0, 0), int), test_predictions=np.empty(0, int), test_true=np.empty(0)
    )
    one = view(run)
    assert not one.get_state().get("gallery")
    run.watched = None
    run.show(state="starting")
    drawn(one)
    json.dumps(one.frame, default=lambda _: "bytes", allow_nan=False)


def test_the_matrix_is_that_of_scikit_learn(run):
    counts = Confusion(run).frame["counts"]
    table = np.frombuffer(counts["buffer"], counts["dtype"]).reshape(counts["shape"])
    assert np.array_equal(table, confusion_matrix(LABELS, SAID))


def test_the_most_frequent_mistake_comes_by_itself_and_another_cell_by_hand(run):
    view = Confusion(run)
    assert view.gallery["cell"] == [1, 2]
    assert not view.gallery["own"]
    assert places(view) == [4, 9, 5]  # the surest first
    hear(view, {"hand": {"cell": [0, 0]}, "turn": 1})
    assert view.gallery["own"]
    assert places(view) == [0, 2]
    hear(view, {"hand": {"many": 1}, "turn": 2})
    assert places(view) == [0]
    assert view.gallery["count"] == 2
    hear(view, {"hand": {"cell": []}, "turn": 3})
    assert view.gallery["cell"] == [1, 2]


def test_a_cell_that_is_not_there_is_refused_or_left_out(run):
    view = Confusion(run)
    for bad in ([1], [-1, 0], ["a", "b"], None, [0.5, 1]):
        hear(view, {"hand": {"cell": bad}, "turn": 1})
        assert "cell" in view.problem
        assert view.cell == ()
    view.cell = (7, 8)  # of a data set with more classes
    assert view.gallery["cell"] == [1, 2]
    with pytest.raises(TraitError):
        view.values = "percent"


def test_the_images_of_a_cell_follow_the_network(run):
    view = Confusion(run, cell=(1, 2))
    drawn(view)
    run.after_test(LABELS, LABELS, NAMES)
    assert places(view) == []
    assert view.gallery["count"] == 0
    view.cell = ()
    assert view.gallery["cell"] == []  # no mistakes: no cell


@pytest.mark.parametrize(
    ("order", "first"), [("worst", [9, 4, 8, 1, 5]), ("surest", [4, 8, 1, 9, 5])]
)
def test_the_mistakes_come_in_order(run, order, first):
    view = Mistakes(run, order=order)
    assert places(view) == first
    assert (view.gallery["wrong"], view.gallery["all"]) == (5, 10)
    item = view.gallery["items"][first.index(4)]
    assert (item["label"], item["said"]) == (1, 2)
    assert (item["confidence"], item["true"]) == pytest.approx((0.99, 0.01))
    hear(view, {"hand": {"of": 1}, "turn": 1})
    assert places(view) == [place for place in first if LABELS[place] == 1]
    assert (view.gallery["wrong"], view.gallery["all"]) == (3, 4)


def test_no_mistakes(run):
    run.after_test(LABELS, LABELS, NAMES)
    gallery = Mistakes(run).gallery
    assert (gallery["wrong"], gallery["all"], gallery["items"]) == (0, 10, [])


def test_images_are_sent_when_they_are_wanted(run, sent):
    view = Confusion(run)
    assert b"buffer" not in json.dumps(view.gallery).encode()
    hear(view, {"want": [9, 4], "data": view.gallery["data"]})
    (told, buffers) = sent.pop()
    assert told["images"] == [9, 4]
    assert told["shape"] == [2, 1, 8, 8]
    assert buffers[0] == run.watched.test_images[[9, 4]].tobytes()


@pytest.mark.parametrize("want", [[], [10], [-1], ["0"], [True], [1.0], [None], "all", {"0": 1}])
def test_what_is_no_image_is_not_sent(run, sent, want):
    view = Mistakes(run)
    hear(view, {"want": want, "data": view.gallery["data"]})
    assert sent == []


def test_of_many_large_images_some_come_first(run, sent, monkeypatch):
    monkeypatch.setattr("widgets._gallery.MOST_BYTES", 3 * 64)
    view = Mistakes(run)
    hear(view, {"want": [0, 1, 2, 3, 4], "data": view.gallery["data"]})
    assert sent.pop()[0]["images"] == [0, 1, 2]


def test_images_of_an_earlier_data_set_are_not_sent(run, sent):
    view = Mistakes(run)
    before = view.gallery["data"]
    drawn(view)
    run.after_test(LABELS[:6], SAID[:6], NAMES)
    assert view.gallery["data"] != before
    hear(view, {"want": [0], "data": before})
    assert sent == []


def test_what_is_chosen_in_one_data_set_is_not_chosen_in_the_next(run):
    matrix, wrong = Confusion(run, cell=(1, 2), image=4), Mistakes(run, of=1, image=4)
    for view in (matrix, wrong):
        drawn(view)
    assert (matrix.cell, wrong.of, wrong.image) == ((1, 2), 1, 4)  # not forgotten with the first
    run.watched = replace(run.watched)  # another network, the same images
    run.show(step=1)
    assert (matrix.gallery["data"], matrix.cell, wrong.of, wrong.image) == (1, (1, 2), 1, 4)
    for view in (matrix, wrong):
        drawn(view)
    run.after_test(LABELS[:6], SAID[:6], NAMES)
    assert (matrix.cell, matrix.image, wrong.of, wrong.image) == ((), -1, -1, -1)
    assert not matrix.gallery["own"]
    assert (wrong.gallery["of"], wrong.gallery["large"]) == (-1, None)


def test_images_are_chosen_once_a_test(run, monkeypatch):
    views = Confusion(run), Mistakes(run)
    monkeypatch.setattr("widgets.confusion.in_cell", None)
    monkeypatch.setattr("widgets.mistakes.mistakes", None)
    for step in (1, 2):
        for view in views:
            drawn(view)
        run.show(step=step, test_predictions=run.latest.test_predictions.copy())
    assert [view.frame["sequence"] for view in views] == 2 * [run.latest.sequence]
    monkeypatch.undo()
    views[1].of = 2
    assert places(views[1]) == [8]
    for view in views:
        drawn(view)
    run.show(test_true=1 - TRUE)
    assert places(views[1]) == [8]
    assert views[1].gallery["items"][0]["true"] == pytest.approx(0.8)


def test_a_click_chooses_the_image_in_all_views(run):
    view = Mistakes(run)
    hear(view, {"do": "select", "value": 1})
    assert run.selected == [1]
    view.image = 4
    assert view.gallery["large"]["place"] == 4
    view.image = 99  # of a larger set
    assert view.gallery["large"] is None


def test_scores_are_lists_without_nan(run):
    run.after_test(LABELS, np.where(SAID == 0, 2, SAID), NAMES)  # nothing is called liver
    frame = ClassScores(run).frame
    assert frame["support"] == [3, 4, 3]
    assert frame["measures"]["precision"]["value"][0] is None
    assert frame["measures"]["recall"]["value"] == [0, 0.25, pytest.approx(1)]
    assert "No image was called liver" in frame["sentence"]
    assert 0 < frame["accuracy"]["low"] < frame["accuracy"]["value"] < frame["accuracy"]["high"]
    assert not any(math.isnan(v) for e in frame["macro"].values() for v in e.values() if v)
    json.dumps(frame, allow_nan=False)


def test_the_bootstrap_is_done_once_a_test(run, monkeypatch):
    view = ClassScores(run)
    monkeypatch.setattr("widgets.class_scores.class_scores", None)
    for step in (1, 2):
        drawn(view)
        run.show(step=step)
    assert view.frame["sequence"] == run.latest.sequence


def test_a_kernel_with_these_views_stays_small():
    modules = "widgets.class_scores, widgets.confusion, widgets.mistakes"
    large = ["torch", "sklearn", "scipy", "pandas", "matplotlib", "plotly"]
    code = f"import sys, {modules}; print([m for m in {large} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
