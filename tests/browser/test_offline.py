"""A hall without internet: nothing but loopback can be reached, and nothing else is tried.

All browser tests are done like that (tests/browser/alone.py), each dashboard is opened whole in
``test_house.py``. Here is what is not on show at once, and the proof that the way out is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.alone import BROKEN
from tests.browser.harness import outside, write_notebook
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Lab

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


def test_a_surface_is_shown_in_3d(dashboard: OpenDashboard, tried: Path) -> None:
    opened = dashboard("04_gradient_descent")
    opened.page.get_by_role("button", name="Show in 3-D").click()
    opened.page.locator(".js-plotly-plot canvas").first.wait_for()
    assert outside(opened.requests) == []
    assert opened.console_errors == []
    assert not tried.exists(), tried.read_text(encoding="utf-8")


def test_formulas_and_icons_are_there_and_the_way_out_is_closed(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tried: Path, tmp_path: Path
) -> None:
    write_notebook(tmp_path / "00_page.ipynb", SETS_FORMULAS, CALL, SHOWS_ICONS)
    lab = voila_for(tmp_path)
    opened = dashboard("00_page", lab=lab)
    page = opened.page
    page.locator("mjx-container mjx-mfrac").wait_for()
    until(lambda: {"MJXTEX-I", "Font Awesome 5 Free"} <= set(page.evaluate(FONTS)), "the fonts")
    assert page.evaluate(BROKEN) == 0
    assert opened.console_errors == []
    assert not tried.exists(), tried.read_text(encoding="utf-8")
    # None of this says anything unless there is no other way.
    assert page.evaluate(FETCH, lab.url) is True
    assert page.evaluate(FETCH, lab.url.replace("127.0.0.1", "localhost")) is False
    assert opened.python("call('192.0.2.1')") == "This machine is alone."
    assert opened.python("call('elsewhere.invalid')") == "This machine is alone."
    assert len(tried.read_text(encoding="utf-8").splitlines()) == 2
    tried.unlink()
