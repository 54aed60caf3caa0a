"""The lab on a JupyterHub: two learners, a server each, and a wall between them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from hosts import chromium, links
from hosts.cards import cards
from tests.browser.harness import NOTEBOOKS, PATIENCE
from tests.browser.hub import Hub, Learner, open_hub, sign_in
from tests.browser.test_house import outside
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

REPOSITORY = "deep-learning-lab"
# Opens a socket to a kernel in the page, closes it again if it opened, and says whether it did
SOCKET = """url => new Promise((answer) => {
    const socket = new WebSocket(url);
    socket.onopen = () => { socket.close(); };
    socket.onclose = (event) => answer(event.wasClean);
})"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with open_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as learners copy it, with one of the notebooks."""
    place = tmp_path_factory.mktemp("git") / REPOSITORY
    folder = place / NOTEBOOKS.name
    folder.mkdir(parents=True)
    name = "01_neuron.ipynb"
    (folder / name).write_bytes((NOTEBOOKS / name).read_bytes())
    author = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "."),
        (*author, "commit", "--quiet", "--message=Notebooks"),
    ):
        subprocess.run(("git", *command), cwd=place, check=True)
    return place


@pytest.fixture(scope="module")
def first(hub: Hub, browser: Browser) -> Iterator[Learner]:
    """A learner with the dashboards that all share, on the home page."""
    learner = sign_in(hub, browser, "first", "hub/spawn")
    yield learner
    learner.dashboard.page.context.close()


@pytest.fixture(scope="module")
def second(hub: Hub, browser: Browser, repository: Path) -> Iterator[Learner]:
    """A learner who has followed a link that copies the notebooks, and opened a dashboard."""
    link = links.nbgitpuller(hub.url, f"file://{repository}", "main").removeprefix(hub.url)
    learner = sign_in(hub, browser, "second", link)
    page = learner.dashboard.page
    page.locator(".house-cards a").click()
    chromium.wait_until_complete(page)
    yield learner
    page.context.close()


def refused(stranger: Learner, url: str) -> bool:
    """Whether an address is closed to somebody, who may be asked by the hub who it is."""
    reply = stranger.get(url)
    if reply.status == 302:
        reply = stranger.dashboard.page.context.request.get(url)
    return reply.status == 403


def press_and_ask(learner: Learner) -> None:
    """Change a weight by hand, and ask Python for it past the page."""
    weight = learner.dashboard.page.get_by_role("slider", name="Weight 1", exact=True)
    weight.press("End")
    learner.dashboard.settled("neuron.weights[0]", float(weight.get_attribute("aria-valuenow")))


def test_the_home_page_of_a_learner_leads_to_a_dashboard_and_back(first: Learner) -> None:
    opened, page = first.dashboard, first.dashboard.page
    assert page.url == f"{first.url}voila/tree"
    assert page.locator(".house-title").all_text_contents() == [c.title for c in cards(NOTEBOOKS)]
    image = page.locator("img:visible").first
    image.evaluate("image => image.decode()")
    page.locator(".house-cards a").first.click()
    chromium.wait_until_complete(page)
    assert page.url == f"{first.url}voila/render/01_neuron.ipynb"
    press_and_ask(first)
    assert opened.console_errors == []
    assert outside(opened.requests) == []
    kernel = opened.kernel_process()
    page.locator(".house-home").click()  # the page says farewell
    page.wait_for_url(f"{first.url}voila/tree")
    kernel.wait(PATIENCE)


def test_a_link_copies_the_notebooks_and_opens_the_copy(second: Learner) -> None:
    page = second.dashboard.page
    assert page.url == f"{second.url}voila/render/{REPOSITORY}/notebooks/01_neuron.ipynb"
    press_and_ask(second)
    assert (second.hub.place / "second" / REPOSITORY / "notebooks" / "01_neuron.ipynb").is_file()
    home = page.locator(".house-home").get_attribute("href")
    assert home == f"/user/second/voila/tree/{REPOSITORY}/notebooks"


def test_nobody_reaches_the_server_of_somebody_else(first: Learner, second: Learner) -> None:
    first.dashboard.page.goto(first.url)
    kernel = second.kernels[0]["id"]
    notebook = f"{REPOSITORY}/notebooks/01_neuron.ipynb"
    for path, mine in (
        ("voila/tree", 200),
        (f"api/contents/{notebook}", 200),
        (f"files/{notebook}", 200),
        (f"api/kernels/{kernel}", 200),
        (f"voila/render/{notebook}", 200),
    ):
        assert second.get(second.url + path).status == mine, path
        assert refused(first, second.url + path), path
    channels = f"{second.url}api/kernels/{kernel}/channels".replace("http", "ws", 1)
    assert second.dashboard.page.evaluate(SOCKET, channels) is True
    assert first.dashboard.page.evaluate(SOCKET, channels) is False
