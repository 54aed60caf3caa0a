"""A Chromium that is measured without being weighed down.

Playwright hears of every WebSocket frame, base64 in JSON: with 60 answers of 40 kB a second that
takes a quarter of a core from the page that is measured. Here nothing is listened to: a page is
opened, asked (``Runtime.evaluate``) and given input, over the browser's own debugging socket.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import tempfile
import threading
from contextlib import asynccontextmanager
from itertools import count
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.websocket import WebSocketClientConnection, websocket_connect

from hosts import chromium
from tests.browser.harness import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.browser.harness import Lab

PATIENCE = 60.0
SIZE = {"width": 1366, "height": 768}


def _address(errors: IO[str]) -> str:
    """The address that Chromium prints as it starts; what follows is thrown away."""
    address = next(line for line in errors if "DevTools listening on " in line)
    threading.Thread(target=lambda: [None for _ in errors], daemon=True).start()
    return address.split()[-1]


class Browser:
    """A running Chromium."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        while (text := await self._connection.read_message()) is not None:
            reply = json.loads(text)
            if (future := self._waiting.pop(reply.get("id"), None)) and not future.done():
                future.set_result(reply)

    async def send(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Send a command and return what it gave."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        self._waiting[number] = asyncio.get_running_loop().create_future()
        answer = self._waiting[number]
        await self._connection.write_message(
            json.dumps(message | ({"sessionId": session} if session else {}))
        )
        reply = await asyncio.wait_for(answer, PATIENCE)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']['message']}")
        result: dict[str, Any] = reply["result"]
        return result

    async def open(self, url: str, *, window: bool = True) -> Page:
        """Open a dashboard in a window of its own, or in a tab, and wait until it is complete."""
        size = SIZE if window else {}
        made = await self.send("Target.createTarget", url=url, newWindow=window, **size)
        target = made["targetId"]
        attached = await self.send("Target.attachToTarget", targetId=target, flatten=True)
        page = Page(self, target, attached["sessionId"])
        await page.wait(f"({chromium.COMPLETE})()")
        return page


class Page:
    """An open page."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self.browser, self.target, self.session = browser, target, session

    async def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page; promises are awaited."""
        done = await self.browser.send(
            "Runtime.evaluate",
            self.session,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in done:
            raise RuntimeError(json.dumps(done["exceptionDetails"])[:2000])
        return done["result"].get("value")

    async def kernel(self, lab: Lab, expression: str) -> Any:
        """Return the value of an expression in the page's kernel."""
        name = await self.evaluate(
            "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
        )
        return await asyncio.to_thread(ask, lab.connection_file(name), expression)

    async def wait(self, condition: str) -> None:
        """Wait until an expression of the page holds: it is looked at ten times a second."""
        for _ in range(round(10 * PATIENCE)):
            if await self.evaluate(condition):
                return
            await asyncio.sleep(0.1)
        raise TimeoutError(condition)

    async def mouse(self, kind: str, x: float, y: float) -> None:
        """Give the page a ``mousePressed``, ``mouseMoved`` or ``mouseReleased``."""
        await self.browser.send(
            "Input.dispatchMouseEvent",
            self.session,
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=1,
            clickCount=1,
        )

    async def front(self) -> None:
        """Show this page: other tabs of its window are hidden then."""
        await self.browser.send("Target.activateTarget", targetId=self.target)

    async def close(self) -> None:
        """Close the page with its farewell, so that its kernel ends."""
        await self.browser.send("Page.close", self.session)


@asynccontextmanager
async def bare_chromium() -> AsyncIterator[Browser]:
    """Start a headless Chromium that nobody listens to."""
    program = chromium.find()
    if program is None:
        raise RuntimeError("There is no Chromium on this machine: run `python -m hosts.chromium`.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        command = [program, *chromium.flags(), "--headless=new", "--remote-debugging-port=0"]
        command += [f"--user-data-dir={place}", f"--window-size={SIZE['width']},{SIZE['height']}"]
        process = subprocess.Popen(  # noqa: ASYNC220
            [*command, "about:blank"], stderr=subprocess.PIPE, text=True
        )
        try:
            address = await asyncio.to_thread(lambda: process.stderr and _address(process.stderr))
            connection = await websocket_connect(str(address), max_message_size=2**28)
            yield Browser(connection)
            connection.close()
        finally:
            process.terminate()
            process.wait()


@asynccontextmanager
async def far_away(url: str, delay: float) -> AsyncIterator[str]:
    """Serve what is at an address from another port, ``delay`` seconds later each way."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    loop = asyncio.get_running_loop()

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(2**16):
            loop.call_later(delay, target.write, chunk)  # equal delays keep the order
        loop.call_later(delay, target.close)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        for stream in (writer, back):
            stream.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(carry(reader, back), carry(there, writer), return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()
