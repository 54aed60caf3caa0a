"""Surfaces: derivatives, minima of the literature, what is drawn, and what is refused."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.surfaces import SURFACES, Surface, SurfaceError, check_function, elongated_bowl, surface_of

DOMAIN = ((-2.0, 2.0), (-2.0, 2.0))
share = st.floats(0, 1)
each = pytest.mark.parametrize("name", SURFACES)


def place(surface, across, up):
    (left, right), (bottom, top) = surface.domain
    return left + across * (right - left), bottom + up * (top - bottom)


def slopes_by_differences(surface, x, y, step=1e-5):
    """Return central differences, and how far rounding may lead them astray."""
    sides = np.array(
        [
            [surface.value(x + step, y), surface.value(x - step, y)],
            [surface.value(x, y + step), surface.value(x, y - step)],
        ]
    )
    return (sides[:, 0] - sides[:, 1]) / (2 * step), 1e-15 * np.abs(sides).max() / step


def test_the_surfaces_stand_in_teaching_order():
    assert list(SURFACES) == [
        *("bowl", "elongated bowl", "two minima", "saddle", "monkey saddle", "plateau"),
        *("rosenbrock", "beale", "himmelblau", "rastrigin", "ackley", "noise helps"),
    ]


@each
@given(across=share, up=share)
def test_gradients_are_central_differences(name, across, up):
    surface = SURFACES[name]
    x, y = place(surface, across, up)
    if name == "ackley" and math.hypot(x, y) < 1e-2:
        return  # at its tip the slope jumps
    expected, rounding = slopes_by_differences(surface, x, y)
    gradient = surface.gradient(x, y)
    assert gradient.shape == (2,)
    assert gradient == pytest.approx(expected, rel=1e-6, abs=1e-5 + 10 * rounding)


@each
@given(across=share, up=share)
def test_hessians_are_central_differences_of_gradients(name, across, up):
    surface = SURFACES[name]
    x, y = place(surface, across, up)
    if name == "ackley" and math.hypot(x, y) < 0.1:
        return
    step = 1e-5
    columns = [
        (surface.gradient(x + step, y) - surface.gradient(x - step, y)) / (2 * step),
        (surface.gradient(x, y + step) - surface.gradient(x, y - step)) / (2 * step),
    ]
    expected = np.stack(columns, axis=1)
    tolerance = 1e-4 + 1e-6 * np.abs(expected).max()
    assert np.allclose(surface.hessian(x, y), expected, rtol=0, atol=tolerance)


@given(x=st.floats(-2, 2), y=st.floats(-2, 2))
def test_rosenbrocks_gradient_has_a_closed_form(x, y):
    expected = [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]
    assert SURFACES["rosenbrock"].gradient(x, y) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@each
def test_minima_are_flat_and_nothing_near_is_lower(name):
    surface = SURFACES[name]
    for x, y in surface.minima:
        lowest = surface.value(x, y)
        assert np.abs(surface.gradient(x, y)).max() < 1e-11
        assert np.linalg.eigvalsh(surface.hessian(x, y))[0] > 0
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            for far in (1e-3, 1e-2):
                assert surface.value(x + far * np.cos(angle), y + far * np.sin(angle)) > lowest


@each
def test_nothing_drawn_is_lower_than_the_first_minimum(name):
    surface = SURFACES[name]
    if surface.minima:
        assert np.nanmin(surface.values()) >= surface.value(*surface.minima[0]) - 1e-12
    else:
        assert "saddle" in name


def test_minima_of_the_literature():
    for name, minimum in {
        "rosenbrock": (1, 1),
        "beale": (3, 0.5),
        "rastrigin": (0, 0),
        "ackley": (0, 0),
    }.items():
        assert SURFACES[name].minima == (minimum,)
        assert SURFACES[name].value(*minimum) == pytest.approx(0, abs=1e-12)
    himmelblau = [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]
    assert np.allclose(SURFACES["himmelblau"].minima, himmelblau, rtol=0, atol=1e-6)


def test_two_minima_are_the_outer_roots_of_its_cubic():
    roots = np.sort(np.roots([4, 0, -4, 0.3]))  # of the derivative of (x² − 1)² + 0.3 x
    surface = SURFACES["two minima"]
    assert np.allclose(surface.minima, [(roots[0], 0), (roots[2], 0)], rtol=0, atol=1e-12)
    assert surface.value(*surface.minima[0]) < surface.value(*surface.minima[1]) - 0.5


def test_ackley_says_a_number_at_its_tip():
    assert SURFACES["ackley"].gradient(0, 0).tolist() == [0, 0]
    assert np.isfinite(SURFACES["ackley"].hessian(0, 0)).all()


def test_a_plateau_is_nearly_flat_but_not_quite():
    surface = SURFACES["plateau"]
    assert 1e-4 < np.linalg.norm(surface.gradient(*surface.start)) < 1e-2


@each
def test_the_ball_starts_in_the_domain_where_there_is_a_slope(name):
    surface = SURFACES[name]
    (left, right), (bottom, top) = surface.domain
    assert left < surface.start[0] < right
    assert bottom < surface.start[1] < top
    assert np.abs(surface.gradient(*surface.start)).max() > 1e-3
    assert surface.sentence.endswith(".")


@given(condition=st.floats(1, 1000))
def test_the_condition_number_is_that_of_the_hessian(condition):
    surface = elongated_bowl(condition)
    assert np.linalg.cond(surface.hessian(0.3, -1)) == pytest.approx(condition)
    assert surface.sharpness == pytest.approx(condition)


@pytest.mark.parametrize("condition", [0.5, 1001, -3, math.nan, math.inf, "ten", None, True])
def test_a_condition_number_out_of_range_is_refused(condition):
    with pytest.raises(SurfaceError, match="condition must be a .*number"):
        elongated_bowl(condition)


def test_only_bowls_have_one_sharpness():
    assert SURFACES["bowl"].sharpness == 1
    assert {name for name in SURFACES if SURFACES[name].sharpness} == {"bowl", "elongated bowl"}


@each
def test_values_are_those_of_the_places_from_the_top(name):
    surface = SURFACES[name]
    values = surface.values(5, 4)
    assert values.shape == (4, 5)
    for row, column in ((0, 0), (3, 4), (1, 3)):
        x, y = place(surface, column / 4, 1 - row / 3)
        assert values[row, column] == pytest.approx(surface.value(x, y), rel=1e-9)
    assert surface.values().shape == (101, 101)


@given(x=st.floats(-3, 3), y=st.floats(-3, 3))
def test_the_samples_mean_is_the_surface(x, y):
    surface = SURFACES["noise helps"]
    leaves = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    losses = surface.terms(leaves[0], leaves[1])
    losses.mean().backward()
    assert losses.shape == (16,)
    assert losses.mean().item() == pytest.approx(surface.value(x, y), rel=1e-12)
    assert np.allclose(leaves.grad.numpy(), surface.gradient(x, y), atol=1e-12)


def test_terms_keep_the_shape_of_the_places():
    surface = SURFACES["noise helps"]
    x = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(2, 3)
    losses = surface.terms(x, -x)
    assert losses.shape == (16, 2, 3)
    assert torch.allclose(losses.mean(0), surface.function(x, -x))


def ends(surface, losses, noise=0.0, count=30):
    """Walk 400 steps of 0.1 with ``count`` balls; return how far from the middle each ends."""
    random = torch.Generator().manual_seed(0)
    positions = torch.tensor(surface.start, dtype=torch.float64).repeat(count, 1)
    for _ in range(400):
        leaves = positions.clone().requires_grad_()
        losses(leaves[:, 0], leaves[:, 1], random).sum().backward()
        shaken = noise * torch.randn(count, 2, generator=random, dtype=torch.float64)
        positions = positions - 0.1 * (leaves.grad + shaken)
    return positions.norm(dim=1).numpy()


def test_noise_of_samples_and_gaussian_noise_escape_the_dimples():
    surface = SURFACES["noise helps"]
    pit = math.pi / 4  # half the distance of two dimples

    def full(x, y, _):
        return surface.function(x, y)

    def sample(x, y, random):
        drawn = torch.randint(16, x.shape, generator=random)
        return surface.terms(x, y).gather(0, drawn[None])

    assert ends(surface, full, count=1)[0] > 2 * pit  # caught in a dimple away from the middle
    assert (ends(surface, sample) < pit).mean() > 0.85
    assert (ends(surface, full, noise=1.0) < pit).mean() > 0.85


def test_flat_directions_and_planes_have_derivatives_too():
    plane = surface_of(lambda x, y: 2 * x - y)
    assert plane.gradient(1, 1).tolist() == [2, -1]
    assert plane.hessian(1, 1).tolist() == [[0, 0], [0, 0]]
    trench = surface_of(lambda x, y: 0 * y + x**2)
    assert trench.hessian(0, 0).tolist() == [[2, 0], [0, 0]]
    assert surface_of(lambda x, _: x**2).gradient(1, 1).tolist() == [2, 0]


def test_a_part_of_the_domain_may_have_no_loss():
    surface = surface_of(lambda x, y: torch.log(x) + y**2, name="mine", axes=("a", "b"))
    values = surface.values(5)
    assert np.isnan(values[:, :3]).all()  # x is −2, −1 and 0
    assert np.isfinite(values[:, 3:]).all()
    assert np.isfinite(surface.gradient(*surface.start)).all()
    assert (surface.name, surface.axes) == ("mine", ("a", "b"))


def subtracts(x, y):
    x -= 1
    return x * y


def changes_what_is_needed(x, y):
    wave = x.exp()
    wave -= y
    return wave * y


def explodes(*_):
    raise KeyError("weights")


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (explodes, "raised KeyError: 'weights'"),
        (lambda x: x, "raised TypeError: .* takes 1 positional"),
        (lambda x, y: x if x > 0 else y, r"torch.where\(condition"),
        (max, "torch.maximum"),
        (lambda x, y: math.sin(x) + y, "torch.sin, torch.exp"),
        (lambda x, y: x.item() * y, "torch.sin, torch.exp"),
        (lambda x, y: np.sin(x.numpy()) + y, "torch.sin, torch.exp"),
        (lambda x, y: ((x * torch.arange(5) - y) ** 2).mean(), "not at many at once.*new last"),
        (subtracts, "in place.*x = x - 1"),
        (changes_what_is_needed, "in place.*x = x - 1"),
        (lambda x, y: torch.stack([x, y]), r"one loss for each point.*\(2, 43, 41\)"),
        (lambda x, y: (x + y).sum(), r"one loss for each point.*the shape \(\)"),
        (lambda *_: 3.0, "must return a tensor.*it returns float"),
        (lambda *_: None, "must return a tensor.*it returns NoneType"),
        (lambda x, _: x * 1j, "complex"),
        (lambda x, _: torch.log(-1 - x**2), "NaN or infinite everywhere"),
        (lambda x, _: 0 * x + 4, "is 4 everywhere"),
        (lambda x, _: torch.full_like(x, 0.5), "is 0.5 everywhere"),
        (lambda x, _: x.detach() ** 2, "no gradient"),
        (lambda x, y: (x > y).double(), "no gradient"),
        (lambda x, y: torch.round(x + y), "no slope"),
    ],
)
def test_what_is_no_surface_gets_a_sentence(function, sentence):
    with pytest.raises(SurfaceError, match=sentence) as caught:
        check_function(function, DOMAIN)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "domain", [((0, 0), (0, 1)), ((1, 0), (0, 1)), ((0, math.inf), (0, 1)), (0, 1), "all", None]
)
def test_a_bad_domain_gets_a_sentence(domain):
    for make in (surface_of, check_function, Surface):
        with pytest.raises(SurfaceError, match="two intervals of finite numbers"):
            make(lambda x, y: x * y, domain)
