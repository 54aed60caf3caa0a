"""The layers widget without a browser: what it takes, what it refuses, what it sends."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

from widgets.layers import Layers
from widgets.layers.traits import NAMES

FUNCTIONS = {
    "identity": lambda z: z,
    "step": lambda z: (z > 0).to(z.dtype),
    "softmax": lambda z: torch.softmax(z, -1),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


def by_torch(widget):
    """The activations of each layer, computed by torch in float64."""
    a, found = torch.tensor(widget.inputs, dtype=torch.double), []
    for weights, biases, name in zip(
        widget.weights, widget.biases, widget.activations, strict=True
    ):
        z = torch.tensor(weights, dtype=torch.double) @ a
        z = z + torch.tensor(biases, dtype=torch.double)
        a = FUNCTIONS.get(name, getattr(torch.nn.functional, name, None))(z)
        found.append((z.tolist(), a.tolist()))
    return found


@settings(max_examples=50)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=4),
    st.sampled_from(NAMES[:-1]),
    st.sampled_from(NAMES),
    st.integers(0, 1000),
)
def test_the_picture_is_what_torch_computes(sizes, activation, output, seed):
    widget = Layers(sizes, activation, output, seed=seed, task="none", scheme="normal")
    random = np.random.default_rng(seed)
    widget.biases = [random.uniform(-2, 2, len(row)).tolist() for row in widget.biases]
    picture, expected = widget.picture, by_torch(widget)
    for found, (_, a) in zip(picture["activations"], expected, strict=True):
        assert np.allclose(found, a, rtol=1e-12, atol=1e-12)
    (layer, neuron), reading = widget.chosen, picture["reading"]
    z, a = expected[layer - 1]
    assert reading["z"] == pytest.approx(z[neuron - 1], abs=1e-12)
    assert reading["a"] == pytest.approx(a[neuron - 1], abs=1e-12)
    products = [w * x for w, x in zip(reading["weights"], reading["inputs"], strict=True)]
    assert sum(products) + reading["bias"] == pytest.approx(z[neuron - 1], abs=1e-12)
    low, high = picture["scale"]
    assert all(low <= value <= high for value in picture["activations"][-1])
    best = np.flatnonzero(np.array(picture["activations"][-1]) == max(picture["activations"][-1]))
    assert picture["strongest"] == (best[0] + 1 if len(best) == 1 else 0)
    json.dumps(picture, allow_nan=False)


@pytest.mark.parametrize("output", NAMES)
def test_the_code_gives_the_same_numbers(output, capsys):
    widget = Layers((4, 3, 2), "tanh", output, task="none")
    widget.biases = [[0.5, -0.25, 1], [0.1, 0.2]]
    scope = {}
    exec(widget.picture["code"], scope)
    assert scope["a"].tolist() == pytest.approx(widget.picture["activations"][-1], abs=1e-6)
    assert "tensor(" in capsys.readouterr().out


def test_the_first_input_is_not_yet_of_class_2_and_takes_more_than_one_move():
    widget = Layers()
    assert widget.network.sizes == (5, 3)
    classes = [int(widget.network(sample[:5]).argmax()) + 1 for sample in widget.samples]
    assert set(classes) == {1, 3}
    assert widget.picture["strongest"] in (1, 3)
    for i in range(5):
        for value in np.linspace(-1, 1, 21):
            moved = np.array(widget.inputs)
            moved[i] = value
            assert widget.network(moved).argmax() != 1


def test_following_the_hints_solves_the_task():
    widget = Layers()
    moves = 0
    while not widget.picture["solved"]:
        advice = widget.advice
        assert widget.picture["hint"] == advice.sentence
        row = list(widget.inputs)
        row[advice.input - 1] = advice.value
        widget.set_state({"inputs": row})
        moves += 1
        assert moves <= 5
    assert widget.picture["strongest"] == 2
    assert moves > 1
    widget.task = "none"
    assert not widget.picture["solved"]
    assert widget.picture["hint"] == ""


@pytest.fixture
def small():
    return Layers(
        inputs=[0.5, -1],
        weights=[[[1, 0.5], [0.25, -0.75]]],
        biases=[[0.1, 0]],
        task="none",
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"inputs": [0.5, float("nan")]}, "inputs, number 2, must be a finite number"),
        ({"inputs": [0.5, 3]}, "between −1 and 1, but it is 3"),
        ({"inputs": [0.5]}, "first layer has 2 weights a neuron, but there are 1 inputs"),
        ({"inputs": "12"}, "must be a row of numbers"),
        (
            {"weights": [[[1, 0.5], [0.25, float("nan")]]]},
            "weights of layer 1, neuron 2, number 2, must be a finite number",
        ),
        ({"weights": [[[1, 0.5], [0.25, 9]]]}, "between −2 and 2, but it is 9"),
        ({"weights": [[[1, 0.5], [0.25]]]}, "must be numbers in rows of one length"),
        ({"weights": [[[1, 0.5]]]}, "A layer of 1 neurons needs 1 biases"),
        ({"weights": [[[1, 0.5]] * 7]}, "for 1 to 6 neurons, but there are 7"),
        ({"weights": [[[0.5] * 7] * 2]}, "for 1 to 6 inputs, but there are 7"),
        ({"weights": [[[1]]] * 4}, "for 1 to 3 layers, but there are 4"),
        ({"weights": [[[1, 0.5]], [[1]]]}, "there are 2 layers of weights, 1 of biases"),
        ({"weights": 3}, "weights must be a row"),
        ({"biases": [[0.1]]}, "A layer of 2 neurons needs 2 biases"),
        ({"biases": [[0.1, None]]}, "biases of layer 1, neuron 2, must be a finite number"),
        ({"biases": [[0.1, True]]}, "must be a finite number"),
        ({"activations": ["wiggly"]}, "There is no activation 'wiggly'; choose one of step,"),
        ({"activations": ["tanh", "tanh"]}, "and 2 activations"),
        ({"task": "class 3"}, "class 1 to class 2, or none; it is class 3"),
        ({"task": "class 9"}, "expected any of"),
        ({"chosen": [1, 3]}, "layer 1, neuron 3 is not there"),
        ({"chosen": [0, 1]}, "layer 0, neuron 1 is not there"),
        ({"seed": -1}, "seed must be a whole number, 0 or more, not -1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(small, sent, sentence):
    before, kept = small.picture, {name: getattr(small, name) for name in small.keys}
    ((name, value),) = sent.items()
    with pytest.raises(TraitError, match=sentence):
        setattr(small, name, value)
    small.set_state(sent)  # the same from the page
    assert sentence in small.problem
    assert small.picture is before
    for name in ("inputs", "weights", "biases", "activations", "task", "chosen", "seed"):
        assert getattr(small, name) == kept[name]
    small.set_state({"inputs": [0, 0]})
    assert small.problem == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"sizes": (5,)}, "sizes are the inputs and then the neurons of 1 to 3 layers"),
        ({"sizes": (5, 7)}, "each 1 to 6, such as"),
        ({"sizes": (5, 2.5)}, "sizes are the inputs"),
        ({"scheme": "magic"}, "There is no scheme 'magic'"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"sizes": (5, 1)}, "The task must name one of the 1 outputs"),
        ({"weights": []}, "weights must be given for 1 to 3 layers, but there are 0"),
    ],
)
def test_the_constructor_refuses_in_the_same_words(arguments, sentence):
    with pytest.raises(TraitError, match=sentence):
        Layers(**arguments)


def test_unknown_arguments_are_refused_with_advice():
    with pytest.raises(TypeError, match="no argument 'wieghts'. Did you mean 'weights'"):
        Layers(wieghts=[[[1]]])


def test_another_shape_comes_in_one_message(small):
    small.set_state(
        {
            "inputs": [1, 0, -1],
            "weights": [[[1, 0.5, 0], [0.25, -0.75, 1]], [[1, -1]]],
            "biases": [[0, 0], [0.5]],
            "activations": ["relu", "softplus"],
            "chosen": [2, 1],
        }
    )
    assert small.problem == ""
    assert small.network.sizes == (3, 2, 1)
    assert small.picture["activations"][-1] == pytest.approx([float(np.log1p(np.exp(1.5)))])


def test_the_state_is_opened_again_from_its_text(small):
    other = Layers((4, 3, 2), "tanh", "softmax", seed=9, task="class 1")
    small.take_state(other.state_text())
    for name in other.trait_names(hand=True):
        assert getattr(small, name) == getattr(other, name)
    assert small.picture == other.picture
    assert small.samples == other.samples


def test_the_page_cannot_write_what_python_computes(small):
    before = small.picture
    small.set_state({"picture": {}, "samples": [], "spare": []})
    assert small.picture is before
    assert np.shape(small.samples) == (4, 6)
    assert np.shape(small.spare) == (3, 6, 6)
