"""A round of learning, frame by frame: the lines that are shown run, and autograd agrees."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.backpropagation import BOUND, Frame, Round, Training, film
from lab.backpropagation_code import numpy_code, setup
from lab.backpropagation_notation import ACTIVATIONS, factor, number, sign
from lab.backpropagation_text import explain
from lab.gradient_task import predict_sign
from lab.layers import Layer
from lab.networks import Network
from tests.lab import oracle

LOSSES = ("half_squared_error", "mse_loss", "binary_cross_entropy_with_logits")
numbers = st.floats(-2, 2).map(lambda value: round(value, 3))


@st.composite
def rounds(draw, most_layers=3, most_neurons=3):
    sizes = draw(st.lists(st.integers(1, most_neurons), min_size=2, max_size=most_layers + 1))
    loss = draw(st.sampled_from(LOSSES))
    hidden = draw(st.sampled_from(list(ACTIVATIONS)))
    output = "identity" if loss == LOSSES[2] else hidden
    row = lambda size, of=numbers: draw(st.lists(of, min_size=size, max_size=size))  # noqa: E731
    layers = [
        Layer(np.array([row(before) for _ in range(size)]), np.array(row(size)), name)
        for before, size, name in zip(
            sizes, sizes[1:], [hidden] * (len(sizes) - 2) + [output], strict=False
        )
    ]
    targets = row(sizes[-1], st.floats(0, 1).map(lambda value: round(value, 3)))
    rate = draw(st.sampled_from([0.01, 0.5, 2.0]))
    return Round(Network(layers), tuple(row(sizes[0])), tuple(targets), loss, rate)


def example(**changes):
    network = Network(
        (
            Layer(np.array([[0.5, -0.4], [0.3, 0.8]]), np.array([0.1, -0.2]), "sigmoid"),
            Layer(np.array([[0.7, -0.6], [-0.5, 0.9]]), np.array([0.2, 0.0]), "sigmoid"),
        )
    )
    parts = {"network": network, "inputs": (1.0, 0.5), "targets": (1.0, 0.0)}
    return Round(**(parts | {"loss": "half_squared_error", "learning_rate": 0.5} | changes))


@settings(max_examples=60)
@given(rounds())
def test_every_number_is_autograds(done):
    leaves = oracle.parameters(done.network)
    zs, activations = oracle.forward(done.network, leaves, np.array(done.inputs))
    loss = oracle.LOSSES[done.loss](activations[-1], torch.tensor(done.targets, dtype=torch.double))
    loss.backward()
    assert done.backward.loss == pytest.approx(loss.item(), abs=1e-10)
    for i, (weights, biases) in enumerate(leaves):
        for mine, theirs in [
            (done.forward.activations[i], activations[i].detach()),
            (done.backward.errors[i], zs[i].grad),
            (done.backward.weight_gradients[i], weights.grad),
            (done.backward.bias_gradients[i], biases.grad),
            (done.after.layers[i].weights, (weights - done.learning_rate * weights.grad).detach()),
            (done.after.layers[i].biases, (biases - done.learning_rate * biases.grad).detach()),
        ]:
            np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-10)


def flat(value):
    """Return the numbers of an array, a tensor, or a list of either's elements."""
    if isinstance(value, list):
        value = torch.stack([torch.as_tensor(one) for one in value])
    return np.ravel(value.detach().numpy() if torch.is_tensor(value) else value)


@settings(max_examples=40)
@given(rounds())
def test_the_lines_run_in_order_and_give_the_numbers(done):
    frames = film(done.network.sizes)
    for library in (0, 1):
        scope = {}
        before = torch.get_default_dtype()
        try:
            for line in setup(done)[library]:
                exec(line, scope)
            for frame in frames:
                said = explain(done, frame)
                line = (said.numpy, said.torch)[library]
                assert "\n" not in line
                exec(line, scope)
                if frame.kind == "error":
                    assert flat(scope["C"])[0] == pytest.approx(done.backward.loss, abs=1e-6)
        finally:
            torch.set_default_dtype(before)
        for letter, mine in [
            ("z", done.forward.z),
            ("a", done.forward.activations),
            ("d", done.backward.errors),
            ("gw", done.backward.weight_gradients),
            ("gb", done.backward.bias_gradients),
            ("w", [layer.weights for layer in done.after.layers]),
            ("b", [layer.biases for layer in done.after.layers]),
        ]:
            for i, expected in enumerate(mine, start=1):
                got = flat(scope[f"{letter}{i}"])
                np.testing.assert_allclose(got, expected.ravel(), atol=1e-6, err_msg=letter)
        assert flat(scope["C"])[0] == pytest.approx(done.error_after, abs=1e-6)


@settings(max_examples=30)
@given(rounds())
def test_the_whole_round_in_numpy_gives_the_new_weights(done):
    scope = {}
    exec(numpy_code(done), scope)
    assert scope["C"] == pytest.approx(done.backward.loss, abs=1e-10)
    for i, layer in enumerate(done.after.layers, start=1):
        np.testing.assert_allclose(scope[f"w{i}"], layer.weights, atol=1e-10)
        np.testing.assert_allclose(scope[f"b{i}"], layer.biases, atol=1e-10)


def test_the_workshops_rules_for_two_two_two():
    done = example()
    x, t = np.array([1.0, 0.5]), np.array([1.0, 0.0])
    w1, w2 = (layer.weights for layer in done.network.layers)
    h = 1 / (1 + np.exp(-(w1 @ x + [0.1, -0.2])))
    o = 1 / (1 + np.exp(-(w2 @ h + [0.2, 0.0])))
    output_error = (o - t) * o * (1 - o)
    hidden_error = (w2.T @ output_error) * h * (1 - h)
    assert done.backward.errors[1] == pytest.approx(output_error, abs=1e-12)
    assert done.backward.errors[0] == pytest.approx(hidden_error, abs=1e-12)
    assert done.backward.weight_gradients[1] == pytest.approx(np.outer(output_error, h), abs=1e-12)
    assert done.backward.weight_gradients[0] == pytest.approx(np.outer(hidden_error, x), abs=1e-12)
    said = explain(done, Frame("delta", 0, 1)).formulas[0]
    assert said[0] == "δ₂¹ = (w₁₂²·δ₁² + w₂₂²·δ₂²)·σ′(z₂¹)"
    first, second = (factor(value) for value in output_error)
    slope, delta = factor(h[1] * (1 - h[1])), number(hidden_error[1])
    assert said[1] == f"= ((−0.600)·{first} + 0.900·{second})·{slope} = {delta}"


@given(st.lists(st.integers(1, 5), min_size=2, max_size=6))
def test_the_film_goes_forward_then_back_and_forgets_nothing(sizes):
    frames = film(sizes)
    kinds = list(dict.fromkeys(frame.kind for frame in frames if frame.kind != "bias"))
    assert kinds == ["start", "forward", "error", "delta", "weight", "update", "new"]
    count = lambda kind: sum(frame.kind == kind for frame in frames)  # noqa: E731
    neurons, weights = sum(sizes[1:]), sum(a * b for a, b in pairwise(sizes))
    assert (count("forward"), count("delta"), count("weight")) == (neurons, neurons, weights)
    assert (count("bias"), count("update")) == (len(sizes) - 1, len(sizes) - 1)
    assert len(set(frames)) == len(frames)


def test_training_repeats_the_round_until_the_error_is_small():
    training = Training(example(learning_rate=2.0))
    errors = training.errors(300)
    assert len(errors) == 301
    assert errors[-1] < 0.01 < errors[0]
    assert training.round(1).network is training.round(0).after
    assert not training.diverged
    assert training.errors(3) == errors[:4]


def test_training_stops_where_the_weights_leave_every_scale():
    layers = (Layer(np.array([[2.0]]), np.zeros(1), "identity"),)
    training = Training(Round(Network(layers), (2.0,), (0.0,), "half_squared_error", 10.0))
    last = training.round(500)
    assert training.diverged
    assert len(training.errors(500)) == len(training.rounds) < 20
    assert np.abs(last.network.layers[0].weights).max() <= BOUND


def test_an_error_that_rises_is_called_so():
    layers = (Layer(np.array([[2.0]]), np.zeros(1), "identity"),)
    network = Network(layers)
    far = Round(network, (2.0,), (0.0,), "half_squared_error", 1.0)
    near = Round(network, (2.0,), (0.0,), "half_squared_error", 0.1)
    assert "The error rose from 8.0000 to" in explain(far, Frame("new")).caption
    assert "the error falls from 8.0000 to" in explain(near, Frame("new")).caption
    still = Round(network, (0.0,), (0.0,), "half_squared_error", 0.1)
    assert "nothing left to learn" in explain(still, Frame("new")).caption


@given(rounds(), st.sampled_from(["+", "0", "−"]), st.data())
def test_only_the_right_sign_solves_and_a_wrong_one_gets_a_hint(done, guess, data):
    frame = data.draw(st.sampled_from([f for f in film(done.network.sizes) if f.kind == "weight"]))
    task = predict_sign(done, frame, guess)
    gradient = done.gradient(frame)
    assert task.solved == (guess == sign(gradient))
    assert task.hint.endswith("." if task.solved else "?")
    assert predict_sign(done, frame, "").hint == ""


def test_the_hint_leads_from_the_signs():
    done = example()
    frame = Frame("weight", 1, 0, 0)
    assert predict_sign(done, frame, "+").hint == (
        "δ₁² is negative and a₁¹ is positive: what sign has the product of the two?"
    )
    still = example(inputs=(0.0, 0.5))
    hint = predict_sign(still, Frame("weight", 0, 1, 0), "+").hint
    assert hint.startswith("Look at x₁: it is 0.")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.250"), (-1.5, "−1.500"), (0.00012, "1.2·10⁻⁴"), (-3e-7, "−3.0·10⁻⁷")],
)
def test_numbers_as_people_read_them(value, text):
    assert number(value) == text
