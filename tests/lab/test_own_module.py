"""A module of one's own: trained in place, left alone by what is refused, copied between steps."""

import copy
import threading

import pytest
import torch
from torch import nn

from lab.datasets import load
from lab.messages import Settings
from lab.trainer import Trainer
from lab.training import Run


def own(classes=10):
    torch.manual_seed(0)
    layers = [nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, classes)]
    return nn.Sequential(*layers)


def state(model):
    return copy.deepcopy(model.state_dict())


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_its_own_dropout_comes_back_after_a_reset_and_a_new_beginning():
    model, data = own(), load("digits")
    trainer = Trainer(Settings(model=model, dropout=0.7), data)
    assert model[3].p == 0.7
    trainer.reset()
    trainer.change(Settings(model=model))
    assert model[3].p == 0.3
    trainer.change(Settings(model=model, dropout=0.6))
    Trainer(Settings(model=model), data, trainer)
    assert model[3].p == 0.3


def test_a_refused_beginning_leaves_its_weights_alone(tmp_path, save_set):
    model = own()
    with Run(model=model, epochs=2, batch_size=64, watched=20) as run:
        run.change(dropout=0.5)
        run.step(20)
        run.wait("paused")
        before = state(model)
        run.renew(dataset="bands", root=save_set(tmp_path / "few", side=8))
        assert "tells 10 classes apart" in run.wait("paused").message
        run.renew(dataset="bands", root=save_set(tmp_path / "large", classes=10))
        assert "This module cannot take these images: mat1" in run.wait("paused").message
        assert same(before, model.state_dict())
        assert model[3].p == 0.5
        run.start()
        assert run.wait("finished").test_accuracy[-1] > 0.8


class Own(nn.Module):
    """Remembers what it saw, as one does to look into it, and breaks off when it is told to."""

    def __init__(self, error=None):
        super().__init__()
        self.inner, self.convolution, self.error = own(), nn.Conv2d(1, 1, 1), error

    def forward(self, x):
        if self.error:
            raise self.error
        x = self.convolution(x)
        if torch.is_grad_enabled():
            self.last = x
        return self.inner(x)


@pytest.mark.parametrize("error", [KeyError("side"), AssertionError(), AttributeError("no side")])
def test_whatever_a_module_raises_refuses_it_and_the_run_goes_on(error):
    with Run(epochs=1, watched=20, worker="thread") as run:
        run.step(2)
        run.wait("paused")
        run.renew(model=Own(error))
        seen = run.wait("paused")
        kind = type(error).__name__
        assert f"This module cannot take these images: {kind}" in seen.message
        assert seen.step == 2


def test_a_module_that_cannot_be_copied_has_no_past_but_goes_on():
    with Run(model=Own(), epochs=1, watched=20) as run:
        run.step(2)
        run.wait("paused")
        run.look_at(0)
        seen = run.wait("paused")
        assert "This module cannot be copied: " in seen.message
        assert (seen.looked_at, seen.step) == (-1, 2)
        run.start()
        assert run.wait("finished").step == 46


def test_a_worker_that_dies_leaves_no_hook_in_a_module():
    model = Own()
    with Run(model=model, epochs=1, watched=20) as run:
        run.wait("ready")
        run.switch("convolution", 0, False)
        assert run.wait().switched_off
        assert model.convolution._forward_hooks
        model.error = KeyError("side")
        run.start()
        run.wait("failed")
        run.close()
    assert not model.convolution._forward_hooks


def test_a_reset_after_a_rest_goes_back_to_its_first_weights():
    model = own()
    first = state(model)
    with Run(model=model, epochs=1, watched=20, dropout=0.5) as run:
        run.start()
        run.wait("finished")
        learnt = state(model)
        run.rest()
        assert same(learnt, model.state_dict())
        run.step()
        run.wait("paused")
        run.reset()
        run.change(dropout=None)
        run.wait("ready")
        assert same(first, model.state_dict())
        assert model[3].p == 0.3


class Watched(nn.Module):
    """Tells in which thread it is copied."""

    def __init__(self):
        super().__init__()
        self.inner, self.copied_in = own(), []

    def forward(self, x):
        return self.inner(x)

    def __deepcopy__(self, memo):
        self.copied_in.append(threading.current_thread())
        other = type(self)()
        other.inner = copy.deepcopy(self.inner, memo)
        return other


def test_a_fork_is_copied_between_two_steps_by_whoever_trains_it():
    model = Watched()
    with Run(model=model, epochs=100, watched=20) as run:
        run.start()
        with run.fork() as fork:
            assert fork.settings.model is not model
            assert threading.current_thread() not in model.copied_in
            assert fork.wait("ready").step == 0
        run.rest()
        with run.fork() as fork:  # nobody trains it any more
            assert fork.wait("ready").test_loss[0] < 2.3


def test_what_cannot_be_copied_is_refused_and_the_run_goes_on():
    class Stubborn(Watched):
        def __deepcopy__(self, memo):
            raise TypeError("no way")

    with Run(model=Stubborn(), epochs=1, watched=20) as run:
        with pytest.raises(RuntimeError, match="cannot be copied: no way"):
            run.fork()
        run.start()
        assert run.wait("finished").step == 46
