"""Hands in a network: what they set, what they switch off, and that nothing of it stays behind."""

import copy

import pytest
import torch
from torch import nn

from lab.edits import Edits, weight_shapes
from lab.models import lenet


def images(count=3):
    return torch.randn(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return lenet((1, 8, 8))


def test_one_number_is_set_and_no_other(model):
    before = copy.deepcopy(model.state_dict())
    edits = Edits(model)
    edits.set("conv1.weight", (2, 0, 1, 3), 0.5)
    before["conv1.weight"][2, 0, 1, 3] = 0.5
    edits.set("conv1.bias", (4,), -1)
    before["conv1.bias"][4] = -1
    assert all(torch.equal(model.state_dict()[name], before[name]) for name in before)
    assert edits.count == 2


def test_undo_goes_back_step_by_step_and_a_drag_is_one_step(model):
    start = copy.deepcopy(model.state_dict())
    edits = Edits(model)
    edits.set("conv2.weight", (0, 0, 0, 0), 7)
    once = copy.deepcopy(model.state_dict())
    for i in range(50):
        edits.set("conv1.weight", (0, 0, 0, 0), i, drag=1)
    edits.set("conv1.weight", (0, 0, 0, 1), 3, drag=1)  # another weight
    edits.set("conv1.weight", (0, 0, 0, 1), 4, drag=2)  # another gesture
    assert edits.count == 4
    assert edits.undo()
    assert model.conv1.weight[0, 0, 0, 1] == 3
    assert edits.undo()
    assert edits.undo()
    assert torch.equal(model.conv1.weight, once["conv1.weight"])
    assert edits.undo()
    assert all(torch.equal(model.state_dict()[name], start[name]) for name in start)
    assert not edits.undo()


@pytest.mark.parametrize(
    ("name", "place", "value", "words"),
    [
        ("conv9.weight", (0,), 0, "no numbers 'conv9.weight'"),
        ("conv1.weight", (6, 0, 0, 0), 0, r"shape \(6, 1, 5, 5\): no place \(6"),
        ("conv1.weight", (0, 0), 0, "no place"),
        ("conv1.weight", (0, 0, -1, 0), 0, "no place"),
        ("conv1.bias", (0,), 1e39, "more than torch.float32 can hold"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_changes(model, name, place, value, words):
    before = copy.deepcopy(model.state_dict())
    edits = Edits(model)
    with pytest.raises(ValueError, match=words):
        edits.set(name, place, value)
    assert edits.count == 0
    assert all(torch.equal(model.state_dict()[n], before[n]) for n in before)


def test_a_channel_that_is_off_is_a_network_without_its_filter(model):
    # Zero after a linear layer is the same as zero weights and a zero bias.
    without = copy.deepcopy(model)
    with torch.no_grad():
        for channel in (1, 4):
            without.conv1.weight[channel] = 0
            without.conv1.bias[channel] = 0
    edits = Edits(model)
    whole = model(images())
    edits.switch("conv1", 1, on=False)
    edits.switch("conv1", 4, on=False)
    assert torch.equal(model(images()), without(images()))
    assert edits.switched_off == (("conv1", 1), ("conv1", 4))
    edits.undo()
    edits.switch("conv1", 1, on=True)
    assert torch.equal(model(images()), whole)
    assert edits.count == 2
    assert not any(module._forward_hooks for module in model.modules())


def test_a_channel_that_is_off_learns_nothing_from_its_output(model):
    edits = Edits(model)
    edits.switch("relu1", 2, on=False)
    model(images()).square().sum().backward()
    assert not model.conv1.weight.grad[2].any()
    assert model.conv1.weight.grad[1].any()


def test_not_a_number_is_silenced_too():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 2))
    with torch.no_grad():
        model[0].weight[0, 0, 0, 0] = torch.nan
    Edits(model).switch("0", 0, on=False)
    assert model(images()).isfinite().all()


def test_a_copy_is_made_without_hooks_and_can_have_them_for_a_while(model):
    edits = Edits(model)
    whole = model(images())
    edits.switch("conv2", 3, on=False)
    off = model(images())
    with edits.away():
        other = copy.deepcopy(model)
    assert torch.equal(other(images()), whole)
    assert torch.equal(model(images()), off)
    with edits.in_place(other):
        assert torch.equal(other(images()), off)
    assert torch.equal(other(images()), whole)
    edits.let_go()
    assert torch.equal(model(images()), whole)
    assert (edits.count, edits.switched_off) == (0, ())


def test_switching_what_is_off_already_is_no_step(model):
    edits = Edits(model)
    edits.switch("conv1", 0, on=True)
    assert edits.count == 0
    with pytest.raises(ValueError, match="no layer 'conv9'"):
        edits.switch("conv9", 0, on=False)


def test_weights_are_forgotten_where_others_came_but_switches_stay(model):
    edits = Edits(model)
    edits.set("conv1.bias", (0,), 1)
    edits.switch("conv1", 0, on=False)
    assert edits.forget()
    assert edits.count == 1
    assert not edits.forget()
    edits.undo()
    assert edits.switched_off == ()


def test_the_numbers_that_can_be_set_are_those_of_the_state(model):
    shapes = dict(weight_shapes(model))
    assert shapes["conv1.weight"] == (6, 1, 5, 5)
    assert shapes == {name: tuple(value.shape) for name, value in model.state_dict().items()}
