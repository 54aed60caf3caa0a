"""The widget of backpropagation without a browser: what it takes, refuses and sends."""

import numpy as np
import pytest
import torch
from traitlets import TraitError

from lab.backpropagation import film
from tests.widgets.comm import Comm
from widgets.backpropagation import Backpropagation

WEIGHTS = (((0.8, -0.6), (-0.5, 1.2)), ((-1.4, -0.6), (0.5, 1.6)))
BIASES = ((0.1, -0.2), (0.3, 0.0))


def make(**changes):
    return Backpropagation(
        **({"inputs": [1, 0.5], "targets": [1, 0], "weights": WEIGHTS, "biases": BIASES} | changes)
    )


@pytest.fixture
def widget():
    return make()


def autograd(widget):
    """Return the loss and the gradients of PyTorch at the widget's beginning."""
    leaves = [
        (torch.tensor(w, dtype=torch.double, requires_grad=True),
         torch.tensor(b, dtype=torch.double, requires_grad=True))
        for w, b in zip(widget.weights, widget.biases, strict=True)
    ]  # fmt: skip
    a = torch.tensor(widget.inputs, dtype=torch.double)
    for w, b in leaves:
        a = torch.sigmoid(w @ a + b)
    loss = 0.5 * ((a - torch.tensor(widget.targets, dtype=torch.double)) ** 2).sum()
    loss.backward()
    return loss.item(), [(w.grad.numpy(), b.grad.numpy()) for w, b in leaves]


def test_the_picture_is_what_autograd_says(widget):
    loss, gradients = autograd(widget)
    picture = widget.picture
    assert picture["error"] == pytest.approx(loss, abs=1e-12)
    for i, (of_weights, of_biases) in enumerate(gradients):
        np.testing.assert_allclose(picture["weight_gradients"][i], of_weights, atol=1e-12)
        np.testing.assert_allclose(picture["bias_gradients"][i], of_biases, atol=1e-12)
        np.testing.assert_allclose(picture["deltas"][i], of_biases, atol=1e-12)
        new = np.array(WEIGHTS[i]) - 0.5 * of_weights
        np.testing.assert_allclose(picture["new_weights"][i], new, atol=1e-12)
    assert picture["new_error"] < picture["error"]


@pytest.mark.parametrize("loss", ["half_squared_error", "mse_loss"])
def test_the_code_does_the_whole_round(loss):
    widget = make(loss=loss, activation="tanh")
    scope = {}
    exec(widget.code(), scope)
    assert scope["C"].item() == pytest.approx(widget.picture["error"], abs=1e-12)
    parameters = list(scope["network"].parameters())
    np.testing.assert_allclose(
        parameters[0].detach().numpy(), widget.picture["new_weights"][0], atol=1e-12
    )


def test_the_code_knows_a_loss_that_takes_logits():
    widget = make(loss="binary_cross_entropy_with_logits")
    scope = {}
    exec(widget.code(), scope)
    assert scope["C"].item() == pytest.approx(widget.picture["error"], abs=1e-12)
    assert widget.network.layers[-1].activation == "identity"


def test_rounds_are_repeated_steps_of_gradient_descent(widget):
    widget.rounds = 200
    errors = np.frombuffer(widget.picture["errors"]["buffer"], np.float32)
    assert len(errors) == 201
    assert errors[200] < 0.02 < errors[0]
    network = torch.nn.Sequential(
        torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 2), torch.nn.Sigmoid()
    ).double()
    with torch.no_grad():
        for place, w, b in ((0, WEIGHTS[0], BIASES[0]), (2, WEIGHTS[1], BIASES[1])):
            network[place].weight.copy_(torch.tensor(w, dtype=torch.double))
            network[place].bias.copy_(torch.tensor(b, dtype=torch.double))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    x, t = (torch.tensor(v, dtype=torch.double) for v in ([1, 0.5], [1, 0]))
    for _ in range(200):
        optimizer.zero_grad()
        (0.5 * ((network(x) - t) ** 2).sum()).backward()
        optimizer.step()
    np.testing.assert_allclose(
        widget.picture["weights"][1], network[2].weight.detach().numpy(), atol=1e-9
    )
    widget.rounds = 0
    assert widget.picture["weights"] == [[list(row) for row in table] for table in WEIGHTS]


def test_training_that_diverges_says_so():
    widget = Backpropagation(
        (1, 1), "identity", [2], [0], learning_rate=10, weights=[[[2]]], biases=[[0]]
    )
    widget.rounds = 100
    assert widget.picture["diverged"]
    assert widget.picture["rounds"] < 100


def test_what_does_not_fit_new_sizes_is_drawn_anew(widget):
    widget.step = 20
    widget.set_state({"sizes": [3, 1, 2], "weights": [], "biases": [], "step": 0})
    assert [np.shape(table) for table in widget.weights] == [(1, 3), (2, 1)]
    assert widget.biases == ((0,), (0, 0))
    assert widget.inputs[:2] == (1, 0.5)
    assert len(widget.inputs) == 3
    assert widget.picture["sizes"] == [3, 1, 2]
    widget.step = len(film((3, 1, 2))) - 1
    widget.sizes = (1, 1)  # from Python, alone
    assert widget.step == len(film((1, 1))) - 1
    assert (len(widget.inputs), len(widget.targets)) == (1, 1)
    assert widget.picture["sizes"] == [1, 1]


def test_another_seed_draws_other_weights_and_the_same_seed_the_same():
    first, second = Backpropagation(seed=1), Backpropagation(seed=2)
    assert first.weights == Backpropagation(seed=1).weights != second.weights
    first.set_state({"seed": 2, "weights": [], "biases": []})
    assert first.weights == second.weights


def test_the_sizes_and_weights_of_one_message_belong_together(widget):
    widget.set_state({"sizes": [1, 1], "weights": [[[2]]], "inputs": [0.5], "targets": [1]})
    assert widget.problem == ""
    assert widget.weights == (((2,),),)


KEPT = {"weights": WEIGHTS, "biases": BIASES, "sizes": (2, 2, 2), "step": 0, "rounds": 0}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"sizes": [2]}, "sizes must be the number of inputs"),
        ({"sizes": [2, 6]}, "all from 1 to 5"),
        ({"sizes": "222"}, "such as (2, 2, 2); it is '222'"),
        ({"sizes": [2, True]}, "sizes must be"),
        ({"weights": [[[1, 2]]]}, "weights must fit the network 2-2-2"),
        ({"weights": [[[1, 2], [3]], [[1, 2], [3, 4]]]}, "layer 1 must have rows of one length"),
        ({"weights": [[[1, None], [3, 4]], [[1, 2], [3, 4]]]}, "number 1, number 2 must be a fin"),
        ({"weights": 7}, "weights must be a row"),
        ({"biases": [[1, 2], [500, 0]]}, "between −100 and 100"),
        ({"inputs": [1]}, "needs 2 inputs, but 1 came"),
        ({"targets": [1, float("nan")]}, "targets, number 2, must be a finite number"),
        ({"targets": [2, 0], "loss": "binary_cross_entropy_with_logits"}, "between 0 and 1"),
        ({"learning_rate": 0}, "learning_rate must lie between 0.001 and 10"),
        ({"rounds": 5000}, "rounds must lie between 0 and 2000"),
        ({"step": 23}, "0 to 22 for this network, but it is 23"),
        ({"guess": "?"}, "guess"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(widget, sent, sentence):
    before = widget.picture
    widget.set_state(sent)
    assert sentence in widget.problem
    assert {name: getattr(widget, name) for name in KEPT} == KEPT
    assert widget.picture is before
    if len(sent) == 1:
        ((name, value),) = sent.items()
        with pytest.raises(TraitError):
            setattr(widget, name, value)
    widget.set_state({"step": 1})
    assert widget.problem == ""


def test_a_question_hides_the_gradient_until_it_is_answered(widget):
    weight = next(i for i, frame in enumerate(widget.picture["film"]) if frame[0] == "weight")
    widget.set_state({"predict": True, "step": weight})
    assert widget.picture["hidden"]
    assert widget.picture["formulas"][0][1] == "= ?"
    assert widget.picture["caption"].startswith("Before you see it: what sign")
    gradient = widget.picture["weight_gradients"][1][0][0]
    assert gradient < 0
    widget.guess = "+"
    assert widget.picture["hidden"]
    assert widget.picture["hint"].endswith("what sign has the product of the two?")
    widget.guess = "−"
    assert not widget.picture["hidden"]
    assert widget.picture["hint"].startswith("Yes:")
    assert widget.picture["formulas"][0][1].endswith(f"−{abs(gradient):.3f}")
    widget.set_state({"guess": "", "revealed": True})
    assert not widget.picture["hidden"]
    widget.set_state({"step": 0})
    assert not widget.picture["asked"]


def test_the_state_reopens_the_same_picture(widget):
    widget.set_state({"rounds": 12, "step": 9, "learning_rate": 2})
    names = widget.trait_names(hand=True)
    other = Backpropagation()
    other.set_state(widget.get_state(names))
    assert other.picture == widget.picture
    assert (other.rounds, other.step) == (12, 9)


def test_new_weights_come_with_the_answer_to_the_wish_for_them(widget):
    widget.comm = Comm()
    hand = {"sizes": [2, 3, 2], "weights": [], "biases": [], "step": 0}
    widget._hear(widget, {"hand": hand, "turn": 41}, [])
    (message,) = widget.comm.sent
    state = message["state"]
    assert state["answered"] == 41
    assert [np.shape(table) for table in state["weights"]] == [(3, 2), (2, 3)]
    assert state["picture"]["sizes"] == [2, 3, 2]


def test_a_dragged_weight_is_answered_without_an_echo(widget):
    widget.comm = Comm()
    weights = [[[2, 2], [0, 0]], [[1, 1], [1, 1]]]
    widget._hear(widget, {"hand": {"weights": weights}, "turn": 42}, [])
    (message,) = widget.comm.sent
    assert set(message["state"]) == {"answered", "picture"}
    assert message["state"]["picture"]["weights"] == weights
