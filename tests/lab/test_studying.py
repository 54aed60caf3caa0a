"""Studies: longer looks at a copy of a network, while it goes on learning."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from lab.autoencoder import AutoencoderRun
from lab.board import Board
from lab.messages import Finding, Found, Snapshot
from lab.still import Still
from lab.studies import Study
from lab.training import Run


@dataclass(frozen=True)
class Sums(Study):
    """Adds up the weights of a network again and again."""

    key: str = "sums"
    times: int = 3
    error: type[Exception] | None = None

    def pieces(self, model, images):
        assert not model.training
        for number in range(self.times):
            if self.error and number == 1:
                raise self.error("So it cannot be done.")
            total = sum(float(p.abs().sum()) for p in model.parameters())
            assert not any(p.requires_grad for p in model.parameters())
            out = model(images.at(images.watched[:1]))
            yield (number, total, out.numpy())


@dataclass(frozen=True)
class Endless(Study):
    """Never ends."""

    key: str = "endless"

    def pieces(self, _model, _images):
        count = 0
        while True:
            count += 1
            yield count


def done(run, key):
    run.wait(lambda _: key in run.findings and run.findings[key].done)
    return run.findings[key]


@pytest.fixture(scope="module")
def run():
    with Run(worker="thread", watched=20, epochs=1) as run:
        run.wait("ready")
        yield run


def test_a_study_is_of_the_weights_that_are_shown_and_leaves_them_alone(run):
    run.reset()
    run.step(3)
    run.wait("paused")
    weights = run.checkpoint().weights
    run.study(Sums())
    finding = done(run, "sums")
    number, total, _ = finding.value
    assert (number, finding.step, finding.problem) == (2, 3, "")
    assert total == pytest.approx(sum(np.abs(w).sum() for w in weights.values()), rel=1e-5)
    for name, values in run.checkpoint().weights.items():
        assert np.array_equal(values, weights[name])
    run.look_at(0)
    run.study(Sums("before"))
    assert done(run, "before").step == 0
    run.look_at(None)


def test_channels_that_are_switched_off_are_off_in_the_copy(run):
    run.study(Sums())
    on = done(run, "sums").value[2]
    layer, _, (channels, _, _) = run.watched.map_layers[0]
    for channel in range(channels):
        run.switch(layer, channel, False)
    run.wait()
    run.study(Sums("off"))
    off = done(run, "off").value[2]
    assert np.abs(on - off).max() > 1e-3
    for _ in range(channels):
        run.undo()


def test_a_training_goes_on_beside_a_study_which_can_be_given_up(run):
    run.reset()
    run.study(Endless())
    run.wait(lambda _: run.findings["endless"].value)
    run.start()
    assert run.wait("finished").state == "finished"
    assert not run.findings["endless"].done
    run.end_study("endless")
    seen = run.wait().sequence
    run.study(Sums("after"))
    assert done(run, "after").value[0] == 2  # nothing stands in its way
    assert run.latest.sequence > seen


@pytest.mark.parametrize(
    ("error", "words"), [(ValueError, "So it cannot be done."), (KeyError, "KeyError")]
)
def test_what_cannot_be_done_is_said_and_the_run_goes_on(run, error, words, capfd):
    run.study(Sums(error=error))
    finding = done(run, "sums")
    assert words in finding.problem
    assert finding.value[0] == 0  # what was found until then
    run.step()
    run.wait("paused", "finished", "stopped")
    capfd.readouterr()


def test_another_network_has_no_findings_yet(run):
    run.study(Sums())
    done(run, "sums")
    run.renew(model="mlp")
    run.wait("ready")
    assert not run.findings


def test_a_network_that_nobody_trains_is_studied_too():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(72, 3))
    images = np.random.default_rng(0).random((5, 1, 8, 8))
    with Still(model, images) as still:
        still.study(Sums())
        finding = done(still, "sums")
        assert (finding.value[0], finding.step) == (2, -1)
        with torch.no_grad():
            expected = model.eval()(torch.from_numpy(images[:1]).float())
        np.testing.assert_allclose(finding.value[2], expected.numpy(), atol=1e-6)
        still.study(Endless())
        still.wait(lambda _: still.findings["endless"].value)
        still.watch(sample=3)  # it obeys meanwhile
        assert still.wait(lambda s: s.sample == 3).sample == 3


def test_an_autoencoder_says_that_there_is_nothing_to_study():
    with AutoencoderRun(worker="thread", watched=20) as run:
        run.wait("ready")
        run.study(Sums())
        assert "tells images apart" in done(run, "sums").problem


def test_what_takes_longer_is_sent_once_and_belongs_to_all_snapshots_after():
    board = Board()
    board.post(Found({"vectors": np.ones((2, 3), np.float32)}))
    assert not board.latest.vectors.size
    for step in (1, 2):
        board.post(Snapshot(state="running", step=step))
        assert (board.latest.step, board.latest.vectors.shape) == (step, (2, 3))
        assert not board.latest.vectors.flags.writeable
    before = board.latest.sequence
    board.post(Finding("key", 3))
    assert (board.latest.sequence, board.latest.step) == (before + 1, 2)
    assert board.findings["key"].value == 3
    board.close()


def test_a_study_is_of_the_channels_that_were_on_when_it_was_asked_for(run):
    run.renew(model="lenet")
    run.wait("ready")
    layer, _, (channels, _, _) = run.watched.map_layers[0]
    run.study(Sums())
    on = done(run, "sums").value[2]
    for channel in range(channels):
        run.switch(layer, channel, False)
    run.study(Sums("first", times=200))
    run.study(Sums("second"))
    for _ in range(channels):
        run.undo()
    first, second = done(run, "first").value[2], done(run, "second").value[2]
    assert np.array_equal(first, second)
    assert np.abs(first - on).max() > 1e-3


def test_nothing_is_under_way_in_a_run_that_rests(run):
    run.study(Endless())
    run.wait(lambda _: run.findings["endless"].value)
    run.rest()
    assert run.findings["endless"].done
    assert "rests" in run.findings["endless"].problem
    run.reset()
    run.wait("ready")
    assert not run.findings
