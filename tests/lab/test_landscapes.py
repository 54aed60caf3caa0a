"""Landscapes against plain PyTorch, place by place, and what ``evaluate`` promises."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from lab.directions import Plane, path_plane, random_plane, weights_plane
from lab.landscapes import NetworkLandscape, evaluate
from lab.models import lenet
from lab.module_landscapes import ModuleLandscape
from lab.networks import Network
from lab.parameters import Parameters

PLACES = [(0.0, 0.0), (0.8, -0.3), (-1.0, 1.0)]
TORCH = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "gelu": functional.gelu,
    "leaky_relu": functional.leaky_relu,
    "softplus": functional.softplus,
    "identity": lambda z: z,
}


def samples(*shape, classes=10):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, generator=generator), torch.randint(
        classes, shape[:1], generator=generator
    )


def plain(model, plane, inputs, targets, place, *, loss=functional.cross_entropy):
    """Return the loss of a copy of the model with the weights of a place, as a textbook does."""
    model = copy.deepcopy(model).eval()
    with torch.no_grad():
        for old, new in zip(model.parameters(), plane.weights(*place), strict=True):
            old.copy_(torch.as_tensor(new))
        return loss(model(inputs), targets).item()


def network_case(loss="binary_cross_entropy_with_logits", sizes=(2, 8, 8, 1), activation="tanh"):
    network = Network.random(sizes, activation, seed=1)
    random = np.random.default_rng(0)
    x = random.normal(size=(60, sizes[0]))
    y = random.integers(sizes[-1], size=60) if loss == "cross_entropy" else (x[:, :1] > 0) * 1.0
    plane = random_plane(Parameters.of_network(network), seed=2)
    return NetworkLandscape(plane, network, x, y, loss), network, x, y


class TestNetworkLandscape:
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("activation", TORCH)
    @pytest.mark.parametrize(
        ("loss", "outputs"),
        [("binary_cross_entropy_with_logits", 1), ("mse_loss", 1), ("cross_entropy", 3)],
    )
    def test_its_losses_are_those_of_pytorch(self, loss, outputs, activation, place):
        landscape, _, x, y = network_case(loss, (2, 5, 4, outputs), activation)
        output = torch.tensor(x)
        weights = [torch.tensor(array) for array in landscape.weights(*place)]
        for number, (w, b) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
            z = output @ w.T + b
            output = TORCH[activation](z) if number < 2 else z
        expected = getattr(functional, loss)(output, torch.tensor(y)).item()
        assert landscape.value(*place) == pytest.approx(expected, rel=1e-5, abs=1e-5)

    def test_neurons_that_are_off_and_mixed_activations_count(self):
        _, network, x, y = network_case()
        network = network.with_layer(
            0, on=np.arange(8) != 3, activation=("tanh", "relu", "sigmoid", "gelu") * 2
        )
        plane = random_plane(Parameters.of_network(network))
        loss = "binary_cross_entropy_with_logits"
        landscape = NetworkLandscape(plane, network, x, y, loss)
        there = landscape.network(0.4, 0.9)
        assert (there.layers[0].on == network.layers[0].on).all()
        expected = functional.binary_cross_entropy_with_logits(
            torch.tensor(there(x)), torch.tensor(y)
        )
        assert landscape.value(0.4, 0.9) == pytest.approx(expected.item(), abs=1e-5)

    def test_its_gradient_is_that_of_central_differences(self):
        landscape, _, x, y = network_case()

        def loss(a, b):  # in float64
            output = torch.tensor(landscape.network(a, b)(x))
            return functional.binary_cross_entropy_with_logits(output, torch.tensor(y)).item()

        a, b, h = 0.3, -0.7, 1e-5
        expected = [
            (loss(a + h, b) - loss(a - h, b)) / (2 * h),
            (loss(a, b + h) - loss(a, b - h)) / (2 * h),
        ]
        np.testing.assert_allclose(landscape.gradient(a, b), expected, rtol=1e-6, atol=1e-9)

    def test_its_picture_holds_its_values(self):
        landscape, *_ = network_case()
        *_, last = evaluate(landscape, 1.0, 13)
        for row, column in [(0, 0), (4, 11), (12, 6)]:
            expected = landscape.value(last.a[column], last.b[row])
            assert last.losses[row, column] == pytest.approx(expected, rel=1e-6)

    def test_what_overflows_becomes_nan(self):
        landscape, *_ = network_case(activation="relu")
        *_, last = evaluate(landscape, 1e30, 5)
        assert last.known.all()
        assert np.isnan(last.losses).sum() == 24  # all but the centre
        assert np.isfinite(last.losses[2, 2])

    def test_what_does_not_fit_is_refused(self):
        landscape, network, x, y = network_case()
        other = Network.random((2, 3, 1))
        with pytest.raises(ValueError, match="this network has"):
            NetworkLandscape(landscape.plane, other, x, y, "mse_loss")
        with pytest.raises(ValueError, match="a row for each sample"):
            NetworkLandscape(landscape.plane, network, x[0], y[0], "mse_loss")

    def test_it_loads_no_torch(self):
        code = "import sys, lab.landscapes, lab.directions; print('torch' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.strip() == b"False"


class Twice(nn.Module):
    """Its convolution sees the samples, and then something else."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)
        self.end = nn.Linear(64, 10)

    def forward(self, x):
        return self.end(self.conv(self.conv(x) + x).flatten(1))


class Tapped(nn.Module):
    """It looks at what is between its layers, so that none may change places."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.end = nn.Linear(72, 10)

    def forward(self, x):
        x = self.layers[1](self.layers[0](x))
        return self.end(x.flatten(1)) + self.layers[2](x).mean()


def models():
    torch.manual_seed(0)
    norm = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(3),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(16, 10),
    )  # fmt: skip
    norm(torch.randn(20, 1, 8, 8))  # running averages
    turned = nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 3, 3))
    return {
        "lenet 28": (lenet(), (1, 28, 28)),
        "lenet 32": (lenet((3, 32, 32)), (3, 32, 32)),
        "lenet 8": (lenet((1, 8, 8)), (1, 8, 8)),
        "odd pools": (
            nn.Sequential(nn.Conv2d(1, 3, 2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 10)),
            (1, 8, 8),
        ),
        "other pools": (
            nn.Sequential(nn.MaxPool2d(3, 2, padding=1), nn.Flatten(), nn.Linear(16, 10)),
            (1, 8, 8),
        ),
        "norm": (norm, (1, 8, 8)),
        "dense": (nn.Sequential(nn.Linear(7, 9), nn.Tanh(), nn.Linear(9, 10)), (7,)),
        "flatten": (nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), (1, 8, 8)),
        "twice": (Twice(), (1, 8, 8)),
        "tapped": (Tapped(), (1, 8, 8)),
        "weight norm": (
            nn.Sequential(turned, nn.ReLU(), nn.Flatten(), nn.Linear(108, 10)),
            (1, 8, 8),
        ),
        "double": (lenet((1, 8, 8)).double(), (1, 8, 8)),
    }


class TestModuleLandscape:
    @pytest.mark.parametrize("name", models())
    def test_its_losses_are_those_of_plain_pytorch(self, name):
        model, shape = models()[name]
        dtype = next(model.parameters()).dtype
        inputs, targets = samples(300, *shape)  # three batches, the last one smaller
        inputs = inputs.to(dtype)
        plane = random_plane(Parameters.of_module(model), seed=3)
        landscape = ModuleLandscape(plane, model, inputs, targets)
        for place in (*PLACES, PLACES[0]):
            expected = plain(model, plane, inputs, targets, place)
            assert landscape.value(*place) == pytest.approx(expected, rel=1e-5, abs=1e-5)
        row = landscape.losses(np.array([-0.5, 0.0, 0.25]), 0.5)
        expected = [plain(model, plane, inputs, targets, (a, 0.5)) for a in (-0.5, 0.0, 0.25)]
        np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-5)

    def test_its_gradient_is_that_of_central_differences(self):
        torch.manual_seed(0)
        # Smooth: across a kink of relu a central difference is no gradient.
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(144, 10)
        ).double()
        inputs, targets = samples(150, 1, 8, 8)
        inputs = inputs.double()
        plane = random_plane(Parameters.of_module(model), seed=3)
        landscape = ModuleLandscape(plane, model, inputs, targets)
        a, b, h = 0.2, -0.4, 1e-5
        around = [(a + h, b), (a - h, b), (a, b + h), (a, b - h)]
        right, left, up, down = (plain(model, plane, inputs, targets, p) for p in around)
        expected = [(right - left) / (2 * h), (up - down) / (2 * h)]
        np.testing.assert_allclose(landscape.gradient(a, b), expected, rtol=1e-5, atol=1e-8)

    def test_single_weights_and_other_losses_work(self):
        model, shape = models()["dense"]
        inputs, _ = samples(40, *shape)
        targets = torch.zeros(40, 10)
        plane = weights_plane(Parameters.of_module(model), 3, 70)
        landscape = ModuleLandscape(plane, model, inputs, targets, functional.mse_loss)
        expected = plain(model, plane, inputs, targets, (2.0, -1.0), loss=functional.mse_loss)
        assert landscape.value(2.0, -1.0) == pytest.approx(expected, rel=1e-5)

    def test_the_path_of_a_training_ends_in_the_centre_at_its_loss(self):
        model, shape = models()["dense"]
        inputs, targets = samples(64, *shape)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        path, losses = [], []
        for _ in range(20):
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(inputs), targets)
            loss.backward()
            path.append(Parameters.of_module(model).flat)
            losses.append(loss.item())
            optimizer.step()
        plane = path_plane(Parameters.of_module(model), path)
        landscape = ModuleLandscape(plane, model, inputs, targets)
        assert landscape.value(0, 0) == pytest.approx(losses[-1], rel=1e-5)
        assert landscape.project(path[0]) == pytest.approx(tuple(plane.path[0]))

    def test_what_does_not_fit_is_refused(self):
        model, shape = models()["dense"]
        plane = random_plane(Parameters.of_module(model))
        with pytest.raises(ValueError, match="but this model has"):
            ModuleLandscape(plane, nn.Linear(7, 10), *samples(4, *shape))
        model[0].double()
        with pytest.raises(ValueError, match="of one type, on one device"):
            ModuleLandscape(plane, model, *samples(4, *shape))


def case():
    model, shape = models()["lenet 8"]
    inputs, targets = samples(20, *shape)
    plane = random_plane(Parameters.of_module(model))
    return ModuleLandscape(plane, model, inputs, targets), model, inputs, targets


class TestEvaluate:
    def test_coarse_comes_first_and_everything_comes(self):
        landscape, *_ = network_case()
        steps = list(evaluate(landscape, ((-1.0, 2.0), (0.5, 1.0)), 51))
        shares = [step.share for step in steps]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        complete = list(dict.fromkeys(step.complete for step in steps if step.complete))
        assert complete == [9, 17, 33, 51]
        first = next(step for step in steps if step.complete == 9)
        chosen = np.rint(np.linspace(0, 50, 9)).astype(int)
        assert np.isfinite(first.losses[np.ix_(chosen, chosen)]).all()
        assert first.share == pytest.approx(81 / 2601)
        last = steps[-1]
        assert last.losses.shape == (51, 51)
        assert last.losses.dtype == np.float32
        assert (last.a[0], last.a[-1], last.b[0], last.b[-1]) == (-1.0, 2.0, 1.0, 0.5)

    @pytest.mark.parametrize("size", [2, 5, 9, 10])
    def test_small_grids_work(self, size):
        landscape, *_ = network_case()
        *_, last = evaluate(landscape, 0.5, size)
        assert last.complete == size
        assert np.isfinite(last.losses).all()

    def test_the_plane_says_what_to_look_at(self):
        landscape, *_ = network_case()
        plane = weights_plane(landscape.plane.parameters, 0, 1, room=4.0)
        landscape.plane = plane
        *_, last = evaluate(landscape, size=3)
        assert last.a.tolist() == [-4.0, 0.0, 4.0]
        assert last.b.tolist() == [4.0, 0.0, -4.0]

    def test_a_model_in_training_is_neither_changed_nor_followed(self):
        landscape, model, inputs, targets = case()
        before = copy.deepcopy(model)
        steps = evaluate(landscape, 1.0, 9)
        next(steps)
        with torch.no_grad():
            for values in model.parameters():
                values.add_(1.0)  # the training goes on meanwhile
        *_, last = steps
        expected = plain(before, landscape.plane, inputs, targets, (0.0, 0.0))
        assert last.losses[4, 4] == pytest.approx(expected, rel=1e-5)
        assert model.training
        for old, new in zip(before.parameters(), model.parameters(), strict=True):
            torch.testing.assert_close(old + 1.0, new, rtol=0, atol=0)
            assert new.requires_grad

    def test_closing_cancels_and_the_model_is_as_it_was(self):
        landscape, model, inputs, targets = case()
        before = copy.deepcopy(model.state_dict())
        steps = evaluate(landscape, 1.0, 51)
        next(steps)
        steps.close()
        with pytest.raises(StopIteration):
            next(steps)
        torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
        expected = plain(model, landscape.plane, inputs, targets, (0.0, 0.0))
        assert landscape.value(0.0, 0.0) == pytest.approx(expected, rel=1e-5)

    def test_an_error_in_the_loss_leaves_the_model_as_it_was(self):
        _, model, inputs, targets = case()
        before, calls = copy.deepcopy(model.state_dict()), []

        def breaks(output, target):
            calls.append(1)
            if len(calls) == 30:
                raise RuntimeError("out of order")
            return functional.cross_entropy(output, target)

        plane = random_plane(Parameters.of_module(model))
        landscape = ModuleLandscape(plane, model, inputs, targets, breaks)
        with pytest.raises(RuntimeError, match="out of order"):
            list(evaluate(landscape, 1.0, 9))
        torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
        expected = plain(model, plane, inputs, targets, (0.3, 0.0))
        assert landscape.value(0.3, 0.0) == pytest.approx(expected, rel=1e-5)

    def test_a_look_at_one_place_does_not_disturb_a_picture(self):
        landscape, *_ = case()
        *_, alone = evaluate(landscape, 1.0, 9)
        for step in evaluate(landscape, 1.0, 9):
            disturbed = step
            landscape.value(5.0, 5.0)
            landscape.gradient(-3.0, 2.0)
        np.testing.assert_array_equal(alone.losses, disturbed.losses)

    def test_losses_that_are_no_numbers_become_nan(self):
        landscape, *_ = case()
        *_, last = evaluate(landscape, 1e30, 3)
        assert last.known.all()
        assert np.isnan(last.losses[0, 0])
        assert np.isfinite(last.losses[1, 1])

    @pytest.mark.parametrize("size", [1, 0, 2.5])
    def test_a_size_that_is_none_is_refused(self, size):
        with pytest.raises(ValueError, match="whole number from 2"):
            evaluate(network_case()[0], 1.0, size)

    @pytest.mark.parametrize("extents", [0.0, -1.0, np.nan, ((0.0, 0.0), (0.0, 1.0))])
    def test_extents_that_are_none_are_refused(self, extents):
        with pytest.raises(ValueError, match="extents are finite numbers"):
            evaluate(network_case()[0], extents)


def test_a_plane_between_models_is_a_plane_like_others():
    landscape, model, inputs, targets = case()
    torch.manual_seed(5)
    first, second = (Parameters.of_module(lenet((1, 8, 8))).flat for _ in range(2))
    centre = landscape.plane.parameters
    plane = Plane(centre, first - centre.flat, second - centre.flat, ("one", "other"))
    expected = plain(model, plane, inputs, targets, (1.0, 0.0))
    assert ModuleLandscape(plane, model, inputs, targets).value(1, 0) == pytest.approx(expected)
