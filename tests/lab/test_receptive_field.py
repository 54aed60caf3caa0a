"""What a cell sees: the recursion against the gradients of PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.receptive_field import Stage, field_size, receptive_cells, receptive_field, sizes

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
STAGES = st.builds(
    Stage,
    kernel_size=PAIRS,
    stride=PAIRS,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=PAIRS,
)


def seen(layers, cell, size):
    """Which rows and columns of an image have a gradient, if every weight is 1."""
    image = torch.zeros(1, 1, *size, dtype=torch.float64, requires_grad=True)
    x = image
    for layer in layers:
        kernel = torch.ones(1, 1, *layer.kernel_size, dtype=torch.float64)
        x = functional.conv2d(
            x, kernel, stride=layer.stride, padding=layer.padding, dilation=layer.dilation
        )
    x[0, 0][cell].backward()
    touched = image.grad[0, 0].numpy() > 0
    return np.flatnonzero(touched.any(1)), np.flatnonzero(touched.any(0)), touched


@settings(max_examples=80)
@given(st.lists(STAGES, min_size=1, max_size=4), st.integers(0, 2**32))
def test_a_cell_sees_what_its_gradient_reaches(layers, seed):
    size = (40, 47)
    try:
        last = sizes(layers, size)[-1]
    except ValueError:
        return  # nothing is left for the last windows
    cell = tuple(int(n) for n in np.random.default_rng(seed).integers(0, last))
    rows, columns, touched = seen(layers, cell, size)
    own_rows, own_columns = receptive_cells(layers, cell, size)
    assert touched.sum() == own_rows.size * own_columns.size
    if not touched.any():
        with pytest.raises(ValueError, match="nothing but padding"):
            receptive_field(layers, cell, size)
        return
    assert own_rows.tolist() == rows.tolist()
    assert own_columns.tolist() == columns.tolist()
    assert receptive_field(layers, cell, size) == ((rows[0], rows[-1]), (columns[0], columns[-1]))
    (top, bottom), (left, right) = receptive_field(layers, cell)
    assert top <= rows[0] <= rows[-1] <= bottom
    assert left <= columns[0] <= columns[-1] <= right
    assert field_size(layers) == (bottom - top + 1, right - left + 1)


@settings(max_examples=50)
@given(st.lists(STAGES, min_size=1, max_size=3))
def test_far_from_the_border_the_recursion_is_the_gradient(layers):
    layers = [Stage(layer.kernel_size, layer.stride, 0, layer.dilation) for layer in layers]
    rows, columns, _ = seen(layers, (0, 0), field_size(layers))
    assert receptive_field(layers, (0, 0)) == ((rows[0], rows[-1]), (columns[0], columns[-1]))
    assert field_size(layers) == (rows[-1] + 1, columns[-1] + 1)


def test_three_small_kernels_see_as_much_as_a_large_one():
    assert field_size([Stage(3)] * 3) == field_size([Stage(7)]) == (7, 7)
    assert receptive_field([Stage(3, padding=1)] * 2, (0, 5)) == ((-2, 2), (3, 7))
    assert receptive_field([Stage(3, padding=1)] * 2, (0, 5), 9) == ((0, 2), (3, 7))
    assert field_size([Stage(3, dilation=d) for d in (1, 2, 4)]) == (15, 15)
    rows, _ = receptive_cells([Stage(3, dilation=2)], (0, 0), 5)
    assert rows.tolist() == [0, 2, 4]


def test_a_cell_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="rows 0 to 2, so there is no row 3"):
        receptive_field([Stage(3)], (3, 0), (5, 5))
    with pytest.raises(ValueError, match="stride must be a whole number from 1"):
        Stage(3, stride=0)
    with pytest.raises(ValueError, match="reaches over 7 rows"):
        sizes([Stage(3), Stage(7)], 5)
