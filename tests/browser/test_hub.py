"""The lab on a JupyterHub: two learners, a server each, and a wall between them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from hosts import chromium, links
from hosts.cards import PICTURES, cards
from tests.browser.harness import NOTEBOOKS, PATIENCE, outside
from tests.browser.hub import Hub, Learner, open_hub, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

REPOSITORY = "deep-learning-lab"
NOTEBOOK = "01_neuron.ipynb"
PICTURE = f"{PICTURES}/01_neuron.png"
COPY = f"{REPOSITORY}/{NOTEBOOKS.name}"  # where the copy is, in a learner's home
# Opens a socket to a kernel in the page, closes it again if it opened, and says whether it did
SOCKET = """url => new Promise((answer) => {
    const socket = new WebSocket(url);
    socket.onopen = () => { socket.close(); };
    socket.onclose = (event) => answer(event.wasClean);
})"""

# Starts the kernel of a notebook as JupyterLab does, and says which one it is
NOTEBOOK_IN_LAB = """async (server) => {
    const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
    const notebook = { kernel: { name: "python3" }, name: "", path: "own.ipynb", type: "notebook" };
    const reply = await fetch(`${server}api/sessions`, {
        method: "POST",
        headers: { "X-XSRFToken": token },
        body: JSON.stringify(notebook),
    });
    return (await reply.json()).kernel.id;
}"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with open_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as learners copy it, with one of the notebooks."""
    place = tmp_path_factory.mktemp("git") / REPOSITORY
    folder = place / NOTEBOOKS.name
    (folder / PICTURES).mkdir(parents=True)
    for name in (NOTEBOOK, PICTURE):
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


def refused(window: BrowserContext, url: str) -> bool:
    """Whether an address is closed: at once, or after the hub has asked who it is."""
    reply = window.request.get(url)
    return reply.status == 403 or "/hub/login" in reply.url


def press_and_ask(learner: Learner) -> None:
    """Change a weight by hand, and ask Python for it past the page."""
    weight = learner.dashboard.page.get_by_role("slider", name="Weight 1", exact=True)
    weight.press("End")
    learner.dashboard.settled("neuron.weights[0]", float(weight.get_attribute("aria-valuenow")))


def test_the_home_page_of_a_learner_leads_to_a_dashboard_and_back(first: Learner) -> None:
    opened, page = first.dashboard, first.dashboard.page
    assert page.url == f"{first.url}voila/tree"
    server = first.hub.server("first").environ()
    assert (server["MEM_LIMIT"], server["OMP_NUM_THREADS"]) == (str(2 * 2**30), "1")
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
    assert page.url == f"{second.url}voila/render/{COPY}/{NOTEBOOK}"
    press_and_ask(second)
    assert (second.hub.place / "second" / COPY / NOTEBOOK).is_file()
    home = page.locator(".house-home").get_attribute("href")
    assert home == f"/user/second/voila/tree/{COPY}"


def test_nobody_reaches_the_server_of_somebody_else(
    first: Learner, second: Learner, browser: Browser
) -> None:
    passer_by = browser.new_context()
    first.dashboard.page.goto(first.url)
    kernel = second.dashboard.kernel
    for path in (
        "voila/tree",
        f"voila/render/{COPY}/{NOTEBOOK}",
        f"api/contents/{COPY}/{NOTEBOOK}",
        f"files/{COPY}/{NOTEBOOK}",
        f"files/{COPY}/{PICTURE}",
        f"api/kernels/{kernel}",
    ):
        assert second.get(second.url + path).status == 200, path
        assert refused(first.dashboard.page.context, second.url + path), path
        assert refused(passer_by, second.url + path), path
    # Voila's own way to files asks nobody who he is: it is shut for everybody
    assert second.get(f"{second.url}voila/files/{COPY}/{PICTURE}").status == 403
    farewell = f"{second.url}voila/api/shutdown/{kernel}"
    assert first.dashboard.page.context.request.post(farewell).status == 403
    assert passer_by.request.post(farewell).status == 403
    assert second.dashboard.page.evaluate(SOCKET, second.channels(kernel)) is True
    assert first.dashboard.page.evaluate(SOCKET, second.channels(kernel)) is False
    passer_by.close()


def test_a_lost_page_takes_its_kernel_along_but_no_kernel_of_jupyterlab(second: Learner) -> None:
    opened, page = second.dashboard, second.dashboard.page
    notebook = page.evaluate(NOTEBOOK_IN_LAB, second.url)
    assert page.evaluate(SOCKET, second.channels(notebook)) is True  # JupyterLab, closed again
    kernel = opened.kernel_process()
    page.close()  # as when a browser crashes: no farewell is sent
    kernel.wait(PATIENCE)
    assert opened.lab.kernel_process(notebook).is_running()
