"""On a network the lab opens with its token only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from hosts import chromium
from hosts.cards import PICTURES
from tests.browser.harness import Lab, open_page, write_notebook
from tests.browser.test_house import SLIDER, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

SOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}
LOGIN, REFUSED = 302, 403


@pytest.fixture(scope="module")
def lab(voila_for: Callable[..., Lab], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab that others can reach."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "1_slider.ipynb", *SLIDER)
    (folder / PICTURES).mkdir()
    (folder / PICTURES / "1_slider.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    lab = voila_for(folder, "--ip=0.0.0.0")
    return replace(lab, url=f"http://127.0.0.1:{urlsplit(lab.url).port}/")


def test_only_who_has_the_token_gets_in(lab: Lab, browser: Browser) -> None:
    assert len(lab.token) > 30
    opened = open_page(lab, browser, f"?token={lab.token}")
    opened.page.locator(".house-cards a").click()
    chromium.wait_until_complete(opened.page)
    opened.page.get_by_role("slider").press("ArrowRight")
    opened.settled("slider.value", 4)
    assert opened.console_errors == []

    kernel = f"/api/kernels/{opened.kernel}"
    picture = f"/voila/files/{PICTURES}/1_slider.png"
    for path, refused, granted in [
        ("/", LOGIN, 200),
        ("/voila/tree", LOGIN, 200),
        ("/voila/render/1_slider.ipynb", LOGIN, None),  # else one more kernel
        (picture, LOGIN, 200),
        ("/voila/api/contents/", REFUSED, 200),
        (kernel, REFUSED, 200),
    ]:
        assert status(lab, path) == refused
        assert status(lab, f"{path}?token={lab.token[:-1]}x") == refused
        if granted:
            assert status(lab, f"{path}?token={lab.token}") == granted
    assert status(lab, f"{kernel}/channels", **SOCKET) == REFUSED
    assert status(lab, f"{kernel}/channels?token={lab.token}", **SOCKET) == 101
    assert status(lab, kernel, "DELETE") == REFUSED
    assert status(lab, f"/voila/api/shutdown/{opened.kernel}", "POST") == REFUSED

    process = opened.kernel_process()
    assert process.is_running()
    chromium.close(opened.page)
    process.wait(20)  # its own page may end it
    opened.page.context.close()
