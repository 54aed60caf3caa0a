"""Losses: values of single predictions, and what they refuse. Gradients: see test_networks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.losses import LOSSES, loss_named
from lab.networks import Network
from tests.lab import oracle

logits = st.floats(-800, 800)


@given(z=logits, t=st.floats(0, 1))
def test_a_confident_wrong_answer_costs_much_but_never_overflows(z, t):
    loss = LOSSES["binary_cross_entropy_with_logits"]
    leaf = torch.tensor([z], dtype=torch.float64, requires_grad=True)
    value = oracle.LOSSES[loss.name](leaf, torch.tensor([t], dtype=torch.float64))
    value.backward()
    output, target = np.array([z]), np.array([t])
    assert loss.value(output, target) == pytest.approx(value.item(), abs=1e-10)
    assert loss.gradient(output, target)[0] == pytest.approx(leaf.grad.item(), abs=1e-12)


@given(z=st.tuples(logits, logits, logits), t=st.integers(0, 2))
def test_cross_entropy_is_nll_loss_after_log_softmax(z, t):
    output, target = np.array([z]), np.array([t])
    leaf = torch.tensor(output, requires_grad=True)
    value = oracle.LOSSES["cross_entropy"](leaf, torch.tensor(target))
    value.backward()
    assert LOSSES["cross_entropy"].value(output, target) == pytest.approx(value.item(), abs=1e-10)
    gradient = LOSSES["cross_entropy"].gradient(output, target)
    assert np.allclose(gradient, leaf.grad.numpy(), atol=1e-12)


def test_the_error_of_the_workshop_is_output_minus_target():
    loss = LOSSES["half_squared_error"]
    output, target = np.array([0.75, 0.5]), np.array([1.0, 0.0])
    assert loss.gradient(output, target).tolist() == [-0.25, 0.5]
    assert loss.value(output, target) == (0.25**2 + 0.5**2) / 2


def test_hinge_costs_nothing_beyond_the_margin():
    loss = LOSSES["hinge"]
    assert loss.value(np.array([2.0]), np.array([1.0])) == 0
    assert loss.value(np.array([0.5]), np.array([1.0])) == 0.5
    assert loss.gradient(np.array([-1.0, 3.0]), np.array([1.0, 1.0])).tolist() == [-0.5, 0]


def test_labels_become_the_targets_that_a_loss_takes():
    labels = [0, 2, 1]
    assert LOSSES["cross_entropy"].encode(labels, 3).tolist() == labels
    assert LOSSES["mse_loss"].encode(labels, 3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert LOSSES["hinge"].encode([0, 1], 1).tolist() == [[-1], [1]]
    assert LOSSES["hinge"].encode([0, 1], 2).tolist() == [[1, -1], [-1, 1]]
    assert LOSSES["mse_loss"].encode([0.5, -1.5], 1).tolist() == [[0.5], [-1.5]]
    assert LOSSES["binary_cross_entropy_with_logits"].encode([0, 1], 1).tolist() == [[0], [1]]


@pytest.mark.parametrize(
    ("loss", "last", "sentence"),
    [
        ("cross_entropy", "softmax", "cross_entropy cannot follow softmax.*the softmax itself"),
        ("cross_entropy", "log_softmax", "applies the softmax itself"),
        ("binary_cross_entropy_with_logits", "sigmoid", "applies the sigmoid itself"),
        ("nll_loss", "softmax", "logarithms of probabilities.*log_softmax"),
        ("nll_loss", "identity", "take cross_entropy after identity"),
        ("hinge", "sigmoid", "both sides of 0"),
        ("hinge", "step", "both sides of 0"),
        ("mean_loss", "tanh", "choose one of mse_loss"),
    ],
)
def test_a_loss_refuses_what_makes_no_sense(loss, last, sentence):
    network = Network.random((2, 2), output=last)
    with pytest.raises(ValueError, match=sentence):
        network.backward(network.forward([1, 2]), [0, 1], loss)


def test_a_loss_refuses_one_unfit_neuron_among_others():
    with pytest.raises(ValueError, match="cannot follow sigmoid"):
        loss_named("cross_entropy").check_activation(("identity", "sigmoid"))


@pytest.mark.parametrize(
    ("loss", "output", "target", "sentence"),
    [
        ("mse_loss", [1.0, 2.0], [1.0], r"the target must have the shape \(2,\), but it is \(1,\)"),
        ("mse_loss", [[1.0], [2.0]], [1.0, 2.0], r"shape \(2, 1\), but it is \(2,\)"),
        ("mse_loss", [1.0], [np.nan], "target must be finite"),
        ("mse_loss", [np.inf], [1.0], "output must be finite"),
        ("mse_loss", [1.0], ["one"], "target must be numbers"),
        ("mse_loss", 1.0, 1.0, r"shape \(outputs,\) or \(samples, outputs\)"),
        ("binary_cross_entropy_with_logits", [1.0], [2.0], "between 0 and 1, but .* 2 to 2"),
        ("cross_entropy", [1.0], 0, "two or more; the network has one"),
        ("cross_entropy", [[1.0, 2.0]], [2], "whole numbers from 0 to 1"),
        ("cross_entropy", [[1.0, 2.0]], [0.5], "whole numbers from 0 to 1"),
        ("cross_entropy", [[1.0, 2.0]], [-1], "whole numbers from 0 to 1"),
        ("nll_loss", [[1.0, 2.0]], [[0, 1]], r"shape \(1,\), but it is \(1, 2\)"),
        ("hinge", [1.0], [0.0], "−1 or 1"),
    ],
)
def test_bad_targets_get_a_sentence(loss, output, target, sentence):
    with pytest.raises(ValueError, match=sentence):
        LOSSES[loss].check(output, target)
