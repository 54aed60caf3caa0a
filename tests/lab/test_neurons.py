"""One neuron, against PyTorch and against central differences."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lab.activations import erf
from lab.neurons import ACTIVATIONS, Neuron, on_off_patterns

ORACLE = {
    "step": lambda z: (z > 0).double(),
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "gelu": torch.nn.functional.gelu,
    "softplus": lambda z: torch.nn.functional.softplus(z, threshold=700),
}
numbers = st.floats(-50, 50)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(data=st.data())
def test_a_neuron_gives_the_numbers_of_pytorch(name, data):
    count = data.draw(st.integers(1, 6))
    weights = data.draw(arrays(float, count, elements=numbers))
    x = data.draw(arrays(float, (3, count), elements=numbers))
    bias = data.draw(numbers)
    neuron = Neuron(weights, bias, name)
    # The sum is taken by numpy for both: at a jump the last bit decides, and it is not the point.
    z = torch.from_numpy(x @ weights + bias)
    assert np.allclose(neuron(x), ORACLE[name](z).numpy(), rtol=1e-12, atol=1e-12)
    linear = torch.nn.functional.linear(
        torch.from_numpy(x),
        torch.from_numpy(weights)[None],
        torch.tensor([bias], dtype=torch.float64),
    )
    assert np.allclose(neuron.pre_activation(x), linear[:, 0].numpy(), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_equal_autograd_and_central_differences(name):
    z = np.concatenate([np.linspace(-30, 30, 1001), [0.0]])
    activation = ACTIVATIONS[name]
    if name != "step":  # autograd has no derivative of a comparison
        leaf = torch.from_numpy(z).requires_grad_()
        ORACLE[name](leaf).sum().backward()
        assert np.allclose(activation.derivative(z), leaf.grad.numpy(), atol=1e-12)
    apart = z[np.abs(z) > 1e-3]  # away from the kink
    h = 1e-5
    difference = (activation.function(apart + h) - activation.function(apart - h)) / (2 * h)
    assert np.allclose(activation.derivative(apart), difference, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_activation_overflows_or_leaves_its_range(name):
    values = ACTIVATIONS[name].function(np.array([-1e4, -745.0, 0.0, 745.0, 1e4]))
    assert np.isfinite(values).all()
    assert values.min() >= ACTIVATIONS[name].low
    assert values.max() <= ACTIVATIONS[name].high


def test_erf_is_that_of_the_standard_library():
    x = np.concatenate([np.linspace(-8, 8, 20_001), [0.0, -1e9, 1e9]])
    assert np.abs(erf(x) - [math.erf(value) for value in x]).max() < 1e-15


def test_a_threshold_neuron_fires_only_above_its_threshold():
    neuron = Neuron(np.ones(3), bias=-2)
    assert not neuron.fires([1, 1, 0])  # the sum equals the threshold
    assert neuron.fires([1, 1, 1e-9])
    assert neuron([1, 1, 0]) == 0
    assert neuron([1, 1, 1]) == 1


@given(weights=arrays(float, 3, elements=st.floats(-4, 4)), held=st.floats(-2, 2))
def test_the_response_map_is_the_neuron_at_the_centre_of_each_cell(weights, held):
    neuron = Neuron(weights, -0.3, "tanh")
    picture = neuron.response_map([0, 0, held], extent=2, size=8)
    assert picture.shape == (8, 8)
    for row in range(8):
        for column in range(8):
            x = [-2 + (column + 0.5) * 0.5, 2 - (row + 0.5) * 0.5, held]
            assert picture[row, column] == pytest.approx(float(neuron(x)), abs=1e-12)


def test_all_patterns_of_on_and_off():
    assert on_off_patterns(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"weights": [1.0, np.nan]}, "row of finite numbers"),
        ({"weights": []}, "row of finite numbers"),
        ({"weights": [[1.0]]}, "row of finite numbers"),
        ({"weights": [1.0], "bias": np.inf}, "bias must be a finite number"),
        ({"weights": [1.0], "activation": "sine"}, "choose one of step"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Neuron(**arguments)


def test_a_wrong_number_of_inputs_gets_a_sentence():
    with pytest.raises(ValueError, match="has 2 inputs"):
        Neuron([1.0, 2.0])([1.0, 2.0, 3.0])
