"""The dashboards served by a Jupyter server, beside its notebooks."""

from __future__ import annotations

import json
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import pytest
from playwright.sync_api import expect

from hosts import chromium
from tests.browser.harness import NOTEBOOKS, Lab, ask, free_port, open_page, serve
from tests.browser.test_house import outside
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# What hosts/README.md tells to write there, and a short time for the test
CONFIG = """
from hosts import settings

settings.show_share()
c.merge(settings.server())
c.PageSocket.farewell = 0.5
"""
TOKEN = "sesame"
DASHBOARD = f"voila/render/01_neuron.ipynb?token={TOKEN}"
CONNECT = """kernel => new Promise((done) => {
    const socket = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels`);
    socket.onopen = () => socket.close();
    socket.onclose = (event) => done(event.wasClean);
})"""


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with our dashboards."""
    place = tmp_path_factory.mktemp("jupyter")
    (place / "config").mkdir()
    (place / "config" / "jupyter_server_config.py").write_text(CONFIG, encoding="utf-8")
    port = free_port()
    command = ["jupyterlab", str(NOTEBOOKS), "--no-browser", f"--port={port}", "--allow-root"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    with serve(command, place) as (process, _):
        lab = Lab(f"http://127.0.0.1:{port}/", process, place, TOKEN)
        until(lambda: answers(lab) or not process.is_running(), "JupyterLab")
        yield lab


def answers(lab: Lab) -> bool:
    with suppress(URLError):
        call(lab, "api/status")
        return True
    return False


def call(lab: Lab, path: str, /, **content: object) -> Any:
    """Ask the Jupyter server's own interface, or tell it something."""
    data = json.dumps(content).encode() if content else None
    headers = {"Authorization": f"token {lab.token}"}
    request = urllib.request.Request(lab.url + path, data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "null")


def test_a_dashboard_beside_notebooks(jupyter: Lab, browser: Browser) -> None:
    home = open_page(jupyter, browser, f"voila/tree?token={TOKEN}")
    assert home.page.locator(".house-cards a").count() == len(list(NOTEBOOKS.glob("*.ipynb")))
    home.page.locator("img:visible").first.evaluate("image => image.decode()")
    home.page.locator(".house-cards a", has_text="One neuron").click()
    chromium.wait_until_complete(home.page)
    assert home.page.url.startswith(f"{jupyter.url}voila/render/01_neuron.ipynb")
    assert home.page.title() == "One neuron · Deep Learning Lab"
    weight = home.page.get_by_role("slider", name="Weight 1", exact=True)
    weight.press("ArrowUp")
    expect(weight).to_have_attribute("aria-valuenow", "1.3")
    home.settled("neuron.weights[0]", 1.3)
    assert home.page.locator(".jp-InputArea-editor").count() == 0
    assert outside(home.requests) == []
    assert home.console_errors == []
    home.page.locator(".house-home").click()  # and not to JupyterLab
    home.page.wait_for_selector(".house-cards")
    home.page.context.close()


def test_the_kernel_ends_with_its_page_and_a_notebook_keeps_its_own(
    jupyter: Lab, browser: Browser
) -> None:
    notebook = {"path": "mine.ipynb", "type": "notebook", "name": "mine"}
    session = call(jupyter, "api/sessions", **notebook, kernel={"name": "python3"})
    kept = session["kernel"]["id"]
    first, second = (open_page(jupyter, browser, DASHBOARD) for _ in range(2))
    for opened in (first, second):
        chromium.wait_until_complete(opened.page)
    said, lost = (opened.kernel_process() for opened in (first, second))
    chromium.close(first.page)
    said.wait(20)  # raises when the farewell was not heard
    assert lost.is_running()
    assert second.page.evaluate(CONNECT, kept)  # as JupyterLab does, and its page is closed
    second.page.close()  # as when a browser crashes: no farewell is sent
    lost.wait(20)
    assert jupyter.kernel_process(kept).is_running()
    assert ask(jupyter.connection_file(kept), "6 * 7") == 42
    first.page.context.close()
    second.page.context.close()
