"""What a run can be told: change, renew, epochs, moments, forks; and what it does when it fails."""

import gc
import threading
import weakref
from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from lab.checkpoints import Checkpoint, load
from lab.settings import LIVE, Settings
from lab.training import Run


@pytest.fixture(scope="module")
def thread_run():
    with Run(worker="thread", epochs=3, batch_size=64) as run:
        yield run


@pytest.fixture
def run(thread_run):
    """Return a run in a thread that stands at its beginning: 3 epochs of 23 steps."""
    thread_run.renew(**BEGINNING)
    thread_run.wait("ready")
    return thread_run


BEGINNING = {
    name: value
    for name, value in vars(Settings(epochs=3, batch_size=64)).items()
    if name not in ("threads", "device", "watched")
}


def test_changes_are_felt_between_two_steps(run):
    run.step(4)
    assert run.wait("paused").total_steps == 69
    run.change(
        learning_rate=0.005,
        momentum=0.5,
        weight_decay=1e-4,
        augmentation={"shift": 0.1, "noise": 0.0},
        loss="focal",
        batch_size=128,
        schedule="cosine",
    )
    assert run.settings.augmentation == {"shift": 0.1}
    run.step()
    after = run.wait("paused")
    assert after.learning_rate == 0.005
    left = 1442 - 4 * 64
    assert after.total_steps == 4 + -(-left // 128) + 2 * 12
    assert after.rates[:4].tolist() == pytest.approx([0.02] * 4)
    assert 0.004 < after.rates[4] < 0.005
    run.start()
    assert run.wait("finished").test_steps.tolist() == [0, 14, 26, 38]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"learning_rate": 0.5, "momentum": 2}, ValueError, "momentum must be a finite number"),
        ({"learning_rate": 0.5, "seed": 3}, ValueError, "Another seed needs a new beginning"),
        (
            {"learning_rat": 0.5},
            TypeError,
            "no setting 'learning_rat': did you mean 'learning_rate'",
        ),
        ({"pace": 3, "augmentation": {"zoom": 1}}, ValueError, "has 'shift', .*not 'zoom'"),
        ({"pace": 3, "augmentation": {"flip": 0.5}}, TypeError, "flip is True or False"),
        ({"pace": 3, "augmentation": {"shift": 0.7}}, ValueError, "shift must be .*most 0.5"),
        ({"pace": 3, "augmentation": "much"}, TypeError, "augmentation must be a table"),
        ({"dropout": 1}, ValueError, "dropout must be"),
        ({"weight_decay": -1}, ValueError, "weight_decay must be"),
        ({"loss": "mse"}, ValueError, "loss must be one of 'cross_entropy'"),
        ({"schedule": "zigzag"}, ValueError, "schedule must be one of"),
        ({"class_weights": None}, ValueError, "class_weights must be one of"),
        ({"label_smoothing": 1}, ValueError, "label_smoothing must be"),
        ({"focal_gamma": -1}, ValueError, "focal_gamma must be"),
        ({"batch_size": 0}, ValueError, "batch_size must lie"),
    ],
)
def test_a_change_is_all_or_nothing(run, changes, error, words):
    before = run.settings
    with pytest.raises(error, match=words):
        run.change(**changes)
    assert run.settings == before
    run.step()
    after = run.wait("paused")
    assert (after.learning_rate, after.pace) == (0.02, None)


def test_all_that_may_be_changed_live_can_be():
    other = {"optimizer": "nesterov"}
    with Run(worker="thread", **other) as run:
        assert set(vars(run.settings)) >= LIVE
        run.change(**{name: getattr(run.settings, name) for name in LIVE})
        run.step()
        assert run.wait("paused").step == 1
        with pytest.raises(ValueError, match="Nesterov's look ahead needs a momentum above 0"):
            run.change(momentum=0)


def test_batches_of_one_are_refused_where_they_cannot_be_normalised():
    with Run(worker="thread", model="small cnn") as run:
        run.wait("ready")
        with pytest.raises(ValueError, match="at least 2 images"):
            run.change(batch_size=1)
        assert run.settings.batch_size == 32


def test_more_epochs_make_a_finished_run_one_that_can_go_on(run):
    run.change(epochs=1)
    run.start()
    assert run.wait("finished").step == 23
    with pytest.raises(ValueError, match="1 epochs? (is|are) done already|epochs must lie"):
        run.change(epochs=0)
    run.change(epochs=2)
    assert run.wait("paused").message == "1 more epoch: press start."
    run.start()
    last = run.wait("finished")
    assert (last.step, last.epoch, last.epochs) == (46, 2, 2)
    assert len(last.test_steps) == 3


def test_epochs_are_run_to_their_end(run):
    run.step(5)
    run.wait("paused")
    run.run_epochs()
    paused = run.wait("paused")
    assert (paused.step, paused.epoch, paused.message) == (23, 1, "Paused after epoch 1.")
    run.run_epochs(1)
    assert run.wait("paused").step == 46
    run.run_epochs(5)
    assert run.wait("finished").step == 69
    with pytest.raises(ValueError, match="n must lie"):
        run.run_epochs(0)


def test_resume_goes_on(run):
    run.step(2)
    run.wait("paused")
    run.resume()
    assert run.wait("finished").step == 69


def test_in_the_foreground_a_loop_sees_the_run_to_its_end(run):
    steps = [snapshot.step for snapshot in run]
    assert steps == sorted(steps)
    assert steps[-1] == 69
    assert run.latest.state == "finished"


def test_leaving_the_loop_pauses(run):
    run.change(pace=20)
    for snapshot in run:
        if snapshot.step:
            break
    assert run.wait("paused").step < 69
    run.change(pace=None)


def test_renew_is_another_run_in_every_view(run):
    seen = []
    leave = run.subscribe(lambda s: seen.append((s.sequence, s.state)))
    run.select(300)
    run.step(3)
    before = run.wait("paused")
    run.renew(model="mlp", optimizer="adam", batch_size=32, epochs=1)
    after = run.wait("ready")
    leave()
    assert after.sequence > before.sequence
    assert (after.step, after.total_steps, after.sample) == (0, 46, 300)
    assert after.filters.size == 0
    assert run.watched.stages == ()
    assert run.settings.optimizer == "adam"
    assert run.settings.learning_rate == 0.001  # Adam's own
    run.start()
    assert run.wait("finished").test_accuracy[-1] > 0.8


def test_renew_brings_other_data_and_back(run, tmp_path, save_set):
    folder = save_set(tmp_path)
    run.renew(dataset="mnist", root=folder, batch_size=8)
    run.wait("ready")
    assert run.watched.images.shape[1:] == (1, 12, 12)
    assert len(run.latest.vector_predictions) == len(run.watched.labels) == 10
    run.renew(dataset="digits")  # needs no root: it is forgotten
    run.wait("ready")
    assert run.settings.root is None
    assert run.watched.test_images.shape == (355, 1, 8, 8)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"seed": 3, "model": "resnet152"}, ValueError, "model must be one of 'lenet'"),
        ({"model": {"blocks": [{"kind": "dense layer", "neurons": -3}]}}, ValueError, "Block 1"),
        (
            {
                "model": {
                    "blocks": [{"kind": "convolution", "channels": 4, "kernel": 11, "padding": 0}]
                }
            },
            ValueError,
            "kernel",
        ),
        ({"model": 7}, TypeError, "model must be a name"),
        ({"dataset": "mnist"}, ValueError, "read from a folder"),
        ({"optimizer": "sdg"}, ValueError, "optimizer must be one of 'sgd'"),
        ({"worker": "thread"}, TypeError, "no setting 'worker'"),
        ({"precision": "float8"}, ValueError, "precision must be one of"),
        ({"options": {"shortcut": True}}, ValueError, "no options"),
    ],
)
def test_what_cannot_be_leaves_the_run_as_it_was(run, changes, error, words):
    run.step(3)
    before, settings = run.wait("paused"), run.settings
    with pytest.raises(error, match=words):
        run.renew(**changes)
    assert run.settings == settings
    run.step()
    assert run.wait("paused").step == before.step + 1


def test_data_that_cannot_be_read_leave_the_run_as_it_was(run, tmp_path):
    run.step(3)
    run.wait("paused")
    settings, watched = run.settings, run.watched
    run.renew(dataset="mnist", root=tmp_path)
    after = run.wait("paused")
    assert "Found neither" in after.message
    assert after.step == 3
    assert run.settings == settings
    assert run.watched is watched
    run.start()
    assert run.wait("finished").step == 69


def test_a_refusal_does_not_undo_what_was_asked_for_after_it(run, tmp_path):
    run.renew(dataset="mnist", root=tmp_path)  # refused
    run.renew(dataset="digits", seed=5, epochs=2)
    assert run.wait("ready").message.startswith("Ready")
    assert (run.settings.dataset, run.settings.seed, run.settings.epochs) == ("digits", 5, 2)
    before = run.settings
    run.renew(dataset="mnist", root=tmp_path)
    run.change(learning_rate=0.5)  # meant for other data, and obeyed with these
    assert run.wait("ready").message.startswith("Ready")
    assert run.settings == replace(before, learning_rate=0.5)


def test_fewer_epochs_than_are_begun_are_refused_and_as_many_as_are_done_end_it(run):
    run.run_epochs()
    done = run.wait("paused")
    run.change(epochs=1)
    last = run.wait("finished")
    assert (last.step, last.test_steps.tolist()) == (23, [0, 23])
    run.change(epochs=3)
    run.step()
    run.wait("paused")
    run.change(epochs=1)
    refused = run.wait("paused")
    assert refused.message == "2 epochs are done or under way: epochs must be at least that, not 1."
    assert run.settings.epochs == refused.epochs == 3
    run.change(epochs=2)
    assert run.wait("paused").message == "Paused after step 24."
    run.start()
    assert run.wait("finished").step == 46
    assert done.test_loss[-1] == last.test_loss[-1]
    run.reset()
    run.change(epochs=1)  # what was done is forgotten
    assert run.wait("ready").total_steps == 23


def test_a_network_too_large_for_moments_goes_on_without_them(monkeypatch, run, tmp_path):
    monkeypatch.setattr("lab.moments.HISTORY_BYTES", 1000)
    run.renew(seed=1)
    run.step(3)
    assert run.wait("paused").moments.size == 0
    run.look_at(2)
    seen = run.wait("paused")
    assert seen.looked_at == -1
    assert "too large for its moments to be kept" in seen.message
    run.look_at(None)
    assert run.wait("paused").message == "Paused after step 3."
    for ask in (run.checkpoint, run.fork, lambda step: run.save(tmp_path / "net", step)):
        with pytest.raises(RuntimeError, match="too large for its moments to be kept"):
            ask(2)
    assert run.checkpoint().step == 3
    run.step()
    assert run.wait("paused").step == 4


def test_weights_come_with_what_they_belong_to(run, tmp_path, save_set):
    run.step(2)
    run.wait("paused")
    run.renew(dataset="bands", root=save_set(tmp_path), batch_size=5)
    kept = run.checkpoint()  # while the new data are read
    assert (kept.table["dataset"], kept.input_shape, kept.step) == ("bands", (1, 12, 12), 0)
    assert len(kept.class_names) == 3
    run.wait("ready")
    run.renew(dataset="bands", root=tmp_path / "nothing")  # refused
    with run.fork() as fork:
        assert fork.settings.root == str(tmp_path)
        assert fork.wait("ready").state == "ready"


def test_weights_that_are_beyond_all_bounds_are_refused(run):
    kept = run.checkpoint()
    weights = {name: array * np.float32(1e12) for name, array in kept.weights.items()}
    run.renew(checkpoint=replace(kept, weights=weights))
    assert run.wait("ready").message == "With its first weights the loss is beyond all bounds."
    run.step()
    assert run.wait("paused").test_loss[0] < 2.4


def test_the_test_is_that_of_the_images_that_are_sent(run):
    run.start()
    last, watched = run.wait("finished"), run.watched
    assert watched.test_images.shape == (355, 1, 8, 8)
    assert watched.train_counts.sum() == watched.train_count == 1442
    right = last.test_predictions == watched.test_labels
    assert right.mean() == pytest.approx(last.test_accuracy[-1])
    table = np.zeros((10, 10), int)
    np.add.at(table, (watched.test_labels, last.test_predictions), 1)
    assert np.array_equal(last.confusion, table)
    assert np.array_equal(last.test_true[right], last.test_confidences[right])
    assert (last.test_true[~right] < last.test_confidences[~right]).all()
    assert -np.log(last.test_true).mean() == pytest.approx(last.test_loss[-1], rel=1e-3)
    assert len(last.test_seconds) == 4
    assert (np.diff(last.test_seconds) > 0).all()


def test_of_a_large_test_set_a_fair_part_is_sent(monkeypatch, run):
    monkeypatch.setattr("lab.viewed_images.MOST_BYTES", 64 * 100)
    run.renew(seed=1)
    last, watched = run.wait("ready"), run.watched
    assert len(watched.test_images) == len(last.test_predictions) == len(last.test_true) == 100
    assert np.bincount(watched.test_labels).tolist() == pytest.approx([10] * 10, abs=1)
    assert last.confusion.sum() == 355


def test_a_moment_can_be_looked_at_while_it_goes_on(run):
    first = run.latest
    run.step(30)
    now = run.wait("paused")
    assert {0, 1, 2, 23} <= set(now.moments.tolist())
    run.look_at(0)
    then = run.wait("paused")
    assert (then.looked_at, then.step) == (0, 30)
    assert np.array_equal(then.filters, first.filters)
    assert np.array_equal(then.vectors, first.vectors)
    assert np.array_equal(then.loss, now.loss)
    run.start()
    last = run.wait("finished")
    assert last.looked_at == 0
    assert np.array_equal(last.filters, first.filters)
    run.look_at(None)
    last = run.wait("finished")
    assert last.looked_at == -1
    assert not np.array_equal(last.filters, first.filters)
    run.look_at(60)
    moments = last.moments
    assert run.wait().looked_at == moments[np.abs(moments - 60).argmin()]
    run.reset()
    assert run.wait("ready").looked_at == -1
    with pytest.raises(ValueError, match="step must lie"):
        run.look_at(-2)


@pytest.mark.parametrize("worker", ["process", "thread"])
def test_a_fork_begins_with_the_weights_of_its_moment(worker, tmp_path):
    with Run(worker=worker, epochs=2, batch_size=64, seed=3) as run:
        run.start()
        last = run.wait("finished")
        with run.fork(23, learning_rate=0.001, epochs=1) as fork:
            begun = fork.wait("ready")
            assert begun.test_loss[0] == last.test_loss[1]
            assert begun.step == 0
            assert (fork.settings.learning_rate, fork.settings.seed) == (0.001, 3)
            fork.start()
            assert fork.wait("finished").step == 23
            fork.reset()
            assert fork.wait("ready").test_loss[0] == last.test_loss[1]
        path = run.save(tmp_path / "net")
        kept = load(path)
        assert kept.step == 46
        assert kept.table["batch_size"] == 64
        assert kept.input_shape == (1, 8, 8)
        assert np.array_equal(kept.weights["conv1.weight"], last.filters)
        with Run(worker="thread", checkpoint=kept) as again:
            assert again.wait("ready").test_loss[0] == last.test_loss[-1]
        other = {"worker": "thread", "checkpoint": kept, "model": "mlp"}
        with Run(**other) as misfit:
            assert "of another network" in misfit.wait("failed").message
        with pytest.raises(TypeError, match="no setting"):
            run.fork(sed=3)
    with pytest.raises(RuntimeError, match="closed"):
        run.checkpoint()


def test_a_checkpoint_can_be_asked_for_while_it_runs_and_by_many(run):
    run.change(epochs=100)
    run.start()
    kept = []
    hands = [threading.Thread(target=lambda: kept.append(run.checkpoint())) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    run.pause()
    run.wait("paused")
    assert len(kept) == 8
    assert all(isinstance(one, Checkpoint) for one in kept)
    with pytest.raises(TimeoutError, match="did not hand over"):
        run.checkpoint(timeout=0)


def test_a_failed_run_has_no_weights_to_give(tmp_path):
    with Run("mnist", root=tmp_path, worker="thread") as run:
        run.wait("failed")
        with pytest.raises(RuntimeError, match="Found neither"):
            run.checkpoint()
        run.renew(dataset="digits")
        assert run.wait("ready").state == "ready"


def own():
    layers = {"flat": nn.Flatten(), "hidden": nn.Linear(64, 32), "relu": nn.ReLU()}
    return nn.Sequential(OrderedDict(layers, output=nn.Linear(32, 10)))


def test_a_module_of_ones_own_is_trained_in_this_process():
    torch.manual_seed(0)
    model = own()
    with Run(model=model, epochs=2, learning_rate=0.05) as run:
        run.start()
        last = run.wait("finished")
        assert last.test_accuracy[-1] > 0.85
        with run.fork() as fork:
            assert fork.wait("ready").test_loss[0] == last.test_loss[-1]
            assert fork.settings.model is not model
        assert run.settings.table()["model"] == "Sequential"


def test_a_run_in_a_process_takes_a_module_and_gives_it_back():
    with Run(epochs=1) as run:
        run.wait("ready")
        run.renew(model=own())
        run.start()
        assert run.wait("finished").filters.size == 0
        run.renew(model="lenet")
        assert run.wait("ready").filters.shape == (6, 1, 5, 5)
        assert run._link.pid


class Broken(nn.Module):
    """Fails in its fourth step, as soon as it is told to."""

    def __init__(self, error):
        super().__init__()
        self.inner, self.error, self.steps = own(), error, 0

    def forward(self, x):
        if self.training and len(x) > 1:
            self.steps += 1
            if self.steps >= 4 and self.error is not None:
                raise self.error
        return self.inner(x)


def test_an_exception_in_the_worker_reaches_page_and_log_and_the_controls_come_back(capsys):
    model = Broken(ZeroDivisionError("no way"))
    with Run(model=model) as run:
        run.start()
        failed = run.wait("failed")
        assert "The training broke off: ZeroDivisionError: no way" in failed.message
        assert "ZeroDivisionError" in capsys.readouterr().err
        assert failed.vectors.shape[0] == 355  # the last picture stays
        model.error = None
        run.start()
        run.wait(lambda s: s.step > 4)


OUT = [
    RuntimeError(
        "[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: not enough memory: "
        "you tried to allocate 800000000000 bytes."
    ),
    torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
    MemoryError(),
]


@pytest.mark.parametrize("error", OUT, ids=["cpu", "cuda", "python"])
def test_without_memory_the_run_pauses_and_a_smaller_batch_goes_on(error):
    model = Broken(error)
    with Run(model=model, batch_size=64, epochs=1) as run:
        run.start()
        paused = run.wait("paused")
        assert paused.step == 3
        assert "not enough memory for 64 images at a time" in paused.message
        assert "Try a batch size of 32" in paused.message
        assert all(p.grad is None for p in model.parameters())
        run.change(batch_size=32)
        model.error = None
        run.start()
        assert run.wait("finished").step == 3 + -(-(1442 - 192) // 32)


def test_what_a_step_needed_is_let_go_of_when_memory_runs_out():
    held = []

    class Greedy(Broken):
        def forward(self, x):
            if self.training and len(x) > 1:
                large = x * 1
                held.append(weakref.ref(large))
                self.steps += 1
                if self.steps >= 2:
                    raise MemoryError
            return self.inner(x)

    with Run(model=Greedy(None), epochs=1) as run:
        run.start()
        run.wait("paused")
        gc.collect()
        assert len(held) == 2
        assert not any(ref() is not None for ref in held)


def test_dropout_where_there_is_none_says_so():
    with Run(worker="thread", dropout=0.5) as run:
        assert "no dropout layers" in run.wait("ready").message
