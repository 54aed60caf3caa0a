"""Feature visualization without a browser: when images are made, what is shown, what is kept."""

import json

import numpy as np
import pytest

from lab.messages import Finding
from lab.training import Run
from lab.visualizing import Visualized
from tests.widgets.inside_run import IMAGES, LABELS, InsideRun, array, drawn, hear
from widgets.feature_visualization import FeatureVisualization
from widgets.feature_visualization.making import ROUGH

RANDOM = np.random.default_rng(2)


class StudiedRun(InsideRun):
    """A run that notes which studies are asked for, and finds what a test says."""

    def __init__(self, **fields):
        self.studies, self.ended, self.findings = {}, [], {}
        super().__init__(**fields)

    def study(self, study):
        self.studies[study.key] = study

    def end_study(self, key):
        self.ended.append(key)
        self.studies.pop(key, None)

    def find(self, layer, done=None, *, seconds=1.0, step=-1, problem="", turn=None):
        """The study of a layer has come so far."""
        study = next(one for one in self.studies.values() if one.layer == layer)
        channels, many = len(study.channels), study.diversity
        value = Visualized(
            layer=layer,
            channels=study.channels,
            images=RANDOM.integers(0, 256, (channels, many, 1, 8, 8), dtype=np.uint8),
            values=RANDOM.random((channels, many), dtype=np.float32),
            dead=np.arange(channels) == 1,
            places=np.tile([3, 1, 4, 2], (channels, 1)),
            real_values=np.tile(np.float32([0.9, 0.8, 0.7, 0.6]), (channels, 1)),
            real_count=20,
            done=study.steps if done is None else done,
            steps=study.steps,
            seconds=seconds,
            turn=study.turn if turn is None else turn,
        )
        whole = done is None or problem != ""
        given = None if problem else value
        finding = Finding(study.key, given, step, done=whole, problem=problem)
        self.findings = {**self.findings, study.key: finding}
        self.show()
        return value

    @property
    def asked(self):
        return [study.layer for study in self.studies.values()]


def rows(view):
    return {row["layer"]: row for row in view.frame["rows"]}


def finish(run, view):
    while view.frame["busy"]:  # first pictures of all layers, then the whole
        for layer in run.asked:
            run.find(layer)
            drawn(view)
    run.studies.clear()


@pytest.fixture
def run():
    return StudiedRun()


def test_before_there_is_a_network_there_is_nothing():
    view = FeatureVisualization(StudiedRun(known=False))
    json.dumps(view.frame, default=lambda _: "bytes", allow_nan=False)
    assert view.frame["rows"] == []
    assert view.run.studies == {}


def test_it_begins_by_itself_with_the_main_layers_and_the_classes(run):
    view = FeatureVisualization(run)
    assert run.asked == ["pool1", ""]
    studies = list(run.studies.values())
    assert [study.channels for study in studies] == [(0, 1, 2, 3), (0, 1, 2)]
    # First pictures of all layers before one of them is done.
    assert {(study.steps, study.diversity, study.objective) for study in studies} == {
        (ROUGH, 1, "channel")
    }
    assert view.frame["busy"]
    assert [row["busy"] for row in view.frame["rows"]] == [True, True]
    assert view.pictures == {}
    for layer in run.asked:
        run.find(layer)
        drawn(view)
    assert {study.steps for study in run.studies.values()} == {128}
    assert view.frame["busy"]
    assert rows(view)["pool1"]["made"]


def test_the_grids_fill_beside_the_strongest_real_images(run):
    view = FeatureVisualization(run)
    for layer in run.asked:
        run.find(layer)
        drawn(view)
    found = run.find("pool1", done=40)
    drawn(view)
    assert (rows(view)["pool1"]["done"], rows(view)["pool1"]["steps"]) == (40, 128)
    made, real = view.pictures["pool1"], view.strongest["pool1"]
    assert np.array_equal(array(made["images"]), found.images)
    assert made["dead"] == [False, True, False, False]
    assert made["values"] == [[float(f"{row[0]:.4g}")] for row in found.values]
    assert np.array_equal(array(real["images"]), IMAGES[found.places])
    assert real["labels"] == LABELS[found.places].tolist()
    before = view.strongest
    run.find("pool1")
    drawn(view)
    assert not rows(view)["pool1"]["busy"]
    assert view.frame["busy"]  # with the classes
    assert view.strongest is before  # sent once: they are the same
    run.find("")
    drawn(view)
    assert not view.frame["busy"]
    assert not view.frame["others"]


def test_a_frame_of_the_training_sends_no_images(run):
    view = FeatureVisualization(run)
    finish(run, view)
    before = view.pictures
    run.show(state="running", step=7)
    drawn(view)
    assert view.frame["step"] == 7
    assert view.pictures is before


def test_while_it_learns_others_are_offered_and_made_when_it_stands_still(run):
    view = FeatureVisualization(run)
    finish(run, view)
    run.show(state="running", step=50)
    drawn(view)
    assert run.asked == []
    assert view.frame["others"]
    hear(view, {"do": "make"})
    assert run.asked == ["pool1", ""]
    assert rows(view)["pool1"]["done"] == 0  # those that are seen are of before
    for layer in ("pool1", ""):
        run.find(layer, step=51)
        drawn(view)
    run.studies.clear()
    assert rows(view)["pool1"]["step"] == 51
    run.show(state="paused", step=60)
    drawn(view)
    assert run.asked == ["pool1", ""]


def test_it_follows_the_training_if_it_is_to(run):
    view = FeatureVisualization(run, follow=True)
    run.show(state="running", step=3)
    drawn(view)
    first = list(run.studies.values())
    assert [study.turn for study in first] == [1, 2]  # those under way are not disturbed
    for layer in run.asked:
        run.find(layer, step=0)
        drawn(view)
    assert [study.turn for study in run.studies.values()] == [3, 4]
    for layer in run.asked:
        run.find(layer, step=3)
        drawn(view)
    assert {study.steps for study in run.studies.values()} == {128}  # the network has not changed
    run.show(step=9)
    keys = list(run.studies)
    for layer in run.asked:
        run.find(layer, step=3)
        drawn(view)
    assert list(run.studies) == keys
    assert {study.steps for study in run.studies.values()} == {ROUGH}
    run.show(state="paused")
    for layer in run.asked:
        run.find(layer, step=9)
        drawn(view)
    assert {study.steps for study in run.studies.values()} == {128}


def test_a_moment_of_the_past_is_made_once_and_kept(run):
    view = FeatureVisualization(run)
    finish(run, view)
    now = view.pictures["pool1"]
    run.show(state="paused", step=30)
    drawn(view)
    finish(run, view)
    then = view.pictures["pool1"]
    assert then is not now
    run.show(looked_at=0)
    drawn(view)
    drawn(view)
    assert run.asked == []
    assert not view.frame["others"]
    assert array(view.pictures["pool1"]["images"]).tolist() == array(now["images"]).tolist()
    assert rows(view)["pool1"]["step"] == 0
    run.show(looked_at=12)
    drawn(view)
    assert run.asked == ["pool1", ""]


def test_a_hand_in_the_network_makes_them_anew(run):
    view = FeatureVisualization(run)
    finish(run, view)
    run.show(switched_off=(("conv1", 1),), edits=1)
    drawn(view)
    assert run.asked == ["pool1", ""]


def test_what_takes_long_is_not_begun_again_unasked(run):
    view = FeatureVisualization(run)
    run.find("pool1", seconds=100)
    run.find("")
    drawn(view)
    run.studies.clear()
    run.show(state="paused", step=8)
    drawn(view)
    assert run.asked == []
    assert view.frame["others"]


def test_cancelled_it_stays_so_until_somebody_asks(run):
    view = FeatureVisualization(run)
    run.find("pool1", done=16)
    drawn(view)
    hear(view, {"do": "cancel"})
    assert len(run.ended) == 2
    assert not view.frame["busy"]
    assert view.frame["others"]
    assert rows(view)["pool1"]["done"] == 16
    run.show(edits=1)
    drawn(view)
    assert run.asked == []
    hear(view, {"do": "make"})
    assert run.asked == ["pool1", ""]


def test_what_an_earlier_study_found_is_not_taken_for_this_one(run):
    view = FeatureVisualization(run)
    hear(view, {"hand": {"diversity": 3}, "turn": 1})
    assert len(run.ended) == 2
    assert [study.diversity for study in run.studies.values()] == [3, 3]
    run.find("pool1", turn=1)
    drawn(view)
    assert view.pictures == {}
    run.find("pool1", done=8)
    drawn(view)
    assert view.pictures["pool1"]["images"]["shape"] == [4, 3, 1, 8, 8]


def test_the_classes_have_no_middle_and_are_kept(run):
    view = FeatureVisualization(run)
    finish(run, view)
    hear(view, {"hand": {"objective": "unit"}, "turn": 1})
    assert [(study.layer, study.objective) for study in run.studies.values()] == [("pool1", "unit")]


def test_one_layer_is_the_chosen_one_or_the_classes(run):
    view = FeatureVisualization(run, layers="one", many=3)
    assert run.asked == ["conv1"]
    assert (rows(view)["conv1"]["channels"], rows(view)["conv1"]["all"]) == (3, 4)
    finish(run, view)
    run.watch(layer="pool1", channel=2)
    drawn(view)
    drawn(view)
    assert run.asked == ["pool1"]
    assert rows(view)["pool1"]["chosen"] == 2
    hear(view, {"hand": {"classes": True}, "turn": 1})
    assert view.frame["layer"] == ""
    assert list(rows(view)) == [""]


def test_pointing_chooses_the_channel_or_the_class_in_every_view(run):
    view = FeatureVisualization(run)
    hear(view, {"hand": {"pointed": {"layer": "conv1", "channel": 3, "turn": 1}}, "turn": 1})
    drawn(view)
    assert (run.wanted.layer, run.wanted.channel) == ("conv1", 3)
    assert rows(view)["pool1"]["chosen"] == 3  # it hands on the convolution's channels
    hear(view, {"hand": {"pointed": {"target": 2, "turn": 2}}, "turn": 2})
    drawn(view)
    assert run.wanted.target == 2
    assert rows(view)[""]["chosen"] == 2
    hear(view, {"hand": {"pointed": {"layer": "pool1", "channel": 9, "turn": 3}}, "turn": 3})
    assert "no channel 9" in view.problem
    hear(view, {"do": "select", "value": 7})
    assert run.wanted.sample == 7


def test_what_cannot_be_made_is_said(run):
    view = FeatureVisualization(run)
    run.find("pool1", problem="What this network puts out is not finite.")
    drawn(view)
    row = rows(view)["pool1"]
    assert (row["problem"], row["busy"]) == ("What this network puts out is not finite.", False)


def test_another_network_has_other_images(run):
    view = FeatureVisualization(run)
    finish(run, view)
    run._watched = run.watched = type(run.watched)(**vars(run.watched))
    run.look(state="ready")
    drawn(view)
    assert run.asked == ["pool1", ""]
    assert view.pictures == {}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("diversity", 5, "diversity must lie between 1 and 4"),
        ("steps", 4, "steps must lie between 16 and 1024"),
        ("steps", "many", "steps must be"),
    ],
)
def test_bad_input_leaves_the_old_state(run, name, value, sentence):
    view = FeatureVisualization(run)
    before = getattr(view, name)
    hear(view, {"hand": {name: value}, "turn": 1})
    assert sentence in view.problem
    assert getattr(view, name) == before


def test_with_a_real_run_the_images_come():
    with Run("digits", epochs=1, worker="thread", device="cpu") as run:
        run.wait("ready")
        view = FeatureVisualization(run, steps=16)
        study = "feature visualization"

        def made(_):
            return [f.value.done for k, f in run.findings.items() if study in k and f.done]

        run.wait(lambda _: made(_) == [16, 16, 16])
        view._sent = view._drawn = -1
        view.offer(run.latest)
        assert [row["done"] for row in view.frame["rows"]] == [16, 16, 16]
        assert [row["problem"] for row in view.frame["rows"]] == ["", "", ""]
        assert view.pictures["relu1"]["images"]["shape"] == [6, 1, 1, 8, 8]
        assert view.strongest[""]["images"]["shape"] == [10, 4, 1, 8, 8]
        assert all(len(row) == 1 for row in view.pictures[""]["values"])
