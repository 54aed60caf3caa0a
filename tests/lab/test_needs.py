"""What is needed is needed until it is given back, lapses, or nobody is there who needs it."""

import gc

import pytest

from lab.needs import Needs
from lab.wanted import Wanted


class View:
    """Somebody who needs something."""


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


def test_all_that_anybody_needs_is_wanted_besides_what_is_chosen():
    needs, views = Needs(), (View(), View())
    chosen = Wanted(layer="conv2", channel=3)
    assert needs.added_to(chosen) is chosen
    needs.put(views[0], {"strongest": True, "methods": ("occlusion", "cam")}, None)
    needs.put(views[1], {"all_layers": True, "methods": ["saliency"]}, None)
    after = needs.added_to(chosen)
    assert (after.layer, after.channel, after.gradients) == ("conv2", 3, False)
    assert (after.strongest, after.all_layers) == (True, True)
    assert after.methods == ("cam", "saliency", "occlusion")


def test_what_is_not_said_again_lapses_and_is_back_as_soon_as_it_is():
    clock, view = Clock(), View()
    needs = Needs(clock)
    needs.put(view, {"gradients": True}, 30)
    clock.now += 29
    assert needs.added_to(Wanted()).gradients
    needs.put(view, {"gradients": True}, 30)
    clock.now += 29
    assert needs.added_to(Wanted()).gradients
    clock.now += 2
    assert not needs.added_to(Wanted()).gradients
    needs.put(view, {"gradients": True}, 30)
    assert needs.added_to(Wanted()).gradients


def test_nobody_lives_longer_because_of_a_need():
    needs, view = Needs(), View()
    needs.put(view, {"gradients": True}, None)
    del view
    gc.collect()
    assert not needs.added_to(Wanted()).gradients


@pytest.mark.parametrize(
    ("needed", "sentence"),
    [
        ({"channel": 3}, "cannot need 'channel'"),
        ({"strongst": True}, "did you mean 'strongest'"),
        ({"strongest": 1}, "True or False"),
        ({"methods": "cam"}, "list of names"),
    ],
)
def test_what_cannot_be_needed_is_said(needed, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Needs().put(View(), needed, None)
