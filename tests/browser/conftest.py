"""Fixtures: a lab that runs, a browser, and dashboards opened in it."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import sync_playwright

from hosts import chromium
from tests.browser.alone import ALONE, site
from tests.browser.harness import NOTEBOOKS, Dashboard, Lab, open_lab, open_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

# A shell has what it runs in the background ignore Ctrl+C, and all that this starts in turn.
signal.signal(signal.SIGINT, signal.default_int_handler)


class OpenDashboard(Protocol):
    """Opens a dashboard by its notebook's name and waits until it is complete."""

    def __call__(
        self,
        name: str,
        width: int = 1366,
        height: int = 768,
        *,
        dark: bool = False,
        touch: bool = False,
        lab: Lab | None = None,
        complete: bool = True,
    ) -> Dashboard: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests, on a machine that is alone."""
    with sync_playwright() as playwright:
        running = chromium.launch(playwright, ALONE)
        yield running
        running.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> dict[bool, BrowserContext]:
    """One window for fingers and one for the mouse: opening a page anew, it has its scripts."""
    return {touch: browser.new_context(has_touch=touch) for touch in (False, True)}


@pytest.fixture(scope="session")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What servers, kernels and trainings tried to reach beyond this machine, a line each."""
    return tmp_path_factory.mktemp("tried") / "tried.txt"


@pytest.fixture(scope="session")
def voila_for(
    tmp_path_factory: pytest.TempPathFactory, tried: Path
) -> Iterator[Callable[..., Lab]]:
    """Start a lab for a folder of notebooks: ``voila_for(folder, *options)``, once for each."""
    known: dict[tuple[Path, tuple[str, ...]], Lab] = {}
    alone = str(site(tmp_path_factory.mktemp("alone") / "site", tried))
    with ExitStack() as running:

        def start(folder: Path, *options: str) -> Lab:
            key = (folder, options)
            if key not in known:
                place = tmp_path_factory.mktemp("lab")
                known[key] = running.enter_context(
                    open_lab(folder, place, *options, PYTHONPATH=alone)
                )
            return known[key]

        yield start


@pytest.fixture(scope="session")
def lab(voila_for: Callable[..., Lab]) -> Lab:
    """The lab with its own notebooks."""
    return voila_for(NOTEBOOKS)


@pytest.fixture
def dashboard(
    browser: Browser, windows: dict[bool, BrowserContext], request: pytest.FixtureRequest
) -> Iterator[OpenDashboard]:
    """Open dashboards: ``dashboard("01_neuron")``; each is closed, kernel and all, at the end."""
    opened: list[Dashboard] = []

    def start(
        name: str,
        width: int = 1366,
        height: int = 768,
        *,
        dark: bool = False,
        touch: bool = False,
        lab: Lab | None = None,
        complete: bool = True,
    ) -> Dashboard:
        where = lab or request.getfixturevalue("lab")
        path = f"voila/render/{name.removesuffix('.ipynb')}.ipynb"
        one = open_page(
            where,
            browser,
            path,
            width=width,
            height=height,
            dark=dark,
            whole=complete,
            window=windows[touch],
        )
        opened.append(one)
        if complete:
            chromium.wait_until_complete(one.page)
        return one

    yield start
    for one in opened:
        one.close()
