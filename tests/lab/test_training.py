"""A run through its front door: process or thread, watched or not, in good times and bad."""

import dataclasses
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

from lab.training import Run, Snapshot

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def thread_run():
    with Run(worker="thread", epochs=3) as run:
        yield run


@pytest.fixture
def run(thread_run):
    """Return a run in a thread that stands at its beginning."""
    thread_run.pace = None
    thread_run.learning_rate = 0.02
    thread_run.reset()
    thread_run.wait("ready")
    return thread_run


@pytest.fixture(scope="module")
def process_run():
    with Run(epochs=3) as run:
        yield run


def test_holding_a_run_needs_neither_torch_nor_scikit_learn():
    names = "lab.training, lab.projection, lab.datasets.idx"
    code = f"import sys, {names}; print({{'torch', 'sklearn', 'ipywidgets'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


def train(run, *, watched):
    frames = []

    def look(snapshot):
        frames.append(snapshot)
        run.request()

    leave = run.subscribe(look) if watched else lambda: None
    run.reset()
    run.start()
    if watched:
        run.wait(lambda s: s.step > 10)
    last = run.wait("finished")
    leave()
    return last, frames


def test_process_thread_watched_or_not_end_with_the_same_numbers_bit_for_bit(
    process_run, thread_run
):
    ends = [
        train(run, watched=watched)[0]
        for run in (process_run, thread_run)
        for watched in (True, False)
    ]
    for end in ends[1:]:
        for field in ("loss", "test_loss", "test_accuracy", "filters", "vectors", "logits"):
            assert np.array_equal(getattr(end, field), getattr(ends[0], field)), field
        for (name, ours), (_, theirs) in zip(end.feature_maps, ends[0].feature_maps, strict=True):
            assert np.array_equal(ours, theirs), name


def test_another_seed_is_another_run(process_run):
    with Run(worker="thread", seed=1) as other:
        ours, theirs = process_run.wait().filters, other.wait("ready").filters
    assert not np.array_equal(ours, theirs)


@pytest.mark.parametrize("kind", ["process_run", "thread_run"])
def test_snapshots_never_change_and_hold_finite_numbers_only(kind, request):
    last, frames = train(request.getfixturevalue(kind), watched=True)
    assert [s.sequence for s in frames] == sorted({s.sequence for s in frames})
    for snapshot in [last, *frames]:
        arrays = [v for v in vars(snapshot).values() if isinstance(v, np.ndarray)]
        arrays += [maps for _, maps in snapshot.feature_maps]
        assert not any(array.flags.writeable for array in arrays)
        assert all(np.isfinite(array).all() for array in arrays)
    with pytest.raises(dataclasses.FrozenInstanceError):
        last.step = 0
    watched = request.getfixturevalue(kind).watched
    assert not watched.images.flags.writeable
    assert len(watched.images) == len(last.vectors) == len(last.vector_predictions) == 355


def test_pause_stands_still_and_start_goes_on(run):
    run.pace = 2
    run.start()
    run.wait(lambda s: s.step >= 1)
    run.pause()
    paused = run.wait("paused")
    assert 1 <= paused.step < paused.total_steps
    run.select(3)  # brings a new snapshot
    assert run.wait("paused").step == paused.step
    run.pace = None
    run.start()
    assert run.wait("finished").step == paused.total_steps


def test_step_by_step(run):
    run.step()
    assert run.wait("paused").step == 1
    run.step(4)
    assert run.wait("paused").step == 5
    assert run.latest.loss.shape == (5,)


def test_stop_keeps_the_weights_and_start_begins_again(run):
    first = run.latest.filters
    run.step(10)
    learnt = run.wait("paused").filters
    run.stop()
    assert np.array_equal(run.wait("stopped").filters, learnt)
    run.step()
    assert run.wait("paused").step == 1
    run.reset()
    assert np.array_equal(run.wait("ready").filters, first)


def test_a_diverged_run_tells_why_and_begins_again(run):
    run.learning_rate = 1000
    run.start()
    diverged = run.wait("diverged", "finished")
    assert diverged.state == "diverged"
    assert "Try 100, then press start." in diverged.message
    run.learning_rate = 0.02
    run.start()
    assert run.wait("finished").test_accuracy[-1] > 0.5


def test_the_chosen_image_is_the_one_shown(run):
    run.step(30)
    run.wait("paused")
    for sample in (0, 354):
        run.select(sample)
        shown = run.wait("paused")
        assert shown.sample == sample
        assert shown.probabilities.argmax() == shown.vector_predictions[sample]
        assert shown.probabilities.sum() == pytest.approx(1)


def test_a_subscriber_that_fails_is_logged_and_disturbs_nobody(run, caplog):
    seen = []

    def fail(_):
        raise ZeroDivisionError

    leave = [run.subscribe(fail), run.subscribe(seen.append)]
    with caplog.at_level(logging.ERROR):
        run.step()
        last = run.wait("paused")
        told(run)
    assert seen[-1].sequence >= last.sequence
    assert "ZeroDivisionError" in caplog.text
    for unsubscribe in leave:
        unsubscribe()
    told(run)
    before = len(seen)
    run.step()
    run.wait("paused")
    told(run)
    assert len(seen) == before


def told(run):
    """Wait until the subscribers have been told everything so far: a new one is told after them."""
    heard = threading.Event()
    leave = run.subscribe(lambda _: heard.set())
    run.select(0)
    assert heard.wait(10)
    leave()


def test_a_subscriber_that_hangs_does_not_hold_up_the_training(run):
    called, go_on = threading.Event(), threading.Event()

    def hang(_):
        called.set()
        go_on.wait(30)

    leave = run.subscribe(hang)
    run.request()
    run.start()
    assert called.wait(10)
    assert run.wait("finished").state == "finished"
    leave()
    go_on.set()


def test_many_threads_may_command(run):
    hands = [
        threading.Thread(target=lambda: [run.step(), run.select(1), run.request()])
        for _ in range(20)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert 1 <= run.wait("paused").step <= 20


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dataset": "mnist"}, ValueError, r"'mnist' is read from a folder: say root="),
        ({"dataset": 7}, TypeError, "dataset must be a name"),
        ({"dataset": "mnist", "root": 7}, TypeError, "root must be the path"),
        ({"epochs": 0}, ValueError, "epochs must lie between 1 and 10000, not 0"),
        ({"epochs": 2.5}, TypeError, "epochs must be a whole number, not 2.5"),
        ({"batch_size": True}, TypeError, "batch_size must be a whole number"),
        ({"learning_rate": 0}, ValueError, "a finite number above 0 and at most 1000, not 0"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate must be a finite number"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be a number, not 'fast'"),
        ({"momentum": 1}, ValueError, "at least 0 and below 1, not 1"),
        ({"seed": -1}, ValueError, "seed must lie between 0"),
        ({"device": "gpu"}, ValueError, "one of 'auto', 'cpu', 'cuda', 'mps', not 'gpu'"),
        ({"pace": 0}, ValueError, "pace must be a finite number above 0"),
        ({"watched": 0}, ValueError, "watched must lie"),
        ({"worker": "cloud"}, ValueError, "one of 'process', 'thread', not 'cloud'"),
        ({"threads": 0}, ValueError, "threads must lie"),
        ({"lr": 0.1}, TypeError, "'lr'"),
    ],
)
def test_what_cannot_be_is_refused_before_a_worker_is_made(arguments, error, words):
    with pytest.raises(error, match=words):
        Run(**arguments)


def test_a_bad_value_leaves_the_old_one(run):
    for change in (
        lambda: setattr(run, "learning_rate", -1),
        lambda: setattr(run, "pace", float("inf")),
        lambda: run.select(355),
        lambda: run.step(0),
        lambda: run.wait("over"),
    ):
        with pytest.raises(ValueError, match=r"must (be|lie)"):
            change()
    run.step()
    after = run.wait("paused")
    assert (run.learning_rate, run.pace) == (after.learning_rate, after.pace) == (0.02, None)
    assert after.step == 1


def test_numbers_of_numpy_are_numbers():
    with Run(worker="thread", epochs=np.int64(1), learning_rate=np.float32(0.5)) as run:
        assert run.wait("ready").epochs == 1
        assert type(run.learning_rate) is float


def test_waiting_in_vain_says_so(run):
    with pytest.raises(TimeoutError, match="did not get there in 0 seconds: it is ready"):
        run.wait("finished", timeout=0)


def test_a_closed_run_can_be_looked_at_but_not_used():
    with Run(worker="thread", watched=5) as run:
        run.wait("ready")
    assert run.latest.state == "ready"
    assert len(run.watched.labels) == 5
    run.request()
    run.close()
    with pytest.raises(RuntimeError, match="closed: make a new one"):
        run.start()


@pytest.mark.parametrize("worker", ["process", "thread"])
def test_missing_files_show_as_failed_until_they_are_there(tmp_path, save_set, worker):
    with Run("mnist", root=tmp_path, worker=worker, epochs=1, batch_size=4) as run:
        failed = run.wait("failed")
        assert "Found neither train-images-idx3-ubyte" in failed.message
        with pytest.raises(RuntimeError, match="Found neither"):
            run.wait("ready")
        save_set(tmp_path)
        run.reset()
        assert run.wait("ready").sequence > failed.sequence
        assert run.watched.images.shape == (10, 1, 12, 12)
        run.start()
        assert run.wait("finished").step == 5


def test_damaged_files_show_as_failed(tmp_path, save_set):
    file = save_set(tmp_path) / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-7])
    with Run("mnist", root=tmp_path, worker="thread") as run:
        assert "it is damaged, copy or download it again" in run.wait("failed").message


def test_a_worker_that_dies_shows_as_failed_and_reset_brings_a_new_one():
    with Run(epochs=1) as run:
        run.wait("ready")
        run.learning_rate = 0.03
        run.select(9)
        run.wait()
        os.kill(run._link.pid, signal.SIGKILL)
        failed = run.wait("failed")
        assert "ended unexpectedly (signal 9). Press reset" in failed.message
        assert failed.vectors.shape == (355, 84)  # the last picture stays
        run.reset()
        again = run.wait("ready")
        assert (again.learning_rate, again.sample) == (0.03, 9)
        assert again.sequence > failed.sequence


def test_an_interrupt_of_the_kernel_does_not_end_the_worker(process_run):
    process_run.reset()
    os.kill(process_run._link.pid, signal.SIGINT)
    process_run.start()
    assert process_run.wait("finished").state == "finished"


def test_the_worker_gives_way_to_the_page(process_run):
    process_run.wait()
    pid = process_run._link.pid
    if hasattr(os, "SCHED_IDLE"):
        assert os.sched_getscheduler(pid) == os.SCHED_IDLE
    else:
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    assert process_run.latest.device == "CPU, 1 thread"


def test_a_run_that_is_forgotten_ends_its_worker():
    run = Run()
    process, gone = run._link._process, weakref.ref(run)
    del run
    gc.collect()
    assert gone() is None
    assert process.wait(10) is not None


ENDINGS = {
    "killed": "import os; os.kill(os.getpid(), 9)",
    "at the end": "pass",
    "while training": "run.start(); run.wait(lambda s: s.step > 3)",
    "while starting": "run.close()",
}


@pytest.mark.parametrize("worker", ["process", "thread"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_left_behind(worker, ending):
    wait = "" if ending == "while starting" else "run.wait('ready'); "
    code = f"from lab.training import Run; run = Run(worker={worker!r}); {wait}{ENDINGS[ending]}"
    # This returns when the last holder of the pipes has gone, the worker included.
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == (-9 if ending == "killed" else 0)
    assert done.stderr == b""


def test_an_empty_snapshot_is_what_a_run_begins_with():
    empty = Snapshot(state="starting")
    assert empty.vectors.shape == (0, 0)
    assert empty.filters.shape == (0, 0, 0, 0)
    assert empty.feature_maps == ()
