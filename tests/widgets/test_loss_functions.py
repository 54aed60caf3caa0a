"""The loss widget without a browser: its numbers against autograd, what it refuses and keeps."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional
from traitlets import TraitError

from widgets.loss_functions import LossFunctions

ORACLE = {
    "mse_loss": functional.mse_loss,
    "half_squared_error": lambda p, t: functional.mse_loss(p, t, reduction="sum") / 2,
    "binary_cross_entropy_with_logits": functional.binary_cross_entropy_with_logits,
    "cross_entropy": functional.cross_entropy,
}
STATES = [
    ("mse_loss", [0.8, 0.2, 5.5], [0.3, 0.2, 0.0]),
    ("mse_loss", [2.5], [1.0]),
    ("half_squared_error", [0.8, 0.2, 5.5, 6], [0.3, 0.2, 0.0, 0]),
    ("binary_cross_entropy_with_logits", [6, -6, 6, 0, 1.5], [1, 1, 0, 0, 1]),
    ("binary_cross_entropy_with_logits", [-2.5], [0]),
    ("cross_entropy", [6, -6], [1]),
    ("cross_entropy", [0.3, -1.2, 4.0, 2.2, 0.0], [4]),
]
KEPT = {"loss": "mse_loss", "predictions": (1.0, 2.0), "targets": (3.0, 2.5)}


def oracle(loss, predictions, targets):
    """Return loss and gradient as PyTorch computes them in float64."""
    leaf = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
    if loss == "cross_entropy":
        value = ORACLE[loss](leaf[None], torch.tensor([int(targets[0])]))
    else:
        value = ORACLE[loss](leaf, torch.tensor(targets, dtype=torch.float64))
    value.backward()
    return value.item(), leaf.grad.numpy()


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


@pytest.fixture
def widget():
    return LossFunctions("mse_loss", [1, 2], [3, 2.5])


@pytest.mark.parametrize(("loss", "predictions", "targets"), STATES)
def test_loss_and_gradients_are_those_of_autograd(loss, predictions, targets):
    widget = LossFunctions(loss, predictions, targets)
    value, gradients = oracle(loss, predictions, targets)
    assert widget.value == pytest.approx(value, abs=1e-12)
    assert np.allclose(widget.gradients, gradients, atol=1e-12)
    assert widget.picture["gradients"] == list(widget.gradients)


@pytest.mark.parametrize(("loss", "predictions", "targets"), STATES)
def test_each_case_by_itself_is_that_of_autograd(loss, predictions, targets):
    picture = LossFunctions(loss, predictions, targets).picture
    cases = [(predictions, targets)]
    if loss != "cross_entropy":
        cases = [([p], [t]) for p, t in zip(predictions, targets, strict=True)]
    values, slopes = zip(*(oracle(loss, p, t) for p, t in cases), strict=True)
    assert np.allclose(picture["losses"], values, atol=1e-12)
    assert picture["worst"] == np.argmax(values)
    at = int(targets[0]) if loss == "cross_entropy" else 0
    assert np.allclose(picture["slopes"], [slope[at] for slope in slopes], atol=1e-12)


@pytest.mark.parametrize(("loss", "predictions", "targets"), STATES)
def test_the_code_gives_the_same_numbers(loss, predictions, targets):
    widget = LossFunctions(loss, predictions, targets)
    scope = {}
    exec(widget.code(), scope)
    assert widget.picture["code"] == widget.code()
    assert scope["loss"].item() == pytest.approx(widget.value, rel=1e-6, abs=1e-6)
    assert np.allclose(scope["gradients"].flatten(), widget.gradients, atol=1e-6)


def test_the_curves_are_those_of_pytorch():
    curves = LossFunctions("binary_cross_entropy_with_logits").picture["curves"]
    z = torch.tensor(array(curves["along"]))
    assert np.allclose(array(curves["probabilities"]), torch.sigmoid(z))
    assert len(curves["lines"]) == 4
    for line in curves["lines"]:
        truth = torch.full_like(z, line["target"])
        expected = (
            functional.binary_cross_entropy_with_logits(z, truth, reduction="none")
            if line["chosen"]
            else functional.mse_loss(torch.sigmoid(z), truth, reduction="none")
        )
        assert np.allclose(array(line["values"]), expected, atol=1e-5)


def test_the_curves_of_the_cross_entropy_move_one_logit_and_hold_the_others():
    curves = LossFunctions("cross_entropy", [1.0, 2.5, -0.5], 1).picture["curves"]
    z = torch.tensor(array(curves["along"]), dtype=torch.float64)
    rows = torch.tensor([1.0, 0.0, -0.5], dtype=torch.float64).repeat(len(z), 1)
    rows[:, 1] = z
    shares = torch.softmax(rows, dim=1)
    hot = torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64).expand_as(shares)
    own, squared = (array(line["values"]) for line in curves["lines"])
    assert np.allclose(array(curves["probabilities"]), shares[:, 1], atol=1e-6)
    assert np.allclose(own, -torch.log(shares[:, 1]), atol=1e-5)
    assert np.allclose(squared, ((shares - hot) ** 2).mean(dim=1), atol=1e-6)


def said(sentence):
    """Return the last number of a sentence."""
    return float(re.findall(r"[+−]?\d+\.?\d*", sentence)[-1].replace("−", "-"))


@pytest.mark.parametrize("truth", [0, 1])
def test_what_a_squared_error_would_say_is_what_autograd_says(truth):
    z = torch.tensor([4.0, 0.5], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0.0, truth], dtype=torch.float64)
    functional.mse_loss(torch.sigmoid(z), targets).backward()
    widget = LossFunctions("binary_cross_entropy_with_logits", z.tolist(), targets.tolist())
    assert said(widget.picture["compared"]) == pytest.approx(z.grad[0].item(), rel=0.05)

    z.grad = None
    hot = torch.eye(2, dtype=torch.float64)[truth]
    functional.mse_loss(torch.softmax(z, dim=0), hot).backward()
    widget = LossFunctions("cross_entropy", z.tolist(), truth)
    assert said(widget.picture["compared"]) == pytest.approx(z.grad[truth].item(), rel=0.05)


def test_a_confident_wrong_answer_is_put_into_words():
    z = float(np.log(99))  # σ(z) = 0.99
    widget = LossFunctions("binary_cross_entropy_with_logits", [z, 1.0], [0, 1])
    assert widget.picture["meaning"] == (
        "The network is 99 % sure that patient 1 is sick, and wrong: this alone costs 4.61."
    )
    widget.targets = [1, 1]
    assert widget.picture["meaning"].startswith("Right every time; the dearest is patient 2")
    widget.predictions = [0, 5]
    assert widget.picture["meaning"].startswith("The network cannot tell whether patient 1")


def test_the_meaning_of_a_cross_entropy():
    widget = LossFunctions("cross_entropy", [0.6, 3.0, -1.0], 0)
    assert widget.picture["meaning"] == (
        "The network is 90 % sure that this is lung, and it is liver: the loss is 2.50."
    )
    widget.targets = [1]
    assert widget.picture["meaning"] == (
        "The network gives 90 % to the truth, lung: the loss is 0.10."
    )
    widget.set_state({"predictions": [-6, 6, 6]})
    widget.targets = [0]
    assert "−ln 0.0000031 = 12.69" in widget.picture["working"]


def test_the_mean_is_written_out(widget):
    assert widget.picture["working"] == "((1.00 − 3.00)² + (2.00 − 2.50)²) / 2 = 2.12"
    assert widget.picture["meaning"] == "The loss is 2.12. Patient 1 alone makes 94 % of it."
    widget.predictions = [3, 2.5]
    assert widget.picture["meaning"] == "The loss is 0: every prediction is exact."


def test_another_loss_takes_along_what_means_the_same_and_remembers_the_rest(widget):
    widget.loss = "half_squared_error"
    assert widget.predictions == KEPT["predictions"]
    assert widget.picture["loss"] == "half_squared_error"
    widget.loss = "cross_entropy"
    assert len(widget.predictions) == 3
    assert widget.picture["names"] == ["liver", "lung", "colon"]
    widget.predictions = [1, 1, 1]
    widget.set_state({"loss": "mse_loss"})
    assert (widget.predictions, widget.targets) == (KEPT["predictions"], KEPT["targets"])
    assert widget.value == pytest.approx(2.125)
    widget.loss = "cross_entropy"
    assert widget.predictions == (1, 1, 1)
    assert widget.value == pytest.approx(np.log(3))


def test_a_whole_state_comes_in_one_message(widget):
    widget.set_state({"loss": "cross_entropy", "predictions": [0, 1, 2, 3], "targets": [3]})
    assert widget.problem == ""
    assert widget.value == pytest.approx(oracle("cross_entropy", [0.0, 1, 2, 3], [3])[0])
    assert widget.picture["names"][3] == "stomach"


def set_all(widget, values):
    with widget.hold_trait_notifications():
        for name, value in values.items():
            setattr(widget, name, value)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"predictions": [1, float("nan")]}, "predictions, number 2, must be a finite number"),
        ({"predictions": [1, None]}, "predictions, number 2, must be a finite number"),
        ({"predictions": [1, 6.5]}, "number 2, must lie between 0 and 6, but it is 6.5"),
        ({"predictions": [1, -1]}, "between 0 and 6, but it is −1"),
        ({"predictions": [1]}, "one target for each prediction: 1 predictions cannot go with 2"),
        ({"predictions": []}, "must hold 1 to 6 numbers, but 0 came"),
        ({"predictions": 3}, "must be a row of numbers"),
        ({"targets": [1, 7]}, "targets, number 2, must lie between 0 and 6"),
        ({"targets": [1, 2, 3]}, "2 predictions cannot go with 3 targets"),
        ({"targets": [float("inf"), 2]}, "targets, number 1, must be a finite number"),
        ({"loss": "mean_loss"}, "mean_loss"),
        ({"against": "time"}, "time"),
        (
            {"loss": "cross_entropy", "predictions": [1, 2], "targets": [2]},
            "the number of the true class, one of 0 to 1",
        ),
        (
            {"loss": "cross_entropy", "predictions": [1], "targets": [0]},
            "must hold 2 to 5 numbers with this loss, but 1 came",
        ),
        (
            {"loss": "binary_cross_entropy_with_logits", "predictions": [7], "targets": [0]},
            "between −6 and 6, but it is 7",
        ),
        (
            {"loss": "binary_cross_entropy_with_logits", "predictions": [1], "targets": [0.5]},
            "must be 0 (healthy) or 1 (sick), but it is 0.5",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(widget, sent, sentence):
    before = widget.picture
    with pytest.raises(TraitError, match=re.escape(sentence)):
        set_all(widget, sent)
    widget.set_state(sent)  # the same from the page
    assert sentence in widget.problem
    assert {name: getattr(widget, name) for name in KEPT} == KEPT
    assert widget.picture is before
    widget.set_state({"predictions": [3, 3]})
    assert widget.problem == ""


@pytest.mark.parametrize("loss", ORACLE)
def test_wrong_arguments_are_refused_at_once(loss):
    with pytest.raises(TraitError, match="must be a finite number"):
        LossFunctions(loss, [1, float("nan"), 2])
    with pytest.raises(TraitError):
        LossFunctions(loss, [1, 2], [0, 9])


def test_unknown_arguments_are_refused_with_advice():
    with pytest.raises(TypeError, match="no argument 'prediction'. Did you mean 'predictions'"):
        LossFunctions(prediction=[1, 2])
    with pytest.raises(TraitError, match="mean_loss"):
        LossFunctions("mean_loss")
