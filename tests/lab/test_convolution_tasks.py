"""Presets, and tasks that check themselves."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.convolution_tasks import (
    find_vertical_edges,
    keep_size,
    may_change,
    predict_cell,
    same_size,
)
from lab.kernels import KERNELS, random
from lab.pooling_windows import pooling_windows
from lab.receptive_field import Stage
from lab.windows import windows
from tests.lab.test_convolution import WORKSHOP
from tests.lab.test_pooling import WORKSHOP as POOLED


def test_the_presets_do_what_they_say():
    flat = {name: kernel.cells.sum() for name, kernel in KERNELS.items()}
    assert {name for name, total in flat.items() if total == 0} == {
        "sobel x",
        "sobel y",
        "laplacian",
    }
    assert flat["sharpen"] == flat["emboss"] == flat["identity"] == 1
    assert [name for name, kernel in KERNELS.items() if kernel.normalise] == ["gaussian", "box"]
    assert flat["gaussian"] == 16
    assert all(kernel.sentence.endswith(".") for kernel in KERNELS.values())
    assert np.array_equal(KERNELS["sobel x"].cells.T, KERNELS["sobel y"].cells)
    assert not KERNELS["box"].cells.flags.writeable


def test_chance_is_the_same_for_the_same_seed():
    assert np.array_equal(random(3).cells, random(3).cells)
    assert not np.array_equal(random(3).cells, random(4).cells)
    assert random(0, (2, 5)).cells.shape == (2, 5)
    assert np.abs(random(0, 50).cells).max() <= 1
    with pytest.raises(ValueError, match="seed"):
        random(-1)


@pytest.mark.parametrize(
    ("kernel", "hint"),
    [
        (KERNELS["sobel x"].cells, "Solved"),
        (-KERNELS["sobel x"].cells / 100, "Solved"),
        ([[-1, 1]], "Solved"),
        ([[1, 0, -1]] * 3, "Solved"),
        ([[-1, -1, 1, 1]] * 4, "Solved"),
        (KERNELS["sobel y"].cells, "horizontal edge too: row 1 sums to −4"),
        (KERNELS["laplacian"].cells, "horizontal edge too"),
        (KERNELS["gaussian"].cells, "sum to 16"),
        (KERNELS["identity"].cells, "sum to 1"),
        (np.zeros((3, 3)), "Every weight is 0"),
        ([[1, -1], [-1, 1]], "At a vertical edge it answers only 0%"),
        ([[1], [-1]], "horizontal edge too"),
    ],
)
def test_vertical_edges(kernel, hint):
    verdict = find_vertical_edges(kernel)
    assert hint in verdict.hint
    assert verdict.solved == (hint == "Solved")
    assert verdict.solved == (verdict.right == 3 == len(verdict.trials))


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(2, 5))
def test_a_kernel_is_judged_by_what_pytorch_finds(seed, height, width):
    generator = np.random.default_rng(seed)
    weights = generator.normal(size=(height, width))
    if seed % 2:
        weights -= weights.mean(1, keepdims=True)  # every row sums to 0
    verdict = find_vertical_edges(weights)
    total = np.abs(weights).sum()

    def strongest(picture):
        tensors = [torch.tensor(a)[None, None] for a in (picture, weights)]
        return functional.conv2d(*tensors).abs().max().item() / total

    column = int(generator.integers(8, 12))  # the edge elsewhere than in the task's own pictures
    picture = np.zeros((20, 20))
    picture[:, column:] = 1
    loud = strongest(picture) >= 0.25 and strongest(1 - picture) >= 0.25
    quiet = max(map(strongest, (picture.T, 1 - picture.T, np.ones((20, 20))))) <= 0.05
    assert verdict.solved == (loud and quiet)


def test_a_prediction_is_looked_at():
    mask = np.array([[1, 2, 1], [2, 4, 2], [1, 0, 1]])
    steps = windows(WORKSHOP, mask, normalise=True, bias=1, activation="relu")
    total = float((WORKSHOP[:3, :3] * mask).sum())
    turned = float((WORKSHOP[:3, :3] * mask[::-1, ::-1]).sum())
    assert predict_cell(steps, (0, 0), total / 14 + 1).solved
    for guess, hint in [
        (total, "divide by the mask's sum, add the bias"),
        (total + 1, "Now divide"),
        (total / 14, "Now add the bias"),
        (turned / 14 + 1, "turned the kernel"),
        (1000, "you are above it"),
        (-1000, "you are below it"),
    ]:
        verdict = predict_cell(steps, (0, 0), guess)
        assert not verdict.solved
        assert hint in verdict.hint
    cut = windows(WORKSHOP, -mask, activation="relu")
    assert predict_cell(cut, (0, 0), 0).solved
    assert "activation comes after" in predict_cell(cut, (0, 0), -total).hint
    with pytest.raises(ValueError, match="finite number"):
        predict_cell(steps, (0, 0), float("nan"))


def test_a_prediction_may_be_rounded_to_two_decimals():
    steps = windows(np.arange(1.0, 800.0)[None], [[0.125]])  # 0.125, 0.25, 0.375 …
    for column, value in enumerate(steps.values[0, 0]):
        for cents in (np.floor(value * 100), np.ceil(value * 100)):
            close = abs(cents * 10 - round(value * 1000)) <= 5  # in thousandths, without floats
            assert predict_cell(steps, (0, column), cents / 100).solved == close
    assert predict_cell(steps, (0, 4), 0.63).solved
    assert predict_cell(steps, (0, 4), 0.62).solved
    assert not predict_cell(steps, (0, 4), 0.64).solved


sizes = st.tuples(st.integers(6, 12), st.integers(6, 12))


@settings(max_examples=50)
@given(sizes, st.integers(1, 5), st.integers(1, 2), st.integers(0, 4))
def test_whoever_follows_the_hint_keeps_the_size(size, k, s, p):
    stage = Stage(k, s, p)
    for _ in range(20):
        verdict = keep_size(stage, size)
        if verdict.solved:
            shape = functional.conv2d(
                torch.ones(1, 1, *size),
                torch.ones(1, 1, k, k),
                stride=stage.stride,
                padding=stage.padding,
            ).shape
            assert tuple(shape[2:]) == size
            return
        if "set it to 1" in verdict.hint:
            stage = Stage(k, 1, stage.padding)
        elif "an odd kernel" in verdict.hint:
            assert k % 2 == 0
            return
        else:
            more = "more padding" in verdict.hint
            stage = Stage(k, stage.stride, stage.padding + (1 if more else -1))
    raise AssertionError(verdict.hint)


@pytest.mark.parametrize("padding", range(4))
def test_rows_and_columns_that_need_different_paddings_need_same(padding):
    verdict = keep_size(Stage((3, 5), padding=padding), (8, 8))
    assert not verdict.solved
    assert "takes 2 rows and 4 columns away" in verdict.hint
    assert "padding 'same'" in verdict.hint


def test_two_settings_of_one_size():
    assert same_size(Stage(3, padding=1), Stage(5, padding=2), (8, 8)).solved
    assert same_size(Stage(3, dilation=2), Stage(5), (8, 8)).solved
    assert "same settings twice" in same_size(Stage(3), Stage((3, 3)), (8, 8)).hint
    verdict = same_size(Stage(3), Stage(5), (8, 8))
    assert "The first makes 6 × 6, the second 4 × 4. Give the second more" in verdict.hint
    assert "Give the first more" in same_size(Stage(5), Stage(3), (8, 8)).hint


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_a_cell_may_change_if_pytorch_does_not_notice(seed, size, stride, average):
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 5, (6, 7)).astype(float)
    cell = tuple(int(n) for n in generator.integers(0, x.shape))
    lowered = x.copy()
    lowered[cell] -= 1 if seed % 2 else 100
    pool = functional.avg_pool2d if average else functional.max_pool2d
    before, after = (pool(torch.tensor(a)[None], size, stride=stride) for a in (x, lowered))
    kind = "average" if average else "max"
    verdict = may_change(pooling_windows(x, size, kind=kind, stride=stride), cell)
    assert verdict.solved == torch.equal(before, after)


def test_why_a_cell_may_change_or_not():
    steps = pooling_windows(POOLED, 2)
    assert "anything up to 6" in may_change(steps, (0, 0)).hint
    hint = may_change(steps, (1, 1)).hint
    assert "It wins: 6" in hint
    assert "not the largest of its window" in hint
    assert "may fall. Not rise" in may_change(pooling_windows([[7, 7]], (1, 2)), (0, 0)).hint
    assert "no window covers" in may_change(pooling_windows(POOLED, 1, stride=2), (1, 1)).hint
    assert "share 0.25" in may_change(pooling_windows(POOLED, 2, kind="average"), (0, 0)).hint
    with pytest.raises(ValueError, match="4 × 4 cells, so there is no cell"):
        may_change(steps, (-1, 0))
