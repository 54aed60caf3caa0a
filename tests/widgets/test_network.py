"""The network widget without a browser: what it takes, refuses, learns and sends."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

from lab.points import Points
from lab.scores import accuracy
from widgets.network import Network


def hear(network, hand=None, turn=1, **content):
    network._hear(network, {"hand": hand, "turn": turn} if hand else content, [])


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def flat(nested):
    return [x for item in nested for x in flat(item)] if isinstance(nested, tuple) else [nested]


def test_it_starts_with_the_seeds_weights_and_shows_every_neuron():
    network = Network("circle", (4, 2), seed=3)
    assert network.sizes == (2, 4, 2, 1)
    assert array(network.picture["tiles"]).shape == (7, 34, 34)
    assert network.weights == Network("circle", (4, 2), seed=3).weights
    assert network.weights != Network("circle", (4, 2), seed=4).weights


def test_the_maps_are_what_pytorch_computes():
    network = Network("circle", (3,), chosen=[[0, 1]], seed=1)
    (hidden, _), (b, _) = network.weights, network.biases
    centres = (torch.arange(100) + 0.5) / 100 * 10 - 5  # circle reaches to 5 or 6
    extent = network.cloud["extent"]
    centres = centres / 5 * extent
    x1, x2 = torch.meshgrid(centres, centres.flip(0), indexing="xy")
    expected = torch.tanh(hidden[1][0] * x1 + hidden[1][1] * x2 + b[1])
    shown = array(network.picture["plane"]["map"]).astype(float) / 127.5 - 1
    assert np.abs(shown - expected.numpy()).max() < 0.005  # a byte's half step


def test_it_learns_and_forgets_again():
    network = Network("circle", (4,), learning_rate=0.05)
    initial = network.weights
    network.train(60)
    assert network.picture["test"]["accuracy"] > 0.9
    assert network.picture["train"]["loss"] < network.picture["test"]["loss"] + 0.2
    assert sum(map(sum, network.picture["test"]["confusion"])) == 100
    network.reset()
    assert network.weights == initial
    assert network.picture["steps"] == 0


@pytest.mark.parametrize("name", ["xor", "three classes", "plane", "breast cancer"])
def test_every_kind_of_points_can_be_learnt(name):
    network = Network(name, (6,), learning_rate=0.05)
    before = network.picture["train"]["loss"]
    network.train(20)
    assert network.picture["train"]["loss"] < 0.6 * before


def test_a_heartbeat_trains_and_says_which_it_was():
    network = Network("circle", pace="medium")
    hear(network, {"pulse": 1}, turn=9)
    assert network.answered == 9
    assert network.picture["pulse"] == 1
    assert 1 <= network.picture["steps"] <= 10
    hear(network, {"noise": 0.2})
    assert network.picture["steps"] == 0  # other points: a new training


def test_a_weight_in_the_hand_stays_there_while_the_others_learn():
    network = Network("circle", (3,))
    others = network.weights[1]
    hear(network, {"held": [0, 1, 0, 2.5, 1], "pulse": 1})
    assert network.weights[0][1][0] == 2.5
    assert network.weights[1] != others
    hear(network, {"held": [0, 1, 0, 2.7, 0]})
    assert network.weights[0][1][0] == 2.7
    hear(network, {"pulse": 2})
    assert network.weights[0][1][0] != 2.7  # let go, it learns again
    hear(network, {"held": [1, 0, -1, -1.5, 1]})
    assert network.biases[1][0] == -1.5


def test_frozen_weights_and_neurons_that_are_off_learn_nothing():
    network = Network("circle", (3,), frozen=[[0, 0, 1]], off=[[0, 2]])
    before = network.weights
    network.train(3)
    assert network.weights[0][0][1] == before[0][0][1]
    assert network.weights[0][2] == before[0][2]
    assert network.weights[0][1] != before[0][1]


def test_layers_and_neurons_come_and_go_in_place():
    network = Network("circle", (3, 2))
    network.train(2)
    before = network.weights
    hear(network, {"neurons": [4, 2]})
    assert network.weights[0][:3] == before[0]
    assert [row[:3] for row in network.weights[1]] == list(before[1])
    assert network.weights[2] == before[2]
    hear(network, {"neurons": [3, 2]})
    assert network.weights == before
    hear(network, {"neurons": [3, 2, 5]})
    assert network.weights[:2] == before[:2]
    assert network.activations == ("tanh", "tanh", "tanh")
    hear(network, {"neurons": []})
    assert network.sizes == (2, 1)


def test_hidden_space_holds_the_points_as_the_layer_gives_them_on():
    network = Network("xor table", (2,), space=1, seed=2)
    points = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    expected = torch.tanh(
        points @ torch.tensor(network.weights[0]).T + torch.tensor(network.biases[0])
    )
    assert np.allclose(array(network.picture["space"]["points"]), expected, atol=1e-6)
    assert network.picture["space"]["plane"]["kind"] == "two"
    wide = Network("xor table", (3,), space=1)
    assert "plane" not in wide.picture["space"]  # no plane holds three neurons


def test_xor_can_be_learnt_with_two_neurons():
    for seed in range(6):
        network = Network("xor table", (2,), seed=seed, learning_rate=0.1, task="separate xor")
        network.train(300)
        if network.picture["task"]["solved"]:
            return
    pytest.fail("no seed of six separates XOR with two neurons")


def test_the_code_gives_the_same_outputs():
    network = Network("three classes", (5, 3), activation=["relu", "gelu"], off=[[0, 1]])
    network.train(2)
    scope = {}
    exec(network.code(), scope)
    x = np.random.default_rng(0).uniform(-5, 5, (20, 2))
    theirs = scope["network"](torch.tensor(x)).detach().numpy()
    assert np.abs(theirs - network.network(x)).max() < 1e-6


def test_the_training_stops_at_its_target():
    network = Network("gaussian", stop_at=0.1)
    network.train(500)
    assert network.picture["status"] == "reached"
    assert network.picture["train"]["loss"] <= 0.1
    steps = network.picture["steps"]
    hear(network, {"pulse": 7})
    assert network.picture["steps"] == steps


def test_a_training_that_runs_away_says_so_and_can_be_reset():
    network = Network("plane", (8, 8), activation="identity", optimizer="sgd", learning_rate=10)
    network.train(50)
    assert network.picture["status"] == "diverged"
    assert np.isfinite(flat(network.weights)).all()
    hear(network, do="reset")
    assert network.picture["status"] == ""


def test_own_points_begin_empty_and_are_learnt_when_there_are_two_classes():
    network = Network("own")
    assert "click into the plane" in network.cloud["note"]
    network.step()
    assert "no points yet" in network.problem
    own = {"x": [[1, 1]], "y": [0], "classes": ["0", "1"], "axes": ["x₁", "x₂"]}
    hear(network, {"own": own})
    assert "one class" in network.cloud["note"]
    hear(network, {"own": own | {"x": [[1, 1], [2, 1], [-1, -2]], "y": [0, 0, 1]}})
    network.train(30)
    assert network.picture["train"]["accuracy"] == 1


def test_points_from_python_and_from_a_csv():
    x = np.random.default_rng(0).normal(50, 9, (40, 2))
    points = Points(x, (x[:, 0] > 50).astype(int), ("low", "high"), ("age", "height"))
    network = Network(points)
    assert network.cloud["axes"][0] == "age (standardised)"
    network.train(40)
    assert accuracy(network.network(np.array(network.own["x"])), points.y) > 0.9
    hear(network, csv="a;b;kind\n1;2;x\n2;1;y\n0;3;x\n")
    assert network.own["classes"] == ["x", "y"]
    assert network.problem == ""


@pytest.mark.parametrize(
    ("csv", "sentence"),
    [
        ("", "The CSV is empty"),
        ("a,b,c\n1,two,x\n2,1,y", "is not a finite number"),
        ("a,b,c\n1,inf,x\n2,1,y", "is not a finite number"),
        ("a,b,c\n1,2,x\n2,1,x", "one class"),
        ("a,b,c\n" + "1,2,x\n2,1,y\n" * 3000, "up to 5,000"),
        ("a,b,c\n" + "1,2,x\n" * 1_000_000, "up to 100,000"),
    ],
)
def test_a_bad_csv_is_refused_with_a_sentence_and_all_stays(csv, sentence):
    network = Network("circle")
    before = network.get_state()
    hear(network, csv=csv)
    assert sentence in network.problem
    after = network.get_state()
    assert {k: v for k, v in after.items() if k != "problem"} == {
        k: v for k, v in before.items() if k != "problem"
    }


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"weights": [[[float("nan")]]]}, "must be a finite number"),
        ({"weights": [[[1, 2]]]}, "must fit a network of 2-4-2-1"),
        ({"biases": [[1, 2, 3]]}, "must fit a network of 2-4-2-1"),
        ({"weights": 3}, "rows of numbers"),
        ({"neurons": [0]}, "1 to 10 neurons"),
        ({"neurons": [11]}, "1 to 10 neurons"),
        ({"neurons": [2.5]}, "1 to 10 neurons"),
        ({"neurons": [1] * 6}, "5 hidden layers at most"),
        ({"neurons": "44"}, "row of whole numbers"),
        ({"activations": ["tanh"]}, "2 hidden layers but 1 activations"),
        ({"activations": ["tanh", "softmax"]}, "no activation 'softmax'"),
        ({"activations": [["tanh", "relu"], "tanh"]}, "4 neurons but 2 activations"),
        ({"learning_rate": float("inf")}, "finite number"),
        ({"learning_rate": 0}, "between"),
        ({"batch_size": 0}, "between 1 and 1000"),
        ({"count": 10**6}, "between 10 and 2000"),
        ({"chosen": [[0, 1], [0, 2]]}, "one neuron"),
        ({"space": 3}, "between 0 and 2"),
        ({"held": [0, 9, 0, 1, 1]}, "held must be"),
        ({"own": {"x": []}}, "a table with the keys"),
        (
            {"own": {"x": [[1, "a"]], "y": [0], "classes": ["0"], "axes": ["a", "b"]}},
            "numbers, two for each",
        ),
        (
            {"own": {"x": [[1, 2]], "y": [4], "classes": ["0", "1"], "axes": ["a", "b"]}},
            "from 0 to 1",
        ),
        ({"points": "triangle"}, "points"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_all_stays(sent, sentence):
    network = Network("circle")
    before = network.get_state()
    network.set_state({"learning_rate": 0.1} | sent)
    assert sentence in network.problem
    after = network.get_state()
    assert {k: v for k, v in after.items() if k != "problem"} == {
        k: v for k, v in before.items() if k != "problem"
    }


def test_a_constructor_refuses_too():
    with pytest.raises(TypeError, match="no argument 'nuerons'"):
        Network(nuerons=[3])
    with pytest.raises(TraitError, match="5,000"):
        Network(
            Points(np.random.default_rng(0).normal(size=(6000, 2)), np.arange(6000) % 2, ("a", "b"))
        )


@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 10), max_size=5),
    st.sampled_from(["circle", "three classes", "plane", "and table"]),
    st.lists(st.integers(1, 10), max_size=5),
)
def test_any_sizes_can_follow_any_other(first, points, second):
    network = Network("circle", first)
    for change in ({"neurons": second}, {"points": points}, {"pulse": 1}, {"neurons": first}):
        hear(network, change)
        assert network.problem == ""
        assert len(array(network.picture["tiles"])) == sum(network.sizes[1:])
    assert network.sizes[1:-1] == tuple(first)


def test_a_state_text_reopens_the_network_as_it_was():
    network = Network("xor", (3, 2), seed=4, off=[[0, 1]], noise=0.3)
    network.train(5)
    hear(network, {"held": [0, 0, 0, 1.25, 0]})
    again = Network("circle")
    again.take_state(network.state_text())
    assert again.weights == network.weights
    assert again.biases == network.biases
    assert again.picture["train"] == network.picture["train"]
    again.reset()
    network.reset()
    assert again.weights == network.weights


def test_a_state_text_keeps_own_points():
    own = {"x": [[1, 1], [2, 1.5]], "y": [0, 1], "classes": ["ill", "well"], "axes": ["a", "b"]}
    again = Network("circle")
    again.take_state(Network("own", own=own).state_text())
    assert again.own == own
    assert again.points == "own"


def test_a_state_that_is_over_does_not_hold_the_training_back():
    network = Network("gaussian", stop_at=0.1)
    network.train(500)
    assert network.picture["status"] == "reached"
    hear(network, {"held": [0, 0, 0, -4, 0]})
    assert network.picture["status"] == ""
    steps = network.picture["steps"]
    hear(network, {"pulse": 1})
    assert network.picture["steps"] > steps
    wild = Network("plane", (8, 8), activation="identity", optimizer="sgd", learning_rate=10)
    wild.train(50)
    hear(wild, {"learning_rate": 0.001})
    assert wild.picture["status"] == ""


def test_weights_alone_and_biases_alone_are_taken():
    network = Network(neurons=(1,), weights=[[[1, 2]], [[1]]])
    assert network.biases == ((0,), (0,))
    network = Network(neurons=(1,), biases=[[3], [2]])
    assert network.biases == ((3,), (2,))
    network.biases = ()
    assert network.biases == ((0,), (0,))


def test_a_cell_that_trains_does_not_take_the_weight_out_of_the_hand():
    network = Network("circle")
    network.train(2)
    hear(network, {"held": [0, 0, 0, 3.5, 1]})
    assert network.weights[0][0][0] == 3.5
    network.train(1)
    hear(network, {"points": "xor"})
    assert network.weights == Network("xor").weights
    assert network.picture["steps"] == 0


def test_a_bias_in_the_hand_stays_there():
    network = Network("circle")
    hear(network, {"held": [0, 0, -1, 2.0, 1]})
    for pulse in range(1, 6):
        hear(network, {"pulse": pulse})
    assert network.biases[0][0] == 2.0


def test_a_reset_and_new_sizes_let_go_of_what_was_held():
    network = Network("circle", (3,))
    initial = network.weights
    hear(network, {"held": [0, 2, 0, 2.0, 1]})
    network.reset()
    assert (network.held, network.weights) == ((), initial)
    hear(network, {"held": [0, 2, 0, 2.0, 1]})
    hear(network, {"neurons": [2]})
    assert network.held == ()


def test_real_points_are_never_moved():
    own = {
        "x": [[0.5, 0.5], [-0.5, -0.5]],
        "y": [0, 1],
        "classes": ["0", "1"],
        "axes": ["x₁", "x₂"],
    }
    network = Network("own", own=own, noise=1)
    assert array(network.cloud["x"]).tolist() == own["x"]
    assert network.cloud["extent"] == 6  # the plane stays while points are put there
    a = array(Network("breast cancer", noise=0).cloud["x"])
    assert np.array_equal(a, array(Network("breast cancer", noise=2).cloud["x"]))


def test_marks_do_not_wander_to_other_layers():
    network = Network("circle", (4, 2), frozen=[[1, 0, 0], [0, 1, 1]])
    hear(network, {"neurons": [4]})
    assert network.frozen == ((0, 1, 1),)
    network = Network("circle", (4,), frozen=[[1, 0, 0]], chosen=[[1, 0]])
    hear(network, {"neurons": [4, 2]})
    assert (network.frozen, network.chosen) == ((), ())


@pytest.mark.parametrize("broken", [{"x": 1}, {"classes": 3}, {"x": [1, 2]}, {"x": [[[1]]]}])
def test_a_broken_table_of_points_leaves_all_as_it_was(broken):
    network = Network("circle")
    own = {"x": [[0, 0]], "y": [0], "classes": ["0"], "axes": ["a", "b"]} | broken
    network.set_state({"own": own, "points": "own", "biases": []})
    assert "own" in network.problem
    assert network.points == "circle"


def test_one_number_of_neurons_is_refused_with_a_sentence():
    with pytest.raises(TraitError, match="row of whole numbers"):
        Network(neurons=4)


def test_huge_weights_still_make_a_picture():
    network = Network("circle", (10,) * 5, activation="relu")
    network.weights = [[[1e6 for _ in row] for row in table] for table in network.weights]
    assert np.isfinite(network.picture["scales"]).all()
