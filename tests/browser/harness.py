"""A lab to test against: started by its real launcher, opened in a real browser.

Nothing in here waits for an amount of time: only for a line, a process, a condition of a page.
"""

from __future__ import annotations

import ast
import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
from jupyter_client.blocking.client import BlockingKernelClient

from hosts import chromium
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PATIENCE = 60.0  # seconds after which something that was awaited counts as missing
_OPEN = re.compile(r"^The lab is open at (?P<url>\S+)$")


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook: a cell that starts with ``#`` and a blank is prose, any other is code."""
    written: list[dict[str, Any]] = []
    for number, source in enumerate(cells):
        cell: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": source}
        if source.startswith("# "):
            written.append(cell | {"cell_type": "markdown"})
        else:
            written.append(cell | {"cell_type": "code", "outputs": [], "execution_count": None})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    path.write_text(json.dumps(notebook | {"cells": written}), encoding="utf-8")
    return path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Lab:
    """A running lab: its address, its process, and where its kernels' connection files are.

    Attributes:
        token: What the address that it prints tells of a token; empty where there is none.
    """

    url: str
    process: psutil.Popen
    connections: Path
    token: str = ""

    def connection_file(self, kernel: str) -> Path:
        """The file that says how to reach a kernel."""
        return next(self.connections.glob(f"*/kernel-{kernel}.json"))

    def kernel_processes(self) -> list[psutil.Process]:
        """The kernels that run."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if _kernel_of(child)]

    def kernel_process(self, kernel: str) -> psutil.Process:
        """The process of a kernel."""
        return next(one for one in self.kernel_processes() if _kernel_of(one) == kernel)


def _kernel_of(process: psutil.Process) -> str | None:
    """The id of the kernel that a process runs."""
    try:
        words = process.cmdline()
    except psutil.Error:  # it ended while we looked
        return None
    found = re.search(r"kernel-([\w-]+)\.json", " ".join(words))
    return found[1] if found else None


@contextmanager
def serve(
    command: Iterable[str], place: Path, **environment: str
) -> Iterator[tuple[psutil.Popen, queue.Queue[str | None]]]:
    """Run a server that knows nothing of this machine's Jupyter; gives it and what it prints.

    ``place`` is for what it writes, ``log.txt`` there for its errors.
    """
    own = {
        f"JUPYTER_{name}_DIR": str(place / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    inherited = {k: v for k, v in os.environ.items() if k not in ("JUPYTER_PATH", "PYTHONPATH")}
    place.mkdir(parents=True, exist_ok=True)
    with (place / "log.txt").open("w", encoding="utf-8") as log:
        process = psutil.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=inherited | own | {"IPYTHONDIR": str(place / "ipython")} | environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            yield process, lines
        finally:
            family = [process, *process.children()] if process.is_running() else [process]
            for one in family:
                end(one)
            reader.join()
            process.stdout.close()


@contextmanager
def open_lab(
    folder: Path, place: Path, *options: str, port: int | None = None, **environment: str
) -> Iterator[Lab]:
    """Serve a folder of notebooks by ``python -m hosts``; ``place`` is for what it writes."""
    connections = place / "connections"
    connections.mkdir(parents=True, exist_ok=True)
    command = ["hosts", str(folder), f"--port={port or free_port()}"]
    command += [f"--Voila.connection_dir_root={connections}", *options]
    with serve(command, place, **environment) as (process, lines):
        url, _, query = _address(lines, place / "log.txt").partition("?")
        yield Lab(url, process, connections, query.removeprefix("token="))


def _read(stream: Iterable[str], lines: queue.Queue[str | None]) -> None:
    """Hand on every line to the stream's end, so that the pipe behind it never fills."""
    for line in stream:
        lines.put(line)
    lines.put(None)


def _address(lines: queue.Queue[str | None], log: Path) -> str:
    """What the launcher prints once a page can be had."""
    while (line := lines.get(timeout=PATIENCE)) is not None:
        if found := _OPEN.match(line.strip()):
            return found["url"]
    raise RuntimeError(f"The lab did not start:\n{log.read_text(encoding='utf-8')}")


def end(process: psutil.Process) -> None:
    """End a process gently, then firmly."""
    with suppress(psutil.NoSuchProcess):
        process.terminate()
    _, alive = psutil.wait_procs([process], timeout=20)
    for one in alive:
        one.kill()
        one.wait(20)


def outside(requests: list[str]) -> list[str]:
    """The requests that left this machine."""
    return [
        one
        for one in requests
        if urlsplit(one).scheme in ("http", "https", "ws", "wss")
        and urlsplit(one).hostname != "127.0.0.1"
    ]


def ask(connection_file: Path, expression: str) -> Any:
    """The value of an expression in a kernel, over a connection of its own."""
    client = BlockingKernelClient()
    client.load_connection_file(str(connection_file))
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    wish = {"value": f"repr({expression})"}
    try:
        reply = client.execute("", silent=True, user_expressions=wish, reply=True, timeout=PATIENCE)
    finally:
        client.stop_channels()
    answer = reply["content"]["user_expressions"]["value"]
    if answer["status"] != "ok":
        raise RuntimeError(f"{expression}: {answer['ename']}: {answer['evalue']}")
    return ast.literal_eval(ast.literal_eval(answer["data"]["text/plain"]))


@dataclass
class Dashboard:
    """An open dashboard: its page, what it asked for, and its live kernel.

    Attributes:
        requests: Every address that the page has asked for, data and blob addresses included.
        console_errors: Errors in the browser's console, and exceptions that nothing caught.
    """

    lab: Lab
    page: Page
    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.console_errors.append(message.text)

        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda websocket: self.requests.append(websocket.url))
        self.page.on("console", on_console)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def open(self, path: str, *, whole: bool = True) -> None:
        """Load an address of the lab; ``whole=False`` goes on at its first byte."""
        self.page.goto(self.lab.url + path, wait_until="load" if whole else "commit")

    @property
    def kernel(self) -> str:
        """The id of the page's kernel."""
        text = self.page.locator("#jupyter-config-data").text_content()
        return str(json.loads(text or "{}")["kernelId"])

    def kernel_process(self) -> psutil.Process:
        """The process of the page's kernel."""
        return self.lab.kernel_process(self.kernel)

    def kernel_pid(self) -> int:
        """The process id of the page's kernel."""
        return int(self.kernel_process().pid)

    def python(self, expression: str) -> Any:
        """The value of an expression in the page's kernel, asked past the page.

        The value must be a literal when written out (``neuron.weights``, ``x.tolist()``).
        """
        return ask(self.lab.connection_file(self.kernel), expression)

    def settled(self, expression: str, value: object) -> None:
        """Ask Python until it holds a value: what the hand sends is on its way for a moment."""
        until(lambda: self.python(expression) == value, f"{expression} == {value!r}", PATIENCE)

    def close(self) -> None:
        """Close the page as a reader does, and see to it that its kernel ends."""
        if self.page.is_closed() or not self.lab.process.is_running():
            return
        running = self.lab.kernel_processes()
        mine = self.kernel if self.page.locator("#jupyter-config-data").count() else None
        chromium.close(self.page)
        kernel = [one for one in running if mine and _kernel_of(one) == mine]
        _, alive = psutil.wait_procs(kernel, timeout=10)
        for one in alive:
            one.kill()


def open_page(
    lab: Lab,
    browser: Browser,
    path: str,
    *,
    width: int = 1366,
    height: int = 768,
    dark: bool = False,
    touch: bool = False,
    whole: bool = True,
    window: BrowserContext | None = None,
) -> Dashboard:
    """Open an address of the lab in a window of its own, or in one that has its scripts already.

    The window that is given has the touch that it has; what pages have left in it, but for the
    cache, is forgotten.
    """
    page = (window or browser.new_context(has_touch=touch)).new_page()
    if window and window.pages == [page]:
        forgotten = {"origin": lab.url.rstrip("/"), "storageTypes": "cookies,local_storage"}
        window.new_cdp_session(page).send("Storage.clearDataForOrigin", forgotten)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_default_timeout(PATIENCE * 1000)
    opened = Dashboard(lab, page)
    opened.open(path, whole=whole)
    return opened
