"""Two runs that differ in one thing: what is refused, what is fair, and what is said of it."""

import copy
import gc
import subprocess
import sys
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab.architecture import Architecture, Convolution
from lab.bulletin import Bulletin
from lab.epochs import epochs_after
from lab.experiment_pairs import PAIRS
from lab.experiment_plan import Plan, difference_of, label, same_model, same_settings
from lab.experiment_report import Record
from lab.experiment_table import MEASURES, row
from lab.experiment_words import sentences, verdict
from lab.experiments import Experiment
from lab.messages import Settings, Snapshot
from lab.training import Run

ROOT = Path(__file__).parents[2]
HERE = {"watched": 20, "batch_size": 64, "device": "cpu"}


@pytest.fixture(scope="module")
def shared_trial():
    with Experiment(HERE, {"momentum": (0.0, 0.9)}, epochs=1) as experiment:
        yield experiment


@pytest.fixture
def compare(shared_trial):
    """Return a function that brings another comparison to where it can be started."""

    def renew(base, difference, **wishes):
        shared_trial.renew({**HERE, **base}, difference, **wishes)
        shared_trial.wait("ready", timeout=120)
        return shared_trial

    return renew


def train(experiment):
    experiment.start()
    return experiment.wait("finished", timeout=120)


def wait_for(experiment, good):
    """Wait for a report that is as wished."""
    found = threading.Event()
    leave = experiment.subscribe(lambda report: found.set() if good(report) else None)
    assert found.wait(60)
    leave()


def test_an_experiment_needs_no_torch():
    names = "lab.experiments, lab.experiment_pairs, lab.hardware"
    code = f"import sys, {names}; print({{'torch', 'sklearn', 'ipywidgets'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


@pytest.mark.parametrize(
    ("base", "difference", "sentence"),
    [
        ({}, {}, "Name the one thing"),
        ({}, {"momentum": (0, 0.9), "batch_size": (16, 32)}, "here 2 do: momentum, batch_size"),
        ({}, {"momentum": 0.9}, "needs two values"),
        ({}, {"momentum": (0, 0.5, 0.9)}, "needs two values"),
        ({}, {"optimizer": "sgd"}, "needs two values"),
        ({}, {"momentun": (0, 0.9)}, "Did you mean 'momentum'"),
        ({"lerning_rate": 1}, {"momentum": (0, 0.9)}, "Did you mean 'learning_rate'"),
        ({"momentum": 0.5}, {"momentum": (0, 0.9)}, "base must not set it too"),
        ({"epochs": 3}, {"momentum": (0, 0.9)}, "must not set epochs"),
        ({}, {"seed": (0, 1)}, "seed cannot be what differs"),
        ({}, {"epochs": (5, 10)}, "epochs cannot be what differs"),
        ({}, {"pace": (5, None)}, "pace cannot be what differs"),
        ({}, {"momentum": (0, 1)}, "momentum must be a finite number"),
        ({}, {"optimizer": ("sgd", "adma")}, "optimizer must be one of"),
        ({"worker": "cloud"}, {"momentum": (0, 0.9)}, "worker must be one of"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_starts(base, difference, sentence):
    before = threading.active_count()
    with pytest.raises((ValueError, TypeError), match=sentence):
        Experiment(base, difference)
    assert threading.active_count() == before


@pytest.mark.parametrize("repeats", [0, 101, 1.5, "many"])
def test_a_number_of_repeats_that_cannot_be(repeats):
    with pytest.raises((ValueError, TypeError), match="repeats must"):
        Plan({}, {"momentum": (0, 0.9)}, repeats)


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_to_teach_with_can_be_trained_and_has_a_whole_lesson(name):
    pair = PAIRS[name]
    a, b = Plan(pair.base, pair.difference, 2, pair.epochs).settings(1)
    differing = [one for one in vars(a) if getattr(a, one) != getattr(b, one)]
    assert differing == ([] if name == "nothing" else [*pair.difference])
    assert a.seed == b.seed == 1
    assert pair.measure in MEASURES
    assert pair.question.format(epochs=3).endswith("?")
    assert len(set(pair.answers)) == 3
    assert pair.lesson.endswith(".")


def test_two_optimizers_take_the_same_learning_rate():
    a, b = Plan({}, {"optimizer": ("sgd", "adam")}).settings(0)
    assert a.learning_rate == b.learning_rate


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("optimizer", "adamw", "AdamW"),
        ("momentum", 0.0, "no momentum"),
        ("momentum", 0.9, "momentum 0.9"),
        ("dropout", None, "no dropout"),
        ("batch_size", 16, "batch size 16"),
        ("augmentation", {}, "no augmentation"),
        ("augmentation", {"shift": 0.1, "flip": True}, "shift 0.1, flip"),
        ("class_weights", "none", "no class weights"),
        ("device", "cuda", "GPU"),
    ],
)
def test_labels(name, value, words):
    assert label(name, value) == words


def test_the_same_twice_is_the_same_bit_for_bit(compare):
    report = train(compare({}, {"momentum": (0.9, 0.9)}, repeats=2, epochs=2))
    assert len(report.pairs) == 2
    for a, b in report.pairs:
        assert np.array_equal(a.loss, b.loss)
        assert np.array_equal(a.test_loss, b.test_loss)
    assert not np.array_equal(report.pairs[0][0].loss, report.pairs[1][0].loss)  # other seeds
    for one in report.rows:
        if one.kind != "seconds":
            assert (one.difference, one.low, one.high, one.outcome) == (0, 0, 0, "same")
    assert "exactly the same in test accuracy in all 2 pairs" in report.sentences[0]
    assert report.labels == ("momentum 0.9 (A)", "momentum 0.9 (B)")


def test_cross_entropy_is_nll_of_log_softmax(compare):
    ((a, b),) = train(compare({}, {"loss": ("cross_entropy", "nll")}, epochs=2)).pairs
    assert np.allclose(a.loss, b.loss, atol=1e-5)
    assert np.allclose(a.test_loss, b.test_loss, atol=1e-5)
    assert np.array_equal(a.test_accuracy, b.test_accuracy)


def test_both_begin_with_the_same_weights_and_see_the_same_batches(compare):
    # With steps as short as these the weights stay, so that each loss is its batch's alone.
    trial = compare({}, {"learning_rate": (1e-9, 2e-9)}, epochs=2)
    first, second = (run.latest.filters for run in trial.runs)
    assert np.array_equal(first, second)
    ((a, b),) = train(trial).pairs
    assert np.ptp(a.loss) > 0.005  # one batch is not like another
    assert np.allclose(a.loss, b.loss, atol=1e-5)


def test_pairs_are_what_runs_with_those_seeds_would_be_alone(compare):
    report = train(compare({"seed": 5}, {"momentum": (0.0, 0.9)}, repeats=2, epochs=2))
    alone = []
    with Run(**HERE, epochs=2) as run:
        for seed in (5, 6):
            for momentum in (0.0, 0.9):
                run.renew(seed=seed, momentum=momentum)
                run.start()
                alone.append(run.wait("finished"))
    for ours, end in zip((one for pair in report.pairs for one in pair), alone, strict=True):
        assert np.array_equal(ours.loss, end.loss)
        assert np.array_equal(ours.test_accuracy, end.test_accuracy.astype(np.float64))
    ends = [float(end.test_accuracy[-1]) for end in alone]
    accuracy = report.row_of("accuracy")
    assert accuracy.a == pytest.approx((ends[0] + ends[2]) / 2)
    assert accuracy.b == pytest.approx((ends[1] + ends[3]) / 2)
    differences = sorted([ends[1] - ends[0], ends[3] - ends[2]])
    assert accuracy.difference == pytest.approx(np.mean(differences))
    # Of two pairs there are four drawings: twice the mean, and each alone.
    assert differences[0] <= accuracy.low <= accuracy.high <= differences[1]
    assert report.means[1].test_accuracy.mean[-1] == pytest.approx((ends[1] + ends[3]) / 2)


def test_it_trains_in_turns_and_one_at_a_time(compare):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=3)
    turns = []

    def look(_report):
        running = [run.latest.state for run in trial.runs].count("running")
        turns.append((running, *(run.latest.epoch for run in trial.runs)))

    leave = trial.subscribe(look)
    train(trial)
    leave()
    assert max(running for running, _, _ in turns) <= 1
    assert max(abs(a - b) for _, a, b in turns) == 1


def test_a_subscriber_that_fails_is_logged_and_holds_up_nothing(compare, caplog):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=1)
    leave = trial.subscribe(lambda _report: 1 / 0)
    assert train(trial).share == 1
    leave()
    assert "raised an error" in caplog.text


def test_pause_go_on_stop_and_reset(compare):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    trial.start()
    trial.pause()
    held = trial.wait("paused")
    assert 0 <= held.share < 1
    trial.start()
    assert trial.wait("running").state == "running"
    trial.stop()
    assert trial.wait("stopped").share < 1
    trial.start()
    assert trial.wait("running").share < 1
    trial.reset()
    assert trial.wait("ready").share == 0
    assert {run.wait("ready").step for run in trial.runs} == {0}


def test_a_comparison_that_cannot_be_leaves_the_one_at_work_alone(compare):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    trial.start()
    with pytest.raises(ValueError, match="here 2 do"):
        trial.renew(HERE, {"momentum": (0, 0.9), "seed": (0, 1)})
    assert trial.latest.state == "running"
    base = {**HERE, "momentum": 0.5}
    del base["batch_size"]
    trial.renew(base, {"batch_size": (32, 128)}, epochs=1)
    report = train(trial)
    assert report.labels == ("batch size 32", "batch size 128")
    a, b = report.pairs[0]
    images = trial.runs[0].watched.train_count
    assert (a.total_steps, b.total_steps) == (-(-images // 32), -(-images // 128))
    assert {run.settings.momentum for run in trial.runs} == {0.5}


def test_a_run_that_diverges_is_told(compare):
    report = train(compare({}, {"learning_rate": (0.02, 500.0)}, epochs=2))
    a, b = report.pairs[0]
    assert (a.state, b.state) == ("finished", "diverged")
    assert any("learning rate 500 the loss grew" in one for one in report.sentences)
    assert report.row_of("accuracy").outcome == ""


def test_a_device_that_is_not_there_is_said_in_a_sentence(compare):
    torch = pytest.importorskip("torch")
    if torch.backends.mps.is_available():
        pytest.skip("this machine has it")
    trial = compare({}, {"momentum": (0.0, 0.9)})
    base = {key: value for key, value in HERE.items() if key != "device"}
    trial.renew(base, {"device": ("cpu", "mps")}, epochs=1)
    with pytest.raises(RuntimeError, match="no Apple GPU"):
        train(trial)
    assert train(compare({}, {"momentum": (0.0, 0.9)}, epochs=1)).share == 1


def test_a_network_that_does_not_fit_changes_neither_of_the_two(compare):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    before = trial.plan, [run.settings for run in trial.runs]
    trial.start()
    deep = Architecture(*[Convolution(4, kernel=5, pooling="max")] * 4)
    with pytest.raises(ValueError, match="pool4 takes 2 × 2"):
        trial.renew(HERE, {"model": ("lenet", deep)})
    assert trial.latest.state == "running"
    assert (trial.plan, [run.settings for run in trial.runs]) == before


def test_what_goes_wrong_within_is_told_and_logged(compare, monkeypatch, caplog):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    monkeypatch.setattr(trial._two, "next_turn", lambda: 1 / 0)
    trial.start()
    with pytest.raises(RuntimeError, match="broke off: division by zero"):
        trial.wait("finished", timeout=30)
    assert "An experiment broke off" in caplog.text


def test_a_pause_counts_no_time(compare):
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    trial.start()
    wait_for(trial, lambda report: report.share > 0)
    trial.pause()
    left = trial.wait("paused").seconds_left
    trial.stop()
    assert trial.wait("stopped").seconds_left == left


def test_a_subscriber_may_wait_for_what_the_training_needs(compare):
    # As a view does: it is told while somebody who holds its lock brings another comparison.
    trial = compare({}, {"momentum": (0.0, 0.9)}, epochs=200)
    lock, told = threading.Lock(), threading.Event()

    def hear(_report):
        told.set()
        with lock:
            pass

    leave = trial.subscribe(hear)
    with lock:
        trial.start()
        assert told.wait(10)
        again = threading.Thread(
            target=trial.renew, args=(HERE, {"momentum": (0.5, 0.9)}), daemon=True
        )
        again.start()
        again.join(10)
        assert not again.is_alive()
    leave()
    assert trial.labels[0] == "momentum 0.5"


def test_a_bulletin_tells_the_newest_and_then_ends():
    told, bulletin = [], Bulletin(0, "test")
    bulletin.subscribe(told.append)
    (teller,) = [one for one in threading.enumerate() if one.name == "lab-test-teller"]
    bulletin.hang(1)
    bulletin.close()
    teller.join(10)
    assert not teller.is_alive()
    assert told == [1]


def test_reports_are_told_in_order(compare):
    trial, told = compare({}, {"momentum": (0.0, 0.9)}, epochs=2), []
    leave = trial.subscribe(lambda report: told.append(report.sequence))
    train(trial)
    leave()
    assert told == sorted(set(told))


def test_at_rest_it_keeps_its_pairs_and_begins_the_one_at_work_anew():
    here = {**HERE, "worker": "thread"}
    with Experiment(here, {"momentum": (0.0, 0.9)}, repeats=2, epochs=3) as trial:
        trial.start()
        wait_for(trial, lambda report: len(report.pairs) == 1 and report.now[0].steps)
        trial.rest("asleep")
        resting = trial.latest
        assert (resting.state, resting.message) == ("paused", "asleep")
        assert [run.latest.state for run in trial.runs] == ["stopped"] * 2
        trial.start()
        end = trial.wait("finished", timeout=120)
        assert end.pairs[0] is resting.pairs[0]
        assert end.message == ""
        trial.rest("asleep")
        assert (trial.latest.state, trial.latest.message) == ("finished", "")
        trial.start()
        again = trial.wait("finished", timeout=120)
    for (a, b), (c, d) in zip(end.pairs, again.pairs, strict=True):
        assert np.array_equal(a.loss, c.loss)
        assert np.array_equal(b.loss, d.loss)


def test_given_runs_do_not_rest_with_the_experiment():
    here = {**HERE, "worker": "thread", "epochs": 1}
    with Run(**here) as a, Run(**here, momentum=0.0) as b, Experiment.of(a, b) as trial:
        trial.rest()
        assert train(trial).share == 1


def test_a_module_and_that_of_its_fork_are_one_network():
    torch = pytest.importorskip("torch")

    def own(width):
        return torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Linear(64, width), torch.nn.Linear(width, 10)
        )

    model = own(4)
    assert same_model(model, copy.deepcopy(model))
    assert not same_model(model, own(5))
    assert not same_model(model, "mlp")
    a = Settings(model=model)
    b = Settings(model=copy.deepcopy(model), momentum=0.5)
    assert difference_of(a, b) == ("momentum", (0.9, 0.5))
    assert same_settings(a, replace(b, momentum=0.9))


def test_an_epoch_is_one_whatever_its_batches():
    # Two epochs of 4 steps, one of 8, one to come of 8; the loss at the middle of the third.
    snapshot = Snapshot(
        state="running",
        step=16,
        total_steps=24,
        epochs=4,
        loss_steps=np.array([2, 12, 20], np.float32),
        loss=np.ones(3, np.float32),
        test_steps=np.array([0, 4, 8, 16]),
        test_loss=np.ones(4, np.float32),
        test_accuracy=np.array([0.1, 0.2, 0.3, 0.4], np.float32),
        test_seconds=np.arange(4, dtype=np.float32),
    )
    found = Record.of(snapshot)
    assert found.loss_epochs.tolist() == [0.5, 2.5, 3.5]
    assert found.test_epochs.tolist() == [0, 1, 2, 3]
    assert found.accuracy_after(3) == pytest.approx(0.4)
    assert found.training_loss_in(3) == 1
    assert epochs_after(replace(snapshot, epochs=3, total_steps=16), [4, 16]).tolist() == [1, 3]
    assert epochs_after(Snapshot(state="starting"), np.empty(0)).tolist() == []


def test_given_runs_are_compared_and_left_open():
    here = {**HERE, "worker": "thread"}
    with Run(**here, epochs=2) as a, Run(**here, epochs=2, momentum=0.0) as b:
        a.step(3)
        a.wait("paused")
        with Experiment.of(a, b) as experiment:
            assert experiment.labels == ("momentum 0.9", "no momentum")
            assert train(experiment).share == 1
            with pytest.raises(ValueError, match="were given"):
                experiment.renew({}, {"momentum": (0, 0.9)})
        assert a.wait().state == "finished"  # it still answers
        with pytest.raises(ValueError, match="with itself"):
            Experiment.of(a, a)
        b.renew(batch_size=16, loss="nll")
        with pytest.raises(ValueError, match="differ in 3: batch_size, momentum, loss"):
            Experiment.of(a, b)


def test_both_train_a_copy_of_a_module_of_ones_own():
    torch = pytest.importorskip("torch")
    own = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    before = own[1].weight.detach().clone()
    with Experiment({**HERE, "model": own}, {"momentum": (0.5, 0.5)}, epochs=1) as experiment:
        ((a, b),) = train(experiment).pairs
    assert np.array_equal(a.loss, b.loss)
    assert a.loss[-1] < a.loss[0]
    assert torch.equal(own[1].weight, before)


def test_a_forgotten_experiment_ends_its_workers():
    here = {**HERE, "worker": "thread"}
    experiment = Experiment(here, {"momentum": (0.0, 0.9)}, epochs=1)
    train(experiment)
    gone = [weakref.ref(one) for one in (experiment, *experiment.runs)]
    del experiment
    gc.collect()
    assert [one() for one in gone] == [None] * 3


def record(accuracy, loss=0.5, seconds=1.0, state="finished"):
    """Make up a run of two epochs of four steps."""
    return Record(
        state=state,
        device="CPU",
        steps=8,
        total_steps=8,
        loss_epochs=np.arange(1, 9) / 4,
        loss=np.full(8, loss),
        test_epochs=np.arange(3.0),
        test_loss=np.full(3, loss),
        test_accuracy=np.array([0.1, 0.2, accuracy]),
        seconds=np.array([0, 5, 5 + seconds]),
    )


def pairs(differences, base=0.9):
    return [(record(base), record(base + by)) for by in differences]


@pytest.mark.parametrize(
    ("differences", "outcome", "words"),
    [
        ([0.02], "b", "Adam is ahead by 2.0 points in this pair. Repeats"),
        ([0.004], "same", "which is hardly anything"),
        ([0.0], "same", "exactly the same"),
        ([-0.03], "a", "SGD is ahead by 3.0 points in this pair."),
        ([-0.004, -0.004], "same", "no difference in test accuracy can be told over 2 pairs"),
        ([0.004] * 6, "b", "Adam is ahead by 0.4 points (0.4 to 0.4, 6 pairs)."),
        ([0.01, 0.02, 0.03], "b", "in 3 of 3 pairs. With fewer than 6 pairs that may still be"),
        (
            [0.01, -0.02, 0.01],
            "same",
            "no difference in test accuracy can be told over 3 pairs: 0.0 points (",
        ),
        ([0.01, 0.02, 0.03, 0.02, 0.01, 0.03], "b", "ahead by 2.0 points (1.3 to 2.7, 6 pairs)."),
        ([-0.01] * 6, "a", "SGD is ahead by 1.0 points (1.0 to 1.0, 6 pairs)."),
    ],
)
def test_no_more_is_said_than_the_numbers_do(differences, outcome, words):
    found = row("Test accuracy", "accuracy", 2, pairs(differences))
    assert found.outcome == outcome
    assert words in verdict(found, ("SGD", "Adam"))


def test_a_lower_loss_and_a_shorter_time_are_better():
    two = [(record(0.9, loss=0.5, seconds=1.0), record(0.9, loss=0.1, seconds=2.0))]
    assert row("", "training loss", 2, two).outcome == "b"
    assert row("", "seconds", 2, two).outcome == "a"
    assert row("", "first epoch", 2, two).outcome == "same"
    rows = [row("", "accuracy", 2, two), row("", "seconds", 2, two)]
    said = sentences(rows, ("CPU", "GPU"), two)
    assert said[1] == "An epoch takes 1.0 s with CPU and 2.0 s with GPU: CPU is 2.0 times as fast."


def test_a_pair_that_has_not_got_so_far_does_not_count():
    short = record(0.9)
    short = Record(**{**vars(short), "test_accuracy": short.test_accuracy[:1]})
    found = row("", "accuracy", 2, [(record(0.9), short), (record(0.8), record(0.9))])
    assert (found.pairs, found.low) == (1, None)
    assert found.difference == pytest.approx(0.1)
