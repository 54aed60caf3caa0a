"""Surfaces of points: their minima against numpy and scikit-learn, their samples, bad points."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from lab.data_surfaces import LINEAR_DOMAIN, LOGISTIC_DOMAIN, linear_regression, logistic_regression
from lab.surfaces import SurfaceError

seeds = st.integers(0, 10_000)
places = st.floats(-8, 8)


def points(seed, count=30):
    random = np.random.default_rng(seed)
    x = random.normal(random.uniform(-2, 2), random.uniform(0.5, 2), count)
    return x, random.uniform(-2, 2) * x + random.uniform(-1, 1) + random.normal(0, 1, count)


def classes(seed, count=30):
    x, _ = points(seed, count)
    random = np.random.default_rng([seed, 1])
    y = (x - x.mean() + random.normal(0, 1.5, count) > 0) * 1
    # One point of each class far on the other's side: no threshold separates them.
    y[x.argmin()], y[x.argmax()] = 1, 0
    return x, y


@given(seed=seeds, slope=places, intercept=places)
def test_the_line_costs_its_mean_squared_error(seed, slope, intercept):
    x, y = points(seed)
    off = slope * x + intercept - y
    surface = linear_regression(x, y)
    assert surface.value(slope, intercept) == pytest.approx((off**2).mean(), rel=1e-10)
    expected = [2 * (off * x).mean(), 2 * off.mean()]
    assert surface.gradient(slope, intercept) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(seed=seeds)
def test_the_best_line_is_that_of_least_squares(seed):
    x, y = points(seed)
    surface = linear_regression(x, y)
    best = np.linalg.lstsq(np.stack([x, np.ones_like(x)], axis=1), y, rcond=None)[0]
    assert surface.minima[0] == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert np.abs(surface.gradient(*best)).max() < 1e-11
    hessian = 2 * np.array([[(x**2).mean(), x.mean()], [x.mean(), 1]])
    assert np.allclose(surface.hessian(5, 5), hessian)
    assert surface.sharpness == pytest.approx(np.linalg.eigvalsh(hessian)[1])


@given(seed=seeds, weight=places, bias=places)
def test_the_curve_costs_its_cross_entropy(seed, weight, bias):
    x, y = classes(seed)
    leaves = torch.tensor([weight, bias], dtype=torch.float64, requires_grad=True)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        leaves[0] * torch.tensor(x) + leaves[1], torch.tensor(y).double()
    )
    expected.backward()
    surface = logistic_regression(x, y)
    assert surface.value(weight, bias) == pytest.approx(expected.item(), rel=1e-9)
    assert np.allclose(surface.gradient(weight, bias), leaves.grad.numpy(), atol=1e-10)


@given(seed=seeds)
def test_hessian_of_the_curve(seed):
    x, y = classes(seed)
    shares = 1 / (1 + np.exp(-(0.5 * x - 0.25)))
    inputs = np.stack([x, np.ones_like(x)])
    expected = (inputs * shares * (1 - shares)) @ inputs.T / len(x)
    surface = logistic_regression(x, y)
    assert np.allclose(surface.hessian(0.5, -0.25), expected)
    assert np.allclose(surface.hessian(0, 0), inputs @ inputs.T / (4 * len(x)))


@pytest.mark.parametrize("seed", range(8))
def test_the_best_curve_is_that_of_scikit_learn(seed):
    x, y = classes(seed)
    surface = logistic_regression(x, y)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(x[:, None], y)
    best = model.coef_[0, 0], model.intercept_[0]
    assert surface.minima[0] == pytest.approx(best, abs=1e-4)
    assert np.abs(surface.gradient(*surface.minima[0])).max() < 1e-12


def test_far_and_huge_losses_stay_numbers():
    surface = logistic_regression([0, 1, 2, 3], [0, 1, 0, 1])
    assert surface.value(1000, 0) == pytest.approx(500, rel=1e-3)  # one of four is wrong by 2000
    assert np.isfinite(surface.gradient(1e6, -1e6)).all()


@pytest.mark.parametrize("y", [[0, 0, 1, 1], [1, 0, 0, 0]])
def test_points_that_a_threshold_separates_have_no_minimum(y):
    surface = logistic_regression([-2, -1, 1, 2], y)
    assert surface.minima == ()
    assert "no minimum" in surface.sentence
    assert surface.domain == LOGISTIC_DOMAIN


def test_both_classes_on_the_threshold_still_leave_no_minimum():
    assert logistic_regression([0, 1, 1, 2], [0, 0, 1, 1]).minima == ()
    assert logistic_regression([0, 1, 1, 2], [0, 1, 0, 1]).minima == ()
    assert logistic_regression([0, 1, 2, 3], [0, 1, 0, 1]).minima


@pytest.mark.parametrize(
    "surface", [linear_regression(*points(3)), logistic_regression(*classes(3))]
)
def test_the_samples_mean_is_the_surface(surface):
    x = torch.linspace(-2, 2, 6, dtype=torch.float64).reshape(2, 3).requires_grad_()
    y = torch.linspace(3, -1, 6, dtype=torch.float64).reshape(2, 3).requires_grad_()
    losses, means = surface.terms(x, y), surface.function(x, y)
    assert losses.shape == (30, 2, 3)
    assert torch.allclose(losses.mean(0), means)
    slopes = torch.autograd.grad(losses.mean(0).sum(), (x, y))
    expected = torch.autograd.grad(means.sum(), (x, y))
    assert all(torch.allclose(*pair) for pair in zip(slopes, expected, strict=True))
    assert surface.terms(x[0, 0], y[0, 0]).shape == (30,)


def test_the_domain_stays_while_a_point_moves_a_little_and_grows_for_steep_lines():
    x = np.linspace(-1, 1, 20)
    for moved in np.linspace(-0.5, 0.5, 11):
        assert linear_regression(x, x + moved * (x == 1)).domain == LINEAR_DOMAIN
    steep = linear_regression(x, 5 * x)
    assert steep.domain == ((-12, 12), (-3, 3))
    assert steep.minima[0] == pytest.approx((5, 0))


def test_a_domain_that_was_asked_for_is_kept():
    domain = ((0.0, 1.0), (0.0, 1.0))
    for make in (linear_regression, logistic_regression):
        surface = make([0, 1, 2, 3], [0, 1, 0, 1], domain)
        assert surface.domain == domain
        assert all(0 <= number <= 1 for minimum in surface.minima for number in minimum)
    assert linear_regression([0, 1], [0, 5], domain).minima == ()


@pytest.mark.parametrize("make", [linear_regression, logistic_regression])
@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([1], [1], "from 2 to 1000 points; there are 1"),
        ([], [], "there are 0"),
        ([1, 2], [1], "2 of one and 1 of the other"),
        ([1, np.nan], [0, 1], "x must be finite"),
        ([1, 2], [0, np.inf], "y must be finite"),
        ([2, 2, 2], [0, 1, 0], "all have x = 2: move one"),
        ([0, 0], [0, 1], "all have x = 0"),
        ([[1, 2]], [0, 1], r"its shape is \(1, 2\)"),
        (["a", "b"], [0, 1], "row of numbers"),
    ],
)
def test_bad_points_get_a_sentence(make, x, y, sentence):
    with pytest.raises(SurfaceError, match=sentence):
        make(x, y)


@pytest.mark.parametrize(
    ("y", "sentence"), [([0, 0], "All points are of class 0"), ([0, 2], "0 or 1, nothing else")]
)
def test_bad_classes_get_a_sentence(y, sentence):
    with pytest.raises(SurfaceError, match=sentence):
        logistic_regression([0, 1], y)
