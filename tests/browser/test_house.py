"""The house around the dashboards: home page, frame, what is forbidden, what ends with a page."""

from __future__ import annotations

import http.client
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from hosts import chromium
from hosts.cards import cards
from tests.browser.alone import BROKEN
from tests.browser.harness import NOTEBOOKS, Lab, open_page, outside, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import OpenDashboard

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SLIDER = (
    "# The slider\n\nA *slider* moves a number. It has a handle.",
    "import ipywidgets\nslider = ipywidgets.IntSlider(value=3, description='number')\nslider",
)
LIGHT = "data-jp-theme-light"


@pytest.fixture(scope="session")
def small(voila_for: Callable[..., Lab], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with small notebooks made for these tests."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "02_slider.ipynb", *SLIDER, "# Below\n\n" + "A long word. " * 60)
    write_notebook(folder / "01_error.ipynb", "# A failure", "raise ValueError('zanzibar')")
    (folder / "notes.png").write_bytes(b"not a picture of the home page")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "02_slider.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return voila_for(folder)


def status(lab: Lab, path: str, method: str = "GET", **headers: str) -> int:
    """The status of a request whose path is sent exactly as it stands."""
    connection = http.client.HTTPConnection(urlsplit(lab.url).netloc, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


WITHIN = """() => [...document.querySelectorAll(".lab")].every(
    (widget) => widget.clientHeight > 0 && widget.scrollHeight <= widget.clientHeight + 4)"""


def sideways(width: int) -> str:
    """A condition: nothing on the page reaches beyond a width."""
    return f"() => document.documentElement.scrollWidth <= {width}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_home_shows_a_card_for_each_notebook(lab: Lab, browser: Browser, dark: bool) -> None:
    home = open_page(lab, browser, "", dark=dark)
    shown = home.page.locator(".house-cards a").evaluate_all(
        """links => links.map(a => [new URL(a.href).pathname.split("/").pop(),
            a.querySelector(".house-title").textContent,
            a.querySelector(".house-sentence").textContent])"""
    )
    assert shown == [[c.path, c.title, c.sentence] for c in cards(NOTEBOOKS)]
    assert all(title and sentence for _, title, sentence in shown)
    assert home.page.locator("body").get_attribute(LIGHT) == str(not dark).lower()
    assert home.page.locator("img:visible").count() == len(shown)
    for image in home.page.locator("img:visible").all():  # each is loaded when it comes in sight
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")  # refuses what is no picture
    assert outside(home.requests) == []
    assert home.console_errors == []
    home.page.set_viewport_size({"width": 400, "height": 800})
    home.page.wait_for_function(sideways(400))
    home.page.context.close()


def test_a_card_opens_its_dashboard_by_keyboard(small: Lab, browser: Browser) -> None:
    home = open_page(small, browser, "")
    assert home.page.locator(".house-title").all_text_contents() == ["A failure", "The slider"]
    card = home.page.locator(".house-cards a", has_text="The slider")
    assert card.locator(".house-sentence").text_content() == "A slider moves a number."
    assert card.locator("img.on-light").get_attribute("src") == (
        "/voila/files/pictures/02_slider.png"
    )
    card.focus()
    home.page.keyboard.press("Enter")
    chromium.wait_until_complete(home.page)
    assert home.page.title() == "The slider · Deep Learning Lab"
    assert home.python("slider.value") == 3
    home.page.locator(".house-home").click()
    home.page.wait_for_selector(".house-cards")
    home.page.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_dashboard_is_complete(dashboard: OpenDashboard, tried: Path, name: str) -> None:
    opened = dashboard(name)
    known = {card.path: card for card in cards(NOTEBOOKS)}
    assert opened.page.locator("h1").first.inner_text() == known[f"{name}.ipynb"].title
    opened.page.locator(".lab[data-ready]").first.wait_for()  # some cells learn before they show
    assert outside(opened.requests) == []
    assert not tried.exists(), tried.read_text(encoding="utf-8")
    assert opened.page.evaluate(BROKEN) == 0
    assert opened.console_errors == []
    # no code of the notebook, no output that should have been a widget, no error
    assert opened.page.locator(".jp-InputArea-editor, .jp-Cell-inputWrapper pre").count() == 0
    assert opened.page.locator("#house-stage .jp-RenderedText").count() == 0
    # what is meant for Colab is neither shown nor run
    assert opened.page.get_by_role("img", name="Open in Colab").count() == 0
    assert opened.python("'REPOSITORY' in globals()") is False
    # on a projector the first widget is on the screen as a whole, without scrolling
    box = opened.page.locator(".lab").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1366
    # on a phone nothing reaches beyond the page, nor out of a widget into the next one
    opened.page.set_viewport_size({"width": 400, "height": 800})
    opened.page.wait_for_function(sideways(400))
    opened.page.wait_for_function(WITHIN)


def test_page_and_python_agree(dashboard: OpenDashboard, small: Lab) -> None:
    opened = dashboard("02_slider", lab=small)
    handle = opened.page.get_by_role("slider")
    assert handle.get_attribute("aria-valuenow") == "3.0"
    handle.focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.wait_for_function(
        "() => document.querySelector('.widget-readout').textContent === '4'"
    )
    assert opened.python("slider.value") == 4
    assert opened.python("__import__('os').getpid()") == opened.kernel_pid()
    opened.page.set_viewport_size({"width": 400, "height": 800})
    opened.page.wait_for_function(sideways(400))


def test_prose_is_read_while_python_starts(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    wait = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)"
    write_notebook(tmp_path / "1_slow.ipynb", "# First\n\nRead me.", wait, SLIDER[1], "# Last")
    opened = dashboard("1_slow", lab=voila_for(tmp_path), complete=False)
    opened.page.get_by_text("Read me.").wait_for()
    opened.page.get_by_text("Starting Python…").wait_for()
    before = opened.page.locator("h1").first.bounding_box()
    gate.touch()
    chromium.wait_until_complete(opened.page)
    assert opened.page.get_by_role("status").count() == 0
    assert opened.page.locator("h1").all_inner_texts() == ["First", "Last"]
    assert opened.page.locator("h1").first.bounding_box() == before  # nothing jumped


def test_light_and_dark_by_the_switch(dashboard: OpenDashboard, small: Lab) -> None:
    page = dashboard("02_slider", lab=small, dark=True).page
    body = page.locator("body")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    assert body.get_attribute(LIGHT) == "false"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light").click()
    assert body.get_attribute(LIGHT) == "true"
    assert page.evaluate(paper) != dark
    page.goto(small.url)  # the choice holds for the other pages
    assert body.get_attribute(LIGHT) == "true"
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(color_scheme="light")  # as the system has it, again: it is followed
    page.wait_for_function(f"() => document.body.getAttribute('{LIGHT}') === 'true'")


def test_an_error_does_not_tell_its_reason(dashboard: OpenDashboard, small: Lab) -> None:
    opened = dashboard("01_error", lab=small)
    text = opened.page.locator("main").text_content() or ""
    assert "The reason stands in the window where the lab was started." in text
    assert "zanzibar" not in opened.page.content()


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/02_slider.ipynb",
        "/voila/files/pictures/../02_slider.ipynb",
        "/voila/files/pictures/..%2f02_slider.ipynb",
        "/voila/files/notes.png",  # a picture, but not one of the home page's
        "/voila/files/pictures/../notes.png",
        "/voila/files/../../../../../../etc/passwd",
        "/voila/files/%2e%2e/%2e%2e/etc/passwd",
        "/voila/templates/house/static/../conf.json",
        "/voila/templates/house/static/../../../../../settings.py",
        "/voila/render/../02_slider.ipynb",
        "/voila/render/%2e%2e/02_slider.ipynb",
        "/api/contents/02_slider.ipynb",
        "/api/kernels",
    ],
)
def test_what_is_not_meant_for_the_page_is_refused(small: Lab, path: str) -> None:
    assert status(small, path) >= 400


def test_a_picture_of_the_home_page_is_served(small: Lab) -> None:
    assert status(small, "/voila/files/pictures/02_slider.png") == 200


def test_the_contents_of_a_notebook_are_not_told(small: Lab, browser: Browser) -> None:
    told = open_page(small, browser, "voila/api/contents/02_slider.ipynb?content=1")
    assert "ipywidgets" not in told.page.content()
    told.page.context.close()


def test_an_address_cannot_dress_the_page(dashboard: OpenDashboard, small: Lab) -> None:
    opened = dashboard("02_slider.ipynb", lab=small)
    chromium.close(opened.page)
    opened.page = opened.page.context.new_page()
    opened.open("voila/render/02_slider.ipynb?theme=dark&template=classic")
    chromium.wait_until_complete(opened.page)
    assert opened.page.locator("body").get_attribute(LIGHT) == "true"
    assert opened.page.locator(".house-line").count() == 1


def test_an_unknown_dashboard_gets_a_kind_page(small: Lab, browser: Browser) -> None:
    opened = open_page(small, browser, "voila/render/nothing.ipynb")
    opened.page.get_by_role("heading", name="There is nothing at this address").wait_for()
    opened.page.get_by_role("link", name="All dashboards").click()
    opened.page.wait_for_selector(".house-cards")
    opened.page.context.close()


def test_a_closed_page_ends_its_kernel(dashboard: OpenDashboard, small: Lab) -> None:
    opened = dashboard("02_slider", lab=small)
    kernel = opened.kernel_process()
    chromium.close(opened.page)
    kernel.wait(20)  # raises when the farewell was not heard


def test_a_kernel_ends_when_the_farewell_is_lost(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    write_notebook(tmp_path / "1_slider.ipynb", *SLIDER)
    lab = voila_for(tmp_path, "--PageSocket.farewell=0.5")
    opened = dashboard("1_slider", lab=lab)
    kernel = opened.kernel_process()
    opened.page.close()  # as when a browser crashes: no farewell is sent
    kernel.wait(20)


def test_a_killed_kernel_is_told_to_the_page(dashboard: OpenDashboard, small: Lab) -> None:
    opened = dashboard("02_slider", lab=small)
    opened.page.evaluate(
        """() => { window.heard = [];
            jupyterapp.widgetManager.kernel.statusChanged.connect((_, s) => heard.push(s)); }"""
    )
    opened.kernel_process().kill()
    opened.page.wait_for_function("() => heard.includes('dead')")
    assert opened.page.evaluate("heard").count("dead") == 1


def test_ctrl_c_ends_the_lab_and_its_kernels(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    write_notebook(tmp_path / "1_slider.ipynb", *SLIDER)
    lab = voila_for(tmp_path)
    opened = dashboard("1_slider", lab=lab)
    kernel = opened.kernel_process()
    lab.process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs([lab.process, kernel], timeout=30)
    assert alive == []
    assert lab.process.returncode == 0
    assert list(lab.connections.iterdir()) == []  # nothing is left behind
    opened.page.close()
