"""Tasks about descent: solved and unsolved paths, and the limit of the learning rate by walking."""

import numpy as np
import pytest

from lab.descent import Walker, descend
from lab.descent_tasks import TASKS, check, check_limit, stability_limit
from lab.surfaces import SURFACES, elongated_bowl

BOWL, ELONGATED, SADDLE = (SURFACES[name] for name in ("bowl", "elongated bowl", "saddle"))


def verdict(task, start, name, rate, steps=100, **how):
    surface = SURFACES[TASKS[task].surface]
    return check(task, surface, descend(surface, start, name, rate, steps, **how))


def test_every_task_stands_on_a_shipped_surface():
    assert all(task.surface in SURFACES for task in TASKS.values())
    with pytest.raises(ValueError, match="There is no task 'limit' about a path"):
        check("limit", BOWL, descend(BOWL, (1, 1), "adam", 0.1, 1))


@pytest.mark.parametrize(
    ("how", "solved", "words"),
    [
        (("gradient descent", 1.5), True, "It crossed in step 1"),
        (("momentum", 0.1), True, "It crossed in step"),
        (("gradient descent", 0.5), False, "stays on its side"),
        (("gradient descent", 1.99), False, "ends at 36.6 % of the distance"),
        (("gradient descent", 3.5), False, "ran away"),
    ],
)
def test_overshoot(how, solved, words):
    found = verdict("overshoot", (-1.5, 1.0), *how)
    assert found.solved == solved
    assert words in found.sentence


def test_a_task_starts_away_from_the_minimum():
    for task in ("overshoot", "ten steps"):
        found = verdict(task, (0.01, 0.01), "gradient descent", 1.5)
        assert not found.solved
        assert found.sentence == "Start farther away from the minimum."


@pytest.mark.parametrize(
    ("how", "options", "solved", "words"),
    [
        (("newton", 1.0), {}, True, "There in step 1"),
        (("lbfgs", 1.0), {}, True, "There in step"),
        (("momentum", 0.25), {"momentum": 0.41}, True, "There in step 5"),
        # The best learning rate of a quadratic, 2 / (λ_min + λ_max).
        (("gradient descent", 2 / 11), {}, False, "too many"),
        (("gradient descent", 0.01), {}, False, "After 10 steps it is still at"),
        (("gradient descent", 0.3), {}, False, "ran away"),
    ],
)
def test_ten_steps(how, options, solved, words):
    found = verdict("ten steps", (-1.8, 0.9), *how, **options)
    assert found.solved == solved
    assert words in found.sentence


@pytest.mark.parametrize(
    ("condition", "solved"), [(1, False), (9.9, False), (10, True), (50, True)]
)
def test_ten_steps_are_for_a_bowl_that_is_elongated(condition, solved):
    surface = elongated_bowl(condition)
    found = check("ten steps", surface, descend(surface, (-1.8, 0.9), "newton", 1.0, 10))
    assert found.solved == solved
    assert ("condition 10" in found.sentence) != solved


@pytest.mark.parametrize(
    ("start", "how", "options", "solved", "words"),
    [
        ((-1.6, 0.0), ("gradient descent", 0.1), {}, False, "rests at the saddle"),
        ((-1.6, 0.0), ("newton", 1.0), {}, False, "rests at the saddle"),
        ((-1.6, 0.0), ("gradient descent", 0.1), {"noise": 0.05}, True, "Away from the saddle"),
        ((-1.6, 0.01), ("momentum", 0.05), {}, True, "Away from the saddle"),
        ((-1.6, 0.5), ("gradient descent", 0.1), {}, False, "Start on the line"),
        ((-1.6, 0.01), ("gradient descent", 0.001), {}, False, "still near the saddle"),
    ],
)
def test_leave_the_saddle(start, how, options, solved, words):
    found = verdict("leave the saddle", start, *how, **options)
    assert found.solved == solved
    assert words in found.sentence


def test_only_a_saddle_can_be_left():
    with pytest.raises(ValueError, match="has no saddle"):
        check("leave the saddle", BOWL, descend(BOWL, (1, 1), "adam", 0.1, 1))


WALKERS = [
    Walker("gradient descent", 1.0),
    Walker("gradient descent", 1.0, {"weight_decay": 0.5}),
    Walker("newton", 1.0),
    *(
        Walker(name, 1.0, {"momentum": beta})
        for name in ("momentum", "nesterov")
        for beta in (0.3, 0.9)
    ),
]


@pytest.mark.parametrize("walker", WALKERS, ids=lambda w: f"{w.name} {dict(w.options)}")
def test_the_limit_is_where_walks_begin_to_diverge(walker):
    surface = elongated_bowl(7)
    limit = stability_limit(walker, surface.sharpness)
    start = (1.0, 1.0)

    def far(share):
        path = descend(surface, start, walker.optimizer, share * limit, 600, **walker.options)
        return np.linalg.norm(path.positions[-1])

    assert far(0.99) < 1e-3
    assert far(1.01) > 100


def test_who_has_no_limit():
    for name in ("adagrad", "rmsprop", "adam", "adamw", "nadam", "rprop", "lbfgs"):
        assert stability_limit(Walker(name, 0.1), 2.0) is None
    assert stability_limit(Walker("gradient descent", 0.1, {}, "cosine"), 2.0) is None
    assert stability_limit(Walker("momentum", 0.1, {"dampening": 0.5}), 2.0) is None
    assert stability_limit(Walker("gradient descent", 0.1), 0.0) is None
    assert check_limit(Walker("adam", 0.1), 1.0, 0.3).sentence.startswith("adam has no such limit")


@pytest.mark.parametrize(
    ("guess", "reveal", "solved", "sentence"),
    [
        (None, False, False, "Guess first; then walk and see."),
        (None, True, False, "Guess first; then walk and see."),
        (-1, False, False, "A learning rate is a positive number, such as 0.1."),
        (0.3, False, False, "At 0.3 the walk still converges: the limit is higher."),
        (0.7, False, False, "At 0.7 the walk diverges already: the limit is lower."),
        (
            0.7,
            True,
            False,
            "Your guess was 0.7: the limit is 0.5 for the largest curvature λ = 4.",
        ),
        (0.54, False, True, "Yes: the limit is 0.5 for the largest curvature λ = 4."),
        (0.46, False, True, "Yes: the limit is 0.5 for the largest curvature λ = 4."),
    ],
)
def test_the_guess_of_the_limit(guess, reveal, solved, sentence):
    found = check_limit(Walker("gradient descent", 1.0), 4.0, guess, reveal=reveal)
    assert (found.solved, found.sentence) == (solved, sentence)
