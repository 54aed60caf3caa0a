"""What a heat map does not prove, without a browser: of a network that has really learnt."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import precision_score

from lab.datasets import load
from lab.device_data import mean_and_std
from lab.explanation import explain
from lab.map_limits import KEY, Limits, alarms
from lab.models import build
from lab.training import Run
from tests.waiting import until
from widgets.map_limits import OFFERED, MapLimits
from widgets.map_limits.words import clinic_words, words

ROOT = Path(__file__).parents[2]
NAN = float("nan")


@pytest.fixture(scope="module")
def run():
    with Run("digits", epochs=1, worker="thread", device="cpu", watched=10) as run:
        yield run


def hear(view, content):
    view._hear(view, content, [])


def settle(view):
    """Let the page draw until the study is done and shown."""

    def shown():
        hear(view, {"drawn": view.frame["sequence"]})
        found = view.run.findings.get(KEY)
        done = found is not None and found.done and found.value.number == view._number
        return done and view.draw(view.run.latest)["old"] is False

    until(shown, "the maps are shown", 60)
    return view.draw(view.run.latest)


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def test_its_kernel_stays_small():
    code = (
        "import sys, widgets.map_limits; print({'torch', 'sklearn', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


def test_it_measures_the_network_once_it_has_learnt(run):
    view = MapLimits(run)
    run.wait("ready")
    hear(view, {"drawn": view.frame["sequence"]})
    assert "cards" not in view.frame
    assert KEY not in run.findings
    run.start()
    run.wait("finished")
    frame = settle(view)
    json.dumps(frame, default=lambda _: "bytes", allow_nan=False)
    latest, watched = run.latest, run.watched
    right = latest.test_predictions == watched.test_labels
    surest = np.flatnonzero(right)[latest.test_confidences[right].argmax()]
    assert np.array_equal(array(frame["image"]), watched.test_images[surest])
    assert frame["classes"][0] == watched.class_names[watched.test_labels[surest]]
    assert frame["classes"][0] != frame["classes"][1]
    mistake = frame["mistake"]
    worst = np.flatnonzero(~right)[latest.test_confidences[~right].argmax()]
    assert np.array_equal(array(mistake["image"]), watched.test_images[worst])
    assert mistake["label"] == watched.class_names[watched.test_labels[worst]]
    assert frame["cards"][0]["unit"] == "rank correlation, mean of 12 images"
    precisions = precision_score(
        watched.test_labels, latest.test_predictions, average=None, zero_division=0
    )
    here = float(frame["cards"][3]["number"].split("\u00a0")[0])
    assert np.abs(100 * precisions - here).min() <= 0.5

    # another explanation brings other maps
    before = array(frame["maps"][0])
    hear(view, {"hand": {"method": "saliency"}, "turn": 1})
    assert view.draw(run.latest)["old"]
    frame = settle(view)
    assert frame["method"] == "saliency"
    assert (array(frame["maps"][0]) >= 0).all()
    assert not np.array_equal(array(frame["maps"][0]), before)
    # the maps are those that anybody gets of these weights
    data = load("digits")
    mean, std = mean_and_std(data.train_images)
    image = torch.tensor(data.test_images[surest : surest + 1], dtype=torch.float32)
    model = build("lenet", data.train_images.shape[1:], 10)
    weights = {name: torch.tensor(one) for name, one in run.checkpoint().weights.items()}
    model.load_state_dict(weights)
    expected = explain(model.eval(), (image - mean) / std, "saliency")[0, 0]
    assert np.allclose(array(frame["maps"][0]), expected, rtol=1e-3, atol=1e-6)

    # a new training: what is shown is of the one before, until it has finished
    run.renew(seed=1)
    run.wait("ready")
    old = view.draw(run.latest)
    assert old["old"]
    assert old["cards"] == frame["cards"]
    run.start()
    run.wait("finished")
    assert settle(view)["maps"] != frame["maps"]


def test_what_a_page_may_not_choose_is_refused(run):
    view = MapLimits(run)
    before = view.state_text()
    hear(view, {"hand": {"method": "tea leaves"}, "turn": 1})
    assert "method" in view.problem
    assert view.state_text() == before
    assert [one["key"] for one in view.methods] == list(OFFERED)


def limits(classes=0.0, random=0.0, sharp=0.5, wrong=0.5):
    maps = np.ones((3, 2, 2), np.float32)
    return Limits(1, 3, 3, classes, random, sharp, wrong, (0, 1), maps, maps[0])


def test_the_words_say_no_more_than_the_numbers():
    alike = words(limits(0.7, 0.7), 0.9996)
    assert "the same places count for two classes (sign ignored)" in alike[0]["sentence"]
    assert alike[1]["sentence"].startswith("These maps rank the pixels much as")
    assert "is as sharp" in alike[2]["sentence"]
    assert "99.9\u00a0% sure" in alike[2]["sentence"]
    some = words(limits(0.3, 0.3, wrong=0.2), 0.5)
    assert some[0]["sentence"].startswith("Partly the same places")
    assert "partly as those of a random network" in some[1]["sentence"]
    assert some[2]["number"] == "20\u00a0%"
    assert some[2]["unit"].endswith("for mistakes, 50\u00a0% for right answers")
    assert "less sharp" in some[2]["sentence"]
    none = words(limits(-0.2, 0.1, wrong=NAN), 0)
    assert none[0]["number"] == "−0.20"
    assert "differ" in none[0]["sentence"]
    assert "minds the weights" in none[1]["sentence"]
    assert none[2]["unit"] == "no mistake in this test"


def test_the_share_is_that_of_the_people_who_are_told_of():
    # 9 found beside 54 false alarms, and one beside 248
    for confusion, number in (
        ([[945, 55, 0], [50, 900, 50], [0, 55, 945]], "89\u00a0% → 14\u00a0%"),
        ([[750, 250, 0], [450, 100, 450], [0, 250, 750]], "17\u00a0% → 0.4\u00a0%"),
    ):
        clinic = alarms(confusion, 0.01)
        assert clinic_words(clinic, ["a", "b", "c"])["number"] == number
        share = clinic.found / (clinic.found + clinic.false)
        assert abs(100 * share - float(number.split("→")[1].split("\u00a0")[0])) <= 0.5
