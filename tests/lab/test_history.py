"""The history of a run: bounded bytes, both ends kept, distances that grow towards the middle."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.history import History


def state(step, numbers=10):
    return {"weight": torch.full((numbers,), float(step))}


def live(history, steps, numbers=10):
    for step in steps:
        history.keep(step, state(step, numbers))
        yield step


gaps = st.lists(st.integers(1, 50), max_size=120)


@given(gaps, st.integers(0, 2000))
def test_bytes_stay_bounded_and_both_ends_stay(gaps, limit):
    history = History(limit)
    steps = [sum(gaps[:i]) for i in range(len(gaps) + 1)]
    for step in live(history, steps):
        total = sum(t.nbytes for kept in history.steps for t in history.at(kept).values())
        assert history.bytes == total <= limit
        if limit >= 80:
            assert history.steps[0] == 0
        if limit >= 40:
            assert history.steps[-1] == step
        assert list(history.steps) == sorted(history.steps)
        assert set(history.steps) <= set(steps)


@given(gaps, st.integers(2, 30))
def test_moments_stay_bounded_too(gaps, most):
    history = History(10**6, most)
    steps = [sum(gaps[:i]) for i in range(len(gaps) + 1)]
    for count, step in enumerate(live(history, steps), start=1):
        assert len(history.steps) == min(count, most)
        assert (history.steps[0], history.steps[-1]) == (0, step)


@given(gaps, st.integers(1, 200))
def test_states_of_any_size_keep_within_the_bound(sizes, limit):
    history = History(limit * 4)
    for step, size in enumerate(sizes):
        history.keep(step, state(step, size))
        assert history.bytes <= limit * 4
        assert (history.steps[-1:] == (step,)) == (size <= limit)


@pytest.mark.parametrize("length", [100, 1000, 10_000])
@pytest.mark.parametrize("room", [32, 64])
def test_gaps_grow_in_proportion_to_the_distance_from_the_nearer_end(length, room):
    history = History(40 * room)
    for _ in live(history, range(length + 1)):
        pass
    assert len(history.steps) == min(room, length + 1)
    for a, b in zip(history.steps, history.steps[1:], strict=False):
        assert b - a <= 1.5 * (1 + min(a, length - b))
    # Twice as many moments halve the gaps; a run ten times as long has as many as before, and a
    # plain spacing would leave gaps of length / room even at the ends.
    assert history.steps[1] <= 3
    assert history.steps[-2] >= length - 3


@given(st.integers(1, 400), st.integers(1, 400))
def test_going_back_forgets_what_came_after(length, again):
    history = History(40 * 30)
    for _ in live(history, range(length)):
        pass
    history.keep(again, {"weight": torch.full((10,), -1.0)})
    assert history.steps[-1] == again
    assert history.at(again)["weight"][0] == -1


def test_what_is_kept_is_a_copy_and_is_found_by_the_nearest_step():
    history = History(1000)
    weight = torch.ones(3, requires_grad=True)
    history.keep(4, {"w": weight})
    with torch.no_grad():
        weight.zero_()
    history.keep(10, {"w": weight})
    assert history.nearest(6) == 4
    assert history.at(0)["w"].tolist() == [1, 1, 1]
    assert not history.at(0)["w"].requires_grad
    assert history.at(10**9)["w"].tolist() == [0, 0, 0]
    history.clear()
    assert history.steps == ()
    assert history.bytes == 0
    with pytest.raises(LookupError, match="No moment"):
        history.at(3)
