"""What one unit adds up, against PyTorch's convolution; and the tasks about filters."""

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

from lab.filter_tasks import finds_vertical_edges, loses_nothing, vertical_edge_scores
from lab.kernels import KERNELS
from lab.unit_at_work import unit_at_work

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("groups", "settings"),
    [
        (1, {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)}),
        (1, {"stride": (2, 1), "padding": (2, 1), "dilation": (1, 2)}),
        (2, {"stride": (1, 2), "padding": (1, 1), "dilation": (2, 1)}),
        (4, {"stride": (1, 1), "padding": (3, 3), "dilation": (1, 1)}),
    ],
)
def test_every_unit_adds_up_to_what_pytorch_says(groups, settings):
    inputs = RANDOM.normal(size=(4, 7, 6)).astype(np.float32)
    kernels = RANDOM.normal(size=(8, 4 // groups, 3, 2)).astype(np.float32)
    biases = RANDOM.normal(size=8).astype(np.float32)
    tensors = map(torch.from_numpy, (inputs[None], kernels, biases))
    maps = conv2d(*tensors, groups=groups, **settings)[0].numpy()
    convolution = {**settings, "groups": groups}
    for channel, row, column in np.ndindex(maps.shape):
        unit = unit_at_work(
            inputs, kernels, biases, convolution, channel=channel, unit=(row, column)
        )
        assert unit.value == pytest.approx(float(maps[channel, row, column]), abs=1e-4)
        assert len(unit.inputs) == len(unit.parts) == 4 // groups


def test_without_a_bias_none_is_added():
    inputs, kernels = np.ones((1, 2, 2), np.float32), np.ones((1, 1, 2, 2), np.float32)
    plain = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
    unit = unit_at_work(inputs, kernels, np.empty(0), plain, channel=0, unit=(0, 0))
    assert (unit.value, unit.bias) == (4, 0)
    with pytest.raises(ValueError, match="channels 0 to 0, so not 1"):
        unit_at_work(inputs, kernels, np.empty(0), plain, channel=1, unit=(0, 0))


def kernels_of(*names):
    return np.stack([KERNELS[name].cells[None] for name in names])


def test_sobel_finds_its_edges_and_the_mean_finds_none():
    across, down, blur = vertical_edge_scores(kernels_of("sobel x", "sobel y", "box"))
    assert across == pytest.approx(-down)
    assert across > 0.4
    assert abs(blur) < 1e-9
    assert vertical_edge_scores(-3 * kernels_of("sobel x"))[0] == pytest.approx(across)


def test_the_filter_with_vertical_edges_is_the_answer():
    kernels = kernels_of("box", "sobel y", "sobel x")
    assert finds_vertical_edges(kernels, 2).solved
    for wrong, hint in ((1, "horizontal edges more"), (0, "more clearly"), (-1, "Click"), (9, "C")):
        verdict = finds_vertical_edges(kernels, wrong)
        assert not verdict.solved
        assert hint in verdict.hint
    assert "No filter" in finds_vertical_edges(kernels_of("sobel y"), 0).hint
    assert "no kernels" in finds_vertical_edges(np.empty((0, 0, 0, 0)), 0).hint


@pytest.mark.parametrize(
    ("before", "now", "off", "solved", "hint"),
    [
        (350, 349, (("conv1", 2),), True, "loses 1 image of 360"),
        (350, 350, (("conv1", 2),), True, "nothing is lost"),
        (350, 352, (("conv1", 2),), True, "even gains 2 images"),
        (350, 300, (("conv1", 2),), False, "loses 50 images of 360: it is needed"),
        (350, 350, (), False, "Choose a channel"),
        (350, 350, (("conv1", 2), ("conv1", 3)), False, "2 channels are off"),
        (36, 36, (("conv1", 2),), False, "recognises 10% of the images: train it first"),
    ],
)
def test_a_channel_that_is_not_needed(before, now, off, solved, hint):
    verdict = loses_nothing(before, now, 360, off, dead=False)
    assert verdict.solved == solved
    assert hint in verdict.hint


def test_a_dead_channel_is_called_so():
    assert "puts out nothing" in loses_nothing(9, 9, 10, (("conv1", 2),), dead=True).hint
    assert "not looked" in loses_nothing(0, 0, 0, (), dead=False).hint
