"""Planes through weights: against numbers made by hand and against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from lab.directions import Plane, path_plane, random_plane, weights_plane
from lab.models import lenet
from lab.networks import Network
from lab.parameters import Parameters, flatten


@pytest.fixture
def network():
    return Network.random((2, 8, 8, 1), seed=3)


@pytest.fixture
def parameters(network):
    return Parameters.of_network(network)


def test_a_row_of_parameters_is_cut_as_pytorch_orders_them():
    torch.manual_seed(0)
    model = lenet()
    parameters = Parameters.of_module(model)
    vector = nn.utils.parameters_to_vector(model.parameters()).detach().numpy()
    np.testing.assert_array_equal(parameters.flat, vector)
    for array, values in zip(parameters.arrays(), model.parameters(), strict=True):
        np.testing.assert_array_equal(array, values.detach().numpy())


def test_a_row_of_a_numpy_network_holds_weights_and_biases_of_each_layer(network, parameters):
    expected = [array for layer in network.layers for array in (layer.weights, layer.biases)]
    for array, values in zip(parameters.arrays(), expected, strict=True):
        np.testing.assert_array_equal(array, values)
    np.testing.assert_array_equal(flatten(expected), parameters.flat)


@pytest.mark.parametrize(
    ("name", "entry", "label"),
    [
        ("layer 1.weight", (2, 1), "layer 1: weight from input 2 to neuron 3"),
        ("layer 1.bias", (7,), "layer 1: bias of neuron 8"),
        ("layer 2.weight", (0, 5), "layer 2: weight from neuron 6 to neuron 1"),
        ("layer 3.bias", (0,), "layer 3: bias of neuron 1"),
    ],
)
def test_each_number_has_a_name(parameters, name, entry, label):
    index = parameters.index(name, entry)
    assert parameters.label(index) == label
    changed = parameters.flat.copy()
    changed[index] = 77.0
    assert parameters.arrays(changed)[parameters.names.index(name)][entry] == 77.0


def test_filters_and_normalisation_layers_have_names():
    model = nn.Sequential(nn.Conv2d(3, 4, 5), nn.BatchNorm2d(4))
    parameters = Parameters.of_module(model)
    label = parameters.label(parameters.index("0.weight", (3, 2, 1, 0)))
    assert label == "0: weight of filter 4, channel 3, row 2, column 1"
    assert parameters.label(parameters.index("0.bias", (1,))) == "0: bias of filter 2"
    assert parameters.label(parameters.index("1.weight", (1,))) == "1: weight 2"
    alone = Parameters.of_module(nn.Linear(2, 1))
    assert alone.label(1) == "weight from input 2 to neuron 1"


@pytest.mark.parametrize("entry", [(8, 0), (0,), (0, -1)])
def test_a_weight_that_is_not_there_is_refused(parameters, entry):
    with pytest.raises(ValueError, match=r"has the shape \(8, 2\)"):
        parameters.index("layer 1.weight", entry)
    with pytest.raises(ValueError, match="There are no weights 'conv9'"):
        parameters.index("conv9", entry)


def test_a_model_without_parameters_is_refused():
    with pytest.raises(ValueError, match="no parameters"):
        Parameters.of_module(nn.ReLU())


def test_two_weights_span_a_plane(parameters):
    plane = weights_plane(parameters, 5, 20)
    expected = parameters.flat.copy()
    expected[5] += 0.5
    expected[20] -= 2.0
    np.testing.assert_array_equal(plane.point(0.5, -2.0), expected)
    assert plane.axes == (parameters.label(5), parameters.label(20))
    for first, second in [(3, 3), (-1, 2), (0, parameters.flat.size)]:
        with pytest.raises(ValueError, match="two different weights"):
            weights_plane(parameters, first, second)


@pytest.mark.parametrize("kind", ["network", "lenet"])
def test_each_filter_of_a_random_direction_is_as_long_as_that_of_the_weights(kind, parameters):
    if kind == "lenet":
        torch.manual_seed(1)
        parameters = Parameters.of_module(lenet())
    plane = random_plane(parameters, seed=4)
    for row in (plane.first, plane.second):
        for weights, direction in zip(parameters.arrays(), parameters.arrays(row), strict=True):
            if weights.ndim == 1:
                assert not direction.any()
            else:
                for one, other in zip(weights, direction, strict=True):
                    assert np.sqrt((other**2).sum()) == pytest.approx(np.sqrt((one**2).sum()))
    again, other = random_plane(parameters, seed=4), random_plane(parameters, seed=5)
    np.testing.assert_array_equal(plane.first, again.first)
    assert (plane.first != other.first).any()
    assert (plane.first != plane.second).any()


def test_a_filter_of_zeros_stays_and_a_network_of_zeros_is_refused(network):
    weights = network.layers[0].weights.copy()
    weights[2] = 0.0
    parameters = Parameters.of_network(network.with_layer(0, weights=weights))
    plane = random_plane(parameters)
    assert not parameters.arrays(plane.first)[0][2].any()
    with pytest.raises(ValueError, match="these are all 0"):
        random_plane(Parameters.of_network(Network.random((2, 3, 1), scheme="zeros")))


def test_the_nearest_place_of_weights(parameters):
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, parameters.flat.size))
    plane = Plane(parameters, first, second + first, ("a", "b"))  # far from orthogonal
    assert plane.project(plane.point(0.7, -1.3)) == pytest.approx((0.7, -1.3))
    assert plane.project(plane.weights(0.7, -1.3)) == pytest.approx((0.7, -1.3))
    outside = random.normal(size=parameters.flat.size)
    basis = np.stack([plane.first, plane.second], axis=1)
    expected = np.linalg.lstsq(basis, outside - plane.centre, rcond=None)[0]
    assert plane.project(outside) == pytest.approx(tuple(expected))


@pytest.mark.parametrize("steps", [12, 400], ids=["fewer than weights", "more than weights"])
def test_the_plane_of_a_path_is_that_of_its_principal_components(parameters, steps):
    random = np.random.default_rng(1)
    size = parameters.flat.size
    path = random.normal(size=(steps, size)).cumsum(axis=0) * np.linspace(3, 0.1, size)
    plane = path_plane(parameters, path)
    known = PCA(2).fit(path)
    for direction, component in zip((plane.first, plane.second), known.components_, strict=True):
        assert abs(direction @ component) == pytest.approx(1.0, abs=1e-9)
        assert direction @ direction == pytest.approx(1.0)
    assert plane.explained == pytest.approx(tuple(known.explained_variance_ratio_))
    np.testing.assert_array_equal(plane.centre, path[-1])
    places = known.transform(path) - known.transform(path[-1:])
    np.testing.assert_allclose(np.abs(plane.path), np.abs(places), atol=1e-8 * np.abs(places).max())
    assert plane.project(path[3]) == pytest.approx(tuple(plane.path[3]))
    assert plane.path[0, 0] <= 0 <= plane.path[0, 1]  # from the upper left
    for (low, high), along in zip(plane.extents, plane.path.T, strict=True):
        assert low < along.min()
        assert along.max() < high
    assert not plane.sentence


def test_a_path_along_a_line_gets_a_random_second_direction(parameters):
    direction = np.random.default_rng(2).normal(size=parameters.flat.size)
    path = parameters.flat + np.linspace(1e-3, 0, 30)[:, None] * direction
    plane = path_plane(parameters, path, seed=1)
    assert "line" in plane.sentence
    assert plane.explained == pytest.approx((1.0, 0.0))
    assert abs(plane.first @ direction) == pytest.approx(np.linalg.norm(direction))
    assert plane.first @ plane.second == pytest.approx(0.0, abs=1e-12)
    assert plane.second @ plane.second == pytest.approx(1.0)
    (a0, a1), (b0, b1) = plane.extents
    assert b1 - b0 == pytest.approx(a1 - a0)
    np.testing.assert_array_equal(path_plane(parameters, path, seed=1).second, plane.second)


@pytest.mark.parametrize("steps", [1, 5])
def test_a_path_that_does_not_move_gets_two_random_directions(parameters, steps):
    plane = path_plane(parameters, np.tile(parameters.flat, (steps, 1)))
    assert "does not move" in plane.sentence
    np.testing.assert_array_equal(plane.path, np.zeros((steps, 2)))
    np.testing.assert_array_equal(plane.first, random_plane(parameters).first)


def test_huge_weights_do_not_overflow(parameters):
    path = np.random.default_rng(0).normal(size=(6, parameters.flat.size)) * 1e200
    plane = path_plane(parameters, path)
    assert np.isfinite(plane.path).all()
    assert np.linalg.norm(plane.first) == pytest.approx(1.0)


def test_paths_that_are_none_are_refused(parameters):
    size = parameters.flat.size
    broken = np.zeros((4, size))
    broken[2, 0] = np.nan
    with pytest.raises(ValueError, match="Checkpoint 3 holds a NaN"):
        path_plane(parameters, broken)
    for rows in (np.zeros((4, size + 1)), np.zeros(size), np.zeros((0, size))):
        with pytest.raises(ValueError, match=f"rows of {size} weights"):
            path_plane(parameters, rows)
    with pytest.raises(ValueError, match="two weights or more"):
        path_plane(Parameters.of_module(nn.Linear(1, 1, bias=False)), [[1.0], [2.0]])
