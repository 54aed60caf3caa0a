"""Warm kernels: each visitor has one, another takes its place, old and dead ones are renewed."""

from __future__ import annotations

import signal
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect

from hosts import chromium
from tests.browser.harness import NOTEBOOKS, Lab, ask, open_lab, open_page, write_notebook
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import OpenDashboard

SLIDER = "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider"
RUN = """from lab.training import Run
from widgets import _presence
from widgets.run_controls import RunControls
_presence.LOOKS_EVERY, _presence.GRACE, _presence.RESTS_AFTER = 0.1, 0.2, 0.4
run = Run("digits", epochs=10_000)
controls = RunControls(run)
run.start()
controls"""
LIGHT = "data-jp-theme-light"


def kernels(lab: Lab) -> set[str]:
    """The kernels that run."""
    found = (path.stem.removeprefix("kernel-") for path in lab.connections.glob("*/kernel-*.json"))
    running = {" ".join(process.cmdline()) for process in lab.kernel_processes()}
    return {one for one in found if any(one in words for words in running)}


def warm(lab: Lab, name: str, count: int = 1) -> set[str]:
    """Wait until so many kernels hold a name; gives these."""
    found: set[str] = set()

    def there() -> bool:
        found.clear()
        for one in kernels(lab):
            if ask(lab.connection_file(one), f"{name!r} in globals()"):
                found.add(one)
        return len(found) == count

    until(there, f"{count} kernels with {name}", every=0.3)  # they run the notebook meanwhile
    return found


def visit(lab: Lab, path: str) -> str:
    """Ask for a page as a program does that opens no socket; gives its kernel."""
    with urllib.request.urlopen(f"{lab.url}voila/render/{path}", timeout=60) as answer:
        text = answer.read().decode()
    return str(text.partition('"kernelId": "')[2].partition('"')[0])


def test_each_visitor_has_a_warm_kernel_and_another_takes_its_place(
    voila_for: Callable[..., Lab], dashboard: OpenDashboard, tmp_path: Path
) -> None:
    write_notebook(tmp_path / "1_warm.ipynb", "# Warm\n\nSome prose.", SLIDER, "# Below")
    write_notebook(tmp_path / "2_cold.ipynb", "# Cold", SLIDER.replace("slider", "other"))
    lab = voila_for(tmp_path, "--preheat", "1_warm", "--pool_size=2")
    waiting = warm(lab, "slider", 2)
    assert kernels(lab) == waiting  # none for the other notebook

    dark, light = dashboard("1_warm", lab=lab, dark=True), dashboard("1_warm", lab=lab)
    assert {dark.kernel, light.kernel} == waiting
    for opened in (dark, light):
        assert opened.page.locator("h1").all_inner_texts() == ["Warm", "Below"]
        assert opened.page.get_by_text("Some prose.").is_visible()
        assert opened.page.title() == "Warm · Deep Learning Lab"
        assert opened.page.locator("a[rel=next]").get_attribute("title") == "Cold"
        assert opened.console_errors == []
    assert dark.page.locator("body").get_attribute(LIGHT) == "false"
    assert light.page.locator("body").get_attribute(LIGHT) == "true"
    dark.page.get_by_role("slider").press("ArrowRight")
    dark.settled("slider.value", 4)
    assert light.python("slider.value") == 3

    process = dark.kernel_process()
    chromium.close(dark.page)
    process.wait(20)  # raises when the farewell was not heard
    assert len(warm(lab, "slider", 3) & waiting) == 1  # the one still open, and two new ones
    cold = dashboard("2_cold", lab=lab)
    assert cold.python("other.value") == 3
    assert cold.kernel not in warm(lab, "slider", 3)

    with pytest.raises(urllib.error.HTTPError, match="404"):  # Voila asks no token there
        urllib.request.urlopen(f"{lab.url}voila/query/{light.kernel}", timeout=60)
    running = lab.kernel_processes()
    lab.process.send_signal(signal.SIGINT)
    assert psutil.wait_procs([lab.process, *running], timeout=30)[1] == []
    assert list(lab.connections.iterdir()) == []


def test_a_state_in_the_address_is_taken(
    voila_for: Callable[..., Lab], browser: Browser, dashboard: OpenDashboard
) -> None:
    lab = voila_for(NOTEBOOKS, "--preheat=01_neuron")
    (waiting,) = warm(lab, "neuron")
    file = lab.connection_file(waiting)
    text = ask(file, "type(neuron)([0.25, -1, 3], 2).state_text()")
    opened = open_page(lab, browser, f"voila/render/01_neuron.ipynb#neuron={text}")
    chromium.wait_until_complete(opened.page)
    assert opened.kernel == waiting
    weight = opened.page.get_by_role("slider", name="Weight 1", exact=True)
    expect(weight).to_have_attribute("aria-valuenow", "0.25")
    assert opened.python("neuron.weights") == (0.25, -1, 3)
    weight.press("ArrowUp")
    opened.settled("neuron.weights[0] > 0.25", value=True)
    assert opened.console_errors == []
    opened.close()
    opened.page.context.close()
    assert dashboard("01_neuron", lab=lab).python("neuron.weights") == (1.2, -0.8, 0.5)


def test_what_waits_is_not_idle_and_has_its_time_once_it_is_asked_for(tmp_path: Path) -> None:
    write_notebook(tmp_path / "1_warm.ipynb", "# Warm", RUN)
    write_notebook(tmp_path / "2_cold.ipynb", "# Cold", SLIDER)
    timeout = 3
    options = [f"--MappingKernelManager.cull_idle_timeout={timeout}", "--preheat=1_warm"]
    options.append("--MappingKernelManager.cull_interval=1")
    with open_lab(tmp_path, tmp_path / "lab", *options) as lab:
        (waiting,) = warm(lab, "controls")
        cold = lab.kernel_process(visit(lab, "2_cold.ipynb"))
        cold.wait(60)  # idle for that long, and nobody there: it was ended
        # The one that waits is still there, and so is its training: nobody has looked at it yet.
        file = lab.connection_file(waiting)
        step = "(run.request(), run.latest.step)[1]"  # it tells how far it is when it is asked
        steps = ask(file, step)
        until(lambda: ask(file, step) > steps + 1, "another step")
        assert ask(file, "run.latest.state") == "running"

        process = lab.kernel_process(waiting)
        ask(file, "run.pause()")
        began = time.monotonic()
        assert visit(lab, "1_warm.ipynb") == waiting
        process.wait(60)  # nobody came after all
        assert time.monotonic() - began >= timeout
        assert warm(lab, "controls") != {waiting}


def test_an_edited_notebook_is_run_anew(
    voila_for: Callable[..., Lab], dashboard: OpenDashboard, tmp_path: Path
) -> None:
    notebook = write_notebook(tmp_path / "1_warm.ipynb", "# Before", SLIDER)
    lab = voila_for(tmp_path, "--preheat=1_warm.ipynb")
    (old,) = warm(lab, "slider")
    process = lab.kernel_process(old)
    write_notebook(notebook, "# After", SLIDER.replace("slider", "other"))
    process.wait(30)
    (new,) = warm(lab, "other")
    opened = dashboard("1_warm", lab=lab)
    assert opened.kernel == new
    assert opened.page.locator("h1").inner_text() == "After"

    (third,) = warm(lab, "other", 2) - {new}
    lab.kernel_process(third).kill()
    until(lambda: third not in kernels(lab), "the end of a warm kernel")
    notebook.touch()  # tried again at once
    (fourth,) = warm(lab, "other", 2) - {new}
    another = dashboard("1_warm", lab=lab)
    assert another.kernel == fourth
    assert another.python("other.value") == 3
