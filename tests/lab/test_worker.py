"""The worker's loop with the clock in the test's hand: when it shows what, how soon it obeys."""

from itertools import pairwise
from queue import Empty
from types import SimpleNamespace

import numpy as np
import pytest

from lab import frames, pieces, stopwatch, worker
from lab.board import Board
from lab.frames import SHARE, SHORTEST
from lab.messages import Settings, Snapshot
from lab.wanted import Wanted
from lab.worker import Worker


class Bench:
    """A worker whose time passes only by a step (10 ms), a snapshot (5 ms), or waiting."""

    def __init__(self, monkeypatch, step=0.010, snapshot=0.005, **settings):
        self.now = 100.0
        self.cost = snapshot
        self.commands = []
        self.board = Board()
        self.shown = []  # (time, snapshot)
        self.steps = []  # time of each step
        self.plan = {}  # step -> command that comes in while it is done
        self.hand = (0.0, 0.0)  # from when to when a hand moves
        clock = SimpleNamespace(perf_counter=lambda: self.now, thread_time=lambda: self.now)
        for module in (worker, frames, pieces, stopwatch):
            monkeypatch.setattr(module, "time", clock)
        monkeypatch.setattr(worker.courtesy, "rest", self.rest)
        self.worker = Worker(Settings(**settings), self, self.send)
        advance = self.worker._trainer.advance

        def timed():
            self.steps.append(self.now)
            self.now += step
            yield from advance()
            if len(self.steps) in self.plan:
                self.commands.append(self.plan[len(self.steps)])

        self.worker._trainer.advance = timed

    def rest(self, seconds):
        return 3 * seconds if self.hand[0] <= self.now < self.hand[1] else 0.0

    def send(self, message):
        self.board.post(message)
        if isinstance(message, Snapshot):
            self.now += self.cost
            self.shown.append((self.now, self.board.latest))

    def get(self, *, block, timeout):
        if self.commands:
            return self.commands.pop(0)
        if block:
            if timeout is None:
                self.worker._open = False  # it would sleep for ever: the test is over
            else:
                self.now += timeout
        raise Empty

    def get_nowait(self):
        return self.get(block=False, timeout=None)

    def run(self, *commands, always_asking=False):
        self.commands += commands
        if always_asking:
            send = self.worker._send

            def ask_again(message):
                send(message)
                self.commands.append(("request",))

            self.worker._send = ask_again
        self.worker.run()
        return [snapshot for _, snapshot in self.shown]


def test_nobody_asks_so_only_the_changes_of_state_are_shown(monkeypatch):
    shown = Bench(monkeypatch, epochs=2).run(("start",))
    assert [s.state for s in shown] == ["ready", "running", "finished"]
    assert [s.step for s in shown] == [0, 0, 92]
    assert shown[-1].test_steps.tolist() == [0, 46, 92]


def test_whoever_asks_once_is_shown_one_more(monkeypatch):
    bench = Bench(monkeypatch, epochs=2, snapshot=0.001)
    bench.plan[40] = ("request",)
    shown = bench.run(("start",))
    assert [s.state for s in shown] == ["ready", "running", "running", "finished"]


def test_snapshots_take_no_more_than_their_share_of_the_training(monkeypatch):
    bench = Bench(monkeypatch, epochs=10)
    shown = bench.run(("start",), always_asking=True)
    frames = [s for s in shown if s.state == "running"]
    assert len(frames) >= 5
    share = len(frames[1:]) * bench.cost / (len(bench.steps) * 0.010)
    assert share <= SHARE * 1.1


def test_surveys_take_their_own_share_and_the_training_waits_for_them(monkeypatch):
    bench = Bench(monkeypatch, epochs=10, snapshot=0.0001)
    trainer, made, steps = bench.worker._trainer, [], []

    def survey(_wanted, _moment=None):
        if made and made[-1] == trainer.step_count:
            return
        for _ in range(10):  # 300 ms in all, more than a hand likes to wait
            bench.now += 0.03
            steps.append(len(bench.steps))
            yield
        made.append(trainer.step_count)

    trainer.survey = survey
    trainer.asks_anew = lambda _: False
    shown = bench.run(("start",), always_asking=True)
    assert any(s.surveying for s in shown)
    assert not shown[-1].surveying
    running = [at for at in made if 0 < at < 460]
    assert len(running) <= 1 + len(bench.steps) * 0.010 * frames.SURVEY_SHARE / 0.3
    assert min(steps.count(at) for at in set(steps)) >= 10  # no step in the middle of one


@pytest.mark.parametrize("given_up", [False, True])
def test_a_survey_that_stood_in_nobodys_way_costs_the_training_nothing(monkeypatch, given_up):
    bench = Bench(monkeypatch, epochs=10, snapshot=0.0001)
    trainer, made, begun = bench.worker._trainer, [], []

    def pieces():
        begun.append(trainer.step_count)
        first = len(begun) == 1
        for turn in range(3):
            bench.now += 1.0 if first else 0.001
            if first and given_up and turn == 1:
                bench.commands.append(("start",))
            yield
        made.append(trainer.step_count)

    def survey(_wanted, _moment=None):
        return None if made and made[-1] == trainer.step_count else pieces()

    trainer.survey = survey
    trainer.asks_anew = lambda _: False
    bench.run(always_asking=True)
    if not given_up:
        bench.worker._open = True
        bench.run(("start",))
    assert made[0] == 0
    assert len(bench.steps) == 460
    assert [at for at in made if 0 < at < 460]


def test_what_has_no_room_for_a_survey_is_said_and_the_training_goes_on(monkeypatch):
    bench = Bench(monkeypatch, epochs=2)
    trainer, tried = bench.worker._trainer, []

    def survey(_wanted, _moment=None):
        tried.append(trainer.step_count)
        yield
        raise MemoryError

    trainer.survey = survey
    shown = bench.run(("step", 3), always_asking=True)
    assert "choose fewer images" in shown[-1].message
    assert (shown[-1].state, shown[-1].step, shown[-1].surveying) == ("paused", 3, False)
    assert len(tried) == 2  # once as it was ready, and once for the command
    bench.worker._open = True
    del trainer.survey
    seen = bench.run(("watch", Wanted(vectors=20)))[-1]
    assert "Paused after step 3" in seen.message
    assert len(seen.vectors) == 20


def test_what_has_no_room_for_a_look_shows_what_was_seen_last(monkeypatch):
    bench = Bench(monkeypatch, epochs=2)
    before = bench.run()[-1]

    def look(_wanted, _moment=None):
        raise RuntimeError("CUDA out of memory. Tried to allocate much.")

    bench.worker._trainer.look = look
    bench.worker._open = True
    seen = bench.run(("step", 3))[-1]
    assert "not enough memory to look" in seen.message
    assert (seen.state, seen.step) == ("paused", 3)
    assert np.array_equal(seen.logits, before.logits)


def test_cheap_snapshots_come_at_most_ten_a_second(monkeypatch):
    bench = Bench(monkeypatch, epochs=10, snapshot=0.0001)
    bench.run(("start",), always_asking=True)
    times = [now for now, s in bench.shown if s.state == "running"]
    gaps = [b - a for a, b in pairwise(times)]
    assert min(gaps) >= SHORTEST
    assert max(gaps) < SHORTEST + 0.02


def test_the_pause_between_slow_steps_is_free_for_snapshots(monkeypatch):
    bench = Bench(monkeypatch, snapshot=0.001, pace=4)
    bench.plan[9] = ("pause",)
    shown = bench.run(("start",), always_asking=True)
    steps = [s.step for s in shown if s.step]
    assert steps == list(range(steps[0], 10))  # each, once the rhythm is there
    assert steps[0] <= 4


def test_the_pace_is_kept(monkeypatch):
    bench = Bench(monkeypatch, pace=10)
    bench.plan[5] = ("change", {"pace": 20.0})
    bench.plan[10] = ("pause",)
    bench.run(("start",))
    gaps = [round(b - a, 3) for a, b in pairwise(bench.steps)]
    assert gaps[1:4] == [0.1] * 3
    assert gaps[6:] == [0.05] * 3


@pytest.mark.parametrize(("command", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_pause_and_stop_are_obeyed_within_the_step(monkeypatch, command, state):
    bench = Bench(monkeypatch)
    bench.plan[7] = (command,)
    last = bench.run(("start",))[-1]
    assert (last.state, last.step) == (state, 7)


def test_a_pause_is_obeyed_in_the_middle_of_a_test(monkeypatch):
    bench = Bench(monkeypatch, epochs=1)
    bench.worker._trainer.here.chunk = 100  # the test has four parts
    advance = bench.worker._trainer.advance

    def pause_at_the_second_part():
        for part, _ in enumerate(advance()):
            if part == 1:
                bench.commands.append(("pause",))
            yield

    bench.worker._trainer.advance = pause_at_the_second_part
    paused = bench.run(("start",))[-1]
    assert (paused.state, paused.step, paused.test_steps.tolist()) == ("paused", 46, [0])
    bench.worker._open = True
    finished = bench.run(("start",))[-1]
    assert (finished.state, finished.step) == ("finished", 46)
    assert finished.test_steps.tolist() == [0, 46]


def test_steps_are_counted_from_where_it_stands(monkeypatch):
    bench = Bench(monkeypatch)
    shown = bench.run(("step", 1), ("step", 3))
    assert [(s.state, s.step) for s in shown][-1] == ("paused", 3)  # the second took over
    bench.worker._open = True
    last = bench.run(("step", 2), ("watch", Wanted(sample=5)))[-1]
    assert (last.state, last.step, last.sample) == ("paused", 5, 5)


def test_the_learning_rate_changes_between_two_steps(monkeypatch):
    bench = Bench(monkeypatch)
    bench.plan[3] = ("change", {"learning_rate": 0.001})
    bench.plan[5] = ("pause",)
    shown = bench.run(("start",))
    assert shown[-1].rates.tolist() == pytest.approx([0.02] * 3 + [0.001] * 2)
    assert shown[-1].learning_rate == 0.001


def test_speed_and_time_left_are_those_of_the_clock(monkeypatch):
    bench = Bench(monkeypatch, epochs=4, batch_size=32)
    bench.plan[92] = ("pause",)
    last = bench.run(("start",))[-1]
    assert last.seconds == pytest.approx(0.92 + bench.cost, abs=0.001)  # one was shown on the way
    assert last.images_per_second == pytest.approx(1442 / 0.46, rel=0.02)
    assert last.seconds_left == pytest.approx(0.92, rel=0.02)
    bench.now += 1000  # a break
    bench.worker._open = True
    last = bench.run(("start",))[-1]
    assert last.state == "finished"
    assert last.seconds == pytest.approx(1.84 + 2 * bench.cost, abs=0.001)
    assert last.seconds_left == 0


def test_an_epoch_that_has_just_ended_may_be_the_last(monkeypatch):
    bench = Bench(monkeypatch, epochs=3)
    bench.plan[46] = ("change", {"epochs": 1})
    last = bench.run(("start",))[-1]
    assert (last.state, last.step, last.epochs) == ("finished", 46, 1)
    assert last.test_steps.tolist() == [0, 46]


def test_an_epoch_that_is_under_way_is_not_given_up(monkeypatch):
    bench = Bench(monkeypatch, snapshot=0.0001, epochs=3)
    bench.plan[47] = ("change", {"epochs": 1})
    bench.plan[50] = ("request",)
    bench.plan[60] = ("change", {"learning_rate": 0.01})
    bench.plan[61] = ("pause",)
    shown = bench.run(("start",), always_asking=True)
    assert "2 epochs are done or under way" in {s.message.split(":")[0] for s in shown}
    assert shown[-1].message == "Paused after step 61."
    bench.worker._open = True
    assert bench.run(("change", {"epochs": 2}), ("start",))[-1].step == 92


@pytest.mark.parametrize("end", ["finished", "stopped", "diverged"])
def test_after_the_end_start_begins_again(monkeypatch, end):
    bench = Bench(monkeypatch, epochs=1)
    if end == "stopped":
        bench.plan[5] = ("stop",)
    if end == "diverged":
        bench.plan[5] = ("change", {"learning_rate": 1000})
    first = bench.run(("start",))
    assert first[-1].state == end
    bench.worker._open = True
    again = bench.run(("change", {"learning_rate": 0.02}), ("start",))
    begun = next(s for s in again[len(first) :] if s.state == "running")
    assert begun.step == 0
    assert (begun.filters == first[0].filters).all()
    assert again[-1].state == "finished"


def test_a_diverged_run_says_what_to_try(monkeypatch):
    bench = Bench(monkeypatch, epochs=2)
    bench.plan[50] = ("change", {"learning_rate": 1000})
    last = bench.run(("start",))[-1]
    assert last.state == "diverged"
    assert "weights of epoch 1 are back. Try 100, then press start." in last.message
    assert last.seconds_left is None
    assert 50 <= last.step == len(last.loss) < 60


def test_while_a_hand_moves_each_step_is_followed_by_a_rest(monkeypatch):
    bench = Bench(monkeypatch, epochs=1)
    bench.hand = (100.1, 100.6)
    shown = bench.run(("start",))
    gaps = [round(b - a, 3) for a, b in pairwise(bench.steps)]
    assert shown[-1].state == "finished"
    assert shown[-1].step == len(bench.steps) == 46
    slow = [gap for gap, at in zip(gaps, bench.steps, strict=False) if gap > 0.03]
    assert set(slow) == {0.04}  # 10 ms of work, 30 of rest
    assert len(slow) == 13
    assert gaps[0] == gaps[-1] == 0.01


def test_a_rest_is_ended_by_a_command(monkeypatch):
    bench = Bench(monkeypatch, epochs=1)
    bench.hand = (100.0, 200.0)
    bench.plan[3] = ("pause",)
    shown = bench.run(("start",))
    assert shown[-1].state == "paused"
    assert shown[-1].step == 3
