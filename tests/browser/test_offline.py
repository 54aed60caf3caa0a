"""A hall without internet: nothing but loopback can be reached, and nothing else is tried."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from hosts import chromium
from tests.browser.harness import NOTEBOOKS, Lab, open_lab, open_page, write_notebook
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

DASHBOARDS = ("01_neuron", "04_gradient_descent", "07_live_cnn")
# The browser finds no host but one, not even another name of this machine.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Python runs this as it starts: server, kernels and the processes that train all go through it.
SITE = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "0.0.0.0", "::1"):
        with open({log!r}, "a") as log:
            print(event, host, file=log)
        raise OSError("This machine is alone.")

sys.addaudithook(watch)
"""
CALL = """import socket
def call(host):
    try:
        socket.create_connection((host, 80), timeout=1)
    except OSError as error:
        return str(error)
"""
SETS_FORMULAS = "# Formulas\n\n$$\\sum_k \\frac{x_k^2}{3}$$"
SHOWS_ICONS = "from ipywidgets import Button\nButton(icon='check', description='An icon')"
FETCH = "url => fetch(url, { mode: 'no-cors' }).then(() => true, () => false)"
FONTS = """() => [...document.fonts].filter((font) => font.status === "loaded")
    .map((font) => font.family.replaceAll('"', ""))"""
BROKEN = """() => [...document.fonts].filter((font) => font.status === "error").length
    + [...document.images].filter((image) => image.getAttribute("src") && image.complete
        && !image.naturalWidth).length"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tried to leave this machine, a line each."""
    return tmp_path_factory.mktemp("log") / "tried.txt"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[Lab]:
    """A lab whose processes reach this machine only."""
    place = tmp_path_factory.mktemp("alone")
    (place / "site").mkdir()
    (place / "site" / "sitecustomize.py").write_text(SITE.format(log=str(log)), encoding="utf-8")
    (place / "notebooks").mkdir()
    for name in DASHBOARDS:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", place / "notebooks")
    write_notebook(place / "notebooks" / "00_page.ipynb", SETS_FORMULAS, CALL, SHOWS_ICONS)
    with open_lab(place / "notebooks", place / "lab", PYTHONPATH=str(place / "site")) as lab:
        yield lab


@pytest.fixture(scope="module")
def alone(browser: Browser) -> Iterator[Browser]:
    """A browser that reaches this machine only."""
    flags = [*chromium.flags(), ALONE]
    started = browser.browser_type.launch(executable_path=chromium.find(), args=flags)
    yield started
    started.close()


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_complete(lab: Lab, alone: Browser, log: Path, name: str) -> None:
    opened = open_page(lab, alone, f"voila/render/{name}.ipynb")
    chromium.wait_until_complete(opened.page, 120)
    if name == "04_gradient_descent":
        opened.page.get_by_role("button", name="Show in 3-D").click()
        opened.page.locator(".js-plotly-plot canvas").first.wait_for()
    if name == "07_live_cnn":
        opened.page.get_by_role("button", name="Start training").click()
        opened.page.locator('.run-controls[data-state="running"]').wait_for()
    assert opened.console_errors == []
    assert opened.page.evaluate(BROKEN) == 0
    assert not log.exists(), log.read_text(encoding="utf-8")
    opened.close()
    opened.page.context.close()


def test_formulas_and_icons_are_there_and_the_way_out_is_closed(
    lab: Lab, alone: Browser, log: Path
) -> None:
    opened = open_page(lab, alone, "voila/render/00_page.ipynb")
    page = opened.page
    chromium.wait_until_complete(page)
    page.locator("mjx-container mjx-mfrac").wait_for()
    until(lambda: {"MJXTEX-I", "Font Awesome 5 Free"} <= set(page.evaluate(FONTS)), "the fonts")
    assert page.evaluate(BROKEN) == 0
    assert opened.console_errors == []
    assert not log.exists(), log.read_text(encoding="utf-8")
    # None of this says anything unless there is no other way.
    assert page.evaluate(FETCH, lab.url) is True
    assert page.evaluate(FETCH, lab.url.replace("127.0.0.1", "localhost")) is False
    assert opened.python("call('192.0.2.1')") == "This machine is alone."
    assert opened.python("call('elsewhere.invalid')") == "This machine is alone."
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
    log.unlink()
    opened.close()
    page.context.close()
