"""The neuron widget without a browser: what it takes, what it refuses, what it sends."""

import numpy as np
import pytest
import torch
from traitlets import TraitError

from lab import neurons
from tests.widgets.comm import Comm
from widgets.neuron import Neuron

KEPT = {"weights": (1.0, 2.0, 3.0), "bias": -1.5, "inputs": (1.0, 0.0, 0.0), "task": "input 2"}


@pytest.fixture
def neuron():
    return Neuron([1, 2, 3], -1.5, task="input 2")


def array(packed):
    values = np.frombuffer(packed["buffer"], packed["dtype"])
    return values.reshape(packed["shape"])


def test_the_picture_is_what_the_science_says(neuron):
    neuron.set_state({"inputs": [0.5, -1, 2], "activation": "sigmoid"})
    expected = neurons.Neuron(np.array([1.0, 2.0, 3.0]), -1.5, "sigmoid")
    assert neuron.picture["sum"] == 0.5 - 2 + 6
    assert neuron.picture["z"] == 3.0
    assert neuron.picture["output"] == pytest.approx(1 / (1 + np.exp(-3)))
    assert np.allclose(array(neuron.picture["response"]), expected.response_map([0, 0, 2]))
    assert (neuron.picture["low"], neuron.picture["high"]) == (0, 1)


@pytest.mark.parametrize("activation", neurons.ACTIVATIONS)
def test_the_code_gives_the_same_number(activation):
    neuron = Neuron([0.5, -1.25], 0.75, inputs=[1.5, -0.5], activation=activation)
    scope = {}
    exec(neuron.code(), scope)
    assert torch.is_tensor(scope["a"])
    assert float(scope["a"]) == pytest.approx(neuron.picture["output"], abs=1e-6)


def set_all(neuron, values):
    with neuron.hold_trait_notifications():
        for name, value in values.items():
            setattr(neuron, name, value)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"weights": [1, 2, float("nan")]}, "weights, number 3, must be a finite number"),
        ({"weights": [1, 2, 40]}, "between −4 and 4, but it is 40"),
        ({"weights": "123"}, "must be a row of numbers"),
        ({"weights": [1]}, "must hold 2 to 5 numbers, but 1 came"),
        ({"weights": [1, 2]}, "one weight for each input"),
        ({"bias": float("inf")}, "bias must be a finite number"),
        ({"bias": None}, "bias must be a finite number"),
        ({"bias": True}, "bias must be a finite number"),
        ({"bias": 10**400}, "bias must be a finite number"),
        ({"task": "input 4"}, "With 3 inputs task must be one of none, input 1, input 2, input 3"),
        ({"task": "and"}, "With 3 inputs task must be one of"),
        ({"weights": [1, 2], "inputs": [1, 0], "task": "nand"}, "input 2, and, or, xor; it is"),
        ({"weights": [4, 4, 4], "bias": 99}, "bias must lie between −12 and 12"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(neuron, sent, sentence):
    before = neuron.picture
    with pytest.raises(TraitError, match=sentence):
        set_all(neuron, sent)
    neuron.set_state(sent)  # the same from the page
    assert sentence in neuron.problem
    assert {name: getattr(neuron, name) for name in KEPT} == KEPT
    assert neuron.picture is before
    neuron.set_state({"bias": -1})
    assert neuron.problem == ""


def test_the_page_cannot_write_what_python_computes(neuron):
    before = neuron.picture
    neuron.set_state({"picture": {"output": 7}, "problem": "no"})
    assert neuron.picture is before
    assert neuron.problem == ""


def test_unknown_arguments_are_refused_with_advice():
    with pytest.raises(TypeError, match="no argument 'wieghts'. Did you mean 'weights'"):
        Neuron(wieghts=[1, 2])
    with pytest.raises(TypeError, match="It knows activation, bias"):
        Neuron(colour="red")


def test_the_number_of_inputs_changes_in_one_message(neuron):
    neuron.set_state({"weights": [1, 2], "inputs": [0, 1], "task": "none"})
    assert neuron.picture["sum"] == 2
    assert neuron.verdict is None


def test_inputs_do_not_leave_a_task_without_its_input():
    neuron = Neuron([1, 2, 3], task="input 3")
    neuron.set_state({"weights": [1, 2], "inputs": [0, 1]})
    assert "With 2 inputs task must be one of none, input 1, input 2, and" in neuron.problem
    assert len(neuron.weights) == len(neuron.inputs) == 3


def test_the_task_is_read_from_the_state(neuron):
    assert not neuron.verdict.solved
    neuron.weights = [0, 2, 0]
    assert neuron.verdict.solved
    assert neuron.picture["solved"]
    assert len(neuron.picture["trials"]) == 8


def test_a_truth_table_says_what_each_corner_should_do():
    neuron = Neuron([1, 1], -0.5, task="xor")
    corners = {(0, 0): False, (0, 1): True, (1, 0): True, (1, 1): False}
    assert {tuple(t["inputs"]): t["should_fire"] for t in neuron.picture["trials"]} == corners
    assert [t["right"] for t in neuron.picture["trials"]] == [True, True, True, False]
    assert (neuron.picture["solved"], neuron.picture["done"]) == (False, True)
    neuron.task = "or"
    assert (neuron.picture["solved"], neuron.picture["done"]) == (True, True)
    assert neuron.picture["hint"] == ""


def test_a_turn_of_the_hand_is_answered_in_one_message(neuron):
    neuron.comm = Comm()
    neuron._hear(neuron, {"hand": {"weights": [2, 2, 2]}, "turn": 41}, [])
    (message,) = neuron.comm.sent
    assert set(message["state"]) == {"answered", "picture"}  # no echo of the weights
    assert message["state"]["answered"] == 41
    assert message["state"]["picture"]["weights"] == [2, 2, 2]


def test_a_refused_turn_is_answered_with_the_old_values_and_a_sentence(neuron):
    neuron.comm = Comm()
    neuron._hear(neuron, {"hand": {"weights": [2, 2, None]}, "turn": 42}, [])
    state = {key: value for sent in neuron.comm.sent for key, value in sent["state"].items()}
    assert state["weights"] == KEPT["weights"]
    assert "must be a finite number" in state["problem"]
    assert state["answered"] == 42


@pytest.mark.parametrize("content", [None, 3, {"hand": 3, "turn": 1}, {"hand": {}}, {"turn": 1}])
def test_what_is_no_turn_is_left_alone(neuron, content):
    neuron._hear(neuron, content, [])
    assert neuron.answered == 0
    assert neuron.weights == KEPT["weights"]
