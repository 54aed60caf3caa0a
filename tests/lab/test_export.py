"""The exported code, run: it gives the same outputs."""

import numpy as np
import pytest
import torch

from lab.activations import ACTIVATIONS, LAYER_ACTIVATIONS
from lab.export import network_code
from lab.networks import Network


def outputs_of(code, x):
    scope = {}
    exec(code, scope)
    return scope["network"](torch.tensor(x)).detach().numpy()


@pytest.mark.parametrize("output", [*ACTIVATIONS, *LAYER_ACTIVATIONS])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_the_code_gives_the_same_outputs(hidden, output):
    network = Network.random((2, 4, 3, 3), hidden, output=output, scheme="normal", seed=1)
    x = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    assert np.allclose(outputs_of(network_code(network), x), network(x), rtol=0, atol=1e-6)


def test_neurons_of_their_own_and_neurons_that_are_off():
    network = Network.random((2, 3, 2), seed=2)
    network = network.with_layer(0, activation=("step", "tanh", "gelu"), on=[True, False, True])
    x = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    code = network_code(network)
    assert np.allclose(outputs_of(code, x), network(x), rtol=0, atol=1e-6)
    assert np.allclose(outputs_of(code, x[0]), network(x[0]), rtol=0, atol=1e-6)


def test_a_plain_network_is_plain_code():
    code = network_code(Network.random((2, 3, 1), "relu"))
    assert "class" not in code
    assert "nn.Linear(2, 3),\n    nn.ReLU(),\n    nn.Linear(3, 1)," in code
