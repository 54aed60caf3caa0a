"""Capturing: the numbers are right, and the network does not notice."""

import copy

import pytest
import torch
from torch import nn

from lab.capture import capture
from lab.models import lenet


def images(count=3):
    return torch.randn(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def test_each_layer_gives_what_it_gives_when_called_by_hand():
    model, x = lenet((1, 8, 8)), images()
    captured = capture(model, x, [name for name, _ in model.named_children()])
    for name, layer in model.named_children():
        x = layer(x)
        assert torch.equal(captured[name], x), name
        assert not captured[name].requires_grad


class Restless(nn.Module):
    """Everything that a look could disturb: dropout, running averages, an in-place layer."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5)
        )
        self.head = nn.Linear(4 * 36, 2)

    def forward(self, x):
        return self.head(self.body(x).flatten(1))


def test_the_model_is_left_as_it_was():
    model = Restless()
    model.body[3].eval()  # one layer in another mode than its parent
    model(images()).sum().backward()
    before = copy.deepcopy(model)
    gradients = [parameter.grad.clone() for parameter in model.parameters()]
    random = torch.get_rng_state()
    capture(model, images(), ["body.0", "body.3", "head"])
    assert torch.equal(torch.get_rng_state(), random)
    assert [m.training for m in model.modules()] == [m.training for m in before.modules()]
    for name, value in before.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert torch.equal(parameter.grad, gradient)
    assert not any(module._forward_hooks for module in model.modules())


def test_a_layer_that_writes_into_its_input_does_not_change_what_was_captured():
    captured = capture(Restless(), images(), ["body.1", "body.2"])
    assert captured["body.1"].min() < 0
    assert captured["body.2"].min() == 0


def test_training_ends_with_the_same_weights_captured_or_not():
    def train(look):
        torch.manual_seed(0)
        model = Restless()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(5):
            if look:
                capture(model, images(), ["body.3"])
            optimizer.zero_grad()
            model(images()).square().sum().backward()
            optimizer.step()
        return model.state_dict()

    plain, watched = train(look=False), train(look=True)
    assert all(torch.equal(plain[name], watched[name]) for name in plain)


class Broken(nn.Module):
    def forward(self, _):
        raise ZeroDivisionError


def test_hooks_and_modes_are_put_back_after_an_error():
    model = nn.Sequential(nn.ReLU(), Broken())
    with pytest.raises(ZeroDivisionError):
        capture(model, images(), ["0"])
    assert not any(module._forward_hooks for module in model.modules())
    assert all(module.training for module in model.modules())


def test_an_unknown_layer_is_answered_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"no layer 'conv9': the layers are conv1, relu1, .*output"
    ):
        capture(lenet((1, 8, 8)), images(), ["conv1", "conv9"])


class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.idle = nn.ReLU()
        self.recurrent = nn.LSTM(8, 2)

    def forward(self, x):
        return self.recurrent(x[:, 0])[0]


@pytest.mark.parametrize(("layer", "words"), [("idle", "did not run"), ("recurrent", "tuple")])
def test_a_layer_without_one_tensor_is_refused(layer, words):
    with pytest.raises(ValueError, match=words):
        capture(Odd(), images(), [layer])
