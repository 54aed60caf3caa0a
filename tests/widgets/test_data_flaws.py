"""Flaws of the data as switches, without a browser: a small network really learns."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score
from traitlets import TraitError

from lab.training import Run
from widgets.data_flaws import MOST_TRIALS, DataFlaws

ROOT = Path(__file__).parents[2]
OPTIONS = {"count": 150, "size": 24}


@pytest.fixture
def run():
    with Run("organs", options=OPTIONS, epochs=1, worker="thread", device="cpu", watched=10) as run:
        yield run


def hear(view, content):
    view._hear(view, content, [])


def drawn(view):
    hear(view, {"drawn": view.frame["sequence"]})


def hold(view, turn=1, **state):
    hear(view, {"hand": state, "turn": turn})


def finish(view):
    view.run.wait("finished")
    drawn(view)
    view.offer(view.run.latest)
    return view.frame["rows"]


def shapes(rows):
    return [(row["name"], row["seed"], row["now"], row["done"]) for row in rows]


def test_its_kernel_stays_small():
    code = (
        "import sys; from lab.training import Run; from widgets.data_flaws import DataFlaws\n"
        "with Run('organs') as run: DataFlaws(run)\n"
        "print({'torch', 'sklearn', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


def test_it_learns_when_a_page_shows_it_and_not_before(run):
    view = DataFlaws(run)
    run.wait("ready")
    drawn(view)
    assert (run.latest.state, view.frame["rows"]) == ("ready", [])
    hear(view, {"alive": True})
    rows = finish(view)
    hear(view, {"alive": True})
    assert run.latest.state == "finished"  # once is enough
    assert shapes(rows) == [("as it should be", 0, True, True)]
    latest, labels = run.latest, run.watched.test_labels
    of = {"y_true": labels, "y_pred": latest.test_predictions, "zero_division": 0}
    assert rows[0]["mean"]["value"] == pytest.approx(f1_score(**of, average="macro"))
    said = [0 if value is None else value for value in rows[0]["classes"]["value"]]
    assert np.allclose(said, f1_score(**of, average=None))
    assert rows[0]["mean"]["low"] < rows[0]["mean"]["value"] < rows[0]["mean"]["high"]
    json.dumps(view.get_state(), default=lambda _: "bytes", allow_nan=False)


def test_each_flaw_and_each_seed_is_a_row_and_the_same_again_is_the_same(run):
    view = DataFlaws(run)
    hear(view, {"alive": True})
    first = finish(view)[0]
    hold(view, flaws=["noise", "artefact"])
    assert run.settings.options == {**OPTIONS, "shortcut": True, "noise": 0.2}
    assert view.flaws == ("artefact", "noise")  # in the order in which they are shown
    rows = finish(view)
    assert shapes(rows)[1:] == [("artefact and noise", 0, True, True)]
    assert view.frame["said"][0].startswith("Artefact and noise: the mean F1 goes from ")
    hold(view, flaws=[], seed=1)
    assert shapes(finish(view))[2:] == [("as it should be", 1, True, True)]
    assert "with 2 seeds" in view.frame["said"][-1]
    hold(view, seed=0)
    rows = finish(view)
    assert len(rows) == 3
    assert rows[0] == first
    hear(view, {"do": "forget"})
    assert view.frame["rows"] == [first]


def test_what_is_known_of_other_data_is_not_taken_for_the_new_one(run):
    view = DataFlaws(run)
    hear(view, {"alive": True})
    finish(view)
    before = run.latest
    hold(view, flaws=["shift"])
    assert [row["now"] for row in view.draw(before)["rows"]] == [False]
    assert view.draw(before)["said"] == []
    assert view.draw(before)["epoch"] == 0
    assert view.draw(before)["learns"] == "Domain shift is on: a new network learns."
    finish(view)


def test_the_first_row_and_the_newest_stay(run):
    view = DataFlaws(run)
    hear(view, {"alive": True})
    first = finish(view)[0]
    for seed in range(1, MOST_TRIALS + 2):
        hold(view, seed=seed)
        rows = finish(view)
    assert [row["seed"] for row in rows] == [0, *range(3, MOST_TRIALS + 2)]
    assert rows[0] == {**first, "now": False}


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"flaws": ["coffee"]}, "flaws must be some of imbalance, artefact, shift, noise, not"),
        ({"flaws": "noise"}, "flaws must be some of"),
        ({"flaws": None}, "flaws must be some of"),
        ({"seed": -1}, "seed must lie between 0 and"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"choices": {}}, ""),
    ],
)
def test_a_hostile_page_changes_nothing(run, state, sentence):
    view = DataFlaws(run)
    before, settings = view.state_text(), run.settings
    hold(view, **state)
    assert view.problem.startswith(sentence)
    assert bool(view.problem) == bool(sentence)
    hear(view, {"do": "renew", "value": {}})
    assert (view.state_text(), run.settings) == (before, settings)


def test_a_closed_run_is_explained(run):
    view = DataFlaws(run)
    run.close()
    hold(view, flaws=["noise"])
    assert "closed" in view.problem


def test_its_state_opens_again(run):
    text = DataFlaws(run, flaws=["shift"], seed=4).state_text()
    other = DataFlaws(run)
    other.take_state(text)
    assert (other.flaws, other.seed) == (("shift",), 4)
    assert run.settings.options["shift"] == 0.7
    with pytest.raises(TraitError, match="flaws must be some of"):
        DataFlaws(run, flaws=["bias"])


def test_other_images_have_no_such_flaws():
    with Run() as run, pytest.raises(ValueError, match="Only the organs can be given flaws"):
        DataFlaws(run)
