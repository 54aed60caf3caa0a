"""The tasks about a latent space, on clouds whose answer is known."""

import numpy as np
import pytest

from lab.latent_tasks import (
    PARTED,
    TASKS,
    check_island,
    check_parting,
    check_stray,
    check_torn,
    distance,
)

NAMES = ("four", "nine", "six")


def clouds(apart, count=30, seed=0):
    """Two clouds on circles of radius 1 whose middles are so far apart."""
    angles = np.arange(count) * 2 * np.pi / count
    ring = np.column_stack([np.cos(angles), np.sin(angles)])
    labels = np.repeat([0, 1], count)
    order = np.random.default_rng(seed).permutation(2 * count)
    return np.concatenate([ring, ring + np.array([apart, 0])])[order], labels[order]


@pytest.mark.parametrize("apart", [0.0, 0.5, 2.0, 7.0])
def test_the_distance_of_two_rings_is_that_of_their_middles_in_radii(apart):
    vectors, labels = clouds(apart)
    assert distance(vectors, labels, 0, 1) == pytest.approx(apart)
    assert distance(5 * vectors + 3, labels, 1, 0) == pytest.approx(apart)


def test_a_class_without_images_or_spread_has_no_distance():
    vectors, labels = clouds(3)
    assert distance(vectors, labels, 0, 2) is None
    assert distance(np.zeros((4, 2)), [0, 0, 1, 1], 0, 1) is None


def test_the_epoch_of_parting_is_found_to_an_epoch():
    seen = {0.0: 0.9, 1.0: 1.2, 2.0: 1.9, 3.0: 2.4, 4.0: 3.5, 5.0: 4.0}

    def check(answer):
        return check_parting(answer, seen, ("4", "9"))

    assert not check(None).solved
    assert [check(epoch).solved for epoch in (0, 1, 2, 3, 4, 5)] == [
        False, False, True, True, True, False,
    ]  # fmt: skip
    assert "later" in check(1).sentence
    assert "go back" in check(5).sentence
    assert "train on" in check_parting(1, {0.0: PARTED - 0.1}, ("4", "9")).sentence


def test_an_island_is_large_and_of_one_class():
    assert check_island([1] * 20, NAMES).solved
    assert not check_island([1] * 19, NAMES).solved
    one = check_island([1] * 20 + [0], NAMES)
    assert not one.solved
    assert "1 is not nine" in one.sentence
    assert "lasso" in check_island(np.empty(0, int), NAMES).sentence


def test_a_stray_is_a_mistake_among_the_class_it_was_taken_for():
    vectors, labels = clouds(9)
    vectors = np.vstack([vectors, [9, 0]])  # a four in the middle of the nines
    labels = np.append(labels, 0)
    said = labels.copy()
    said[-1] = 1
    assert check_stray(vectors, labels, said, 60, NAMES).solved
    assert not check_stray(vectors, labels, said, -1, NAMES).solved
    right = check_stray(vectors, labels, said, 0, NAMES)
    assert not right.solved
    assert "as the network says" in right.sentence
    vectors[-1] = [0, 0]  # among its own
    assert "border" in check_stray(vectors, labels, said, 60, NAMES).sentence


def test_the_map_tears_what_it_folds():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(80, 5))
    assert not check_torn(vectors, vectors[:, :2] * 0 + vectors[:, :2], -1).solved
    flat = np.column_stack([vectors[:, :2], np.zeros((80, 3))])
    assert not check_torn(flat, flat[:, :2], 3).solved  # the map is exact
    torn = flat[:, :2].copy()
    torn[3] += 50
    assert check_torn(flat, torn, 3).solved
    assert "more than 20" in check_torn(flat[:8], flat[:8, :2], 3).sentence


def test_each_task_asks_something():
    assert set(TASKS) == {"parting", "island", "stray", "torn"}
    assert all(task.question.endswith(".") for task in TASKS.values())
