"""LeNet: its shape for small and large images."""

import pytest
import torch

from lab.models import EMBEDDING_LAYER, FEATURE_LAYERS, FIRST_CONVOLUTION, lenet

NAMES = ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten"]
NAMES += ["dense1", "relu3", "dense2", "relu4", "output"]


@pytest.mark.parametrize("side", [4, 5, 8, 12, 16, 27, 28, 31, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_from_four_pixels_on_gives_one_logit_a_class(side, channels):
    model = lenet((channels, side, side + 3), classes=5)
    assert model(torch.zeros(2, channels, side, side + 3)).shape == (2, 5)


@pytest.mark.parametrize("side", [28, 32])
def test_the_maps_are_those_of_the_paper(side):
    x, shapes = torch.zeros(1, 1, side, side), {}
    for name, layer in lenet((1, side, side)).named_children():
        x = layer(x)
        shapes[name] = tuple(x.shape[1:])
    assert shapes["conv1"] == (6, 28, 28)
    assert shapes["pool1"] == (6, 14, 14)
    assert shapes["conv2"] == (16, 10, 10)
    assert shapes["pool2"] == (16, 5, 5)
    assert shapes["dense1"] == (120,)
    assert shapes["dense2"] == shapes[EMBEDDING_LAYER] == (84,)


def test_the_paper_counts_its_parameters():
    # LeCun et al. 1998: C1 156, C5 48,120, F6 10,164. (C3 had fewer connections then.)
    count = {n: sum(p.numel() for p in m.parameters()) for n, m in lenet().named_children()}
    assert (count["conv1"], count["dense1"], count["dense2"]) == (156, 48_120, 10_164)


def test_layers_have_names_to_point_at():
    model = lenet((1, 8, 8))
    assert [name for name, _ in model.named_children()] == NAMES
    assert {*FEATURE_LAYERS, EMBEDDING_LAYER, FIRST_CONVOLUTION} <= set(NAMES)


@pytest.mark.parametrize(
    ("shape", "classes", "words"),
    [
        ((1, 3, 28), 10, "3 x 28 pixels are too small"),
        ((0, 8, 8), 10, "at least 1 channel"),
        ((1, 8, 8), 1, "2 classes"),
    ],
)
def test_what_cannot_be_built_is_refused(shape, classes, words):
    with pytest.raises(ValueError, match=words):
        lenet(shape, classes)
