"""The stress test without a browser: it studies at the right moments, and tells what was found."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lab.messages import Finding, Snapshot
from lab.stress import KEY, TRIED, Scores, Stressed, Trial, organ_trial
from lab.training import Run
from tests.waiting import until
from widgets.stress_test import StressTest
from widgets.stress_test.frames import order
from widgets.stress_test.pair import Pair
from widgets.stress_test.words import said

ROOT = Path(__file__).parents[2]
SMALL = {"size": 24, "count": 100}
METHODS = ("saliency", "input_x_gradient")
LAYERS = ("output", "dense2", "dense1", "conv2", "conv1")


@pytest.fixture(scope="module")
def trial():
    drawn = organ_trial(SMALL, images=2)
    return Trial(drawn.images, drawn.regions, drawn.target, drawn.groups[:2])


@pytest.fixture(scope="module")
def runs():
    here = {"worker": "thread", "epochs": 2, "device": "cpu", "watched": 20}
    with (
        Run("organs", options=SMALL, **here) as clean,
        Run("organs", options={**SMALL, "shortcut": True}, **here) as planted,
    ):
        yield clean, planted


@pytest.fixture
def view(runs, trial):
    for run in runs:
        run.wait("ready", "finished", timeout=60)
        run.reset()
        run.wait("ready", timeout=60)
    return StressTest(*runs, methods=METHODS, trial=trial)


def hear(view, content):
    view._hear(view, content, [])


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def settled(view, good, what):
    """Draw as a page does until the frame is as it shall be."""

    def drawn():
        hear(view, {"drawn": view.frame["sequence"]})
        return good(view.frame)

    until(drawn, what, 60)


def is_tested(frame):
    return all(run["tested"] for run in frame["runs"])


def glanced(frame):
    return all(cell["map"] for one in frame["methods"] for cell in one["cells"])


def test_its_kernel_stays_small():
    code = (
        "import sys, widgets.stress_test; "
        "print({'torch', 'scipy', 'sklearn', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


def test_it_begins_with_the_maps_of_untrained_networks(view, trial):
    settled(view, lambda frame: frame["state"] == "ready" and glanced(frame), "the first maps")
    frame = view.frame
    assert np.array_equal(array(frame["image"]), trial.images[0])
    top, left, bottom, right = frame["box"]
    assert trial.regions[0][top:bottom, left:right].all()
    assert trial.regions[0].sum() == (bottom - top) * (right - left)
    assert (frame["className"], frame["layers"]) == ("kidneys", list(LAYERS))
    assert [one["name"] for one in frame["methods"]] == list(METHODS)
    assert [one["signed"] for one in frame["methods"]] == [False, True]
    assert not is_tested(frame)
    assert frame["stages"] == 0  # no layer is drawn anew before the test
    assert frame["methods"][0]["cells"][0]["share"] is None  # of one image there is no mean
    assert frame["said"][0].startswith("Nothing is learnt yet")
    json.dumps(frame, default=lambda _: "bytes", allow_nan=False)


def test_both_are_trained_and_then_tested_and_the_layers_can_be_stepped_through(view, runs):
    hear(view, {"do": "start"})
    for run in runs:
        assert run.wait("finished", timeout=120).epoch == 2
    settled(view, is_tested, "the tests")
    frame = view.frame
    assert frame["state"] == "finished"
    for i, run in enumerate(runs):
        found = run.findings[KEY].value
        assert run.findings[KEY].step == run.latest.step
        assert frame["runs"][i]["accuracy"] == run.latest.test_accuracy[-1]
        assert [one["shares"][i] for one in frame["recognised"]] == list(found.recognised)
        for scores in found.scores:
            (shown,) = (one for one in frame["methods"] if one["name"] == scores.method)
            cell = shown["cells"][i]
            assert np.array_equal(array(cell["map"]), scores.maps[0])
            assert np.abs(scores.maps[0]).max() >= shown["most"] / 2
            assert (cell["images"], cell["share"]) == (2, scores.share)
            assert np.array_equal(array(cell["curves"]["deletion"]), scores.deletion)
            ranks = array(cell["curves"]["correlation"])
            assert np.allclose(ranks, scores.correlations)
    assert [one["name"] for one in frame["methods"]] == list(METHODS)  # each keeps its place
    by_name = {one["name"]: one["cells"][1]["share"] for one in frame["methods"]}
    assert frame["ranked"] == sorted(METHODS, key=lambda name: -by_name[name])
    assert frame["stages"] == len(LAYERS)

    hear(view, {"hand": {"stage": 3}, "turn": 1})
    scores = {one.method: one for one in runs[1].findings[KEY].value.scores}
    for one in view.frame["methods"]:
        assert one["cells"][1]["stage"] == 3
        assert np.array_equal(array(one["cells"][1]["map"]), scores[one["name"]].maps[3])
        assert one["cells"][1]["inBox"] == scores[one["name"]].example_shares[3]
    hear(view, {"hand": {"stage": 99}, "turn": 2})
    assert view.frame["methods"][0]["cells"][0]["stage"] == len(LAYERS)
    hear(view, {"hand": {"stage": -1}, "turn": 3})
    assert view.problem == "stage must lie between 0 and 1000, but it is −1."
    assert view.stage == 99

    hear(view, {"do": "reset"})
    settled(view, lambda frame: frame["state"] == "ready", "the reset")


class Told:
    """A run that only says how far it is, and notes what it is asked."""

    def __init__(self, state, **fields):
        self.latest = Snapshot(state=state, **fields)
        self.asked = []

    def start(self):
        self.asked.append("start")


@pytest.mark.parametrize(
    ("states", "both", "started"),
    [
        (("ready", "ready"), "ready", [1, 1]),
        (("running", "finished"), "running", [1, 0]),
        (("paused", "finished"), "paused", [1, 0]),
        (("finished", "finished"), "finished", [1, 1]),
        (("finished", "diverged"), "diverged", [1, 1]),
        (("failed", "running"), "failed", [1, 1]),
    ],
)
def test_two_runs_have_one_state(states, both, started):
    pair = Pair(*(Told(state, sequence=3, step=5) for state in states))
    assert (pair.latest.state, pair.latest.sequence, pair.latest.step) == (both, 6, 10)
    pair.start()
    assert [len(run.asked) for run in pair.runs] == started


def stressed(share, last, *, done=1.0, recognised=(1.0, 0.1)):
    made = tuple(
        Scores(name, images=2, share=share / (i + 1), correlations=(1.0,) * 5 + (last / (i + 1),))
        for i, name in enumerate(METHODS)
    )
    return Stressed(made, np.ones(1, np.float32), recognised, LAYERS, done)


def test_it_says_what_was_found():
    clean, planted = stressed(0.04, 0.2, recognised=(1.0, 0.9)), stressed(0.8, 0.7)
    finds, cheats, minds = said("finished", "kidneys", clean, planted)
    assert "Saliency puts 80 % of its map on the letters" in finds
    assert "and 4 % where not" in finds
    assert "With 1 of the 2 methods it is less than half." in finds
    assert cheats == "Without the letters, that network recognises 10 % of the kidneys."
    assert "Saliency still ranks the pixels much as before (0.70)" in minds
    finds, minds = said("finished", "kidneys", clean, stressed(0.3, 0.4, recognised=(1.0, 0.9)))
    assert "With no method here it is most of it." in finds
    assert "no map stays" in minds
    assert said("running", "kidneys", clean, planted)[0].startswith("Watch the maps")
    one = Stressed(tuple(Scores(name, images=1) for name in METHODS), np.ones(1, np.float32))
    assert said("finished", "kidneys", one, one)[0].startswith("The methods are tried")
    assert said("ready", "kidneys", clean, None) == (
        "The networks are asked for their first maps.",
    )
    assert said("ready", "kidneys", clean, planted)[0].startswith("Nothing is learnt")
    assert order(METHODS[::-1], planted) == METHODS


def test_why_a_method_fails_and_a_study_fails_is_told(view, runs):
    settled(view, glanced, "the first maps")
    problem = Stressed((Scores("cam", "CAM needs global pooling."),), np.ones(5, np.float32))
    view._order = view.methods = ("cam",)
    for run in runs:
        run._board.post(Finding(KEY, problem, done=True, problem="It broke off."))
    settled(view, lambda frame: frame["problems"][0], "the problem")
    assert view.frame["problems"] == ["It broke off."] * 2
    assert view.frame["methods"][0]["cells"][0] == {
        "problem": "CAM needs global pooling.",
        "map": None,
        "images": 0,
    }


def test_closed_runs_are_still_shown(trial):
    runs = [Run("organs", options=SMALL, worker="thread", epochs=1) for _ in range(2)]
    for run in runs:
        run.wait("ready", timeout=60)
        run.close()
    view = StressTest(*runs, trial=trial)
    assert view.methods == TRIED
    hear(view, {"do": "start"})
    assert "closed" in view.problem


def test_what_cannot_be_tested_is_refused(runs):
    with pytest.raises(TypeError, match="of two runs, not of 'organs'"):
        StressTest("organs", runs[0])
    with pytest.raises(ValueError, match="another one for each"):
        StressTest(runs[0], runs[0])
    with pytest.raises(ValueError, match="methods must be some of"):
        StressTest(*runs, methods="guess")
    with (
        Run("digits", worker="thread") as digits,
        pytest.raises(ValueError, match='"organs" only'),
    ):
        StressTest(runs[0], digits)
