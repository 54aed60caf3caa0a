"""Paths over a loss surface, against torch.optim stepped plainly and against closed forms."""

import numpy as np
import pytest
import torch
from torch import optim
from torch.optim import lr_scheduler

from lab.data_surfaces import linear_regression
from lab.descent import Walker, descend, race
from lab.optimizers import OPTIMIZERS, SCHEDULES
from lab.surfaces import SURFACES, Surface, elongated_bowl

# What each name stands for, written out here once more, with a learning rate that keeps to the
# surface for 1,000 steps.
PLAIN = {
    "gradient descent": (optim.SGD, {}, 0.001),
    "momentum": (optim.SGD, {"momentum": 0.9}, 0.0003),
    "nesterov": (optim.SGD, {"momentum": 0.9, "nesterov": True}, 0.0003),
    "adagrad": (optim.Adagrad, {}, 0.3),
    "rmsprop": (optim.RMSprop, {}, 0.01),
    "adam": (optim.Adam, {}, 0.02),
    "adamw": (optim.AdamW, {}, 0.02),
    "nadam": (optim.NAdam, {}, 0.02),
    "rprop": (optim.Rprop, {}, 0.01),
    "lbfgs": (
        optim.LBFGS,
        {"max_iter": 1, "max_eval": 25, "line_search_fn": "strong_wolfe"},
        1.0,
    ),
}
BOWL, ROSENBROCK = SURFACES["bowl"], SURFACES["rosenbrock"]


def stepped(surface, start, kind, rate, *, steps, schedule=None, **options):
    """Step as every PyTorch script does."""
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = kind([p], lr=rate, **options)
    scheduler = schedule(optimizer) if schedule else None
    path, rates = [p.tolist()], []

    def closure():
        optimizer.zero_grad()
        loss = surface.function(p[0], p[1])
        loss.backward()
        return loss

    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step(closure)
        if scheduler:
            scheduler.step()
        path.append(p.tolist())
    return np.array(path), np.array(rates)


def whirl(x, y):
    return torch.sin(2 * x) * torch.cos(y) + (x**2 + y**2) / 4 + x * y / 5


@pytest.mark.parametrize("surface", [BOWL, ROSENBROCK], ids=lambda s: s.name)
def test_paths_are_those_of_plain_stepping(surface):
    walkers = [Walker(name, rate) for name, (_, _, rate) in PLAIN.items()]
    paths = race(surface, (-1.2, 0.8), walkers, 1000)
    for path, (kind, options, rate) in zip(paths, PLAIN.values(), strict=True):
        expected, _ = stepped(surface, (-1.2, 0.8), kind, rate, steps=1000, **options)
        assert path.reason == ""
        assert path.steps == 1000
        np.testing.assert_allclose(path.positions, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", PLAIN)
def test_a_path_on_a_surface_of_ones_own_is_that_of_plain_stepping(name):
    kind, options, rate = PLAIN[name]
    path = descend(Surface(whirl), (-1.2, 0.8), name, rate, 200)
    expected, _ = stepped(Surface(whirl), (-1.2, 0.8), kind, rate, steps=200, **options)
    np.testing.assert_allclose(path.positions, expected, rtol=1e-6, atol=1e-12)


def test_every_shipped_optimizer_is_compared_and_walks_with_its_own_learning_rate():
    assert set(OPTIMIZERS) == {*PLAIN, "newton"}
    for name, shipped in OPTIMIZERS.items():
        path = descend(BOWL, BOWL.start, name, shipped.learning_rate, 120)
        assert np.linalg.norm(path.positions[-1]) < 0.01, name


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_losses_and_gradients_are_those_at_the_positions(name):
    path = descend(ROSENBROCK, (-1.2, 0.8), name, 1e-3, 30)
    for place, loss, gradient in zip(path.positions, path.losses, path.gradients, strict=True):
        assert ROSENBROCK.value(*place) == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(ROSENBROCK.gradient(*place), gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(path.taken, path.gradients[:-1])
    for kept in path.internals.values():
        assert kept.shape == path.positions.shape


def test_a_race_walks_as_each_would_alone():
    walkers = [Walker(name, 1e-3) for name in (*OPTIMIZERS, "gradient descent")]
    paths = race(ROSENBROCK, (-1.2, 0.8), walkers, 25, noise=0.1, seed=3)
    for walker, path in zip(walkers, paths, strict=True):
        alone = descend(ROSENBROCK, (-1.2, 0.8), walker.optimizer, 1e-3, 25, noise=0.1, seed=3)
        np.testing.assert_allclose(path.positions, alone.positions, rtol=1e-9, atol=1e-12)
    noise = paths[0].taken - paths[0].gradients[:-1]
    for path in paths[1:]:
        np.testing.assert_allclose(path.taken - path.gradients[:-1], noise, atol=1e-9)


def test_gradient_descent_on_a_bowl_shrinks_each_direction_by_its_own_factor():
    rate, condition = 0.13, 7.0
    path = descend(elongated_bowl(condition), (1.5, -0.8), "gradient descent", rate, 50)
    k = np.arange(51)[:, None]
    curvatures = np.array([1, condition])
    np.testing.assert_allclose(
        path.positions, (1 - rate * curvatures) ** k * [1.5, -0.8], rtol=1e-9, atol=1e-14
    )


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_momentum_that_oscillates_shrinks_by_the_root_of_beta(beta):
    path = descend(BOWL, (1.5, 0.0), "momentum", 0.4, 120, momentum=beta)
    # θ and v follow a 2×2 matrix with complex eigenvalues of size √β, so that θ_k is √β^k times
    # a cosine: θ_{k+2} = (1 + β − a) θ_{k+1} − β θ_k.
    x = path.positions[:, 0]
    np.testing.assert_allclose(x[2:], (1 + beta - 0.4) * x[1:-1] - beta * x[:-2], atol=1e-14)
    invariant = x[1:] ** 2 - (1 + beta - 0.4) * x[1:] * x[:-1] + beta * x[:-1] ** 2
    np.testing.assert_allclose(invariant[1:60] / invariant[:59], beta, rtol=1e-6)


def test_newton_jumps_to_the_minimum_of_a_bowl_and_to_a_saddle():
    path = descend(elongated_bowl(50), (1.5, 1.0), "newton", 1.0, 1)
    np.testing.assert_allclose(path.positions[-1], 0, atol=1e-12)
    path = descend(SURFACES["saddle"], (1.5, 0.7), "newton", 1.0, 1)
    np.testing.assert_allclose(path.positions[-1], 0, atol=1e-12)
    place = np.array([-1.2, 0.8])
    path = descend(ROSENBROCK, tuple(place), "newton", 0.7, 1)
    step = np.linalg.solve(ROSENBROCK.hessian(*place), ROSENBROCK.gradient(*place))
    np.testing.assert_allclose(path.positions[-1], place - 0.7 * step, rtol=1e-12)


@pytest.mark.parametrize("function", [lambda x, y: x + 2 * y, lambda x, y: x**2 + 0 * y + y])
def test_newton_has_a_reason_where_the_hessian_is_singular(function):
    path = descend(Surface(function), (1, 1), "newton", 1.0, 5)
    assert path.reason == (
        "Step 1 stopped at (1, 1): the Hessian is singular there, so Newton's method has no step."
    )
    assert not path.diverged
    assert path.positions.tolist() == [[1, 1]]
    assert path.taken.shape == (0, 2)


def test_internals_have_the_fields_names_and_follow_their_definitions():
    path = descend(BOWL, (1.0, -0.5), "momentum", 0.1, 20)
    velocity = path.internals["velocity"]
    assert velocity[0].tolist() == [0, 0]
    np.testing.assert_allclose(velocity[1:], 0.9 * velocity[:-1] + path.taken, atol=1e-15)
    path = descend(BOWL, (1.0, -0.5), "adagrad", 0.1, 20)
    np.testing.assert_allclose(
        path.internals["sum of squares"][1:], (path.taken**2).cumsum(0), rtol=1e-12
    )
    path = descend(BOWL, (1.0, -0.5), "adam", 0.1, 20)
    assert list(path.internals) == ["first moment", "second moment"]
    second = path.internals["second moment"]
    np.testing.assert_allclose(second[1:], 0.999 * second[:-1] + 0.001 * path.taken**2, rtol=1e-12)
    path = descend(BOWL, (1.0, -0.5), "rprop", 0.1, 20)
    sizes = path.internals["step size"]
    assert sizes[0].tolist() == [0.1, 0.1]
    moved = np.abs(np.diff(path.positions, axis=0))
    assert np.all((np.abs(moved - sizes[1:]) < 1e-12) | (moved == 0))


MADE = {
    "step": lambda o: lr_scheduler.StepLR(o, 10, 0.5),
    "exponential": lambda o: lr_scheduler.ExponentialLR(o, 0.01 ** (1 / 40)),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, 40),
    "warm-up": lambda o: lr_scheduler.LinearLR(o, 0.1, total_iters=8),
    "one cycle": lambda o: lr_scheduler.OneCycleLR(
        o, max_lr=0.05, total_steps=40, cycle_momentum=False
    ),
}


@pytest.mark.parametrize("name", ["momentum", "adam", "lbfgs"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_is_the_scheduler_of_pytorch(name, schedule):
    kind, options, _ = PLAIN[name]
    path = descend(BOWL, (1.0, -0.5), name, 0.05, 40, schedule=schedule)
    expected, rates = stepped(
        BOWL, (1.0, -0.5), kind, 0.05, steps=40, schedule=MADE.get(schedule), **options
    )
    np.testing.assert_allclose(path.learning_rates, rates, rtol=1e-12)
    np.testing.assert_allclose(path.positions, expected, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_short_walks_have_schedules_too(schedule, steps):
    assert descend(BOWL, (1, 1), "adam", 0.1, steps, schedule=schedule).steps == steps


def test_a_schedule_may_be_ones_own_and_look_at_the_loss():
    def plateau(optimizer):
        return lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.5)

    path = descend(BOWL, (1.0, 0.0), "gradient descent", 2.0, 6, schedule=plateau)
    assert path.learning_rates[0] == 2.0
    assert path.learning_rates[-1] < 2.0
    with pytest.raises(ValueError, match="The schedule cannot be built: TypeError"):
        descend(BOWL, (1, 1), "adam", 0.1, 3, schedule=lambda _o, _more: None)


def test_noise_is_normal_and_the_same_for_the_same_seed():
    path = descend(BOWL, (1.0, 1.0), "gradient descent", 0.01, 1000, noise=0.3, seed=5)
    noise = path.taken - path.gradients[:-1]
    assert noise.std() == pytest.approx(0.3, rel=0.1)
    assert abs(noise.mean()) < 0.03
    again = descend(BOWL, (1.0, 1.0), "gradient descent", 0.01, 1000, noise=0.3, seed=5)
    np.testing.assert_array_equal(again.positions, path.positions)
    other = descend(BOWL, (1.0, 1.0), "gradient descent", 0.01, 1000, noise=0.3, seed=6)
    assert not np.array_equal(other.positions, path.positions)


@pytest.mark.parametrize("size", [1, 4, 10])
@pytest.mark.parametrize("name", ["gradient descent", "adam", "lbfgs", "newton"])
def test_batches_take_each_sample_once_in_an_epoch(size, name):
    random = np.random.default_rng(0)
    x = random.normal(size=10)
    y = 0.5 * x + 0.2 + 0.1 * random.normal(size=10)
    surface = linear_regression(x, y)
    path = descend(surface, surface.start, name, 0.01, 12, batch_size=size, seed=1)
    again = descend(surface, surface.start, name, 0.01, 12, batch_size=size, seed=1)
    np.testing.assert_array_equal(path.positions, again.positions)
    slope, intercept = path.positions[: path.steps].T
    wrong = 2 * (np.outer(slope, x) + intercept[:, None] - y)  # (steps, samples)
    each = np.stack([wrong * x, wrong], axis=-1)
    np.testing.assert_allclose(each.mean(1), path.gradients[: path.steps], rtol=1e-9, atol=1e-12)
    if size == 1 and name == "newton":  # one point has many lines of least squares
        assert "Hessian is singular" in path.reason
    elif size == 1:  # every step's gradient is that of one sample, and none comes twice in ten
        near = np.abs(each - path.taken[:, None]).max(2)
        picked = near.argmin(1)
        assert near.min(1).max() < 1e-10
        assert sorted(picked[:10]) == list(range(10))
    if size == 10:
        np.testing.assert_allclose(path.taken, path.gradients[:-1], rtol=1e-9)


class SignDescent(optim.Optimizer):
    """Someone's own optimizer."""

    def __init__(self, params, lr, memory=0.5):
        super().__init__(params, {"lr": lr, "memory": memory})

    def step(self, closure=None):
        assert closure is None
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["trail"] = group["memory"] * state.get("trail", 0) + p.grad
                p.data = p.data - group["lr"] * state["trail"].sign()


class Careful(optim.Optimizer):
    """One that wants a closure, and looks twice."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    def step(self, closure):
        closure()
        (p,) = self.param_groups[0]["params"]
        with torch.no_grad():
            p -= self.param_groups[0]["lr"] * p.grad
        return closure()


class Broken(SignDescent):
    def step(self, closure=None):
        assert closure is None
        raise RuntimeError("no way")


def test_any_optimizer_class_walks():
    path = descend(BOWL, (1.0, -0.5), SignDescent, 0.1, 3, memory=0.0)
    np.testing.assert_allclose(path.positions, [[1, -0.5], [0.9, -0.4], [0.8, -0.3], [0.7, -0.2]])
    np.testing.assert_allclose(path.internals["trail"][1:], path.taken)
    path = descend(BOWL, (1.0, -0.5), Careful, 0.1, 2)
    np.testing.assert_allclose(path.positions[:, 0], [1, 0.9, 0.81])
    assert path.evaluations.tolist() == [0, 2, 4]


def test_evaluations_are_counted():
    assert descend(BOWL, (1, 1), "adam", 0.1, 4).evaluations.tolist() == [0, 1, 2, 3, 4]
    path = descend(ROSENBROCK, (-1.2, 1.0), "lbfgs", 1.0, 10)
    assert path.evaluations[-1] > 10
    assert (np.diff(path.evaluations) >= 1).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.name)
def test_a_learning_rate_of_a_million_ends_finite(surface, name):
    path = descend(surface, surface.start, name, 1e6, 20)
    for array in (path.positions, path.losses, path.gradients, path.taken):
        assert np.isfinite(array).all()
    for array in path.internals.values():
        assert np.isfinite(array).all()
    assert len(path.positions) == path.steps + 1 == len(path.losses) == len(path.evaluations)
    assert path.diverged == (path.steps < 20 and "Hessian" not in path.reason)
    if name in {"gradient descent", "adam"} and surface.name == "bowl":
        assert path.reason.endswith("take a smaller learning rate.")


def test_a_walk_off_the_domain_of_a_logarithm_ends():
    surface = Surface(lambda x, y: -torch.log(x) + y**2 + 3 * x, ((-1.0, 3.0), (-1.0, 1.0)))
    path = descend(surface, (2.0, 0.5), "gradient descent", 1.0, 10)
    assert path.diverged
    assert path.reason == (
        "Step 1 leads to where the loss or its gradient is no number, or too large: take a smaller "
        "learning rate."
    )
    with pytest.raises(ValueError, match=r"no finite loss and gradient at the start \(−0.5, 0\)"):
        descend(surface, (-0.5, 0), "adam", 0.1, 5)


def test_one_who_diverges_does_not_hold_the_others_up():
    walkers = [Walker("gradient descent", 1e6), Walker("gradient descent", 0.1)]
    lost, home = race(BOWL, (1, 1), walkers, 100)
    assert lost.diverged
    assert home.steps == 100


def raising(x, y):
    if (x < 0.5).any():
        raise ArithmeticError("too small")
    return x**2 + y**2


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"learning_rate": 0}, "must be a positive number, such as 0.1, but it is 0."),
        ({"learning_rate": -1}, "must be a positive number"),
        ({"learning_rate": float("nan")}, "must be a positive number"),
        ({"learning_rate": "fast"}, "must be a positive number"),
        ({"learning_rate": True}, "must be a positive number"),
        ({"steps": 10_001}, "must be a whole number from 0 to 10000"),
        ({"steps": 1.5}, "must be a whole number"),
        (
            {"start": (5, -3)},
            r"The start \(5, −3\) lies outside the domain: x from −2 to 2, y from −2 to 2.",
        ),
        ({"start": (float("nan"), 0)}, "lies outside the domain"),
        ({"start": 3}, "must be two numbers"),
        ({"optimizer": "addam"}, "There is no optimizer 'addam'; the lab knows gradient descent,"),
        ({"optimizer": dict}, "a class made from torch.optim.Optimizer"),
        ({"schedule": "daily"}, "There is no schedule 'daily'; the lab knows constant, step,"),
        ({"schedule": 3}, "The schedule must be one of"),
        ({"momentun": 0.9}, "adam has no option 'momentun'; its options are: betas, eps,"),
        ({"fused": True}, "adam has no option 'fused'"),
        ({"betas": (2, 0)}, "adam cannot be built: ValueError: Invalid beta"),
        ({"noise": -1}, "The noise must be a number, 0 or larger"),
        ({"seed": -1}, "The seed must be a whole number"),
        ({"batch_size": 3}, "The surface 'bowl' has no samples"),
        ({"optimizer": optim.Optimizer}, "Optimizer cannot be built: TypeError"),
        ({"optimizer": Broken}, "Broken failed in step 1: RuntimeError: no way."),
        (
            {"surface": Surface(raising), "learning_rate": 0.6},
            "The surface failed at step 1: ArithmeticError: too small.",
        ),
    ],
)
def test_bad_input_has_one_sentence(how, sentence):
    good = {"surface": BOWL, "start": (1, 1), "optimizer": "adam", "learning_rate": 1, "steps": 5}
    with pytest.raises(ValueError, match=sentence):
        descend(**(good | how))


@pytest.mark.parametrize("size", [0, 11, 2.5, True])
def test_a_batch_has_as_many_samples_as_there_are(size):
    surface = linear_regression(np.arange(10) / 5 - 1, np.arange(10) / 10)
    with pytest.raises(ValueError, match="must be a whole number from 1 to 10"):
        descend(surface, surface.start, "adam", 0.1, 5, batch_size=size)
