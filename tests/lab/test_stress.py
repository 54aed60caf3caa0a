"""The stress test: methods find a marker where it was learnt, and not where it was not."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from lab.datasets import load
from lab.explained import METHODS
from lab.explanation import explain
from lab.messages import Settings
from lab.stress import StressTest, Trial, box_around, organ_trial
from lab.trainer import Trainer

ROOT = Path(__file__).parents[2]
SMALL = {"size": 32, "count": 600}
TRIAL = organ_trial(SMALL)
SEEDS = range(5)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Train as a run's worker does: a second thread is of no use to so small a network."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def trained(seed, shortcut):
    """Return a trainer whose LeNet has learnt small organs, with letters or without."""
    data = load("organs", **SMALL, seed=seed, shortcut=shortcut)
    trainer = Trainer(Settings("organs", epochs=6, seed=seed), data)
    while not trainer.finished:
        trainer.step()
    trainer.model.eval()
    return trainer


def result(trainer, **how):
    *_, last = StressTest(TRIAL, **how).pieces(trainer.studied(None)[1].eval(), trainer.images)
    return last


@pytest.mark.parametrize("seed", SEEDS)
def test_most_of_what_speaks_for_the_class_lies_on_the_marker_only_where_it_was_learnt(seed):
    methods = ("saliency", "input_x_gradient", "grad_cam")
    clean, planted = (
        {s.method: s.share for s in result(trained(seed, one), methods=methods, compared=0).scores}
        for one in (False, True)
    )
    print({name: (round(clean[name], 2), round(planted[name], 2)) for name in methods})
    assert max(planted.values()) > 0.5
    assert max(clean.values()) < 0.2
    assert all(planted[name] > clean[name] for name in methods)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_weights_change_the_saliency(seed):
    (scores,) = result(trained(seed, True), methods=("saliency",), compared=2, seed=seed).scores
    print([round(rank, 2) for rank in scores.correlations])
    assert scores.correlations[0] == 1
    assert len(scores.correlations) == 6  # LeNet has five layers
    assert scores.correlations[-1] < 0.6


def test_the_network_that_learnt_the_letters_needs_them():
    clean, planted = (
        result(trained(0, one), methods=("saliency",), compared=0) for one in (False, True)
    )
    titles = [group.title for group in TRIAL.groups]
    assert titles == ["Kidneys with ICU", "Kidneys without", "Colon with ICU", "Colon without"]
    with_letters, without, fooled, _ = planted.recognised
    assert with_letters > 0.9
    assert without < with_letters - 0.3
    assert fooled < 0.5
    assert min(clean.recognised) > 0.6
    trainer = trained(0, True)
    group = TRIAL.groups[1]
    numbers = torch.cat([trainer.images.own(one) for one in group.images])
    with torch.no_grad():
        right = (trainer.model(numbers).argmax(1) == group.label).double().mean().item()
    assert without == pytest.approx(right)


def test_the_numbers_are_those_of_the_maps():
    trainer = trained(0, True)
    found = result(trainer, methods=("occlusion", "cam"), compared=1)
    occlusion, cam = found.scores
    assert "global" in cam.problem
    assert cam.images == 0
    assert found.share_done == 1
    assert occlusion.images == len(TRIAL.images)
    assert occlusion.maps.shape == (6, 32, 32)
    assert np.abs(occlusion.maps).sum((1, 2)) == pytest.approx(np.ones(6), rel=1e-4)
    numbers, empty = (trainer.images.own(one) for one in (TRIAL.images[0], 0 * TRIAL.images[0]))
    heat = explain(trainer.model, numbers, "occlusion", TRIAL.target, baseline=empty)[0, 0].numpy()
    assert occlusion.maps[0] == pytest.approx(heat / np.abs(heat).sum(), abs=1e-5)
    positive = heat.clip(min=0)
    inside = positive[TRIAL.regions[0]].sum() / positive.sum()
    assert occlusion.example_shares[0] == pytest.approx(inside, rel=1e-4)
    with torch.no_grad():
        whole, gone = (trainer.model(one).softmax(1)[0] for one in (numbers, empty))
    assert found.probabilities == pytest.approx(whole.numpy(), abs=1e-6)
    assert occlusion.deletion[-1] == pytest.approx(gone[TRIAL.target].item(), abs=1e-5)
    assert occlusion.deletion[0] == pytest.approx(occlusion.insertion[-1], abs=1e-6)
    assert 0 <= occlusion.deletion_area < occlusion.insertion_area <= 1


def test_what_is_known_grows_and_the_random_numbers_stay():
    trainer = trained(0, False)
    state = torch.random.get_rng_state()
    weights = [one.clone() for one in trainer.model.parameters()]
    study = StressTest(TRIAL.only(2), ("saliency", "input_x_gradient"), compared=1)
    turns = list(study.pieces(trainer.model, trainer.images))
    known = [one for one in turns if one is not None]
    assert turns[0] is None  # of the example one method is no picture yet
    assert [one.share_done for one in known] == sorted(one.share_done for one in known)
    assert known[0].layers == ("output", "dense2", "dense1", "conv2", "conv1")
    assert all(len(score.maps) == 1 for score in known[0].scores)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(map(torch.equal, weights, trainer.model.parameters()))


def test_the_boxes_hold_the_letters_and_little_else():
    drawn = load("organs", **SMALL, seed=3, shortcut=True)
    mask = drawn.train_marker[np.flatnonzero(drawn.train_marker.any((1, 2)))[0]]
    box = box_around(mask, 0)
    assert box[mask].all()
    assert box.sum() == 5 * 11
    assert TRIAL.regions.sum((1, 2)).max() <= 7 * 13
    marked, plain = TRIAL.groups[0].images, TRIAL.groups[1].images
    differs = (marked != plain)[: len(TRIAL.images), 0]
    assert differs.any((1, 2)).all()  # the same people, but for the letters
    assert not (differs & ~TRIAL.regions).any()
    seen = load("organs", **SMALL).train_images
    assert not any((seen == one).all((1, 2, 3)).any() for one in plain)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: StressTest(TRIAL, ("guess",)), "methods must be some of cam"),
        (lambda: StressTest(TRIAL, ()), "not none"),
        (lambda: StressTest(TRIAL, compared=-1), "compared must lie between"),
        (lambda: Trial(TRIAL.images[:0], TRIAL.regions[:0], 4), "at least one image"),
        (lambda: Trial(TRIAL.images, TRIAL.regions[:, 1:], 4), "Each pixel"),
        (lambda: Trial(TRIAL.images, TRIAL.regions & False, 4), "a region of at least one pixel"),
        (lambda: organ_trial({"size": 5}), "size must lie between"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_images_of_another_size_and_classes_that_there_are_not_are_refused():
    trainer = trained(0, False)
    with pytest.raises(ValueError, match="images of 1 x 48 x 48, this network takes 1 x 32 x 32"):
        list(StressTest(organ_trial()).pieces(trainer.model, trainer.images))
    strange = Trial(TRIAL.images, TRIAL.regions, 7)
    with pytest.raises(ValueError, match="class 7"):
        list(StressTest(strange).pieces(trainer.model, trainer.images))


def test_every_method_can_be_tried():
    scores = result(trained(0, True), methods=tuple(METHODS), compared=0).scores
    assert [one.method for one in scores] == list(METHODS)
    assert [one.method for one in scores if one.problem] == ["cam"]


def test_the_page_needs_no_torch_for_it():
    code = "import sys, lab.stress; print({'torch', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
