"""A run that rests has no worker any more, and goes on from its weights."""

import numpy as np
import psutil
import pytest

from lab.training import Run


def workers():
    return [c for c in psutil.Process().children() if "lab.worker" in " ".join(c.cmdline())]


@pytest.mark.parametrize("worker", ["process", "thread"])
def test_it_frees_its_worker_and_goes_on_from_its_weights(worker):
    with Run(worker=worker, epochs=2, watched=20) as run:
        run.run_epochs()
        before = run.wait("paused")
        kept = run.checkpoint().weights
        run.rest()
        assert workers() == []
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


def test_nothing_learnt_is_nothing_to_keep():
    with Run(worker="thread", epochs=1, watched=20) as run:
        before = run.wait("ready").filters
        run.rest()
        run.reset()
        assert np.array_equal(run.wait("ready").filters, before)
        assert run.settings.checkpoint is None
