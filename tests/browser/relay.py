"""A stretch of network between the browser and the lab, that a test can cut and mend."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


class Relay:
    """Hands on what comes to a port of its own.

    Attributes:
        url: the lab's address by way of this port.
    """

    def __init__(self, url: str) -> None:
        self.url = ""
        self.listens = threading.Event()
        self._behind = urlsplit(url)
        self._open: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        """Hand on until it is ended."""
        self._loop = asyncio.get_running_loop()
        self._whole, self._ended = asyncio.Event(), asyncio.Event()
        self._whole.set()
        async with await asyncio.start_server(self._hand_on, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            self.url = self._behind._replace(netloc=f"127.0.0.1:{port}").geturl()
            self.listens.set()
            await self._ended.wait()
            self._abort()

    def cut(self) -> None:
        """End every connection; what comes from now on waits."""
        self._loop.call_soon_threadsafe(self._whole.clear)
        self._loop.call_soon_threadsafe(self._abort)

    def mend(self) -> None:
        """Hand on again."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def end(self) -> None:
        """Hand on no more."""
        self._loop.call_soon_threadsafe(self._ended.set)

    def _abort(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        there = await asyncio.open_connection(self._behind.hostname, self._behind.port)
        both = {writer, there[1]}
        self._open |= both
        await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
        self._open -= both


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def relay(url: str) -> Iterator[Relay]:
    """Put a relay before a lab."""
    one = Relay(url)
    running = threading.Thread(target=lambda: asyncio.run(one.run()), daemon=True)
    running.start()
    assert one.listens.wait(20)
    try:
        yield one
    finally:
        one.end()
        running.join(20)
