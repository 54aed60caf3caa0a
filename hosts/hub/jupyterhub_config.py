"""Settings of a hub for the lab, to be loaded by its ``jupyterhub_config.py``.

The Littlest JupyterHub loads it from ``/opt/tljh/config/jupyterhub_config.d``. Who may sign in and
how servers are started is the hub's own affair.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # there in every file of settings

c.Spawner.default_url = "/voila/tree"  # the home page of the lab; JupyterLab is at /lab
c.Spawner.mem_limit = "2G"  # kept by the spawners of The Littlest JupyterHub and of Kubernetes
c.Spawner.start_timeout = 120  # seconds; thirty learners come at the same time
