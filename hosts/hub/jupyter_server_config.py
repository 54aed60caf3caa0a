"""Settings of each learner's server on a hub, and of the one server on Binder.

Linked to ``etc/jupyter/jupyter_server_config.py`` below the environment's prefix, where Jupyter
looks for it; the lab is installed there as it is on a machine of one's own.
"""

from hosts import settings

settings.show_share()
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # there in every file of settings
c.merge(settings.server())
