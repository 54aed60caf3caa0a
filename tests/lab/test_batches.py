"""Batches: each image once an epoch, in PyTorch's own orders, whatever sizes are asked for."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.batches import Batches

CPU = torch.device("cpu")


def batches(count, *, normalised=False):
    return Batches(count, 5, CPU, normalised=normalised)


@given(
    count=st.integers(2, 40),
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=60),
)
def test_every_image_is_taken_once_an_epoch_in_the_order_of_the_seed(count, sizes):
    ours, shuffle = batches(count), torch.Generator().manual_seed(5)
    epoch = []
    for size in sizes:
        batch = ours.next(size)
        assert torch.equal(batch, ours.next(size))  # until it is taken, it is the same
        assert 1 <= len(batch) <= size
        epoch += batch.tolist()
        ended = ours.taken(len(batch))
        assert ended == (len(epoch) == count)
        if ended:
            assert epoch == torch.randperm(count, generator=shuffle).tolist()
            epoch = []


@given(
    count=st.integers(2, 40),
    sizes=st.tuples(st.integers(2, 50), st.integers(2, 50)),
    change=st.integers(0, 12),
    epochs=st.integers(1, 4),
    normalised=st.booleans(),
)
def test_the_steps_that_are_told_are_those_that_come(count, sizes, change, epochs, normalised):
    ours, (size, later) = batches(count, normalised=normalised), sizes
    first, steps, told = [], 0, ours.steps_left(size, epochs)
    while ours.epoch < epochs:
        if steps == change:
            size = later
            told = steps + ours.steps_left(size, epochs)
        batch = ours.next(size)
        if normalised:
            assert len(batch) > 1
        if ours.epoch == 0:
            first += batch.tolist()
        ours.taken(len(batch))
        steps += 1
    assert steps == told
    assert len(set(first)) == len(first) >= count - normalised
    assert ours.steps_left(size, epochs) == 0
