"""Convolution and transposed convolution: the workshop's numbers, and PyTorch's."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from lab.convolution import (
    PADDING_MODES,
    conv2d,
    conv_transpose2d,
    output_size,
    output_size_sentence,
    transposed_size,
    transposed_size_sentence,
)
from lab.kernels import KERNELS

WORKSHOP = np.array(
    [[1, 2, 7, 0, 3], [5, 0, 1, 4, 0], [9, 5, 1, 5, 7], [4, 1, 6, 3, 3], [2, 9, 3, 1, 2]]
)
LECTURE = np.array([[0.2, 0.2, 0.8], [0.2, 0.3, 0.1], [0.2, 1, 1]])
LECTURE_KERNEL = np.array([[0.3, 0.2, 0.9], [-0.2, 0.3, 0.1], [0.1, -1, -1]])

ROOT = Path(__file__).parents[2]


SAME_TAKES_A_COPY = "ignore:Using padding='same' with even kernel lengths:UserWarning"


def one_or_two(least, most):
    numbers = st.integers(least, most)
    return st.one_of(numbers, st.tuples(numbers, numbers))


SEEDS, SIZES, KERNEL_SIZES = st.integers(0, 2**32), one_or_two(1, 9), one_or_two(1, 4)
SWEEPS = st.fixed_dictionaries(
    {"stride": one_or_two(1, 3), "dilation": one_or_two(1, 3), "padding": one_or_two(0, 3)}
)
WORDS = st.fixed_dictionaries(
    {
        "stride": st.just(1),
        "dilation": one_or_two(1, 3),
        "padding": st.sampled_from(["same", "valid"]),
    }
)


def cases(seed, size, kernel_size, given, *, transposed=False):
    """Six cases with the same windows: one, two and three groups, both precisions."""
    random = np.random.default_rng(seed)
    for groups, dtype in product((1, 2, 3), (np.float32, np.float64)):
        per_group, outputs, images = random.integers(1, 4, 3)
        channels, made = groups * per_group, groups * outputs
        shape = (images, channels, *np.broadcast_to(size, 2))
        weights = (channels, outputs) if transposed else (made, per_group)
        arrays = [
            random.normal(size=shape),
            random.normal(size=(*weights, *np.broadcast_to(kernel_size, 2))),
            random.normal(size=made),
        ]
        if images == 1:
            arrays[0] = arrays[0][0]
        x, kernel, bias = (a.astype(dtype) for a in arrays)
        yield (x, kernel, bias if random.integers(2) else None), given | {"groups": groups}


def theirs(function, arrays, given):
    """What PyTorch makes of it; None if it refuses."""
    x, kernel, bias = (a if a is None else torch.tensor(a) for a in arrays)
    try:
        return function(x, kernel, bias, **given).numpy()
    except (RuntimeError, ValueError):
        return None


def ours(function, arrays, given):
    x, kernel, bias = arrays
    try:
        return function(x, kernel, bias=bias, **given)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017 - what it says is looked at below
        return None


def check(one, other):
    if other is None or other.size == 0:
        assert one is None
    else:
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        near = 1e-6 if one.dtype == np.float64 else 1e-4
        assert np.allclose(one, other, rtol=near, atol=near)


@pytest.mark.filterwarnings(SAME_TAKES_A_COPY)
@settings(max_examples=400)
@given(SEEDS, SIZES, KERNEL_SIZES, st.one_of(SWEEPS, SWEEPS, WORDS))
def test_a_convolution_is_that_of_pytorch(seed, size, kernel_size, given):
    for case in cases(seed, size, kernel_size, given):
        check(ours(conv2d, *case), theirs(functional.conv2d, *case))


@settings(max_examples=400)
@given(SEEDS, SIZES, KERNEL_SIZES, SWEEPS, one_or_two(0, 2))
def test_a_transposed_convolution_is_that_of_pytorch(seed, size, kernel_size, given, extra):
    given = given | {"output_padding": extra}
    for case in cases(seed, size, kernel_size, given, transposed=True):
        check(ours(conv_transpose2d, *case), theirs(functional.conv_transpose2d, *case))


@pytest.mark.filterwarnings(SAME_TAKES_A_COPY)
@pytest.mark.parametrize("mode", PADDING_MODES)
@settings(max_examples=50)
@given(SEEDS, SIZES, KERNEL_SIZES, st.one_of(SWEEPS, SWEEPS, WORDS))
def test_around_the_input_lies_what_pytorch_puts_there(mode, seed, size, kernel_size, given):
    def convolve(x, kernel, bias, *, groups, **given):
        module = nn.Conv2d(
            kernel.shape[1] * groups,
            kernel.shape[0],
            kernel.shape[2:],
            groups=groups,
            bias=bias is not None,
            padding_mode=mode,
            **given,
        )
        module.weight = nn.Parameter(kernel)
        if bias is not None:
            module.bias = nn.Parameter(bias)
        return module(x).detach()

    for arrays, sweep in cases(seed, size, kernel_size, given):
        one = ours(conv2d, arrays, sweep | {"padding_mode": mode})
        check(one, theirs(convolve, arrays, sweep))


def test_the_workshop_s_table():
    expected = [[2.75, 2.5, 2.875], [3.625, 2.875, 3.75], [4.1875, 3.75, 3.4375]]
    mask = KERNELS["gaussian"].cells
    assert conv2d(WORKSHOP, mask, normalise=True).tolist() == expected
    assert conv2d(WORKSHOP.tolist(), mask.tolist())[0, :2].tolist() == [44, 40]


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_lectures_transposed_convolution(stride):
    expected = np.zeros([2 * stride + 3] * 2)
    for row, column in product(range(3), repeat=2):  # the definition, cell by cell
        for i, j in product(range(3), repeat=2):
            cell = LECTURE[row, column] * LECTURE_KERNEL[i, j]
            expected[stride * row + i, stride * column + j] += cell
    made = conv_transpose2d(LECTURE, LECTURE_KERNEL, stride=stride)
    assert np.allclose(made, expected, atol=1e-12)
    tensors = [torch.tensor(a)[None, None] for a in (LECTURE, LECTURE_KERNEL)]
    assert np.allclose(made, functional.conv_transpose2d(*tensors, stride=stride)[0, 0])


def test_a_grid_stays_a_grid():
    grid, kernel = np.ones((5, 5)), np.ones((3, 3))
    full = np.ones((2, 1, 3, 3))
    assert conv2d(grid, kernel, bias=1).shape == (3, 3)
    assert conv2d(grid[None], kernel).shape == (1, 3, 3)
    assert conv2d(grid[None, None], kernel).shape == (1, 1, 3, 3)
    assert conv2d(grid, full).shape == (2, 3, 3)
    assert conv_transpose2d(grid, kernel).shape == (7, 7)
    assert conv_transpose2d(grid, full[:1]).shape == (1, 7, 7)


def test_a_mask_s_sum_divides_before_the_bias():
    x, kernel = np.arange(16.0).reshape(4, 4), np.array([[1.0, 2], [3, 4]])
    divided = conv2d(x, kernel, bias=5, normalise=True)
    assert np.allclose(divided, conv2d(x, kernel / 10) + 5, atol=1e-12)


def test_a_large_picture_in_blocks_is_that_of_pytorch():
    random = np.random.default_rng(0)
    x, kernel = random.normal(size=(3, 300, 311)), random.normal(size=(4, 3, 7, 5))
    expected = functional.conv2d(torch.tensor(x), torch.tensor(kernel), padding=2, stride=(1, 2))
    assert np.allclose(conv2d(x, kernel, padding=2, stride=(1, 2)), expected, atol=1e-9)


@settings(max_examples=1000)
@given(
    size=st.integers(1, 12),
    k=st.integers(1, 5),
    s=st.integers(1, 4),
    p=st.integers(0, 4),
    d=st.integers(1, 3),
)
def test_the_formula_counts_the_windows(size, k, s, p, d):
    given = {"stride": s, "padding": p, "dilation": d}
    starts = [a for a in range(-p, size + p, s) if a + d * (k - 1) < size + p]
    if not starts:
        with pytest.raises(ValueError, match="reaches over"):
            output_size(size, k, **given)
        return
    assert output_size(size, k, **given) == len(starts)
    formula, result = output_size_sentence(size, k, **given).split(" = ")
    python = formula.replace("·", "*").replace("−", "-").replace("/", "//")
    assert eval(python.replace("⌊", "(").replace("⌋", ")")) == int(result) == len(starts)


def test_the_formula_is_written_out():
    assert output_size_sentence(5, 3, padding=1) == "⌊(5 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 5"
    assert output_size_sentence(5, 3, padding="same") == output_size_sentence(5, 3, padding=1)
    assert output_size_sentence(5, 2, padding="same") == "⌊(5 + 0 + 1 − 1·(2 − 1) − 1) / 1⌋ + 1 = 5"
    ceil = output_size_sentence(5, 2, stride=2, ceil_mode=True)
    assert ceil == "⌈(5 + 2·0 − 1·(2 − 1) − 1) / 2⌉ + 1 = 3"
    dropped = output_size_sentence(4, 2, stride=3, padding=1, ceil_mode=True)
    assert dropped == "⌈(4 + 2·1 − 1·(2 − 1) − 1) / 3⌉ + 1 − 1 = 2"
    sentence = transposed_size_sentence(3, 3, stride=2, padding=1)
    assert sentence == "(3 − 1)·2 − 2·1 + 1·(3 − 1) + 0 + 1 = 5"
    assert transposed_size(3, 3, stride=2, padding=1, output_padding=1) == 6


GRID, KERNEL = np.ones((5, 5)), np.ones((3, 3))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: conv2d(GRID, np.ones((7, 7))), "reaches over 7 rows, but the input has only 5"),
        (lambda: conv2d(GRID, KERNEL, dilation=4), "reaches over 9 rows"),
        (lambda: conv2d(GRID, np.ones((3, 9)), padding=1), "padded input has only 7"),
        (lambda: conv2d(GRID, KERNEL, stride=0), "stride must be a whole number from 1 on"),
        (lambda: conv2d(GRID, KERNEL, stride=1.5), "stride must be a whole number"),
        (lambda: conv2d(GRID, KERNEL, stride=(1, 2, 3)), "one whole number, or two"),
        (lambda: conv2d(GRID, KERNEL, padding=-1), "padding must be a whole number from 0 on"),
        (lambda: conv2d(GRID, KERNEL, padding="full"), "'same' or 'valid', but it is 'full'"),
        (lambda: conv2d(GRID, KERNEL, padding="same", stride=2), "keeps the size"),
        (lambda: conv2d(GRID, KERNEL, padding_mode="mirror"), "choose one of zeros, reflect"),
        (lambda: conv2d(GRID, KERNEL, padding=5, padding_mode="reflect"), "at most 4 of them"),
        (lambda: conv2d(GRID, KERNEL, padding=6, padding_mode="circular"), "at most 5 of them"),
        (lambda: conv2d(np.ones((3, 5, 5)), KERNEL), "3 channels, so each filter needs 3"),
        (lambda: conv2d(np.ones((3, 5, 5)), np.ones((2, 1, 3, 3)), groups=3), "3 groups must"),
        (lambda: conv2d(GRID, KERNEL, bias=[1, 2]), "one bias for each of the 1 output"),
        (lambda: conv2d([[1, np.nan]], [[1]]), "The input must be finite numbers"),
        (lambda: conv2d([[1, 2]], [[np.inf]]), "The kernel must be finite numbers"),
        (lambda: conv2d([[1, 2], [3]], [[1]]), "numbers in rows of one length"),
        (lambda: conv2d([["a"]], [[1]]), "numbers in rows of one length"),
        (lambda: conv2d([[]], [[1]]), "The input is empty"),
        (lambda: conv2d([1, 2], [[1]]), "The input must have the shape"),
        (lambda: conv2d(GRID, [1, 2]), "The kernel must have the shape"),
        (lambda: conv2d(GRID, KERNELS["sobel x"].cells, normalise=True), "cells sum to 0"),
        (lambda: conv2d(GRID, [[0.1, 0.2, -0.3]], normalise=True), "cells sum to 0"),
        (lambda: conv_transpose2d(GRID, KERNEL, output_padding=1), "smaller than the stride"),
        (lambda: conv_transpose2d([[1]], KERNEL, padding=2), "nothing is left"),
        (lambda: conv_transpose2d(GRID, np.ones((2, 1, 3, 3))), "first size is 2"),
        (lambda: conv_transpose2d(np.ones((3, 5, 5)), np.ones((3, 1, 1, 1)), groups=2), "2 groups"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(call, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(")) as refused:
        call()
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("module", ["convolution", "windows", "receptive_field", "kernels"])
def test_numpy_is_all_it_takes(module):
    loaded = f"import sys, lab.{module}; print(sorted({{'torch', 'scipy'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
