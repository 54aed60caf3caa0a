"""A run that rests has no worker any more, and goes on from its weights."""

import numpy as np
import psutil
import pytest

from lab.checkpoints import load
from lab.training import Run


def workers():
    children = psutil.Process().children()
    return {c for c in children if "lab.worker" in " ".join(c.cmdline())}


@pytest.mark.parametrize("worker", ["process", "thread"])
def test_it_frees_its_worker_and_goes_on_from_its_weights(worker):
    others = workers()  # of runs that other tests have left to the garbage collector
    with Run(worker=worker, epochs=2, watched=20) as run:
        run.run_epochs()
        before = run.wait("paused")
        kept = run.checkpoint().weights
        run.rest()
        assert workers() <= others
        resting = run.latest
        assert resting.state == "stopped"
        assert resting.step == before.step  # the last picture stays
        assert np.array_equal(resting.filters, before.filters)
        with pytest.raises(RuntimeError, match="rests"):
            run.select(1)
        run.start()
        run.pause()
        again = run.wait("paused")
        assert again.step < before.step
        assert float(again.test_accuracy[0]) == float(before.test_accuracy[-1])
        assert kept.keys() == run.checkpoint().weights.keys()


@pytest.mark.parametrize("again", [Run.reset, lambda run: run.renew(seed=0)])
@pytest.mark.parametrize("epochs", [0, 1])
def test_to_begin_anew_is_to_forget_what_was_kept(again, epochs):
    with Run(worker="thread", epochs=1, watched=20) as run:
        before = run.wait("ready").filters
        if epochs:
            run.start()
            run.wait("finished")
        run.rest()
        assert run.settings.checkpoint is None
        again(run)
        assert np.array_equal(run.wait("ready").filters, before)


def test_a_reset_after_a_rest_goes_back_to_the_first_weights():
    with Run(worker="thread", epochs=2, watched=20) as run:
        before = run.wait("ready").filters
        run.run_epochs()
        run.wait("paused")
        run.rest()
        run.step()
        assert not np.array_equal(run.wait("paused").filters, before)
        run.reset()
        assert np.array_equal(run.wait("ready").filters, before)


def test_its_weights_can_be_had_while_it_rests(tmp_path):
    with Run(worker="thread", epochs=2, watched=20) as run:
        run.run_epochs()
        learnt = run.wait("paused")
        run.rest()
        run.rest("It rests again.")
        assert run.wait("stopped", timeout=5).message == "It rests again."
        kept = run.checkpoint()
        assert (kept.step, kept.input_shape) == (46, (1, 8, 8))
        assert np.array_equal(kept.weights["conv1.weight"], learnt.filters)
        assert load(run.save(tmp_path / "net")).step == 46
        with run.fork(learning_rate=0.01) as fork:
            assert fork.wait("ready").test_loss[0] == learnt.test_loss[-1]
        with pytest.raises(RuntimeError, match="only its last weights are kept"):
            run.checkpoint(23)
        with pytest.raises(RuntimeError, match="rests"):
            run.change(learning_rate=0.5)
        assert run.settings.learning_rate == 0.02


def test_what_nobody_watched_is_kept_too():
    with Run(worker="thread", epochs=100, watched=20) as run:
        run.wait("ready")
        run.start()
        while run.checkpoint().step < 50:
            pass
        stale = run.latest.step
        run.rest()
        kept = run.checkpoint()
        assert kept.step >= 50 > stale
        assert run.wait("stopped", timeout=5)  # it has obeyed, whatever was shown


def test_weights_outlive_a_worker_that_could_not_go_on_from_them(tmp_path, save_set):
    folder = save_set(tmp_path / "set")
    with Run("mnist", root=folder, worker="thread", epochs=1, batch_size=5) as run:
        run.start()
        before = run.wait("finished")
        run.rest()
        folder.rename(tmp_path / "away")
        run.start()
        run.wait("failed")
        (tmp_path / "away").rename(folder)
        run.step()
        assert run.wait("paused").test_loss[0] == before.test_loss[-1]
