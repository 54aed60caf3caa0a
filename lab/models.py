"""Convolutional networks, built from PyTorch's own layers, each with a name to point at."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

FIRST_CONVOLUTION = "conv1"
"""The layer whose filters look at the image itself."""

FEATURE_LAYERS = ("relu1", "pool1", "relu2", "pool2")
"""The convolution and pooling stages of ``lenet``, after the activation: what can be shown as
pictures.
"""

EMBEDDING_LAYER = "relu4"
"""The last layer of ``lenet`` before it decides: 84 numbers for each image, its place in the latent
space.
"""


def lenet(input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> nn.Sequential:
    """Build LeNet-5 after LeCun et al. (1998), with ReLU and max pooling as it is taught today.

    Two stages of convolution (5 x 5, 6 and 16 channels) and pooling (2 x 2), then dense layers of
    120, 84 and ``classes`` neurons. 32 x 32 pixels are convolved without padding as in the paper,
    28 x 28 with padding 2 in ``conv1`` (which gives the same maps), smaller images with padding 2
    in ``conv2`` too, so that 8 x 8 does not shrink to nothing. The weights are PyTorch's default
    ones, drawn from its global random numbers.

    Args:
        input_shape: channels, height and width of one image.
        classes: how many classes to tell apart.

    Raises:
        ValueError: if the image is too small, or a number is not positive.
    """
    channels, height, width = input_shape
    if channels < 1 or classes < 2:
        raise ValueError(
            f"LeNet needs at least 1 channel and 2 classes, not {channels} and {classes}."
        )
    if min(height, width) < 4:
        raise ValueError(
            f"Images of {height} x {width} pixels are too small for LeNet: "
            f"it halves them twice, so they need at least 4 x 4."
        )
    padding1 = 0 if min(height, width) >= 32 else 2
    halved = [(side + 2 * padding1 - 4) // 2 for side in (height, width)]
    padding2 = 0 if min(halved) >= 14 else 2
    rows, columns = ((side + 2 * padding2 - 4) // 2 for side in halved)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 6, kernel_size=5, padding=padding1),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, kernel_size=5, padding=padding2),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(16 * rows * columns, 120),
            relu3=nn.ReLU(),
            dense2=nn.Linear(120, 84),
            relu4=nn.ReLU(),
            output=nn.Linear(84, classes),
        )
    )
