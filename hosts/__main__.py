"""Serve the dashboards on this machine: ``python -m hosts [folder] [Voila's options]``."""

from __future__ import annotations

import sys

from hosts import settings


def main(arguments: list[str]) -> None:
    """Start Voila with the lab's settings, and say where it is once it answers."""
    settings.show_share()
    # Voila is imported here so that the settings can be read without it.
    from hosts.server import LabServer  # noqa: PLC0415

    config = settings.voila()
    config.merge(settings.kernels())
    app = LabServer.instance(config=config)
    try:
        app.initialize(arguments)
    except ValueError as mistake:
        sys.exit(str(mistake))
    app.start()


if __name__ == "__main__":
    main(sys.argv[1:])
