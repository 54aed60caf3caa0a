"""Two runs side by side, without a browser."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from traitlets import TraitError

from lab.experiment_pairs import PAIRS
from lab.experiments import Experiment
from lab.training import Run
from widgets._presence import GRACE, PAUSED, RESTS_AFTER, presence_of
from widgets.comparison import Comparison

ROOT = Path(__file__).parents[2]
HERE = {"worker": "thread", "watched": 20, "batch_size": 64, "device": "cpu"}


@pytest.fixture(scope="module")
def experiment():
    with Experiment(HERE, {"momentum": (0.0, 0.9)}, epochs=2) as experiment:
        yield experiment


@pytest.fixture
def comparison(experiment):
    experiment.renew(HERE, {"momentum": (0.0, 0.9)}, epochs=2)
    experiment.wait("ready")
    return Comparison(experiment)


def hear(view, content):
    view._hear(view, content, [])


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def drawn(view):
    hear(view, {"drawn": view.frame["sequence"]})


def train(view, name="start"):
    hear(view, {"do": name})
    view.experiment.wait("finished", timeout=120)
    drawn(view)
    drawn(view)


def test_its_kernel_stays_small():
    code = (
        "import sys, widgets.comparison; print({'torch', 'sklearn', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


def test_it_starts_with_the_present_state(comparison):
    frame = comparison.frame
    assert (frame["state"], frame["share"], frame["pairs"]) == ("ready", 0, 0)
    assert frame["labels"] == ["no momentum", "momentum 0.9"]
    own = {"key": "own", "title": "no momentum or momentum 0.9", "epochs": 2, "curve": "test"}
    assert comparison.pairs[0] == own
    assert [one["key"] for one in comparison.pairs[1:]] == list(PAIRS)
    json.dumps(frame, default=lambda _: "bytes", allow_nan=False)


def test_the_frame_holds_what_the_runs_hold(comparison):
    train(comparison)
    frame, runs = comparison.frame, comparison.experiment.runs
    assert frame["state"] == "finished"
    for curves, run in zip(frame["curves"], runs, strict=True):
        end = run.latest
        assert np.array_equal(array(curves["loss"]["ys"]), end.loss)
        assert np.array_equal(array(curves["test"]["ys"]), end.test_loss)
        assert np.array_equal(array(curves["accuracy"]["ys"]), end.test_accuracy)
        assert np.allclose(array(curves["accuracy"]["xs"]), [0, 1, 2])
        half = len(end.loss) // 2
        means = [end.loss[:half].mean(), end.loss[half:].mean()]
        assert np.allclose(array(curves["training"]["ys"]), means)
    accuracy = frame["rows"][0]
    ends = [float(run.latest.test_accuracy[-1]) for run in runs]
    assert [accuracy["a"], accuracy["b"]] == ends
    assert accuracy["difference"] == ends[1] - ends[0]
    assert frame["outcome"] == ("b" if ends[1] > ends[0] else "a")
    assert frame["said"][0].startswith("After 2 epochs")
    assert "in turns" in frame["machine"]
    json.dumps(frame, default=lambda _: "bytes", allow_nan=False)


def test_repeats_bring_bands(comparison):
    hear(comparison, {"hand": {"repeats": 2}, "turn": 1})
    train(comparison)
    frame = comparison.frame
    assert (frame["pairs"], frame["atWork"]) == (2, None)
    band = frame["curves"][1]["accuracy"]
    assert (array(band["low"]) <= array(band["ys"])).all()
    assert (array(band["ys"]) <= array(band["high"])).all()
    assert frame["rows"][0]["low"] <= frame["rows"][0]["difference"] <= frame["rows"][0]["high"]


def test_another_pair_brings_its_question_and_keeps_the_images(comparison):
    hear(comparison, {"hand": {"pair": "dropout", "epochs": 4}, "turn": 2})
    drawn(comparison)
    assert comparison.frame["question"] == PAIRS["dropout"].question
    assert comparison.frame["labels"] == ["no dropout", "dropout 0.5"]
    a, b = comparison.experiment.plan.settings(0)
    assert (a.epochs, b.epochs) == (4, 4)
    assert (a.device, a.dropout, b.dropout) == ("cpu", 0, 0.5)
    hear(comparison, {"hand": {"pair": "own"}, "turn": 3})
    assert comparison.experiment.plan.name == "momentum"
    assert comparison._plan("shortcut", 1, 5).settings(0)[0].dataset == "organs"


@pytest.mark.parametrize(
    ("hand", "sentence"),
    [
        ({"pair": "coffee"}, "pair must be one of own, optimizer"),
        ({"repeats": 0}, "repeats must lie between 1 and 100"),
        ({"repeats": 2.5}, "repeats must be a whole number"),
        ({"epochs": "many"}, "epochs must be a finite number"),
        ({"prediction": "maybe"}, "prediction"),
        ({"curve": "validation"}, "curve"),
        ({"scale": "cubic"}, "scale"),
        ({"frame": {}}, ""),
    ],
)
def test_a_hostile_page_changes_nothing(comparison, hand, sentence):
    before = comparison.experiment.plan, comparison.state_text()
    hear(comparison, {"hand": hand, "turn": 1})
    assert sentence in comparison.problem
    assert bool(sentence) == bool(comparison.problem)
    hear(comparison, {"do": "close"})
    hear(comparison, {"do": "renew", "value": {}})
    assert (comparison.experiment.plan, comparison.state_text()) == before


def test_another_pair_may_be_asked_for_while_it_trains(comparison):
    drawn(comparison)
    hear(comparison, {"do": "start"})
    comparison.experiment.wait("running")
    asked = threading.Thread(
        target=hear, args=(comparison, {"hand": {"pair": "momentum"}, "turn": 1}), daemon=True
    )
    asked.start()
    asked.join(10)
    assert not asked.is_alive()
    assert comparison.answered == 1
    assert comparison.experiment.plan.name == "momentum"


@pytest.mark.parametrize("error", [ValueError, TypeError, RuntimeError])
def test_what_the_experiment_refuses_is_answered_with_a_sentence(comparison, monkeypatch, error):
    def refuse(*_, **__):
        raise error("That cannot be.")

    monkeypatch.setattr(comparison.experiment, "renew", refuse)
    before = comparison.state_text()
    hear(comparison, {"hand": {"pair": "momentum"}, "turn": 4})
    assert (comparison.answered, comparison.problem) == (4, "That cannot be.")
    assert comparison.state_text() == before


def wait_a_while(comparison, seconds, monkeypatch):
    """Let no page be heard for so long, as the comparison's presence sees it."""
    presence, now = comparison.presence, comparison.presence._clock()
    monkeypatch.setattr(presence, "_clock", lambda: now + seconds)
    monkeypatch.setattr(presence, "_looked", now + seconds)
    presence.look()


def test_a_training_that_no_page_shows_pauses_and_says_so(comparison, monkeypatch):
    hear(comparison, {"hand": {"epochs": 200}, "turn": 1})
    hear(comparison, {"do": "start"})
    comparison.experiment.wait("running")
    wait_a_while(comparison, GRACE, monkeypatch)
    comparison.experiment.wait("paused")
    drawn(comparison)
    assert comparison.draw(comparison.experiment.latest)["message"] == PAUSED
    hear(comparison, {"do": "start"})
    comparison.experiment.wait("running")
    assert comparison.draw(comparison.experiment.latest)["message"] == ""


def test_after_half_an_hour_it_frees_its_memory_and_still_trains(monkeypatch):
    with Experiment(HERE, {"momentum": (0.0, 0.9)}, epochs=1) as trial:
        view = Comparison(trial)
        trial.wait("ready")
        hear(view, {"alive": True})
        rested = threading.Event()
        rest = trial.rest
        monkeypatch.setattr(trial, "rest", lambda message: (rest(message), rested.set()))
        wait_a_while(view, RESTS_AFTER, monkeypatch)
        assert rested.wait(30)
        assert [run.latest.state for run in trial.runs] == ["stopped"] * 2
        train(view)
        assert view.frame["share"] == 1


def test_whoever_shows_two_given_runs_shows_each_of_them():
    with Run(**HERE, epochs=1) as a, Run(**HERE, epochs=1, momentum=0.0) as b:
        view = Comparison(a, b)
        assert presence_of(a)._seen is None
        hear(view, {"alive": True})
        assert presence_of(a)._seen is not None
        assert presence_of(b)._seen is not None


def test_its_state_opens_again(comparison, experiment):
    hear(comparison, {"hand": {"pair": "momentum", "repeats": 3}, "turn": 1})
    hear(comparison, {"hand": {"epochs": 7, "prediction": "same", "scale": "log"}, "turn": 2})
    text = comparison.state_text()
    other = Comparison(experiment)
    other.take_state(text)
    assert (other.pair, other.epochs, other.repeats) == ("momentum", 7, 3)
    assert (other.prediction, other.scale, experiment.plan.epochs) == ("same", "log", 7)


def test_two_given_runs():
    with Run(**HERE, epochs=1) as a, Run(**HERE, epochs=1, momentum=0.0) as b:
        view = Comparison(a, b)
        view.experiment.wait("ready")
        assert [one["key"] for one in view.pairs] == ["own"]
        hear(view, {"hand": {"epochs": 5}, "turn": 1})
        assert "were given: their epochs cannot be changed here" in view.problem
        assert view.epochs == 1
        train(view)
        assert view.frame["labels"] == ["momentum 0.9", "no momentum"]
        assert view.frame["given"]


def test_what_cannot_be_compared():
    with pytest.raises(TraitError, match="pair must be one of optimizer"):
        Comparison("coffee")
    with pytest.raises(TypeError, match="Only a run"):
        Comparison("optimizer", object())
    with Run() as run, pytest.raises(TypeError, match="compared with another one"):
        Comparison(run)
