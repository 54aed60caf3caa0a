"""What a unit sees: the same as the closed form says, in networks of every kind."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from lab.edits import Edits
from lab.models import lenet
from lab.receptive_field import Stage, receptive_field
from lab.units import Fields, bounds, is_dead, strongest

STACKS = {
    "plain": [Stage(3), Stage(3)],
    "padded": [Stage(3, padding=1), Stage(2, stride=2), Stage(5, padding=2)],
    "dilated": [Stage(3, dilation=2, padding=1), Stage((1, 3), stride=(1, 2))],
    "strided": [Stage(5, stride=3, padding=2), Stage(3, padding=1)],
}


def convolutions(stages):
    layers = []
    for i, stage in enumerate(stages):
        (k, s, p, d), (k2, s2, p2, d2) = stage.settings()
        layers += [nn.Conv2d(1 if i == 0 else 2, 2, (k, k2), (s, s2), (p, p2), (d, d2)), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(2))


@pytest.mark.parametrize("name", STACKS)
def test_the_field_is_that_of_the_closed_form(name):
    model, size = convolutions(STACKS[name]), (14, 17)
    with torch.no_grad():
        model(torch.zeros(1, 1, *size))
    layer = str(2 * len(STACKS[name]) - 1)
    height, width = model[: int(layer) + 1](torch.zeros(1, 1, *size)).shape[2:]
    units = [(row, column) for row in range(height) for column in range(width)]
    for unit, field in zip(units, Fields(model, (1, *size)).of(layer, units), strict=True):
        (top, bottom), (left, right) = receptive_field(STACKS[name], unit, size)
        assert field == (top, bottom + 1, left, right + 1), unit


@pytest.mark.parametrize("pool", [nn.MaxPool2d(2), nn.AvgPool2d(2)])
def test_a_network_at_rest_sees_as_much(pool):
    """Where every unit is at rest, gradients are zero and would find nothing."""
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), pool, nn.Conv2d(2, 2, 3))
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias.fill_(-1)
    fields = Fields(model, (1, 12, 12))
    assert fields.of("3", [(0, 0), (2, 1)]) == [(0, 8, 0, 8), (4, 12, 2, 10)]
    assert fields.of("1", [(5, 7)]) == [(5, 8, 7, 10)]


class Scattered(nn.Module):
    """Shortcuts, groups, a mean over everything, and a layer that looks at nothing."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Conv2d(3, 6, 5, padding=2, groups=3)
        self.norm = nn.BatchNorm2d(6)
        self.narrow = nn.Conv2d(6, 6, 1)
        self.whole = nn.Conv2d(6, 6, 1)
        self.blind = nn.Conv2d(6, 2, 1)
        self.add = nn.Identity()

    def forward(self, x):
        a = self.norm(self.wide(x))
        b = self.narrow(functional.pad(x, (0, 0, 0, 0, 0, 3)))
        added = self.add(a + b)
        blind = self.blind(torch.zeros_like(added)).sum() * 0
        return self.whole(added - added.mean((2, 3), keepdim=True)).sum((2, 3)) + blind


def test_shortcuts_groups_and_means_are_seen_through():
    torch.manual_seed(0)
    fields = Fields(Scattered(), (3, 11, 9))
    assert fields.of("add", [(4, 4), (0, 8)]) == [(2, 7, 2, 7), (0, 3, 6, 9)]
    assert fields.of("narrow", [(4, 4)]) == [(4, 5, 4, 5)]
    assert fields.of("whole", [(4, 4)]) == [(0, 11, 0, 9)]
    assert fields.of("blind", [(4, 4), (1, 1)]) == [None, None]


def test_the_network_is_left_as_it_was_and_tried_once_a_unit():
    torch.manual_seed(0)
    model = lenet((1, 28, 28)).half()
    before, random = model.state_dict(), torch.get_rng_state()
    before = {name: value.clone() for name, value in before.items()}
    fields = Fields(model, (1, 28, 28))
    (found,) = fields.of("conv2", [(3, 8)])
    assert found == (4, 18, 14, 28)  # 5 windows of 2, and 2 more on each side
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(model.state_dict()[name], before[name]) for name in before)
    fields._copy = None
    fields._model = None  # asked again, it needs no network
    assert fields.of("conv2", [(3, 8)]) == [found]


def test_what_cannot_be_tried_has_no_field():
    class Picky(nn.Module):
        def forward(self, x):
            if x.dtype != torch.float32:
                raise TypeError
            return x

    assert Fields(nn.Sequential(Picky()), (1, 4, 4)).of("0", [(0, 0)]) == [None]


def test_a_module_may_refuse_with_any_error():
    class Sized(nn.Module):
        def forward(self, x):
            assert len(x) == 1, "one image at a time"
            return x

    assert Fields(nn.Sequential(Sized()), (1, 4, 4)).of("0", [(0, 0)]) == [None]


def test_a_hand_that_switches_off_hides_no_field():
    model = lenet((1, 28, 28))
    model.conv1.register_forward_hook(lambda _layer, _inputs, output: output * 1)  # one's own
    fields, edits = Fields(model, (1, 28, 28)), Edits(model)
    for channel in range(6):
        edits.switch("conv1", channel, on=False)
    assert fields.of("conv2", [(3, 8)]) == [(4, 18, 14, 28)]
    assert len(fields._network().conv1._forward_hooks) == 1
    assert len(model.conv1._forward_hooks) == 2


def test_the_strongest_come_first_and_equals_stay_in_order():
    values = torch.tensor([1.0, 5, 5, -2, 7, 0, 0, 0, 0, 0, 0])
    best, how_much, where = strongest(values, 10 * torch.arange(11))
    assert best.tolist() == [4, 1, 2, 0, 5, 6, 7, 8, 9]
    assert how_much.tolist() == [7, 5, 5, 1, 0, 0, 0, 0, 0]
    assert np.array_equal(where, 10 * best)


def test_dead_is_what_is_never_positive_or_never_another():
    least = torch.tensor([-1.0, 0, 0, 2, -3])
    most = torch.tensor([1.0, 0, 3, 2, -1])
    assert is_dead(least, most).tolist() == [False, True, False, True, True]


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_the_bounds_are_those_of_each_channel(layout):
    maps = torch.randn(5, 3, 4, 6).contiguous(memory_format=layout)
    for wide in (maps, maps[:, :2], maps[..., ::2]):
        low, high = bounds(wide)
        assert low.tolist() == [wide[:, c].min() for c in range(wide.shape[1])]
        assert high.tolist() == [wide[:, c].max() for c in range(wide.shape[1])]
