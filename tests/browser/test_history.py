"""The time machine in a real browser: back in time while it trains, forks, files, the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.checkpoints import load
from tests.browser.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard, Lab

CELL = """
from lab.training import Run
from widgets.filters import Filters
from widgets.history import TimeMachine
from widgets.stage import stage
run = Run("digits", device="cpu", seed=1, pace=20)
forks = []
machine = TimeMachine(run, on_fork=forks.append)
stage([machine], [Filters(run)], columns="1fr", heights="auto 1fr")
"""


@pytest.fixture(scope="module")
def back_in_time(voila_for: Callable[..., Lab], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("history")
    write_notebook(folder / "time.ipynb", "# Time machine", CELL)
    return voila_for(folder)


@pytest.fixture
def page_of(dashboard: OpenDashboard, back_in_time: Lab) -> Dashboard:
    return dashboard("time", lab=back_in_time)


def filters(page: Page) -> str:
    picture: str = page.evaluate("() => document.querySelector('.filters canvas').toDataURL()")
    return picture


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def where(page: Page, text: str) -> None:
    page.locator(".history .where", has_text=text).wait_for()


def kept(page: Page, count: int) -> None:
    """Wait until so many moments are marked."""
    page.wait_for_function(
        "n => (document.querySelector('.history .kept').getAttribute('d') ?? '')"
        ".split('M').length > n",
        arg=count,
    )


def test_looking_back_while_it_trains(page_of: Dashboard) -> None:
    page = page_of.page
    kept(page, 1)
    first = filters(page)
    page_of.python("run.start()")
    kept(page, 12)
    handle = page.get_by_role("slider", name="Moment of the training")
    handle.focus()
    page.keyboard.press("Home")
    where(page, "step 0")
    page.wait_for_function(
        "first => document.querySelector('.filters canvas').toDataURL() === first", arg=first
    )
    before = page_of.python("run.latest.step")
    page.keyboard.press("ArrowRight")  # from moment to moment, however near they lie
    where(page, "step 1")
    page.wait_for_function(
        "first => document.querySelector('.filters canvas').toDataURL() !== first", arg=first
    )
    kept(page, 16)  # the training has gone on meanwhile
    assert page_of.python("(run.latest.looked_at, run.latest.state)") == (1, "running")
    assert page_of.python("run.latest.step") > before

    box = page.locator(".history .track").bounding_box()
    grip = page.locator(".history .handle .body").bounding_box()
    assert box
    assert grip
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, grip["y"] + 4, steps=8)
    looked_at = page_of.python("run.pause() or run.wait('paused').step") / 2
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('.history .where').innerText.length > 4")
    found = int((page.locator(".history .where").inner_text()).split()[-1].replace(",", ""))
    assert found in page_of.python("run.latest.moments.tolist()")
    assert found == pytest.approx(looked_at, rel=0.3)
    press(page, "Now")
    where(page, "now")
    page.wait_for_function(
        "first => document.querySelector('.filters canvas').toDataURL() !== first", arg=first
    )
    assert page_of.python("run.wait().looked_at") == -1
    assert page_of.console_errors == []


def test_a_fork_a_file_and_the_way_back(page_of: Dashboard, tmp_path: Path) -> None:
    page = page_of.page
    page_of.python("run.step(60) or run.wait('paused').step")
    kept(page, 10)
    page.get_by_role("slider", name="Moment of the training").focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    step = page_of.python("int(run.latest.moments[4])")
    where(page, f"step {step}")
    press(page, "Fork a run from here")
    page.get_by_text(f"A run was forked from step {step}.").wait_for()
    assert page_of.python("[forks[-1] is machine.forked, machine.forked.wait('ready').step]") == [
        True,
        0,
    ]
    with page.expect_download() as downloading:
        press(page, "Save")
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    assert path.name == f"digits-step-{step}.safetensors"
    saved = load(path)
    assert saved.step == step
    then = filters(page)

    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(path.read_bytes()[:-7])
    files = page.locator(".history input[type=file]")
    files.set_input_files(broken)
    page.locator(".history .problem", has_text="damaged").wait_for()
    assert page_of.python("run.latest.step") == 60
    large = tmp_path / "large.safetensors"
    large.write_bytes(bytes(10_000_001))
    files.set_input_files(large)
    page.locator(".history .problem", has_text="at most 10 MB").wait_for()

    files.set_input_files(path)
    page.get_by_text("Begins anew with the network of").wait_for()
    assert page_of.python("run.wait('ready').step") == 0
    where(page, "now")
    page.wait_for_function(
        "then => document.querySelector('.filters canvas').toDataURL() === then", arg=then
    )
    assert page_of.console_errors == []


def test_the_script_can_be_read_and_saved(page_of: Dashboard, tmp_path: Path) -> None:
    page = page_of.page
    kept(page, 1)
    press(page, "Show the code")
    page.get_by_text("This run in plain PyTorch").wait_for()
    script = page.locator(".history .script code").text_content() or ""
    assert "torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)" in script
    with page.expect_download() as downloading:
        press(page, "Save train.py")
    downloading.value.save_as(tmp_path / "train.py")
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == script
    page.keyboard.press("Escape")
    page.locator(".history .script").wait_for(state="hidden")
