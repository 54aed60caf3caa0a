"""The landscape: the walk of a network on its own surface, and a ball that is the network."""

import threading
import time
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from torch.nn.utils import parameters_to_vector
from traitlets import TraitError

from lab.directions import path_plane, random_plane
from lab.landscapes import Progress
from lab.parameters import Parameters
from tests.waiting import until
from widgets.landscape import Landscape
from widgets.landscape.charts import Wish, lay
from widgets.landscape.ground import filled, worth_showing
from widgets.landscape.subjects import DigitsSubject, ModelSubject, NetworkSubject
from widgets.landscape.survey import Survey
from widgets.landscape.walk import MOST, Walk
from widgets.network import Network


def settled(landscape):
    """Wait until what is drawn is what is wished."""

    def is_settled():
        with landscape._one_at_a_time:
            landscape._survey.hear()
            current = landscape._survey.is_current(landscape._wish)
            return current and landscape.ground["complete"]

    until(is_settled)
    with landscape._one_at_a_time:
        landscape._follow()
    return landscape


def values(ground):
    packed = ground["values"]
    return np.frombuffer(packed["buffer"], "<f4").reshape(packed["shape"])


def path(landscape):
    packed = landscape.picture["path"]
    return np.frombuffer(packed["buffer"], "<f4").reshape(packed["shape"])


def torch_loss(network):
    """Return the loss of the widget's network on its training points, by PyTorch."""
    made = {}
    exec(network.code(), made)
    points = network.training_points
    x, y = torch.tensor(points.x), torch.tensor(points.y, dtype=torch.double)
    with torch.no_grad():
        return float(binary_cross_entropy_with_logits(made["network"](x)[:, 0], y))


@pytest.fixture
def network():
    return Network("moons", neurons=(3,), count=60)


@pytest.fixture
def landscape(network):
    made = Landscape(network)
    yield made
    made.close()


@pytest.fixture
def model():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3))


SAMPLES = torch.randn(40, 4, generator=torch.Generator().manual_seed(1))
LABELS = SAMPLES[:, :3].argmax(dim=1)


def test_the_walk_ends_at_the_present_weights_and_the_loss_is_pytorchs(network, landscape):
    for _ in range(12):
        network.epoch()
    settled(landscape)
    assert len(path(landscape)) == 13
    np.testing.assert_allclose(path(landscape)[-1], landscape.picture["ball"], atol=1e-6)
    assert landscape.picture["loss"] == pytest.approx(torch_loss(network), abs=1e-5)
    assert "of the way that the weights went" in landscape.picture["sentence"]


def test_epochs_of_one_call_are_places_of_their_own(network, landscape):
    network.train(20)
    settled(landscape)
    assert len(path(landscape)) == 21


def test_a_ball_that_is_moved_moves_the_network(network, landscape):
    for _ in range(10):
        network.epoch()
    settled(landscape)
    (a0, a1), (b0, b1) = landscape.ground["domain"]
    before = network.weights
    place = (0.3 * a0 + 0.7 * a1, 0.6 * b0 + 0.4 * b1)
    ground = landscape.ground
    landscape.ball = (*place, ground["number"], 1)
    assert network.weights != before
    assert landscape.picture["ball"] == pytest.approx(place)
    assert landscape.picture["loss"] == pytest.approx(torch_loss(network), abs=1e-5)
    assert network.picture["train"]["loss"] == pytest.approx(torch_loss(network))
    # What the surface says at that place is what the network has there.
    column = (place[0] - a0) / (a1 - a0) * 50
    row = (b1 - place[1]) / (b1 - b0) * 50
    near = values(ground)[int(row) : int(row) + 2, int(column) : int(column) + 2]
    assert near.min() - 0.02 <= landscape.picture["loss"] <= near.max() + 0.02
    landscape.ball = (*landscape.ball[:3], 0)
    settled(landscape)
    assert landscape.ground["number"] == ground["number"]  # the weights lie on it: it stays


def test_a_training_goes_on_from_where_the_ball_was_put(network, landscape):
    for _ in range(5):
        network.epoch()
    settled(landscape)
    landscape.ball = (0.5, 0.2, landscape.ground["number"], 1)
    landscape.ball = (0.6, 0.3, landscape.ground["number"], 1)
    landscape.ball = (*landscape.ball[:3], 0)
    put = torch_loss(network)
    landscape.pulse += 1
    assert network.picture["steps"] == 6 * 3
    assert torch_loss(network) != put
    settled(landscape)
    assert landscape.picture["starts"] == [0, 6]  # a drag is one start, however long it was
    assert len(path(landscape)) == 8


def test_the_slope_is_that_of_central_differences(network, landscape):
    network.train(3)
    landscape.view = "two weights"
    landscape.first, landscape.second = 1, 4
    settled(landscape)
    assert landscape.picture["ball"] == pytest.approx(
        [network.weights[0][0][1], network.weights[0][2][0]]
    )
    slope, number = landscape.picture["slope"], landscape.ground["number"]
    a, b = landscape.picture["ball"]
    for axis in range(2):
        losses = []
        for step in (-1e-4, 1e-4):
            place = [a, b]
            place[axis] += step
            landscape.ball = (*place, number, 0)
            losses.append(torch_loss(network))
        assert slope[axis] == pytest.approx((losses[1] - losses[0]) / 2e-4, abs=1e-6)


def test_a_surface_of_two_weights_is_pytorchs(network, landscape):
    landscape.view = "two weights"
    settled(landscape)
    until(lambda: landscape.ground["axes"][0] == "layer 1: weight from input 1 to neuron 1")
    seen, ((a0, a1), _) = values(landscape.ground), landscape.ground["domain"]
    made = {}
    exec(network.code(), made)
    points = network.training_points
    x, y = torch.tensor(points.x), torch.tensor(points.y, dtype=torch.double)
    with torch.no_grad():
        for row, column in ((0, 0), (7, 31), (50, 25)):
            made["network"][0].weight[0, 0] = np.linspace(a0, a1, 51)[column]
            made["network"][0].weight[0, 1] = np.linspace(a1, a0, 51)[row]
            loss = binary_cross_entropy_with_logits(made["network"](x)[:, 0], y)
            assert seen[row, column] == pytest.approx(float(loss), abs=1e-5)


def test_a_reset_begins_the_walk_anew(network, landscape):
    network.train(4)
    settled(landscape)
    network.reset()
    settled(landscape)
    assert len(path(landscape)) == 1
    assert landscape.picture["loss"] == pytest.approx(torch_loss(network), abs=1e-5)


def test_it_follows_a_network_of_another_size(network, landscape):
    landscape.view = "two weights"
    landscape.second = 12
    settled(landscape)
    network.neurons = (2,)
    until(lambda: len(landscape.subject["labels"]) == 9)
    settled(landscape)
    assert (landscape.first, landscape.second) == (0, 1)
    network.points = "three classes"
    settled(landscape)
    assert landscape.subject["about"].startswith("cross entropy over")
    assert landscape.picture["loss"] == pytest.approx(network.picture["train"]["loss"], abs=1e-5)


def test_no_points_no_loss_and_a_sentence(network, landscape):
    network.points = "own"
    until(lambda: landscape.problem)
    assert landscape.problem == "There are no points to learn from, so there is no loss yet."
    network.points = "circle"
    settled(landscape)
    until(lambda: landscape.problem == "")


def test_points_that_change_while_a_picture_is_begun_are_drawn_next(
    network, landscape, monkeypatch
):
    settled(landscape)
    whole, begun = NetworkSubject.landscape, []

    def begin(*arguments):
        begun.append(True)
        return lay(*arguments)

    def change_meanwhile(subject, plane):
        drawn = whole(subject, plane)
        if len(begun) == 1 and network.points != "own":
            network.points = "own"
        return drawn

    monkeypatch.setattr("widgets.landscape.survey.lay", begin)
    monkeypatch.setattr(NetworkSubject, "landscape", change_meanwhile)
    landscape.seed += 1
    until(lambda: landscape.problem)


def test_the_page_is_answered_while_there_are_no_points(network, landscape):
    settled(landscape)
    number = landscape.ground["number"]
    network.points = "own"
    until(lambda: landscape.problem)
    landscape._hear(landscape, {"hand": {"pulse": 1}, "turn": 1}, [])
    landscape._hear(landscape, {"hand": {"ball": [0.1, 0.1, number, 0]}, "turn": 2}, [])
    assert landscape.answered == 2
    landscape._hear(landscape, {"hand": {"pulse": 2}, "turn": 3}, [])
    until(lambda: landscape.problem)  # said again: the page ends the walk


@pytest.mark.parametrize("neurons", [(2,), (1, 3)])  # the latter has as many weights as before
def test_nothing_is_drawn_with_weights_of_another_size(network, neurons):
    survey = Survey(NetworkSubject(network))
    wish = Wish("path", 0, 1, 0)
    survey.take(survey.job(wish))
    network.neurons = neurons  # and the survey has not heard of it
    assert not survey.is_current(wish)
    assert survey.picture() is None
    if neurons == (2,):
        assert survey.job(wish) is None


def test_a_training_that_ran_away_is_told(network, landscape):
    settled(landscape)
    network.optimizer, network.learning_rate = "sgd", 10
    network._study.status = "diverged"
    network._redraw()
    steps = network.picture["steps"]
    landscape.pulse += 1
    settled(landscape)
    assert network.picture["steps"] == steps
    assert landscape.picture["ended"].startswith("The training has run away.")
    network.reset()
    settled(landscape)
    assert landscape.picture["ended"] == ""


def test_a_surface_that_was_given_up_goes_on_when_the_network_changes(network, landscape):
    settled(landscape)
    with landscape._one_at_a_time:
        landscape.view = "random directions"
        landscape._next_job()  # begun, and
        landscape.cancel()
    number = landscape.ground["number"]
    landscape._draw()
    assert landscape.ground["number"] == number
    network.epoch()
    settled(landscape)
    assert landscape.ground["number"] > number


def test_whatever_a_model_raises_is_a_sentence_and_the_thread_goes_on(model, monkeypatch):
    made = Landscape((model, SAMPLES, LABELS))
    settled(made)
    with monkeypatch.context() as broken:
        broken.setattr(ModelSubject, "landscape", lambda *_: {}["a layer"])
        made.seed = 1
        until(lambda: made.problem == "'a layer'")
    made.seed = 2
    settled(made)
    until(lambda: made.problem == "")
    made.close()


def test_a_model_that_is_given_learns_nothing_from_being_tried(model):
    batch = torch.nn.BatchNorm1d(4)
    before = batch.running_mean.clone()
    Landscape((torch.nn.Sequential(batch, model), SAMPLES, LABELS)).close()
    assert torch.equal(batch.running_mean, before)


def test_a_training_that_fails_is_not_tried_again_by_itself(monkeypatch):
    tries = []

    def train(_self):
        tries.append(1)
        raise OSError("There is no room on the disk.")

    rounds, draw = [], Landscape._draw  # of the worker: whether it wants to be called again

    def counted(self):
        rounds.append(draw(self))
        return rounds[-1]

    monkeypatch.setattr(DigitsSubject, "train", train)
    monkeypatch.setattr(Landscape, "_draw", counted)
    made = Landscape("lenet on digits")
    made.train()
    until(lambda: made.problem == "There is no room on the disk.")
    until(lambda: rounds[-2:] == [True, False])
    assert len(tries) == 1
    made.train()
    until(lambda: len(tries) == 2)
    made.close()


def test_a_network_trains_on_another_thread_while_the_ball_is_dragged(network, landscape):
    settled(landscape)
    thread = threading.Thread(target=lambda: [network.epoch() for _ in range(40)])
    thread.start()
    for i in range(40):
        landscape.ball = (i / 100, 0.1, landscape.ground["number"], 1)
    thread.join(30)
    assert not thread.is_alive()
    landscape.ball = (*landscape.ball[:3], 0)
    settled(landscape)
    assert landscape.picture["loss"] == pytest.approx(torch_loss(network), abs=1e-5)


def test_a_model_of_your_own(model):
    checkpoints = []
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    for _ in range(8):
        checkpoints.append([p.detach().clone() for p in model.parameters()])
        optimizer.zero_grad()
        cross_entropy(model(SAMPLES), LABELS).backward()
        optimizer.step()
    before = parameters_to_vector(model.parameters()).detach().clone()
    made = Landscape((model, SAMPLES, LABELS), checkpoints=checkpoints)
    settled(made)
    assert len(path(made)) == 9
    loss = float(cross_entropy(model(SAMPLES), LABELS).detach())
    assert made.picture["loss"] == pytest.approx(loss, abs=1e-5)
    made.ball = (0.2, 0.1, made.ground["number"], 1)
    assert made.picture["loss"] != pytest.approx(loss, abs=1e-6)
    assert torch.equal(parameters_to_vector(model.parameters()), before)
    plain = Landscape((model, SAMPLES, LABELS))
    assert plain.view == "random directions"
    assert "path" not in plain.subject["views"]
    for one in (made, plain):
        one.close()


@pytest.mark.parametrize("view", ["path", "two weights"])
def test_the_code_gives_the_same_losses(model, view):
    rows = np.random.default_rng(0).normal(size=(5, Parameters.of_module(model).flat.size))
    made = Landscape((model, SAMPLES, LABELS), view, checkpoints=rows)
    settled(made)
    whole = np.stack([*rows, Parameters.of_module(model).flat])
    scope = {
        "model": model,
        "x": SAMPLES,
        "y": LABELS,
        "loss_function": cross_entropy,
        "checkpoints": torch.tensor(whole, dtype=torch.float32),
    }
    exec(made.code(), scope)
    chart = made._survey.chart
    if view == "path":  # a principal component may point either way
        signs = [
            np.sign(float(mine @ scope[name].double().numpy()))
            for mine, name in ((chart.plane.first, "first"), (chart.plane.second, "second"))
        ]
        places = [(0.3, 0.2), (-0.5, 0.1)]
    else:
        signs, places = [1, 1], [(0.3, 0.2), (-0.5, 1)]
    for a, b in places:
        made.ball = (a, b, made.ground["number"], 1)
        theirs = scope["loss"](signs[0] * a, signs[1] * b)
        assert made.picture["loss"] == pytest.approx(theirs, abs=1e-4)
    made.close()


def test_lenet_is_trained_and_its_surface_drawn_when_asked_to():
    made = Landscape("lenet on digits")
    assert made.subject["learns"]
    assert made.ground == {}
    assert made.subject["labels"] == []
    made.train()
    until(lambda: made.picture, 60)
    assert made.picture["loss"] < 0.2
    assert len(path(made)) > 20
    until(lambda: made.progress.get("share", 1) < 1 or made.ground["complete"])
    made.cancel()
    assert made.progress == {}
    seen = made.ground
    made._draw()
    assert made.ground is seen or made.ground == seen  # nothing goes on
    made.close()


def test_cancelling_a_training_leaves_nothing_half_done(monkeypatch):
    going = threading.Event()

    def train(_self):
        while True:
            going.set()
            time.sleep(0.001)
            yield 0.5

    monkeypatch.setattr(DigitsSubject, "train", train)
    made = Landscape("lenet on digits")
    made.train()
    assert going.wait(20)
    until(lambda: made.progress)
    made.cancel()
    until(lambda: made._worker is not None and made.progress == {})
    assert made.ground == {}
    made.close()


def test_closing_ends_the_thread(network):
    before = {t for t in threading.enumerate() if t.name == "landscape"}
    made = Landscape(network)
    mine = {t for t in threading.enumerate() if t.name == "landscape"} - before
    assert len(mine) == 1
    made.close()
    until(lambda: not any(t.is_alive() for t in mine))
    network.epoch()  # and the network knows it no more


def test_what_cannot_be_is_refused_in_a_sentence(network, model):
    with pytest.raises(TraitError, match="There is no network 'resnet'"):
        Landscape("resnet")
    with pytest.raises(TraitError, match="belongs to a Network widget"):
        Landscape(3)
    with pytest.raises(TraitError, match=r"must be a torch\.nn\.Module"):
        Landscape((np.sin, SAMPLES, LABELS))
    with pytest.raises(TraitError, match="one label for each image"):
        Landscape((model, SAMPLES, LABELS[:3]))
    with pytest.raises(TraitError, match="shapes cannot be multiplied"):
        Landscape((model, SAMPLES[:, :2], LABELS))
    with pytest.raises(TraitError, match="from 0 to 2, but these go from 1 to 3"):
        Landscape((model, SAMPLES, LABELS + 1))
    with pytest.raises(TraitError, match="checkpoints belong to a model of your own"):
        Landscape(network, checkpoints=[])
    with pytest.raises(TraitError, match="Each checkpoint must hold the 51 weights"):
        Landscape((model, SAMPLES, LABELS), checkpoints=[np.zeros(3)])
    with pytest.raises(TypeError, match="Did you mean 'seed'"):
        Landscape(network, sede=3)


def test_traits_keep_their_old_value_when_a_new_one_cannot_be(landscape):
    for name, value in [("view", "up"), ("first", -1), ("second", 99), ("seed", -2)]:
        before = getattr(landscape, name)
        with pytest.raises(TraitError):
            setattr(landscape, name, value)
        assert getattr(landscape, name) == before
    with pytest.raises(TraitError, match="ball must be a, b, the number"):
        landscape.ball = (1, 2)
    landscape.ball = (1, 2, 12345, 0)  # of a plane that is long gone: nothing happens


def test_one_weight_is_no_plane(landscape):
    landscape.view = "two weights"
    landscape.first = landscape.second = 3
    until(lambda: landscape.problem)
    assert landscape.problem.startswith("Choose two different weights")


def test_the_state_travels_as_a_text(network, landscape):
    landscape.view, landscape.seed, landscape.logarithmic = "random directions", 5, True
    text = landscape.state_text()
    other = Landscape(network)
    other.take_state(text)
    assert (other.view, other.seed, other.logarithmic) == ("random directions", 5, True)
    assert "ball" not in landscape.keeps
    other.close()


def test_a_long_walk_is_thinned_but_keeps_its_ends_and_its_starts():
    walk = Walk()
    walk.begin(np.zeros(2))
    for i in range(1, 3 * MOST):
        (walk.jump if i == 100 else walk.go)(np.array([i, -i], dtype=float))
    assert len(walk) <= MOST
    assert walk.rows[0, 0] == 0
    assert walk.last[0] == 3 * MOST - 1
    assert walk.rows[walk.starts[1], 0] == 100
    assert all(a[0] < b[0] for a, b in pairwise(walk.rows))


def test_the_share_of_a_walk_is_that_of_its_principal_components():
    rows = np.random.default_rng(3).normal(size=(20, 12)).cumsum(axis=0)
    walk = Walk()
    walk.begin(rows[0])
    for row in rows[1:]:
        walk.go(row)
    parameters = Parameters(("layer 1.weight",), ((3, 4),), rows[-1])
    plane = path_plane(parameters, rows)
    assert walk.held_by(plane) == pytest.approx(sum(plane.explained))
    np.testing.assert_allclose(walk.on(plane), plane.path, atol=1e-9)
    assert walk.held_by(random_plane(parameters, 0)) < sum(plane.explained)


def test_random_directions_stay_while_the_weights_move_over_them():
    flat = np.random.default_rng(0).normal(size=12)
    wish, walk = Wish("random directions", 0, 1, 0), Walk()
    first = lay(wish, Parameters(("layer 1.weight",), ((3, 4),), flat), walk, None)
    moved = flat + 0.05 * np.random.default_rng(1).normal(size=12)
    second = lay(wish, Parameters(("layer 1.weight",), ((3, 4),), moved), walk, first)
    np.testing.assert_array_equal(first.plane.first, second.plane.first)
    np.testing.assert_allclose(second.plane.point(*second.plane.project(moved)), moved)
    far = lay(wish, Parameters(("layer 1.weight",), ((3, 4),), 2 * flat), walk, second)
    assert np.linalg.norm(far.plane.first) == pytest.approx(2 * np.linalg.norm(flat))
    assert far.plane.project(2 * flat) == pytest.approx((0, 0))


def test_a_coarse_picture_is_filled_with_straight_lines():
    size, chosen = 51, np.rint(np.linspace(0, 50, 9)).astype(int)
    columns, rows = np.meshgrid(np.arange(size), np.arange(size))
    true = (2 * columns - 3 * rows + 1).astype(np.float32)  # straight lines meet a plane exactly
    known = np.zeros((size, size), dtype=bool)
    known[np.ix_(chosen, chosen)] = True
    losses = np.where(known, true, np.nan).astype(np.float32)
    axis = np.linspace(-1, 1, size)
    progress = Progress(0.03, losses, known, 9, axis, axis[::-1])
    assert worth_showing(progress)
    np.testing.assert_allclose(filled(progress), true, atol=1e-4)
    assert not worth_showing(Progress(0.0, losses, known, 0, axis, axis))


def test_a_model_needs_samples():
    with pytest.raises(TraitError, match="one label for each image"):
        ModelSubject(torch.nn.Linear(2, 2), torch.zeros(0, 2), torch.zeros(0))
