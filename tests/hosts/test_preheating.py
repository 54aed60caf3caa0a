"""Which notebooks are preheated, and what becomes of a warm kernel that died."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hosts import preheating, settings
from tests.browser.harness import NOTEBOOKS, ROOT, write_notebook

if TYPE_CHECKING:
    from pathlib import Path


class FakeKernels:
    """What the freshness needs of Voila's kernel manager; its kernels are called 1, 2, 3, ..."""

    def __init__(self, name: str) -> None:
        self.kernel_pools_config = {"default": {"pool_size": 0}, name: {"pool_size": 1}}
        self._pools: dict[str, list[Any]] = {name: [], "other": []}
        self.started = 0
        self.dead: set[str] = set()
        self.memory = True

    def __contains__(self, kernel: str) -> bool:
        return kernel not in self.dead

    def fill_if_needed(self, delay: float, notebook_name: str) -> None:
        assert delay == 0
        pool = self._pools[notebook_name]
        if not pool:
            pool.append(asyncio.ensure_future(self._start()))

    async def _start(self) -> dict[str, str]:
        if not self.memory:
            raise RuntimeError("no memory")
        self.started += 1
        return {"kernel_id": str(self.started)}


def test_a_warm_kernel_that_died_is_replaced_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def life() -> None:
        notebook = write_notebook(tmp_path / "1.ipynb", "# One")
        kernels = FakeKernels("1.ipynb")
        pool = kernels._pools["1.ipynb"]
        now = 1000.0
        monkeypatch.setattr(preheating.time, "monotonic", lambda: now)
        freshness = preheating.Freshness(kernels, tmp_path)

        async def waiting() -> list[str]:
            await freshness.look()
            if pool:
                await asyncio.wait(pool)
            return [one.result()["kernel_id"] for one in pool if not one.exception()]

        assert await waiting() == ["1"]
        assert await waiting() == ["1"]
        kernels.dead.add("1")
        assert await waiting() == []  # a page that comes now starts a kernel of its own
        now += preheating.TRIES_AGAIN - 1
        assert await waiting() == []
        now += 1
        assert await waiting() == ["2"]
        kernels.dead.add("2")
        notebook.touch()
        assert await waiting() == ["3"]  # the edit may be the remedy
        kernels.dead.add("3")
        assert await waiting() == []
        notebook.touch()
        assert await waiting() == ["4"]
        kernels.dead.add("4")
        kernels.memory = False
        notebook.touch()
        assert await waiting() == []  # this one fails to start
        assert len(pool) == 1
        assert await waiting() == []
        assert pool == []  # and no page comes upon it
        notebook.unlink()
        now += 2 * preheating.TRIES_AGAIN
        assert await waiting() == []  # there is nothing to warm
        assert pool == kernels._pools["other"] == []

    asyncio.run(life())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--preheat=01_neuron", "--preheat=99_nothing"], "There is no notebook '99_nothing' in"),
        (["--preheat=01_neuron", "--pool_size=0"], "A pool keeps one warm kernel or more, not 0."),
    ],
)
def test_what_cannot_be_preheated_gets_one_sentence(options: list[str], said: str) -> None:
    command = [sys.executable, "-m", "hosts", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(said)


def test_the_settings_can_ask_for_it() -> None:
    config = settings.voila(NOTEBOOKS, preheat=["01_neuron", "07_live_cnn.ipynb"], pool_size=3)
    assert config.VoilaConfiguration.preheat_kernel is True
    assert config.VoilaKernelManager.kernel_pools_config == {
        "default": {"pool_size": 0},
        "01_neuron.ipynb": {"pool_size": 3},
        "07_live_cnn.ipynb": {"pool_size": 3},
    }
    assert settings.voila().VoilaConfiguration.preheat_kernel is False
    with pytest.raises(ValueError, match=r"'01_neurone' in .*; there are: 01_neuron, 02_layers"):
        settings.voila(NOTEBOOKS, preheat=["01_neurone"])
