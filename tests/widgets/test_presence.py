"""A training that no page shows any more pauses; one that no page ever showed does not."""

import asyncio
import gc
import threading
import weakref
from dataclasses import replace

import pytest

from lab.messages import Snapshot
from widgets import _presence
from widgets._presence import (
    GRACE,
    LOOKS_EVERY,
    PAUSED,
    RESTS,
    RESTS_AFTER,
    Presence,
    presence_of,
)


class FakeRun:
    """What the presence needs of a run."""

    def __init__(self):
        self.latest = Snapshot(state="running", step=7)
        self.pauses = 0
        self.paused = asyncio.Event()
        self.rests = []
        self.rested = threading.Event()

    def pause(self):
        self.pauses += 1
        self.paused.set()
        self.latest = replace(self.latest, state="paused")

    def rest(self, message):
        self.rests.append(message)
        self.rested.set()


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def pass_time(clock, presence, seconds, beat=None):
    """Let time pass as it does: the presence looks at its clock, pages may give signs."""
    end = clock.now + seconds
    while clock.now < end:
        clock.now += LOOKS_EVERY
        if beat and clock.now % beat < LOOKS_EVERY:
            presence.seen()
        presence.look()


def test_a_run_that_no_page_ever_showed_goes_on(clock):
    run = FakeRun()
    pass_time(clock, Presence(run, clock), 10 * GRACE)
    assert run.pauses == 0


def test_a_hidden_page_keeps_it_going_with_a_beat_a_minute(clock):
    run = FakeRun()
    pass_time(clock, Presence(run, clock), 10 * GRACE, beat=60)
    assert run.pauses == 0


def test_without_a_sign_it_pauses_once_after_the_grace_time_and_says_so(clock):
    run = FakeRun()
    presence = Presence(run, clock)
    presence.seen()
    pass_time(clock, presence, GRACE - LOOKS_EVERY)
    assert run.pauses == 0
    assert presence.message(run.latest) == ""
    pass_time(clock, presence, 5 * GRACE)
    assert run.pauses == 1
    assert presence.message(run.latest) == PAUSED


def test_after_half_an_hour_it_frees_its_memory_once(clock):
    run = FakeRun()
    presence = Presence(run, clock)
    presence.seen()
    pass_time(clock, presence, RESTS_AFTER - LOOKS_EVERY)
    assert run.rests == []
    pass_time(clock, presence, 2 * RESTS_AFTER)
    assert run.rested.wait(10)
    assert run.rests == [RESTS]


def test_whoever_goes_on_is_not_told_of_the_old_pause_again(clock):
    run = FakeRun()
    presence = Presence(run, clock)
    presence.seen()
    pass_time(clock, presence, GRACE)
    assert presence.message(replace(run.latest, state="running")) == ""  # not yet obeyed
    assert presence.message(run.latest) == PAUSED
    assert presence.message(replace(run.latest, step=8)) == ""  # paused by hand, later
    assert presence.message(run.latest) == ""


@pytest.mark.parametrize("state", ["ready", "paused", "finished", "failed"])
def test_what_stands_still_is_left_alone(clock, state):
    run = FakeRun()
    run.latest = replace(run.latest, state=state)
    presence = Presence(run, clock)
    presence.seen()
    pass_time(clock, presence, 5 * GRACE)
    assert run.pauses == 0


def test_a_kernel_that_was_busy_heard_nobody_and_gives_the_pages_another_chance(clock):
    run = FakeRun()
    presence = Presence(run, clock)
    presence.seen()
    clock.now += 10 * GRACE  # a long cell, or a laptop that slept
    presence.look()
    assert run.pauses == 0
    pass_time(clock, presence, GRACE)
    assert run.pauses == 1


def test_its_clock_runs_on_the_event_loop_and_lets_a_forgotten_run_go(monkeypatch):
    monkeypatch.setattr(_presence, "LOOKS_EVERY", 0.001)
    monkeypatch.setattr(_presence, "GRACE", 0.0)

    async def life():
        run = FakeRun()
        presence_of(run).seen()
        assert presence_of(run) is presence_of(run)
        await asyncio.wait_for(run.paused.wait(), timeout=10)
        gone = weakref.ref(run)
        del run
        gc.collect()
        return gone

    assert asyncio.run(life())() is None
