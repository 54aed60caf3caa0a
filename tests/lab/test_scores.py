"""Scores against scikit-learn and PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import accuracy_score, confusion_matrix

from lab.network_tasks import separate_xor
from lab.networks import Network
from lab.scores import accuracy, confusion, predictions, probabilities

logits = st.integers(1, 5).flatmap(
    lambda outputs: st.integers(1, 20).flatmap(
        lambda count: arrays(np.float64, (count, outputs), elements=st.floats(-30, 30))
    )
)


@given(logits)
def test_probabilities_are_those_of_pytorch(values):
    z = torch.tensor(values)
    expected = (
        torch.softmax(z, -1) if z.shape[1] > 1 else torch.cat([1 - z.sigmoid(), z.sigmoid()], 1)
    )
    assert np.allclose(probabilities(values), expected.numpy(), atol=1e-12)


@given(logits, st.integers(0, 2**32 - 1))
def test_accuracy_and_confusion_are_those_of_scikit_learn(values, seed):
    classes = max(2, values.shape[1])
    truth = np.random.default_rng(seed).integers(0, classes, len(values))
    said = predictions(values)
    assert accuracy(values, truth) == pytest.approx(accuracy_score(truth, said))
    expected = confusion_matrix(truth, said, labels=range(classes))
    assert np.array_equal(confusion(values, truth, classes), expected)


def xor_network(hidden, activation="tanh"):
    """Two lines, x₁ + x₂ = 0.5 and = 1.5: between them the output is positive."""
    network = Network.random((2, hidden, 1), activation)
    weights, biases = np.zeros((hidden, 2)), np.zeros(hidden)
    weights[:2], biases[:2] = [[20, 20], [-20, -20]], [-10, 30]
    out = np.zeros((1, hidden))
    out[0, :2] = 1
    network = network.with_layer(0, weights=weights, biases=biases)
    return network.with_layer(1, weights=out, biases=np.array([-1.0]))


def test_xor_is_solved_with_two_lines():
    solved, sentence = separate_xor(xor_network(2))
    assert solved
    assert "2 hidden neurons" in sentence
    solved, sentence = separate_xor(xor_network(5))
    assert solved
    assert "fewer" in sentence


def test_a_neuron_that_is_off_does_not_count():
    off = xor_network(5).with_layer(0, on=[True, True, False, False, False])
    assert "Solved with 2" in separate_xor(off)[1]


@pytest.mark.parametrize(
    ("sizes", "activation", "hint"),
    [
        ((2, 1), "tanh", "Without a hidden layer"),
        ((2, 1, 1), "tanh", "add a neuron"),
        ((2, 1, 1), "gelu", "train on"),
        ((2, 3, 1), "tanh", "train on"),
    ],
)
def test_the_hint_leads_on(sizes, activation, hint):
    solved, sentence = separate_xor(Network.random(sizes, activation, scheme="zeros"))
    assert not solved
    assert "2 of 4 corners right" in sentence
    assert hint in sentence
