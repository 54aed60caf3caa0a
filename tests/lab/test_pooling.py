"""Pooling: the workshop's numbers, and PyTorch's."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.convolution import avg_pool2d, max_pool2d

WORKSHOP = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]


def one_or_two(least, most):
    numbers = st.integers(least, most)
    return st.one_of(numbers, st.tuples(numbers, numbers))


SEEDS, SIZES, KERNEL_SIZES = st.integers(0, 2**32), one_or_two(1, 9), one_or_two(1, 5)
SWEEPS = st.fixed_dictionaries(
    {"stride": st.one_of(st.none(), one_or_two(1, 4)), "padding": one_or_two(0, 2)}
)


def cases(seed, size):
    """Inputs in both precisions, with channels and a batch, and with many equal cells."""
    random = np.random.default_rng(seed)
    for dtype, outer in product((np.float32, np.float64), ((1,), (2, 3))):
        x = random.integers(-3, 4, (*outer, *np.broadcast_to(size, 2))).astype(dtype)
        yield x, {"ceil_mode": bool(random.integers(2))}


def refused(function, *arguments, **given):
    try:
        return function(*arguments, **given)
    except (RuntimeError, ValueError):
        return None


@settings(max_examples=250)
@given(SEEDS, SIZES, KERNEL_SIZES, SWEEPS, one_or_two(1, 3))
def test_max_pooling_is_that_of_pytorch(seed, size, kernel_size, sweep, dilation):
    for x, mode in cases(seed, size):
        given = sweep | mode | {"dilation": dilation}
        one = refused(max_pool2d, x, kernel_size, return_indices=True, **given)
        tensor = torch.tensor(x)
        other = refused(functional.max_pool2d, tensor, kernel_size, return_indices=True, **given)
        if other is None:
            assert one is None
            continue
        values, places = (tensor.numpy() for tensor in other)
        assert one[0].dtype == x.dtype
        assert np.array_equal(one[0], values)
        assert np.array_equal(one[1], np.where(np.isfinite(values), places, -1))
        assert np.array_equal(max_pool2d(x, kernel_size, **given), values)


@settings(max_examples=250)
@given(SEEDS, SIZES, KERNEL_SIZES, SWEEPS, st.booleans())
def test_average_pooling_is_that_of_pytorch(seed, size, kernel_size, sweep, count):
    for x, mode in cases(seed, size):
        given = sweep | mode | {"count_include_pad": count}
        one = refused(avg_pool2d, x, kernel_size, **given)
        other = refused(functional.avg_pool2d, torch.tensor(x), kernel_size, **given)
        if other is None:
            assert one is None
            continue
        assert one.dtype == x.dtype
        assert one.shape == tuple(other.shape)
        assert np.allclose(one, other.numpy(), atol=1e-6)


def test_the_workshop_s_table():
    assert max_pool2d(WORKSHOP, 2).tolist() == [[6, 8], [3, 4]]
    assert avg_pool2d(WORKSHOP, 2).tolist() == [[3.25, 5.25], [2, 2]]


def test_global_pooling_is_a_window_as_large_as_the_input():
    x = np.random.default_rng(0).normal(size=(3, 256, 255))
    assert max_pool2d(x, x.shape[1:])[:, 0, 0].tolist() == x.max((1, 2)).tolist()
    assert np.allclose(avg_pool2d(x, x.shape[1:])[:, 0, 0], x.mean((1, 2)))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: max_pool2d(WORKSHOP, 5), "reaches over 5 rows, but the input has only 4"),
        (lambda: max_pool2d(WORKSHOP, 2, stride=0), "stride must be a whole number from 1"),
        (lambda: max_pool2d(WORKSHOP, 3, padding=2), "3 cells allow 1, but the padding is 2"),
        (lambda: avg_pool2d(WORKSHOP, 3, padding=(0, 2)), "at most half of the window"),
        (lambda: avg_pool2d([[1, np.inf]], 1), "finite numbers"),
        (lambda: max_pool2d(WORKSHOP, 0), "kernel_size must be a whole number from 1"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(call, says):
    with pytest.raises(ValueError, match=says) as error:
        call()
    assert str(error.value).endswith(".")
