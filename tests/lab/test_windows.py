"""Every step of convolution, transposed convolution and pooling, and the matrix view."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.activations import ACTIVATIONS
from lab.convolution import PADDING_MODES, conv2d, conv_transpose2d
from lab.convolution_matrix import convolution_matrix
from lab.kernels import KERNELS
from lab.pooling_windows import pooling_windows
from lab.windows import transposed_windows, windows
from tests.lab.test_convolution import LECTURE, LECTURE_KERNEL, WORKSHOP
from tests.lab.test_pooling import WORKSHOP as POOLED

SEEDS = st.integers(0, 2**32)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
SWEEPS = st.fixed_dictionaries(
    {
        "stride": PAIRS,
        "dilation": st.integers(1, 2),
        "padding": st.integers(0, 2),
        "groups": st.integers(1, 2),
    }
)


def draw(seed, groups, *, transposed=False):
    random = np.random.default_rng(seed)
    per_group, outputs, height, width = random.integers(1, 3, 4)
    channels, made = groups * per_group, groups * outputs
    x = random.normal(size=(channels, height + 4, width + 5))
    weights = (channels, outputs) if transposed else (made, per_group)
    kernel = random.normal(size=(*weights, *random.integers(1, 4, 2)))
    return x, kernel, random.normal(size=made)


def test_the_first_steps_of_the_workshop():
    steps = windows(WORKSHOP, KERNELS["gaussian"].cells, normalise=True)
    assert steps.steps == 9
    assert steps.products[0, 0, 0, 0].tolist() == [[1, 4, 7], [10, 0, 2], [9, 10, 1]]
    assert steps.sums[0, 0, :2].tolist() == [44, 40]
    assert steps.divisors.tolist() == [16]
    assert steps.values[0, 0].tolist() == [2.75, 2.5, 2.875]


@settings(max_examples=80)
@given(SEEDS, SWEEPS, st.sampled_from(PADDING_MODES), st.sampled_from(list(ACTIVATIONS)))
def test_the_steps_of_a_convolution_make_its_output(seed, sweep, mode, activation):
    x, kernel, bias = draw(seed, sweep["groups"])
    sweep = sweep | {"padding_mode": mode}
    steps = windows(x, kernel, bias=bias, activation=activation, **sweep)
    z = conv2d(x, kernel, bias=bias, **sweep)
    assert np.allclose(steps.z, z, atol=1e-12)
    assert np.allclose(steps.sums, steps.products.sum((3, 4, 5)))
    assert np.allclose(steps.values, ACTIVATIONS[activation].function(z), atol=1e-12)
    divided = windows(x, kernel, bias=bias, normalise=True, **sweep)
    assert np.allclose(divided.z, conv2d(x, kernel, bias=bias, normalise=True, **sweep))


@settings(max_examples=60)
@given(SEEDS, SWEEPS, st.sampled_from(PADDING_MODES))
def test_a_cell_touches_the_outputs_that_change_with_it(seed, sweep, mode):
    x, _, _ = draw(seed, 1)
    x, kernel = x[0], np.random.default_rng(seed).uniform(1, 2, (3, 2))
    sweep = sweep | {"groups": 1, "padding_mode": mode}
    steps = windows(x, kernel, **sweep)
    row, column = (int(n) for n in np.random.default_rng(seed).integers(0, x.shape))
    changed = x.copy()
    changed[row, column] += 1
    difference = conv2d(changed, kernel, **sweep) - conv2d(x, kernel, **sweep)
    expected = np.zeros_like(difference)
    for down, across, i, j in steps.meeting(row, column):
        expected[down, across] += kernel[i, j]
    assert np.allclose(difference, expected, atol=1e-12)
    assert steps.coverage(x.shape)[row, column] == len(steps.meeting(row, column))


def test_padding_is_told_from_cells():
    steps = windows(WORKSHOP, np.ones((3, 3)), padding=1)
    assert steps.rows[0].tolist() == [-1, 0, 1]
    assert steps.row_places[0].tolist() == [-1, 0, 1]
    assert steps.rows[-1].tolist() == [3, 4, -1]
    assert steps.row_places[-1].tolist() == [3, 4, 5]
    assert not steps.covered[0, 0, 0].any()
    assert steps.cells[0, 0, 0].tolist() == [[0, 0, 0], [0, 1, 2], [0, 5, 0]]
    mirrored = windows(WORKSHOP, np.ones((3, 3)), padding=1, padding_mode="reflect")
    assert mirrored.rows[0].tolist() == [1, 0, 1]
    assert mirrored.row_places[0].tolist() == [-1, 0, 1]


@settings(max_examples=80)
@given(SEEDS, SWEEPS, st.integers(0, 1))
def test_the_stamps_of_a_transposed_convolution_accumulate_to_its_output(seed, sweep, extra):
    x, kernel, bias = draw(seed, sweep["groups"], transposed=True)
    if extra >= max(*sweep["stride"], sweep["dilation"]) or extra >= min(sweep["stride"]):
        extra = 0
    sweep = sweep | {"output_padding": extra}
    steps = transposed_windows(x, kernel, bias=bias, **sweep)
    assert np.allclose(steps.accumulated(steps.steps), steps.values, atol=1e-12)
    done = seed % (steps.steps + 1)  # PyTorch, with only so many input cells
    masked = x.reshape(len(x), -1) * (np.arange(steps.steps) < done)
    tensors = (torch.tensor(a) for a in (masked.reshape(x.shape), kernel, bias))
    expected = functional.conv_transpose2d(*tensors, **sweep)
    assert np.allclose(steps.accumulated(done), expected, atol=1e-12)


@settings(max_examples=50)
@given(SEEDS, SWEEPS)
def test_the_gather_view_adds_up_to_the_output(seed, sweep):
    sweep = sweep | {"groups": 1}
    x, _, _ = draw(seed, 1)
    x, kernel = x[0], np.random.default_rng(seed).normal(size=(3, 3))
    steps = transposed_windows(x, kernel, **sweep)
    output = conv_transpose2d(x, kernel, **sweep)
    for row, column in np.ndindex(output.shape):
        fed = steps.meeting(row, column)
        total = sum(x[y, z] * kernel[i, j] for y, z, i, j in fed)
        assert output[row, column] == pytest.approx(total, abs=1e-12)
        assert steps.overlaps[row, column] == len(fed)


def test_the_lectures_numbers_step_by_step():
    steps = transposed_windows(LECTURE, LECTURE_KERNEL, stride=2)
    assert np.allclose(steps.stamps[0, 0, 2], 0.8 * LECTURE_KERNEL)
    assert steps.rows.tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert not steps.accumulated(0).any()
    first = steps.accumulated(1)[0]
    assert np.allclose(first[:3, :3], 0.2 * LECTURE_KERNEL)
    assert not first[3:].any()
    # the stamps of the first two cells share a column: 0.2·0.9 + 0.2·0.3
    assert steps.accumulated(2)[0, 0, 2] == pytest.approx(0.24)


def test_a_kernel_that_the_stride_does_not_divide_makes_a_checkerboard():
    three = transposed_windows(np.ones((4, 4)), np.ones((3, 3)), stride=2).overlaps
    assert three[2:5, 2:5].tolist() == [[4, 2, 4], [2, 1, 2], [4, 2, 4]]
    four = transposed_windows(np.ones((4, 4)), np.ones((4, 4)), stride=2, padding=1).overlaps
    assert (four[1:-1, 1:-1] == 4).all()


@settings(max_examples=60)
@given(SEEDS, SWEEPS, st.sampled_from(PADDING_MODES))
def test_a_convolution_is_a_matrix(seed, sweep, mode):
    x, kernel, _ = draw(seed, sweep["groups"])
    given = sweep | {"padding_mode": mode}
    matrix = convolution_matrix(kernel, x.shape[1:], **given)
    output = conv2d(x, kernel, **given)
    assert np.allclose(matrix @ x.ravel(), output.ravel(), atol=1e-12)
    if mode == "zeros":  # and the transposed one is its transpose
        back = matrix.T @ output.ravel()
        rest = tuple(
            (extent + 2 * sweep["padding"] - sweep["dilation"] * (k - 1) - 1) % s
            for extent, k, s in zip(x.shape[1:], kernel.shape[2:], sweep["stride"], strict=True)
        )
        made = conv_transpose2d(output, kernel, output_padding=rest, **sweep)
        assert np.allclose(back.reshape(x.shape), made, atol=1e-12)


def test_a_normalised_matrix_takes_means():
    matrix = convolution_matrix(KERNELS["gaussian"].cells, (5, 5), normalise=True)
    assert np.allclose(matrix.sum(1), 1)
    assert (matrix @ WORKSHOP.ravel())[:2].tolist() == [2.75, 2.5]


POOLINGS = st.fixed_dictionaries(
    {
        "stride": PAIRS,
        "padding": st.integers(0, 1),
        "ceil_mode": st.booleans(),
    }
)


@settings(max_examples=60)
@given(SEEDS, POOLINGS, st.tuples(st.integers(2, 3), st.integers(2, 4)), st.sampled_from([0, 1, 2]))
def test_pooling_and_its_gradient_are_those_of_pytorch(seed, sweep, size, choice):
    random = np.random.default_rng(seed)
    x = random.integers(-3, 4, (2, 6, 7)).astype(float)
    leaf = torch.tensor(x, requires_grad=True)
    if choice == 0:
        sweep = sweep | {"dilation": 1 + seed % 2}
        steps = pooling_windows(x, size, **sweep)
        expected = functional.max_pool2d(leaf, size, **sweep)
    else:
        sweep = sweep | {"count_include_pad": choice == 1}
        steps = pooling_windows(x, size, kind="average", **sweep)
        expected = functional.avg_pool2d(leaf, size, **sweep)
    assert np.allclose(steps.values, expected.detach(), atol=1e-12)
    assert np.allclose((steps.shares * steps.cells).sum((-2, -1)), steps.values, atol=1e-12)
    upstream = random.normal(size=steps.values.shape)
    expected.backward(torch.tensor(upstream))
    assert np.allclose(steps.send_back(upstream), leaf.grad, atol=1e-12)
    if choice == 0:
        assert np.allclose(steps.wins(), steps.send_back(np.ones(steps.values.shape)))


def test_the_winners_of_the_workshop():
    steps = pooling_windows(POOLED, 2)
    assert steps.values.tolist() == [[[6, 8], [3, 4]]]
    assert steps.winners[0].tolist() == [[[1, 1], [1, 3]], [[2, 0], [3, 3]]]
    assert pooling_windows([[7, 7], [7, 7]], 2).winners.tolist() == [[[[0, 0]]]]  # the first
    shares = pooling_windows(POOLED, 2, kind="average").shares
    assert (shares == 0.25).all()
    top = pooling_windows(POOLED, (4, 4))
    assert (top.steps, top.values.tolist()) == (1, [[[8]]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: windows(np.ones((2, 1, 5, 5)), np.ones((1, 1, 3, 3))), "those of one image"),
        (lambda: windows(WORKSHOP, [[1]], activation="swish"), "no activation 'swish'"),
        (lambda: transposed_windows(LECTURE, [[1]]).accumulated(10), "There are 9 steps"),
        (lambda: pooling_windows(POOLED, 2, kind="mean"), "'max' or 'average'"),
        (lambda: pooling_windows(POOLED, 2, kind="average", dilation=2), "has no dilation"),
        (lambda: convolution_matrix(np.ones((7, 7)), (5, 5)), "reaches over 7 rows"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
