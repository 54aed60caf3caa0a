"""The socket between a page and its kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from traitlets import Float

if TYPE_CHECKING:
    import asyncio


class PromptSocket(ZMQChannelsWebsocketConnection):
    """A socket that sends every message at once.

    jupyter_server leaves Nagle's algorithm on: a small message then waits for the
    acknowledgement of the one before, and a drag that could have 60 answers a second gets 22.
    """

    # jupyter_server's base class declares coroutines where its own sockets have plain methods
    def connect(self) -> asyncio.Future[None] | None:  # type: ignore[override]
        """Open the way to the kernel, without delay on the browser's side."""
        try:
            self.websocket_handler.set_nodelay(True)
        except StreamClosedError:
            self.log.debug("The page left before its socket was open.")
        return super().connect()


class PageSocket(PromptSocket):
    """The socket of a dashboard's page, which owns its kernel: no page, no kernel.

    Two things end the kernel of a page that is closed:

    - the page's farewell. Voila lets a page post "shut down" as it closes, but hands out the
      token that this post must carry only on the home page; here the socket brings it as a
      cookie, so the protection against forged requests stays as it is.
    - where the farewell is lost (a crashed browser, an iframe, a lost network), the end of the
      last connection: after ``farewell`` seconds without a new one the kernel is shut down,
      be it busy or not.

    A Jupyter server gives this socket to its notebooks and consoles as well. Their kernels belong
    to sessions, which pages have none of, and live on.
    """

    farewell = Float(
        60.0,
        help="Seconds that a kernel outlives the last connection of its page.",
    ).tag(config=True)

    async def prepare(self) -> None:
        """Attach the farewell's token to the handshake, then wait for the kernel."""
        # reading the token is what makes tornado set its cookie in the reply to the handshake
        _ = self.websocket_handler.xsrf_token
        await super().prepare()  # type: ignore[no-untyped-call]

    def disconnect(self) -> None:  # type: ignore[override]
        """Close the connection, and give the page a while to come back."""
        super().disconnect()  # type: ignore[no-untyped-call]
        if self.kernel_id in self.multi_kernel_manager:
            IOLoop.current().call_later(self.farewell, self._end_if_abandoned)

    async def _end_if_abandoned(self) -> None:
        if await self._has_session():
            return
        kernels = self.multi_kernel_manager
        if self.kernel_id in kernels and not kernels.kernel_model(self.kernel_id)["connections"]:
            self.log.info("Kernel %s has no page any more.", self.kernel_id)
            await ensure_async(kernels.shutdown_kernel(self.kernel_id))

    async def _has_session(self) -> bool:
        """Whether the kernel is a notebook's or a console's."""
        manager = self.websocket_handler.settings.get("session_manager")  # a Voila has none
        sessions = await ensure_async(manager.list_sessions()) if manager else []
        return any(one["kernel"]["id"] == self.kernel_id for one in sessions)
