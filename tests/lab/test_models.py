"""Networks that are built from a specification, and the layers to watch in any network."""

from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn import functional

from lab.architecture import ARCHITECTURES
from lab.capture import capture
from lab.models import build, lenet, watched_layers

NAMES = ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten"]
NAMES += ["dense1", "relu3", "dense2", "relu4", "output"]


@pytest.mark.parametrize("side", [4, 5, 8, 12, 16, 27, 28, 31, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_from_four_pixels_on_gives_one_logit_a_class(side, channels):
    model = lenet((channels, side, side + 3), classes=5)
    assert model(torch.zeros(2, channels, side, side + 3)).shape == (2, 5)


@pytest.mark.parametrize("side", [28, 32])
def test_the_maps_are_those_of_the_paper(side):
    shapes = {name: x.shape[1:] for name, x in watch(lenet((1, side, side)), (1, side, side))}
    assert shapes["conv1"] == (6, 28, 28)
    assert shapes["pool1"] == (6, 14, 14)
    assert shapes["conv2"] == (16, 10, 10)
    assert shapes["pool2"] == (16, 5, 5)
    assert shapes["dense1"] == (120,)
    assert shapes["dense2"] == shapes["relu4"] == (84,)


def watch(model, shape):
    names = [name for name, _ in model.named_children()]
    return capture(model, torch.zeros(1, *shape), names).items()


def test_the_paper_counts_its_parameters():
    # LeCun et al. 1998: C1 156, C5 48,120, F6 10,164. (C3 had fewer connections then.)
    count = {n: sum(p.numel() for p in m.parameters()) for n, m in lenet().named_children()}
    assert (count["conv1"], count["dense1"], count["dense2"]) == (156, 48_120, 10_164)


def test_lenet_is_that_of_plain_pytorch_bit_for_bit():
    torch.manual_seed(4)
    model = lenet((1, 28, 28))
    torch.manual_seed(4)
    plain = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(1, 6, 5, padding=2),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(400, 120),
            relu3=nn.ReLU(),
            dense2=nn.Linear(120, 84),
            relu4=nn.ReLU(),
            output=nn.Linear(84, 10),
        )
    )
    assert [name for name, _ in model.named_children()] == NAMES
    for name, weights in plain.state_dict().items():
        assert torch.equal(model.state_dict()[name], weights)


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


class Nested(nn.Module):
    """Blocks within blocks, functions between them, and a layer that is used twice."""

    def __init__(self):
        super().__init__()
        self.features = nn.ModuleDict({"first": nn.Conv2d(3, 4, 3), "second": nn.Conv2d(4, 4, 3)})
        self.act = nn.ReLU()
        self.drop = nn.Dropout(0.5)
        self.head = nn.Sequential(nn.Linear(100, 12), nn.ReLU(), nn.Dropout(0.2), nn.Linear(12, 5))

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.features["first"](x)), 2)
        x = self.drop(self.act(self.features["second"](x)))
        return functional.log_softmax(self.head(x.flatten(1)), dim=1)


class FullyConvolutional(nn.Module):
    """Maps until the end."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 6, 3)
        self.classes = nn.Conv2d(6, 5, 1)

    def forward(self, x):
        return self.classes(torch.relu(self.body(x))).mean((2, 3))


LENET = ("conv1", ("relu1", "pool1", "relu2", "pool2"), "relu4")
FLAT = nn.Sequential(nn.Flatten(), nn.Linear(768, 9), nn.Tanh(), nn.Dropout(), nn.Linear(9, 5))


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        (lenet((3, 16, 16), 5), LENET),
        (build("mlp", (3, 16, 16), 5), (None, (), "relu2")),
        (
            build("small cnn", (3, 16, 16), 5),
            ("conv1", ("relu1", "relu2", "pool1", "relu3"), "relu4"),
        ),
        (
            build("small resnet", (3, 16, 16), 5),
            ("conv1", ("relu1", "relu2", "relu3", "relu4"), "flatten"),
        ),
        (Nested(), ("features.first", ("features.first", "act"), "head.1")),
        (
            nn.Sequential(
                nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5), nn.ReLU(inplace=True)),
                nn.Flatten(),
                nn.Linear(980, 5),
            ),
            ("0.0", ("0.2",), "1"),
        ),
        (FullyConvolutional(), ("body", ("body", "classes"), "body")),
        (FLAT, (None, (), "2")),
        (nn.Sequential(nn.Flatten(), nn.Linear(768, 5)), (None, (), "0")),
        (
            nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
            ("0", ("1",), "0"),
        ),
    ],
)
def test_the_layers_to_watch_are_found(model, layers):
    images = torch.rand(2, 3, 16, 16)
    before, training = torch.get_rng_state(), [m.training for m in model.modules()]
    found = watched_layers(model, images)
    assert (found.first_convolution, found.stages, found.embedding) == layers
    assert torch.equal(torch.get_rng_state(), before)
    assert [m.training for m in model.modules()] == training
    assert not any(m._forward_hooks for m in model.modules())
    seen = capture(model, images, [*found.stages, found.embedding])
    assert all(seen[name].ndim == 4 for name in found.stages)
    # Everything that can be chosen is there, with the shape that was said.
    seen = capture(model, images, [name for name, _, _ in found.maps])
    assert [tuple(maps.shape[1:]) for maps in seen.values()] == [shape for *_, shape in found.maps]
    seen = capture(model, images, [name for name, _ in found.vectors])
    assert [maps.flatten(1).shape[1] for maps in seen.values()] == [n for _, n in found.vectors]
    assert found.embedding in seen
    assert sorted(found.kernels) == sorted(
        name for name, module in model.named_modules() if isinstance(module, nn.Conv2d)
    )


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("side", [8, 28, 64])
def test_those_with_a_name_show_up_to_four_stages(name, side):
    layers = watched_layers(build(name, (1, side, side), 10), torch.zeros(1, 1, side, side))
    most = {"mlp": 0, "localisation cnn": 3}.get(name, 4)  # of more than 4, one of each size
    assert len(layers.stages) == (most if side > 8 or most == 0 else len(layers.stages))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (nn.Linear(16, 5), "a number for each class"),
        (nn.Flatten(), "must consist of layers"),
        (nn.Sequential(nn.Flatten(), nn.Linear(768, 1)), "a number for each class"),
        (nn.AdaptiveMaxPool2d(1, return_indices=True), "one tensor, not tuple"),
    ],
)
def test_what_cannot_be_watched_is_refused(model, words):
    with pytest.raises(ValueError, match=words):
        watched_layers(model, torch.rand(2, 3, 16, 16))
