"""Temperature and calibration error, against PyTorch, scikit-learn and closed forms."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lab.calibration import COLDEST, HOTTEST, calibrate, expected_calibration_error, temperature


def random_logits(count, classes, scale, seed=0):
    """Logits of which it is known by what they are to be divided: labels are drawn from them."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.standard_normal((count, classes))
    chances = torch.from_numpy(logits).softmax(dim=1).numpy()
    labels = np.array([rng.choice(classes, p=row) for row in chances])
    return scale * logits, labels


def cost(logits, labels, t):
    return float(cross_entropy(torch.from_numpy(logits / t), torch.from_numpy(labels)))


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0])
def test_the_temperature_is_the_one_that_was_put_in(scale):
    logits, labels = random_logits(20_000, 5, scale)
    t = temperature(logits, labels)
    assert t == pytest.approx(scale, rel=0.03)
    best = cost(logits, labels, t)
    assert all(cost(logits, labels, t * factor) > best for factor in (0.98, 0.999, 1.001, 1.02))


def test_the_slope_of_the_cross_entropy_is_zero_there():
    logits, labels = random_logits(500, 10, 3.0, seed=1)
    beta = torch.tensor(1 / temperature(logits, labels), dtype=torch.float64, requires_grad=True)
    cross_entropy(beta * torch.from_numpy(logits), torch.from_numpy(labels)).backward()
    assert abs(beta.grad.item()) < 1e-7


def test_two_classes_have_a_closed_form():
    # Always the same logits (a, 0) and a share p of right answers: sigmoid(a / t) = p.
    a, right, count = 6.0, 80, 100
    logits = np.tile([[a, 0.0]], (count, 1))
    labels = np.array([0] * right + [1] * (count - right))
    assert temperature(logits, labels) == pytest.approx(a / math.log(right / (count - right)))
    found = calibrate(logits.astype(np.float32), labels)
    assert found.before == pytest.approx(1 / (1 + math.exp(-a)) - 0.8)
    assert found.after == pytest.approx(0, abs=1e-6)


def test_of_many_images_some_are_enough_for_the_temperature():
    logits, labels = random_logits(12_000, 10, 3.0, seed=4)
    order = np.argsort(labels, kind="stable")  # as some data sets are
    logits, labels = logits[order].astype(np.float32), labels[order]
    found = calibrate(logits, labels)
    assert found == calibrate(logits, labels)
    assert found.temperature == pytest.approx(3.0, rel=0.06)
    chances = torch.from_numpy(logits).double().softmax(dim=1).numpy()
    assert found.before == pytest.approx(expected_calibration_error(chances, labels))
    assert found.after < found.before / 5


@pytest.mark.parametrize(
    ("labels", "expected"), [([0, 1, 2], COLDEST), ([1, 2, 0], HOTTEST)], ids=["right", "wrong"]
)
def test_without_a_least_the_temperature_stays_within_bounds(labels, expected):
    t = temperature(4 * np.eye(3), np.array(labels))
    assert t == pytest.approx(expected, rel=1e-3)


def test_logits_that_say_nothing_are_left_alone():
    found = calibrate(np.zeros((4, 2), np.float32), np.array([0, 1, 0, 1]))
    assert math.isfinite(found.temperature)
    assert found.before == found.after == 0


@pytest.mark.filterwarnings("error")
def test_huge_logits_are_no_overflow():
    logits, labels = random_logits(50, 4, 1e6)
    found = calibrate(logits.astype(np.float32), labels)
    assert found.temperature == pytest.approx(HOTTEST, rel=1e-3)
    assert 0 <= found.before <= 1


def test_the_calibration_error_sums_over_bins_as_its_definition_does():
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.ones(4), 300)
    labels = rng.integers(0, 4, 300)
    confidences, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    error = 0.0
    for i in range(15):
        inside = (confidences > i / 15) & (confidences <= (i + 1) / 15)
        if inside.any():
            gap = abs(right[inside].mean() - confidences[inside].mean())
            error += inside.mean() * gap
    assert expected_calibration_error(probabilities, labels) == pytest.approx(error)


def test_sure_and_right_is_no_error_sure_and_wrong_is_all():
    probabilities = np.eye(3)
    assert expected_calibration_error(probabilities, np.array([0, 1, 2])) == 0
    assert expected_calibration_error(probabilities, np.array([1, 2, 0])) == 1
