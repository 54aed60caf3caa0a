"""Settings of a hub for the lab, to be loaded beside its own ``jupyterhub_config.py``.

The Littlest JupyterHub loads it from ``/opt/tljh/config/jupyterhub_config.d``. Who may sign in and
how servers are started is the hub's own affair.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # there in every file of settings

c.Spawner.default_url = "/voila/tree"  # the home page of the lab; JupyterLab is at /lab
c.Spawner.mem_limit = "2G"  # kept by the spawners of The Littlest JupyterHub and of Kubernetes
c.Spawner.start_timeout = 300  # seconds; thirty learners come at the same time
# A server sees all cores of its machine, and each library would start a thread for every one.
c.Spawner.environment.update({"OMP_NUM_THREADS": "1"})
