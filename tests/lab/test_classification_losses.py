"""The losses against their closed forms, PyTorch's own, and autograd in float64."""

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import nn

from lab.classification_losses import balanced, focal, make_loss
from lab.settings import Settings

RANDOM = torch.Generator().manual_seed(0)
LOGITS = torch.randn(40, 5, generator=RANDOM, dtype=torch.float64) * 3
LABELS = torch.randint(0, 5, (40,), generator=RANDOM)
COUNTS = torch.tensor([100, 20, 50, 10, 4])


def loss_of(**settings):
    return make_loss(Settings(**settings), COUNTS)


@pytest.mark.parametrize("weights", ["none", "balanced"])
def test_the_losses_are_those_of_pytorch(weights):
    w = balanced(COUNTS) if weights == "balanced" else None
    logits = LOGITS.float()
    plain = {
        "cross_entropy": nn.CrossEntropyLoss(w)(logits, LABELS),
        "nll": nn.NLLLoss(w)(nn.LogSoftmax(1)(logits), LABELS),
        "label_smoothing": nn.CrossEntropyLoss(w, label_smoothing=0.2)(logits, LABELS),
    }
    for name, expected in plain.items():
        ours = loss_of(loss=name, class_weights=weights, label_smoothing=0.2)(logits, LABELS)
        torch.testing.assert_close(ours, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_the_focal_loss_is_its_closed_form(gamma):
    p = np.exp(LOGITS.numpy())
    p = (p / p.sum(1, keepdims=True))[np.arange(40), LABELS.numpy()]
    expected = -((1 - p) ** gamma) * np.log(p)
    assert focal(LOGITS, LABELS, gamma).item() == pytest.approx(expected.mean(), rel=1e-9)
    weights = balanced(COUNTS).double()
    w = weights.numpy()[LABELS.numpy()]
    assert focal(LOGITS, LABELS, gamma, weights).item() == pytest.approx(
        (w * expected).sum() / w.sum(), rel=1e-9
    )


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_the_slope_of_the_focal_loss_is_its_derivative(gamma):
    logits = LOGITS.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda z: focal(z, LABELS, gamma), [logits])
    # d/dz_j of -(1-p)^γ·log p, by hand: (γ·(1-p)^(γ-1)·p·log p - (1-p)^γ)·(δ_j - p_j)
    focal(logits, LABELS, gamma).backward()
    all_p = LOGITS.softmax(1)
    p = all_p.gather(1, LABELS[:, None])
    delta = nn.functional.one_hot(LABELS, 5)
    by_hand = (gamma * (1 - p) ** (gamma - 1) * p * p.log() - (1 - p) ** gamma) * (delta - all_p)
    torch.testing.assert_close(logits.grad, by_hand / 40)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_the_focal_loss_of_what_is_quite_sure_is_finite(gamma):
    logits = torch.tensor([[200.0, 0.0], [0.0, 200.0], [0.0, 0.0]], requires_grad=True)
    loss = focal(logits, torch.tensor([0, 0, 1]), gamma)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()


def test_balanced_weights_are_those_of_scikit_learn():
    labels = np.repeat(np.arange(5), COUNTS.numpy())
    expected = compute_class_weight("balanced", classes=np.arange(5), y=labels)
    np.testing.assert_allclose(balanced(COUNTS).numpy(), expected, rtol=1e-6)


def test_a_class_without_images_weighs_nothing():
    assert balanced(torch.tensor([6, 0, 2])).tolist() == pytest.approx([8 / 12, 0, 2])
