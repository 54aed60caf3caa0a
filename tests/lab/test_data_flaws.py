"""Flaws of the data: what they change, what they leave alone, and what is said of their cost."""

from statistics import fmean

import numpy as np
import pytest
from sklearn.metrics import f1_score

from lab.class_scores import class_scores
from lab.data_flaws import FLAWS, Trial, beginning, example, named, verdict, with_flaws
from lab.datasets import check_options

NAMES = ("liver", "lung")
OPTIONS = {"size": 24, "seed": 3}


def trial(flaws, seed, labels, said):
    table = np.zeros((2, 2), np.int64)
    np.add.at(table, (labels, said), 1)
    return Trial(flaws, seed, class_scores(table))


LABELS = np.repeat([0, 1], 50)
GOOD = trial((), 0, LABELS, np.where(np.arange(100) % 50 < 48, LABELS, 1 - LABELS))
BLIND = np.where(np.arange(100) % 50 < 5, LABELS, 0)
BAD = trial(("artefact",), 0, LABELS, BLIND)


@pytest.mark.parametrize("name", FLAWS)
def test_each_flaw_is_one_that_the_organs_can_have(name):
    check_options("organs", with_flaws({"size": 24}, [name]))
    assert set(with_flaws({"size": 24}, [name])) == {"size", *FLAWS[name].options}


def test_flaws_are_put_in_and_taken_out_and_the_rest_stays():
    both = with_flaws({"size": 24, "noise": 0.9}, ["imbalance", "artefact"])
    assert both == {"size": 24, "imbalance": 20, "shortcut": True}
    assert with_flaws(both, []) == {"size": 24}


def test_the_examples_show_the_same_people_with_the_flaw():
    sound = example(OPTIONS, ())
    assert len(set(sound.counts.tolist())) == len(set(sound.test_counts.tolist())) == 1
    marked = example(OPTIONS, ("artefact",))
    for image, before in ((marked.learnt, sound.learnt), (marked.tested, sound.tested)):
        changed = image != before
        assert 0 < changed.sum() <= 36  # the dots of three letters
        assert (image[changed] == 255).all()
    shifted = example(OPTIONS, ("shift",))
    assert np.array_equal(shifted.learnt, sound.learnt)
    assert not np.array_equal(shifted.tested, sound.tested)
    noisy = example(OPTIONS, ("noise",))
    for image, before in ((noisy.learnt, sound.learnt), (noisy.tested, sound.tested)):
        assert np.std(image.astype(float) - before) > 20
    rare = example(OPTIONS, ("imbalance",))
    assert rare.counts[0] / rare.counts[-1] == pytest.approx(20, rel=0.2)
    assert np.array_equal(rare.test_counts, sound.test_counts)


def test_data_are_named():
    assert named([]) == "as it should be"
    assert named(["noise"]) == "noise"
    assert named(["imbalance", "artefact", "noise"]) == "imbalance, artefact and noise"


def test_what_begins_to_learn_is_told():
    assert beginning(((), 0), []).startswith("The first network learns.")
    sound = [((), 0)]
    assert beginning((("artefact",), 0), sound) == "Artefact is on: a new network learns."
    assert beginning((("shift", "noise"), 0), sound).startswith("Domain shift and noise are on:")
    assert beginning(((), 0), [(("noise",), 0)]).startswith("Nothing is switched on:")
    assert beginning(((), 1), sound) == "The same data and seed 1: a new network learns."


def test_a_flaw_is_told_beside_the_data_as_they_should_be():
    said = verdict([GOOD, BAD], BAD, NAMES)
    before = f1_score(LABELS, np.where(np.arange(100) % 50 < 48, LABELS, 1 - LABELS), average=None)
    after = f1_score(LABELS, BLIND, average=None)
    mean, mean_after = (f"{100 * fmean(one):.0f}\u00a0%" for one in (before, after))
    assert said[0] == f"Artefact: the mean F1 goes from {mean} to {mean_after}."
    assert said[1] == (
        f"Hardest hit: lung, from {100 * before[1]:.0f}\u00a0% to {100 * after[1]:.0f}\u00a0%."
    )
    assert said[2:] == ["The intervals lie apart.", FLAWS["artefact"].lesson]


def test_what_chance_may_do_is_called_so():
    little = trial(("noise",), 0, LABELS, np.where(np.arange(100) % 50 < 47, LABELS, 1 - LABELS))
    said = verdict([GOOD, little], little, NAMES)
    assert said[-1] == "The intervals overlap: with so few test images this may be chance."


def test_seeds_are_told_from_the_lowest_to_the_highest():
    other = trial((), 1, LABELS, np.where(np.arange(100) % 50 < 40, LABELS, 1 - LABELS))
    assert "Switch something on" in verdict([GOOD], GOOD, NAMES)[-1]
    said = verdict([GOOD, BAD, other], other, NAMES)
    assert said[-1].startswith("The same images with 2 seeds: from 80\u00a0% to 96\u00a0%.")
    # a flaw is compared with the data as they should be of its own seed
    again = trial(("noise",), 1, LABELS, BLIND)
    assert "from 80\u00a0%" in verdict([GOOD, other, again], again, NAMES)[0]
    change = "from 96\u00a0% with seed 0 to "
    assert change in verdict([GOOD, again], again, NAMES)[0]
    assert verdict([again], again, NAMES)[0].startswith("With noise: a mean F1 of ")
