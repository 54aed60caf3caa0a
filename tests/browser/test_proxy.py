"""Behind nginx, by the configuration that we ship, below an address of its own and with a token."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from hosts import chromium, debian
from hosts.cards import PICTURES
from tests.browser.harness import NOTEBOOKS, ROOT, Lab, free_port, open_page, write_notebook
from tests.browser.test_house import LIGHT, SLIDER, outside, status
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

SHIPPED = ROOT / "hosts" / "nginx" / "lab.conf"
TOKEN = "open sesame"
AROUND = """
daemon off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/lab.conf;
}}
"""


def find() -> str | None:
    """The nginx of this machine; Debian puts it where only its administrator looks."""
    return shutil.which("nginx", path=os.environ["PATH"] + os.pathsep + "/usr/sbin")


@pytest.fixture(scope="module")
def nginx() -> str:
    """Where nginx is; it is installed where there is none and we may."""
    found = find() or (debian.install("nginx") and find())
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("nginx could not be installed: the configuration that we ship is not tested.")
    pytest.skip("There is no nginx; `apt-get install nginx` has this tested.")


@contextmanager
def proxied(nginx: str, lab: Lab, place: Path) -> Iterator[Lab]:
    """The lab at the address that nginx gives it."""
    port = free_port()
    text = SHIPPED.read_text(encoding="utf-8")
    for ours, theirs in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("proxy_pass http://127.0.0.1:8866;", f"proxy_pass http://{urlsplit(lab.url).netloc};"),
    ):
        assert text.count(ours) == 1
        text = text.replace(ours, theirs)
    (place / "lab.conf").write_text(text, encoding="utf-8")
    (place / "nginx.conf").write_text(AROUND.format(place=place), encoding="utf-8")
    command = [nginx, "-p", str(place), "-c", str(place / "nginx.conf")]
    command += ["-e", str(place / "error.log")]
    with subprocess.Popen(command) as serving:
        try:
            until(lambda: (place / "nginx.pid").is_file() or serving.poll() is not None, "nginx")
            assert serving.poll() is None, (place / "error.log").read_text(encoding="utf-8")
            yield replace(lab, url=f"http://127.0.0.1:{port}/lab/")
        finally:
            serving.terminate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The neuron, and a notebook that waits until there is a file named gate."""
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / PICTURES).mkdir()
    for path in ("01_neuron.ipynb", f"{PICTURES}/01_neuron.png", f"{PICTURES}/01_neuron-dark.png"):
        shutil.copy(NOTEBOOKS / path, folder / path)
    gate = f"import os, time\nwhile not os.path.exists({str(folder / 'gate')!r}): time.sleep(0.01)"
    write_notebook(folder / "02_slow.ipynb", "# Slow\n\nRead me.", gate, SLIDER[1])
    return folder


@pytest.fixture(scope="module")
def site(
    nginx: str,
    voila_for: Callable[..., Lab],
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lab]:
    """A site that has the lab below ``/lab/``."""
    lab = voila_for(folder, "--base_url=/lab/", f"--token={TOKEN}")
    with proxied(nginx, lab, tmp_path_factory.mktemp("nginx")) as through:
        yield through


def test_from_the_login_to_the_end_of_a_kernel(site: Lab, browser: Browser) -> None:
    assert status(site, "/lab") == 308
    assert status(site, "/") == 403  # what else the site has is not ours: here, nothing
    assert status(site, f"/lab/voila/files/{PICTURES}/01_neuron.png") == 302  # to the login
    opened = open_page(site, browser, "voila/render/01_neuron.ipynb", dark=True)
    page = opened.page
    page.get_by_label("Token").fill("wrong")
    page.get_by_role("button", name="Open the lab").click()
    page.get_by_role("alert").get_by_text("That is not it.").wait_for()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Open the lab").click()
    chromium.wait_until_complete(page)
    assert page.url == f"{site.url}voila/render/01_neuron.ipynb"

    page.locator(".house-home").click()
    page.wait_for_selector(".house-cards")
    for image in page.locator("img:visible").all():
        image.evaluate("image => image.decode()")
    assert page.locator("img:visible").count() == 1
    page.locator(".house-cards a", has_text="One neuron").click()
    chromium.wait_until_complete(page)
    assert page.locator("body").get_attribute(LIGHT) == "false"
    weight = page.get_by_role("slider", name="Weight 1", exact=True)
    weight.press("ArrowUp")
    expect(weight).to_have_attribute("aria-valuenow", "1.3")
    opened.settled("neuron.weights[0]", 1.3)
    assert outside(opened.requests) == []
    refused = [error for error in opened.console_errors if "401" not in error]
    assert refused == []

    kernel = opened.kernel_process()
    chromium.close(page)
    kernel.wait(20)  # raises when the farewell was not heard
    page.context.close()


def test_prose_is_read_before_python_has_started(site: Lab, folder: Path, browser: Browser) -> None:
    path = f"voila/render/02_slow.ipynb?token={TOKEN}"
    opened = open_page(site, browser, path, whole=False)
    opened.page.get_by_text("Read me.").wait_for()
    opened.page.get_by_text("Starting Python…").wait_for()
    (folder / "gate").touch()
    chromium.wait_until_complete(opened.page)
    assert opened.console_errors == []
    opened.close()
    opened.page.context.close()
