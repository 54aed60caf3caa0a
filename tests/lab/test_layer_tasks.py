"""What a layer decides, and hints that lead to an input of a class."""

import re

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from lab.layer_tasks import ORDERED, decision, find_input, strongest
from lab.layers import Layer
from lab.networks import Network

numbers = st.integers(-200, 200).map(lambda n: n / 100)


@st.composite
def layers(draw, activations):
    inputs, outputs = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    weights = draw(st.lists(numbers, min_size=inputs * outputs, max_size=inputs * outputs))
    biases = draw(st.lists(numbers, min_size=outputs, max_size=outputs))
    layer = Layer(
        np.reshape(weights, (outputs, inputs)), np.array(biases), draw(st.sampled_from(activations))
    )
    x = draw(st.lists(st.integers(-10, 10), min_size=inputs, max_size=inputs))
    return Network((layer,)), np.array(x) / 10, draw(st.integers(1, outputs))


def best_margin(network, number):
    """How far a class can be ahead, found by a solver that is not ours: maximise t."""
    layer, own = network.layers[0], number - 1
    others = [j for j in range(layer.outputs) if j != own]
    rows = layer.weights[own] - layer.weights[others]
    constants = layer.biases[own] - layer.biases[others]
    if layer.activation == "relu":
        rows = np.vstack([rows, layer.weights[own]])
        constants = np.append(constants, layer.biases[own])
    left = np.hstack([-rows, np.ones((len(rows), 1))])  # t − rows · x ≤ constants
    ends = [(-1, 1)] * layer.inputs + [(None, None)]
    found = linprog([0] * layer.inputs + [-1], left, constants, bounds=ends)
    assert found.success
    return -found.fun


def follow(network, x, number, moves):
    """Do what the hints say; return the last advice and how many moves it took."""
    for done in range(moves + 1):
        advice = find_input(network, x, number)
        if advice.solved or not advice.input:
            return advice, x, done
        assert -1 <= advice.value <= 1
        assert advice.value != x[advice.input - 1]
        x = x.copy()
        x[advice.input - 1] = advice.value
    raise AssertionError(f"not there after {moves} moves: {advice}")


@given(layers((*ORDERED, "relu")))
def test_the_hints_lead_to_a_solution_where_there_is_one(case):
    network, x, number = case
    margin = best_margin(network, number)
    assume(margin <= 0 or margin > 1e-6)  # between these the solver may err
    advice, x, moves = follow(network, x, number, 60)
    if margin > 0:
        assert advice.solved
        assert network(x).argmax() == number - 1
    else:
        assert moves == 0
        assert "no input from −1 to 1 is assigned to class" in advice.sentence


@given(layers((*ORDERED, "relu")))
def test_the_weights_that_a_hint_names_are_a_reason(case):
    network, x, number = case
    advice = find_input(network, x, number)
    assume(advice.input)
    before, after = x, x.copy()
    after[advice.input - 1] = advice.value
    layer, own = network.layers[0], number - 1
    z = [layer.weights @ at + layer.biases for at in (before, after)]
    rivals = np.delete(np.arange(layer.outputs), own)
    if "until its sum exceeds 0" in advice.sentence:
        assert z[1][own] > z[0][own]
    else:  # the lead over a rival that is strongest becomes better
        rival = int(re.search(r"to output (\d) \([−.\d]+\): ", advice.sentence)[1]) - 1
        assert z[0][rival] == pytest.approx(z[0][rivals].max())
        assert z[1][own] - z[1][rival] > z[0][own] - z[0][rival]
    assert ("raise it" in advice.sentence) == (advice.value > x[advice.input - 1])


def test_one_that_is_strongest_only_between_the_corners_is_found():
    # |x| < 0.01: neither a corner nor a point of the grid but 0, which the bias of 0.3 shifts
    weights, biases = np.array([[0.0], [1.0], [-1.0]]), np.array([0.01, -0.333, 0.333])
    network = Network((Layer(weights, biases),))
    advice, x, moves = follow(network, np.array([0.9]), 1, 5)
    assert advice.solved
    assert moves == 1
    assert x[0] == pytest.approx(0.333)
    assert "raise it" in find_input(network, np.array([-1.0]), 1).sentence
    assert "about 0.33" in find_input(network, np.array([-1.0]), 1).sentence


@given(st.integers(0, 10_000), st.sampled_from(["tanh", "relu", "sigmoid", "step", "gelu"]))
@example(0, "step")
def test_hints_for_several_layers_lead_on_or_say_what_was_tried(seed, activation):
    network = Network.random((4, 3, 2), activation, output="identity", seed=seed)
    x = np.random.default_rng(seed).integers(-10, 11, 4) / 10
    advice, x, _ = follow(network, x, 2, 60)
    assert advice.solved == (network(x)[1] > network(x)[0])
    tried = np.random.default_rng(1).integers(-10, 11, (500, 4)) / 10
    if not advice.solved:
        assert advice.sentence.startswith("2,016 inputs were tried and none")
        outputs = network(tried)
        assert np.mean(outputs[:, 1] > outputs[:, 0]) < 0.02


def test_a_move_that_shows_says_what_it_gains():
    network = Network.random((4, 3, 2), "tanh", seed=3)
    for x in np.random.default_rng(0).integers(-10, 11, (20, 4)) / 10:
        advice = find_input(network, x, 1)
        if advice.input and "alone gains" in advice.sentence:
            after = x.copy()
            after[advice.input - 1] = advice.value
            (a, b), (c, d) = network(x), network(after)
            assert f"gains {(c - d) - (a - b):.2f}." in advice.sentence
            assert f"Output 1 is {b - a:.2f} behind output 2." in advice.sentence


def one_layer(activation, biases):
    return Network((Layer(np.zeros((len(biases), 1)), np.array(biases), activation),))


@pytest.mark.parametrize(
    ("activation", "biases", "number", "sentence"),
    [
        ("identity", [0.1, 0.3, 0.2], 2, "Class 2: output 2 is the strongest."),
        ("relu", [-1.0, -2.0, -3.0], 0, "Outputs 1, 2 and 3 are equally strong: there is no"),
        ("identity", [1.0, 0.0, 1.0], 0, "Outputs 1 and 3 are equally strong: there is no"),
        ("step", [1.0, 2.0, 3.0], 0, "Three neurons fire alike: a threshold unit only says yes or"),
        ("step", [-1.0, 2.0, 3.0], 0, "Two neurons fire alike: a threshold unit only says"),
        ("step", [-1.0, 0.0], 0, "No neuron fires: a threshold unit only says yes or no, so there"),
        ("step", [-1.0, 2.0], 2, "Class 2: only neuron 2 fires. How strongly, a threshold unit"),
    ],
)
def test_the_decision_is_a_sentence(activation, biases, number, sentence):
    network = one_layer(activation, biases)
    outputs = network([0.0])
    assert strongest(outputs) == number
    assert decision(network, outputs).startswith(sentence)
