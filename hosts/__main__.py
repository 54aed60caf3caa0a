"""Serve the dashboards on this machine: ``python -m hosts [folder] [Voila's options]``."""

from __future__ import annotations

import sys
from ipaddress import ip_address

from hosts import settings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host by that name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main(arguments: list[str]) -> None:
    """Start Voila with the lab's settings, and say where it is once it answers."""
    settings.show_share()
    # Voila is imported here so that the settings can be read without it.
    from tornado.ioloop import IOLoop  # noqa: PLC0415
    from voila.app import Voila  # noqa: PLC0415

    app = Voila.instance(config=settings.voila())
    app.initialize(arguments)
    if app.token is None and not is_loopback(app.ip):
        app.auto_token = True  # whoever can reach the lab must know the address that is printed

    def announce() -> None:
        print(f"The lab is open at {app.display_url}", flush=True)

    # Voila listens before it starts the loop, so this line is printed when a page can be had.
    IOLoop.current().add_callback(announce)
    app.start()


if __name__ == "__main__":
    main(sys.argv[1:])
