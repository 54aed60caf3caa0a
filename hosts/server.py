"""Voila as the lab serves it: what cannot be said in its settings."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop
from tornado.web import authenticated
from traitlets import List, Unicode
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import AllowListFileHandler
from voila.utils import create_include_assets_functions
from voila.voila_identity_provider import VoilaLoginHandler

from hosts import preheating


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host by that name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Pictures(JupyterHandler, AllowListFileHandler):  # type: ignore[misc]
    """The files of the served folder, for those who may see its pages."""

    @authenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send a file."""
        await AllowListFileHandler.get(self, path, include_body)


class Login(VoilaLoginHandler):  # type: ignore[misc]
    """The page that asks for the token, dressed like the others."""

    def render_template(self, name: str, **names: Any) -> str:  # noqa: ANN401
        """Fill in one of the house's templates."""
        template = self.settings["voila_jinja2_env"].get_template(name)
        assets = create_include_assets_functions("house", self.base_url)
        text: str = template.render(**self.template_namespace, **assets, **names)
        return text


class LabServer(Voila):  # type: ignore[misc]
    """Voila with a few notebooks preheated, and with a token where others can reach it."""

    preheat: Any = List(
        Unicode(),
        help="A notebook that has warm kernels waiting, by its name; may be given several times.",
    ).tag(config=True)

    aliases: ClassVar[dict[str, str]] = {
        **Voila.aliases,
        "ip": "Voila.ip",
        "preheat": "LabServer.preheat",
    }

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the settings and the command line.

        Raises:
            ValueError: a notebook that is to be preheated is not there.
        """
        super().initialize(argv)
        if self.token is None and not is_loopback(self.ip):
            self.auto_token = True  # whoever can reach the lab must know the address it prints
        if self.preheat:
            house = self.voila_configuration
            house.preheat_kernel = True
            size = house.default_pool_size
            pools = preheating.pools(Path(self.root_dir), self.preheat, size)
            self.config.VoilaKernelManager.kernel_pools_config = pools

    def init_handlers(self) -> list[Any]:
        """Return Voila's handlers; those that ask nobody for the token are replaced or left out."""
        ours = {AllowListFileHandler: Pictures, VoilaLoginHandler: Login}
        return [
            (
                # Voila puts its login where it does not send people to, below an address of its own
                path if path.startswith(self.server_url) else url_path_join(self.server_url, path),
                ours.get(handler, handler),
                *rest,
            )
            for path, handler, *rest in super().init_handlers()
            if handler is not RequestInfoSocketHandler  # no notebook of ours waits for a visitor
        ]

    def start(self) -> None:
        """Serve until the process is told to end; say where, as soon as a page can be had."""
        # Voila listens before it starts the loop: what is called there finds all in its place.
        IOLoop.current().add_callback(self._ready)
        super().start()

    def _ready(self) -> None:
        print(f"The lab is open at {self.display_url}", flush=True)
        if self.voila_configuration.preheat_kernel:
            preheating.Freshness(self.kernel_manager, Path(self.root_dir)).start()
