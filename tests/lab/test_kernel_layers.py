"""The convolution whose channels a layer hands on."""

import numpy as np
import pytest

from lab.kernel_layers import kernel_layer_of
from lab.messages import Watched

LAYERS = (
    ("conv1", "Conv2d", (6, 8, 8)),
    ("relu1", "ReLU", (6, 8, 8)),
    ("conv2", "Conv2d", (16, 4, 4)),
    ("pool2", "MaxPool2d", (16, 2, 2)),
    ("stacked", "Cat", (22, 2, 2)),
)


@pytest.fixture
def watched():
    none = np.empty(0)
    names = {"class_names": (), "dataset": "", "licence": "", "source": ""}
    counts = {"parameters": 0, "train_count": 0, "test_count": 0}
    layers = {"layers": (), "map_layers": LAYERS, "kernel_layers": ("conv1", "conv2")}
    return Watched(images=none, labels=none, **names, **counts, **layers)


@pytest.mark.parametrize(
    ("layer", "made_by"),
    [
        ("conv1", "conv1"),
        ("relu1", "conv1"),
        ("conv2", "conv2"),
        ("pool2", "conv2"),
        ("stacked", ""),  # other channels
        ("nothing", ""),
    ],
)
def test_channels_are_those_of_the_last_convolution(watched, layer, made_by):
    assert kernel_layer_of(watched, layer) == made_by
