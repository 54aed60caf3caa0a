"""The descent without a browser: what it takes, what it refuses, what it sends."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from traitlets import TraitError

from lab.descent import Walker
from lab.descent_tasks import TASKS
from lab.surfaces import SURFACES, Surface
from tests.widgets.comm import Comm
from widgets.descent import Descent
from widgets.descent.ground import DATA, NAMES
from widgets.descent.relief import Relief
from widgets.descent.verdicts import verdict


def array(packed):
    values = np.frombuffer(packed["buffer"], packed["dtype"])
    return values.reshape(packed["shape"])


def walks(descent):
    """The rows of each racer, as the page reads them."""
    rows, counts = array(descent.walk["numbers"]), [w["count"] for w in descent.walk["walkers"]]
    return np.split(rows, np.cumsum([count + 1 for count in counts])[:-1])


@pytest.fixture
def descent():
    return Descent("elongated bowl", ["gradient descent", ("momentum", 0.02), "adam"])


def test_what_the_page_gets_is_what_torch_walks(descent):
    descent.set_state({"start": [1.0, -0.5]})
    p = torch.tensor([1.0, -0.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.02, momentum=0.9)
    places = [p.tolist()]
    for _ in range(100):
        optimizer.zero_grad()
        ((p[0] ** 2 + 10 * p[1] ** 2) / 2).backward()
        optimizer.step()
        places.append(p.tolist())
    rows = walks(descent)[1]
    assert np.allclose(rows[:, :2], places, atol=1e-6)
    assert np.allclose(rows[:, 2], (rows[:, 0] ** 2 + 10 * rows[:, 1] ** 2) / 2, atol=1e-5)
    assert np.allclose(rows[:, 3:5], rows[:, :2] * [1, 10], atol=1e-5)
    assert np.allclose(rows[:, 5], np.hypot(*rows[:, :2].T), atol=1e-6)
    assert np.array_equal(descent.paths[1].positions[-1].astype("f4"), rows[-1, :2])


@pytest.mark.parametrize("name", NAMES)
def test_every_surface_is_walked_and_its_code_walks_the_same(name):
    descent = Descent(name, [("gradient descent", 0.001), "adam"], steps=5)
    scope = {}
    exec(descent.code(), scope)
    for path, places in zip(descent.paths, scope["paths"], strict=True):
        assert np.allclose(path.positions, places, atol=1e-9)
    ground = descent.ground
    assert array(ground["values"]).shape == (101, 101)
    assert (ground["name"], ground["sentence"] != "") == (name, True)
    assert descent.problem == ""


@pytest.mark.parametrize("name", [*DATA, "noise helps"])
def test_the_code_of_batches_and_noise_walks_the_same(name):
    descent = Descent(name, [("momentum", 0.01)], steps=12, batch_size=3, noise=0.1, seed=4)
    scope = {}
    exec(descent.code(), scope)
    assert np.allclose(descent.paths[0].positions, scope["paths"][0], atol=1e-9)


def test_another_surface_brings_its_start_its_levels_and_its_points(descent):
    descent.set_state({"surface": "rosenbrock"})
    assert descent.start == SURFACES["rosenbrock"].start
    assert descent.logarithmic is True
    descent.set_state({"surface": "linear regression"})
    assert descent.points == DATA["linear regression"]
    assert descent.ground["samples"] == len(descent.points)
    descent.set_state({"surface": "bowl"})
    assert (descent.points, descent.logarithmic) == ((), False)


def test_a_point_that_moves_moves_the_surface_and_its_minimum():
    descent = Descent("linear regression", steps=20)
    before = descent.ground
    points = [list(point) for point in descent.points]
    points[0][1] += 1
    descent.set_state({"points": points})
    x, y = np.array(points).T
    slope, intercept = np.polyfit(x, y, 1)
    assert np.allclose(descent.ground["minima"], [[slope, intercept]])
    assert descent.ground["values"] != before["values"]
    data = descent.picture["data"]
    place = descent.paths[0].positions[descent.step]
    assert np.allclose(data["rows"][0], place[0] * np.array(data["along"]) + place[1])


@pytest.mark.parametrize("name", DATA)
def test_the_plane_of_the_data_has_room_for_every_point_and_is_still_in_a_drag(name):
    descent = Descent(name)
    usual = descent.picture["data"]["range"]
    (left, right), (bottom, top) = usual
    points = np.array(descent.points)
    points[0, 0] = right  # as far as a hand may drag it
    descent.set_state({"points": points.tolist()})
    assert descent.picture["data"]["range"] == usual
    points[0, 0] = -60
    descent.set_state({"points": points.tolist()})
    (left, right), (bottom, top) = descent.picture["data"]["range"]
    assert left <= -60
    assert right >= 60
    assert bottom <= points[:, 1].min() <= points[:, 1].max() <= top
    along = descent.picture["data"]["along"]
    assert [along[0], along[-1]] == [left, right]


def test_any_function_is_a_surface():
    descent = Descent(lambda x, y: x**2 + 3 * y**4, racers=["adam"])
    assert descent.surface == "your own"
    assert array(descent.ground["values"])[0, 0] == pytest.approx(4 + 48)
    descent.surface = "bowl"
    descent.surface = "your own"
    assert descent.landscape.value(1, 1) == 4
    own = Surface(lambda x, y: x + y, ((0, 1), (0, 2)), start=(0.5, 1))
    assert Descent(own).ground["domain"] == [[0, 1], [0, 2]]


def broken(_x, _y):
    raise RuntimeError("no such luck")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"surface": broken}, "no such luck"),
        ({"surface": lambda x, y: torch.stack([x, y])}, "one loss for each point"),
        ({"surface": lambda x, y: x * y * math.nan}, "NaN or infinite everywhere"),
        ({"surface": lambda x, y: 0 * x * y + 2}, "2 everywhere"),
        ({"surface": Surface(lambda x, y: torch.stack([x, y]))}, "one loss for each point"),
        ({"surface": Surface(lambda x, y: 0 * x * y + 2)}, "2 everywhere"),
        ({"surface": 3}, r"a name, a Surface, or a function \(x, y\) -> loss; it is 3"),
        ({"surface": "hill"}, "There is no surface 'hill'; the lab knows bowl"),
        ({"racers": ["sgd"]}, "There is no optimizer 'sgd'; the lab knows gradient descent"),
        ({"racers": []}, "From 1 to 4 racers"),
        ({"racers": [("adam", 0)]}, "must be a positive number such as 0.1, but it is 0"),
        ({"racers": [("adam", 0.1, 3)]}, "an optimizer and its learning rate"),
        ({"start": (5, 5)}, "lies outside the domain"),
        ({"steps": 0}, "steps must lie between 1 and 1000"),
        ({"batch_size": 4}, "no samples to take batches of"),
        ({"surface": "linear regression", "points": [(0, 1)]}, "from 2 to"),
    ],
)
def test_what_cannot_be_walked_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(TraitError, match=sentence):
        Descent(**arguments)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"start": [9, 0]}, "lies outside the domain: x from −2 to 2"),
        ({"start": [0, None]}, "must be a finite number"),
        ({"racers": [{"optimizer": "adam", "learning_rate": 0}]}, "positive number"),
        ({"racers": [{"optimizer": "adam", "learning_rate": -0.1}]}, "it is −0.1"),
        ({"racers": [{"optimizer": "adam", "learning_rate": math.nan}]}, "positive number"),
        ({"racers": [{"optimizer": "adam"}]}, "A racer has the keys optimizer, learning_rate"),
        (
            {"racers": [{"optimizer": "adam", "learning_rate": 1, "options": {"beta": 1}}]},
            "adam has no option 'beta'",
        ),
        ({"racers": [{"optimizer": "a", "learning_rate": 1}]}, "no optimizer 'a'"),
        ({"surface": "your own"}, "There is no surface 'your own'"),
        ({"chosen": 3}, "chosen must lie between 0 and 2"),
        ({"condition": 0.5}, "condition must lie between 1 and 1000"),
        ({"noise": -1}, "noise must lie between 0"),
        ({"task": "fly"}, "task must be one of none, overshoot"),
        ({"points": [[1]]}, "Point 1 must be a pair"),
    ],
)
def test_what_is_wrong_is_said_and_the_last_good_picture_stays(descent, sent, sentence):
    before, walk, ground = descent.state_text(), descent.walk, descent.ground
    descent.set_state(sent)
    assert sentence in descent.problem
    assert descent.state_text() == before
    assert (descent.walk, descent.ground) == (walk, ground)
    descent.set_state({"step": 3})
    assert descent.problem == ""


def test_a_refused_surface_leaves_the_old_one_under_the_ball():
    descent = Descent("bowl")
    descent.set_state({"surface": "rastrigin", "start": [50, 50]})
    assert "lies outside the domain" in descent.problem
    assert (descent.surface, descent.landscape.name) == ("bowl", "bowl")
    descent.set_state({"start": [1, 1]})
    assert descent.ground["name"] == "bowl"
    rate = descent.racers[0]["learning_rate"]
    assert np.allclose(descent.paths[0].positions[1], [1 - rate, 1 - rate])


def test_a_rate_that_is_far_too_large_ends_in_words_and_not_in_nan():
    descent = Descent("bowl", [("gradient descent", 1e6), ("momentum", 3.99)], steps=1000)
    words = descent.walk["walkers"]
    assert [one["kind"] for one in words] == ["diverged", "diverged"]
    assert words[0]["verdict"] == "diverges after step 1"
    assert "take a smaller learning rate" in words[0]["reason"]
    assert np.isfinite(array(descent.walk["numbers"])).all()


@pytest.mark.parametrize(
    ("rate", "kind", "words"),
    [
        (0.001, "far", "still far"),
        (0.5, "arrived", "arrives at step 5"),
        (1.5, "arrived", "overshoots, arrives at step 5"),
        (2.5, "diverged", "diverges after step"),
    ],
)
def test_a_walk_in_the_bowl_is_too_small_good_or_too_large(rate, kind, words):
    descent = Descent("bowl", [("gradient descent", rate)], start=(-1.5, 0))  # (1 − η)ᵏ
    found = verdict(descent.paths[0], descent.landscape)
    assert found[0] == kind
    assert found[1].startswith(words)


def test_a_local_minimum_is_called_one():
    descent = Descent("two minima", [("gradient descent", 0.05)], start=(1.5, 0.5))
    assert descent.walk["walkers"][0]["verdict"].endswith("a local minimum")


def test_the_limit_is_known_on_bowls_only(descent):
    assert descent.walk["limit"] == pytest.approx(0.2)
    descent.set_state({"chosen": 1})
    assert descent.walk["limit"] == pytest.approx(0.38)
    descent.set_state({"chosen": 2})
    assert descent.walk["limit"] is None
    descent.set_state({"chosen": 0, "surface": "rosenbrock"})
    assert descent.walk["limit"] is None


def test_the_formula_is_that_of_the_chosen_one_at_the_present_step(descent):
    assert descent.picture["symbols"] == ["θ ← θ − η·g"]
    descent.set_state({"chosen": 2, "step": 0})
    first = descent.picture["formula"]
    assert descent.walk["internals"][0]["name"] == "first moment"
    descent.set_state({"step": 1})
    assert descent.picture["formula"] != first
    descent.set_state({"step": 100})
    assert descent.picture["formula"] == ["The walk ends here."]


def test_a_place_is_looked_at_and_left(descent):
    descent.set_state({"probe": [1, 0.5]})
    assert descent.probed["loss"] == pytest.approx(0.5 + 10 * 0.25 / 2)
    assert descent.probed["gradient"] == pytest.approx([1, 5])
    assert "probe" not in descent.keeps
    descent.set_state({"probe": []})
    assert descent.probed == {}


def test_a_step_sends_no_walk_and_a_drag_no_ground(descent):
    descent.comm = Comm()
    descent._hear(descent, {"hand": {"step": 7}, "turn": 1}, [])
    (message,) = descent.comm.sent
    assert set(message["state"]) == {"answered", "picture"}
    descent.comm.sent.clear()
    descent._hear(descent, {"hand": {"start": [0.5, 0.5]}, "turn": 2}, [])
    (message,) = descent.comm.sent
    assert set(message["state"]) == {"answered", "picture", "walk"}


def test_a_state_opens_again_with_its_own_start(descent):
    descent.set_state({"surface": "logistic regression", "batch_size": 2, "seed": 3})
    descent.set_state({"start": [1, 1], "step": 30, "chosen": 1})
    other = Descent()
    other.take_state(descent.state_text())
    assert other.state_text() == descent.state_text()
    assert other.start == (1.0, 1.0)
    assert np.array_equal(other.paths[1].positions, descent.paths[1].positions)


def test_racers_come_as_classes_and_walkers():
    made = Walker("momentum", 0.05, {"momentum": 0.5, "nesterov": True}, "cosine")
    descent = Descent("bowl", [torch.optim.Adamax, (torch.optim.SGD, 0.3), made])
    assert descent.names == ("Adamax", "SGD", "Momentum")
    assert descent.racers[2]["momentum"] == 0.5
    assert descent.walkers[2].settings == {"momentum": 0.5, "nesterov": True}
    assert np.allclose(descent.paths[1].positions[1], np.array(descent.start) * 0.7)
    assert "Adamax" in [one["name"] for one in descent.offers["optimizers"]]


def test_a_dial_turns_what_is_walked_or_is_not_there():
    made = [Walker("rmsprop", 0.1, {"alpha": 0.8}), Walker("adam", 0.1, {"betas": (0.5, 0.9)})]
    descent = Descent("bowl", made)
    assert [one.settings for one in descent.walkers] == [{"alpha": 0.8}, {"betas": (0.5, 0.9)}]
    rmsprop, adam = descent.racers
    assert (rmsprop["momentum"], rmsprop["options"]) == (0.8, {})
    descent.set_state({"racers": [{**rmsprop, "momentum": 0.7}, adam]})
    assert descent.walkers[0].settings == {"alpha": 0.7}
    # The page hides the dial of an option that is given.
    (offer,) = (one for one in descent.offers["optimizers"] if one["name"] == "adam")
    assert offer["momentum_option"] in adam["options"]


def test_a_task_is_thought_about_and_then_judged(descent):
    descent.set_state({"task": "limit"})
    assert (descent.surface, len(descent.racers), descent.revealed) == ("bowl", 1, False)
    assert descent.picture["task"]["asks"] == "Learning rate"
    descent.set_state({"guess": [1.0], "revealed": True})
    assert descent.picture["task"]["solved"] is False
    assert "still converges" in descent.picture["task"]["hint"]
    assert descent.racers[0]["learning_rate"] == 1.0
    descent.set_state({"guess": [2.05]})
    assert descent.picture["task"]["solved"] is True
    flips = (1 - 2.05) ** np.arange(descent.steps + 1)  # each step multiplies by 1 − η
    assert np.allclose(descent.paths[0].positions, np.outer(flips, descent.start))
    descent.set_state({"task": "overshoot", "revealed": False, "guess": []})
    racer = {**descent.racers[0], "learning_rate": 1.5}
    descent.set_state({"racers": [racer], "revealed": True})
    assert descent.picture["task"]["solved"] is True
    descent.set_state({"task": "none"})
    assert descent.picture["task"] is None


@pytest.mark.parametrize("task", [task for task in TASKS if task != "limit"])
def test_what_a_task_begins_with_does_not_solve_it(task):
    descent = Descent(task=task)
    assert descent.surface == TASKS[task].surface
    assert descent.picture["formula"] == []  # it would tell the first step
    descent.revealed = True
    assert descent.picture["formula"] != []
    assert descent.picture["task"]["solved"] is False
    assert descent.picture["task"]["hint"] != ""


def test_a_task_sets_nothing_that_came_with_it():
    descent = Descent("elongated bowl", ["momentum"], steps=33, task="ten steps")
    assert (descent.names, descent.steps) == (("Momentum",), 33)
    assert descent.start == SURFACES["elongated bowl"].start
    descent = Descent("rosenbrock", condition=50, start=(0, 0), task="ten steps")
    assert (descent.surface, descent.condition, descent.start) == ("rosenbrock", 50, (0, 0))
    assert descent.names == ("Gradient descent",)
    assert Descent("rosenbrock", task="ten steps").start == SURFACES["rosenbrock"].start
    descent.set_state({"task": "leave the saddle", "steps": 50, "noise": 0.1})
    assert (descent.surface, descent.steps, descent.noise) == ("saddle", 50, 0.1)
    assert descent.start[1] == 0


def test_a_link_to_a_task_opens_as_it_was_left(descent):
    descent.set_state({"task": "overshoot"})
    descent.racers = [{"optimizer": "adam", "learning_rate": 0.3, "momentum": 0.9}]
    descent.set_state({"start": [0.5, 1.5], "logarithmic": True})
    for other in (Descent(), Descent("rosenbrock", [("adam", 0.3)]), Descent(task="limit")):
        other.take_state(descent.state_text())
        assert other.state_text() == descent.state_text()
        assert np.array_equal(other.paths[0].positions, descent.paths[0].positions)
        other.set_state({"task": "ten steps"})
        assert other.surface == "elongated bowl"  # what came came once


def test_unknown_arguments_are_refused_with_advice():
    with pytest.raises(TypeError, match="no argument 'stepps'. Did you mean 'steps'"):
        Descent(stepps=3)


def test_the_relief_is_made_when_it_is_asked_for(descent):
    relief = Relief(descent)
    assert relief.figure is None
    relief.button.click()
    ground, *paths, ball = relief.figure.data
    assert np.shape(ground.z) == (61, 61)
    assert [path.name for path in paths] == list(descent.names)
    descent.set_state({"start": [1, 1], "step": 9})
    assert tuple(relief.figure.data[-1].x) == (1,)
    assert len(relief.figure.data[1].x) == 10
    assert ball.name == "start"
    relief.button.click()
    assert relief.figure is None
    assert len(relief.box.children) == 1
    descent.set_state({"step": 3})


def test_plotly_waits_until_it_is_asked_for():
    text = "import sys, widgets.descent as d; d.relief(d.Descent()); print('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
