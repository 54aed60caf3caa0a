"""Layers and networks, against PyTorch's autograd, central differences and the curriculum."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.activations import ACTIVATIONS, LAYER_ACTIVATIONS
from lab.initialisation import SCHEMES
from lab.losses import LOSSES
from lab.networks import Layer, Network
from tests.lab import oracle

ALL = [*ACTIVATIONS, *LAYER_ACTIVATIONS]
PAIRS = [(loss, name) for loss in LOSSES for name in ALL if name not in LOSSES[loss].refuses]


def targets_for(loss, shape, random):
    kind = LOSSES[loss].targets
    if kind == "classes":
        return random.integers(0, shape[-1], shape[:-1])
    if kind == "shares":
        return random.random(shape)
    if kind == "signs":
        return random.choice([-1.0, 1.0], shape)
    return random.standard_normal(shape)


def some_activation(data, neurons):
    if data.draw(st.booleans()):
        return data.draw(st.sampled_from(ALL))
    return tuple(data.draw(st.sampled_from(list(ACTIVATIONS))) for _ in range(neurons))


def some_network(data, last, random):
    """1 to 5 layers; any activation, some neurons off; ``last`` is that of the output."""
    depth = data.draw(st.integers(1, 5))
    sizes = [data.draw(st.integers(1, 5)) for _ in range(depth)] + [data.draw(st.integers(2, 4))]
    layers = []
    for number, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        activation = last if number == depth else some_activation(data, outputs)
        off = data.draw(st.booleans()) and activation not in LAYER_ACTIVATIONS
        on = random.random(outputs) < 0.7 if off else None
        weights = random.standard_normal((outputs, inputs))
        layers.append(Layer(weights, random.standard_normal(outputs), activation, on))
    return Network(layers)


@pytest.mark.parametrize(("loss", "last"), PAIRS, ids="-".join)
@settings(max_examples=25, derandomize=True)
@given(data=st.data())
def test_forward_and_backward_equal_autograd(loss, last, data):
    random = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    network = some_network(data, last, random)
    samples = data.draw(st.sampled_from([(), (1,), (4,)]))
    x = random.standard_normal((*samples, network.layers[0].inputs))
    forward = network.forward(x)
    assume(min(np.abs(z).min() for z in forward.z) > 1e-9)  # at a kink either side is right
    target = targets_for(loss, forward.output.shape, random)
    backward = network.backward(forward, target, loss)

    leaves = oracle.parameters(network)
    zs, activations = oracle.forward(network, leaves, x)
    value = oracle.LOSSES[loss](activations[-1], torch.tensor(target))
    value.backward()

    def same(ours, theirs):
        assert np.shape(ours) == tuple(theirs.shape)
        assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)

    same(backward.loss, value)
    for i, (weights, biases) in enumerate(leaves):
        same(forward.z[i], zs[i])
        same(forward.activations[i], activations[i])
        same(backward.activation_gradients[i], activations[i].grad)
        same(backward.errors[i], zs[i].grad)
        same(backward.weight_gradients[i], weights.grad)
        same(backward.bias_gradients[i], biases.grad)


@pytest.mark.parametrize(("loss", "last"), PAIRS, ids="-".join)
def test_gradients_equal_central_differences(loss, last):
    random = np.random.default_rng(7)
    network = Network.random((3, 4, 3), "gelu", output=last, seed=3)
    x = random.standard_normal((5, 3))
    forward = network.forward(x)
    target = targets_for(loss, forward.output.shape, random)
    backward = network.backward(forward, target, loss)
    h = 1e-6
    for index, layer in enumerate(network.layers):
        for name, gradients in (
            ("weights", backward.weight_gradients[index]),
            ("biases", backward.bias_gradients[index]),
        ):
            values = getattr(layer, name)
            for place in np.ndindex(values.shape):
                ends = []
                for side in (h, -h):
                    moved = values.copy()
                    moved[place] += side
                    output = network.with_layer(index, **{name: moved})(x)
                    ends.append(LOSSES[loss].value(output, target))
                assert gradients[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-7)


def test_a_layer_of_threshold_neurons_fires_strictly_above_the_threshold():
    layer = Network((Layer([[1, 1, 1]], [-2], "step"),))
    assert layer([1, 1, 0]).tolist() == [0]  # the sum equals the threshold
    assert layer([[1, 1, 1e-9], [1, 1, 1]]).tolist() == [[1], [1]]


def test_a_single_layer_has_a_strongest_output():
    network = Network.random((5, 3), output="softmax", seed=1)
    outputs = network(np.eye(5))
    assert outputs.shape == (5, 3)
    assert np.allclose(outputs.sum(axis=1), 1)
    assert Network.random((4, 3, 2)).sizes == (4, 3, 2)


def test_two_hidden_threshold_neurons_separate_xor():
    hidden = Layer([[1, 1], [1, 1]], [-0.5, -1.5], "step")  # OR and AND
    network = Network((hidden, Layer([[1, -1]], [-0.5], "step")))
    forward = network.forward([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert forward.output[:, 0].tolist() == [0, 1, 1, 0]
    assert forward.activations[0].tolist() == [[0, 0], [1, 0], [1, 0], [1, 1]]  # hidden space


@pytest.mark.parametrize("output", ["identity", "sigmoid"])
def test_a_2_2_2_network_learns_by_the_rules_of_the_workshop(output):
    network = Network.random((2, 2, 2), "sigmoid", output=output, seed=4)
    x, target, rate = [0.6, -0.4], [0.2, 0.9], 0.5
    w1, w2 = (layer.weights.tolist() for layer in network.layers)
    b1, b2 = (layer.biases.tolist() for layer in network.layers)
    losses = []
    for _ in range(2000):
        # the rules, one number at a time
        hidden = [1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1] + b))) for w, b in zip(w1, b1)]  # noqa: B905
        out = [w[0] * hidden[0] + w[1] * hidden[1] + b for w, b in zip(w2, b2)]  # noqa: B905
        slope = [1.0, 1.0]
        if output == "sigmoid":
            out = [1 / (1 + np.exp(-z)) for z in out]
            slope = [a * (1 - a) for a in out]
        error2 = [(out[k] - target[k]) * slope[k] for k in (0, 1)]
        error1 = [
            (error2[0] * w2[0][j] + error2[1] * w2[1][j]) * hidden[j] * (1 - hidden[j])
            for j in (0, 1)
        ]
        forward = network.forward(x)
        backward = network.backward(forward, target, "half_squared_error")
        assert np.allclose(backward.activation_gradients[-1], np.subtract(out, target), atol=1e-12)
        assert np.allclose(backward.errors[1], error2, atol=1e-12)
        assert np.allclose(backward.errors[0], error1, atol=1e-12)
        assert np.allclose(backward.weight_gradients[0], np.outer(error1, x), atol=1e-12)
        assert np.allclose(backward.weight_gradients[1], np.outer(error2, hidden), atol=1e-12)
        network = network.update(backward, rate)
        w2 = [[w2[k][j] - rate * error2[k] * hidden[j] for j in (0, 1)] for k in (0, 1)]
        w1 = [[w1[j][i] - rate * error1[j] * x[i] for i in (0, 1)] for j in (0, 1)]
        b2 = [b2[k] - rate * error2[k] for k in (0, 1)]
        b1 = [b1[j] - rate * error1[j] for j in (0, 1)]
        losses.append(backward.loss)
    assert np.allclose(network.layers[0].weights, w1, atol=1e-9)
    assert np.allclose(network.layers[1].biases, b2, atol=1e-9)
    assert losses[-1] < 1e-3 < losses[0]


def test_update_leaves_frozen_weights_and_switched_off_neurons():
    frozen = [[True, False], [False, False], [False, False]]
    network = Network.random((2, 3, 2), seed=5)
    network = network.with_layer(0, frozen=frozen, on=[True, True, False])
    forward = network.forward([[0.3, 0.7], [1.0, -1.0]])
    assert not forward.activations[0][:, 2].any()
    backward = network.backward(forward, [[1, 0], [0, 1]], "mse_loss")
    after = network.update(backward, 0.1)
    moved = after.layers[0].weights != network.layers[0].weights
    assert moved.tolist() == [[False, True], [True, True], [False, False]]
    assert (after.layers[0].biases != network.layers[0].biases).tolist() == [True, True, False]
    outward = after.layers[1].weights != network.layers[1].weights
    assert outward.tolist() == [[True, True, False]] * 2
    assert (after.layers[0].frozen == frozen).all()


def test_a_network_never_changes():
    weights = np.ones((1, 2))
    network = Network((Layer(weights, [0.0]),))
    weights[0, 0] = 7
    assert network([1, 1]).tolist() == [2]
    with pytest.raises(ValueError, match="read-only"):
        network.layers[0].weights[0, 0] = 7


def test_response_maps_are_the_neurons_at_the_centre_of_each_cell():
    network = Network.random((3, 4, 2), "relu", output="softmax", seed=6)
    first, last = network.response_maps(extent=2, size=8, x=[9, 9, 0.25])
    assert (first.shape, last.shape) == ((4, 8, 8), (2, 8, 8))
    for row in range(8):
        for column in range(8):
            x = [-2 + (column + 0.5) * 0.5, 2 - (row + 0.5) * 0.5, 0.25]
            forward = network.forward(x)
            assert np.allclose(first[:, row, column], forward.activations[0], atol=1e-12)
            assert np.allclose(last[:, row, column], forward.output, atol=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_weights_are_drawn_as_torch_draws_them(scheme):
    draw = {
        "normal": torch.nn.init.normal_,
        "uniform": lambda w: torch.nn.init.kaiming_uniform_(w, a=5**0.5),  # as nn.Linear does
        "xavier": torch.nn.init.xavier_uniform_,
        "he": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
        "zeros": torch.nn.init.zeros_,
    }[scheme]
    torch.manual_seed(0)
    theirs = draw(torch.empty(300, 200, dtype=torch.float64)).numpy()
    network = Network.random((200, 300), scheme=scheme, seed=1)
    ours = network.layers[0].weights
    assert not network.layers[0].biases.any()
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    if scheme != "normal":  # a normal distribution has no end
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.001)
    again = Network.random((200, 300), scheme=scheme, seed=1).layers[0].weights
    other = Network.random((200, 300), scheme=scheme, seed=2).layers[0].weights
    assert (again == ours).all()
    assert (other != ours).any() == (scheme != "zeros")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Layer([1.0, 2.0], [0.0]), "a row for each neuron"),
        (lambda: Layer([[1.0, np.nan]], [0.0]), "weights of a layer must be finite"),
        (lambda: Layer([[1.0], [1.0, 2.0]], [0.0]), "rows of one length"),
        (lambda: Layer([["a"]], [0.0]), "must be numbers"),
        (lambda: Layer([[1.0]], [0.0, 1.0]), "1 neurons needs 1 biases"),
        (lambda: Layer([[1.0]], [np.inf]), "biases of a layer must be finite"),
        (lambda: Layer([[1.0]], [0.0], "sine"), "choose one of step"),
        (lambda: Layer([[1.0]], [0.0], ("tanh", "relu")), "1 neurons but 2 activations"),
        (lambda: Layer([[1.0], [1.0]], [0.0, 0.0], ("tanh", "softmax")), "to the whole layer"),
        (lambda: Layer([[1.0]], [0.0], on=[True, False]), "`on` must have the shape"),
        (lambda: Layer([[1.0]], [0.0], frozen=[True]), "`frozen` must have the shape"),
        (lambda: Layer([[1.0]], [0.0], "softmax", on=[False]), "none can be switched off"),
        (lambda: Network(()), "at least one layer"),
        (
            lambda: Network((Layer([[1.0]], [0.0]), Layer([[1.0, 2.0]], [0.0]))),
            "Layer 2 has 2 inputs, but layer 1 has 1 neurons",
        ),
        (lambda: Network.random((2, 0, 1)), "all at least 1"),
        (lambda: Network.random((2,)), "all at least 1"),
        (lambda: Network.random((2, 1), scheme="best"), "choose one of normal"),
        (lambda: Network.random((2, 1)).forward([1, 2, 3]), "This network has 2 inputs"),
        (lambda: Network.random((2, 1)).forward(np.empty((0, 2))), "This network has 2 inputs"),
        (lambda: Network.random((2, 1)).forward([1, np.nan]), "inputs must be finite"),
        (lambda: Network.random((2, 1)).forward(["a", "b"]), "inputs must be numbers"),
        (lambda: Network.random((1, 1)).response_maps(), "two inputs or more"),
    ],
)
def test_bad_input_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_maps_in_float32_are_those_in_float64(activation):
    network = Network.random((2, 6, 3, 1), activation, seed=5)
    if activation == "step":  # a step tells apart what float32 cannot
        network = network.with_layer(0, activation="tanh").with_layer(1, activation="tanh")
    exact = network.response_maps(6, 40)
    for quick, slow in zip(network.response_maps(6, 40, dtype=np.float32), exact, strict=True):
        assert np.abs(quick - slow).max() < 1e-4
