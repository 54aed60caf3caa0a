"""The drawn organs: what the options do, and that they can be learnt, but not at once."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lab.datasets import check_options, load
from lab.models import lenet

ORGANS = ("liver", "lung", "colon", "stomach", "kidneys")


def count(labels):
    return np.bincount(labels, minlength=5).tolist()


def test_there_are_five_organs_each_as_often_in_training_and_test():
    data = load("organs")
    assert data.class_names == ORGANS
    assert data.train_images.shape == (1500, 1, 48, 48)
    assert data.test_images.shape == (500, 1, 48, 48)
    assert count(data.train_labels) == [300] * 5
    assert count(data.test_labels) == [100] * 5
    assert data.scale == 255
    assert "not for clinical use" in data.warning.lower()
    assert "Drawn" in data.source
    assert data.train_marker is None


def test_no_two_images_are_alike():
    data = load("organs", count=300, size=24, noise=0)
    images = np.concatenate([data.train_images, data.test_images])
    assert len({image.tobytes() for image in images}) == 400


def test_the_same_seed_gives_the_same_images_and_another_one_others():
    first, again, other = (load("organs", count=100, seed=seed) for seed in (3, 3, 4))
    assert (first.train_images == again.train_images).all()
    assert (first.test_labels == again.test_labels).all()
    assert not (first.train_images == other.train_images).all()


def test_noise_has_the_deviation_asked_for_and_leaves_the_people_as_they_are():
    clean, noisy = (load("organs", count=200, noise=noise) for noise in (0, 0.08))
    assert (clean.train_labels == noisy.train_labels).all()
    grey = (clean.train_images > 70) & (clean.train_images < 185)  # nothing is cut off there
    change = noisy.train_images.astype(float) - clean.train_images
    assert change[grey].std() / 255 == pytest.approx(0.08, rel=0.03)
    assert abs(change[grey].mean()) < 0.5


def test_imbalance_is_the_ratio_of_the_first_to_the_last_organ():
    data = load("organs", count=1000, size=24, imbalance=16)
    counts = np.array(count(data.train_labels))
    assert counts.sum() == 1000
    # 16, 8, 4, 2 and 1 of 31 parts
    assert counts == pytest.approx(1000 * np.array([16, 8, 4, 2, 1]) / 31, abs=1)
    assert max(count(data.test_labels)) - min(count(data.test_labels)) <= 1


def test_the_rarest_organ_is_there_too():
    assert min(count(load("organs", count=100, size=24, imbalance=50).train_labels)) == 1


def test_a_shift_changes_the_test_only():
    usual, shifted = (load("organs", count=300, shift=shift) for shift in (0, 1))
    assert (usual.train_images == shifted.train_images).all()
    assert shifted.test_images.std() < 0.8 * usual.test_images.std()
    assert shifted.test_images.mean() > usual.test_images.mean()


def test_the_marker_is_all_that_a_shortcut_changes():
    plain, marked = (load("organs", count=300, shortcut=on) for on in (False, True))
    for part, organ in (("train", "kidneys"), ("test", "colon")):
        before, after = (getattr(data, f"{part}_images")[:, 0] for data in (plain, marked))
        labels, marker = getattr(marked, f"{part}_labels"), getattr(marked, f"{part}_marker")
        assert marker.shape == after.shape
        assert (after[marker] == 255).all()
        assert (after[~marker] == before[~marker]).all()
        assert (marker.any(axis=(1, 2)) == (labels == ORGANS.index(organ))).all()
        assert len({image.tobytes() for image in marker}) > 5  # not always at the same place


@pytest.mark.parametrize("size", [24, 33, 128])
def test_every_size_has_room_for_the_marker(size):
    data = load("organs", count=100, size=size, shortcut=True)
    assert data.train_images.shape == (100, 1, size, size)
    sums = data.train_marker.sum(axis=(1, 2))
    assert len(set(sums.tolist())) == 2  # none, or all of the letters


@pytest.fixture
def one_thread():
    """Small nets are fastest with one, by far if other programs are busy too."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def learn(data, epochs):
    """Train a LeNet and return the true and the predicted classes of the test after each epoch."""
    images = torch.from_numpy(data.train_images).float()
    mean, std = images.mean(), images.std()
    images, tests = (images - mean) / std, (torch.from_numpy(data.test_images) - mean) / std
    labels = torch.from_numpy(data.train_labels)
    torch.manual_seed(0)
    net = lenet(data.train_images.shape[1:], 5)
    optimizer = torch.optim.SGD(net.parameters(), 0.02, 0.9)
    predictions = []
    for _ in range(epochs):
        for places in torch.randperm(len(images)).split(32):
            optimizer.zero_grad()
            cross_entropy(net(images[places]), labels[places]).backward()
            optimizer.step()
        with torch.no_grad():
            predictions.append(net(tests).argmax(1).numpy())
    return predictions


@pytest.mark.usefixtures("one_thread")
def test_lenet_learns_them_but_not_in_one_epoch():
    data = load("organs", size=32)
    accuracies = [(found == data.test_labels).mean() for found in learn(data, 7)]
    assert 0.3 < accuracies[0] < 0.88
    assert accuracies[-1] > 0.9


@pytest.mark.usefixtures("one_thread")
def test_a_network_takes_the_shortcut():
    data = load("organs", size=32, shortcut=True)
    found = learn(data, 3)[-1]
    colon, kidneys = ORGANS.index("colon"), ORGANS.index("kidneys")
    assert (found[data.test_labels == colon] == kidneys).mean() > 0.6
    assert (found[data.test_labels == kidneys] == kidneys).mean() < 0.5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nosie": 0.1}, r"no option 'nosie'; choose of count, size, noise"),
        ({"noise": 2}, "noise must be a finite number at least 0 and at most 1, not 2"),
        ({"noise": "much"}, "noise must be a number, not 'much'"),
        ({"size": 8}, "size must lie between 24 and 128, not 8"),
        ({"count": 2.5}, "count must be a whole number"),
        ({"imbalance": 0.5}, "imbalance must be a finite number at least 1"),
        ({"shift": float("nan")}, "shift must be a finite number"),
        ({"shortcut": "yes"}, "shortcut must be True or False, not 'yes'"),
        ({"count": 20_000, "size": 128}, "20,000 organs of 128 x 128 .* at most 4,096"),
        ({"seed": -1}, "seed must lie between 0"),
    ],
)
def test_bad_options_are_refused_before_anything_is_drawn(options, words):
    for refuse in (lambda: check_options("organs", options), lambda: load("organs", **options)):
        with pytest.raises((ValueError, TypeError), match=words):
            refuse()


def test_they_need_no_torch_no_pillow_and_no_scikit_learn():
    code = (
        "import sys; from lab.datasets import load; load('organs', count=100);"
        "print([name for name in ('torch', 'PIL', 'sklearn', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
