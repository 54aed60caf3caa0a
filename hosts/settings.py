"""The lab's settings for Voila, as plain configuration.

The launcher hands them to a Voila of its own (``voila()``); a Jupyter server that serves the
dashboards as an extension, as each learner's on a hub, takes them from ``server()``.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets.config import Config

from hosts.cards import PICTURES, page_config
from hosts.preheating import PageKernels, pools
from hosts.sockets import PageSocket

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent / "notebooks"
# What Jupyter finds through JUPYTER_PATH: the page templates, and a kernel that is always the
# Python that serves (a python3 kernel left in someone's home directory could be any other).
SHARE = HERE / "share"

COLAB_TAG = "colab"  # of cells that are meant for Colab alone

MINUTE = 60
EXTENSIONS = [  # a page loads these and nothing else that happens to be installed
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager7",  # Voila takes the one that fits ipywidgets
    "@voila-dashboards/widgets-manager8",
    "anywidget",
    # not jupyterlab-plotly: 4.8 MB a page, and FigureWidget (an anywidget) needs none of it
]


def voila(
    notebooks: Path = NOTEBOOKS, *, preheat: Sequence[str] = (), pool_size: int = 1
) -> Config:
    """Settings for the dashboards of a folder.

    Args:
        notebooks: The folder.
        preheat: The notebooks that have warm kernels waiting (a server of Voila's own only).
        pool_size: How many for each of them.

    Raises:
        ValueError: a notebook that is to be preheated is not there.
    """
    c = Config()

    house = c.VoilaConfiguration
    house.template = "house"
    house.classic_tree = True  # the home page is a template: it is there at once
    house.page_config_hook = page_config
    house.extension_allowlist = EXTENSIONS
    # An address cannot dress the page: the page itself follows the reader's own light or dark.
    house.allow_theme_override = "NO"
    house.allow_template_override = "NO"
    house.strip_sources = True
    house.show_tracebacks = False
    house.preheat_kernel = bool(preheat)
    house.multi_kernel_manager_class = PageKernels
    # The pictures of the home page are the only files served; a notebook's own picture is
    # written into its page.
    house.file_allowlist = [rf"(.*/)?{PICTURES}/[\w-]+\.png"]
    house.file_denylist = [r".*\.(ipynb|py)"]
    if preheat:
        c.VoilaKernelManager.kernel_pools_config = pools(notebooks, preheat, pool_size)
    c.VoilaExecutor.cell_error_instruction = (
        "The reason stands in the window where the lab was started."
    )

    c.HTMLExporter.anchor_link_text = " "  # no ¶ behind a heading
    c.TagRemovePreprocessor.remove_cell_tags = {COLAB_TAG}  # before anything is run

    app = c.Voila
    app.root_dir = str(notebooks)
    app.ip = "127.0.0.1"
    app.open_browser = False
    app.log_level = "ERROR"
    # jupyter_server counts pings in milliseconds, tornado takes them for seconds and says so
    app.logging_config = {"loggers": {"tornado.general": {"level": "ERROR"}}}
    app.config_file_paths = []  # what Voila was told elsewhere on this machine is not the lab's
    app.kernel_websocket_connection_class = PageSocket
    return c


def kernels() -> Config:
    """Settings for the kernels of a Voila of its own, all of which belong to pages.

    The notebooks of a Jupyter server that serves the dashboards too keep their kernels while they
    are closed, and get a new one where one has died: there these settings have no place.
    """
    c = Config()
    # A kernel lives as long as its page is connected (see PageSocket). Culling takes what never
    # had a connected page; a page that lies open over lunch keeps its kernel.
    kernels = c.MappingKernelManager
    kernels.cull_idle_timeout = 10 * MINUTE
    kernels.cull_interval = MINUTE
    kernels.cull_connected = False
    kernels.cull_busy = False
    # A kernel that died has lost what the page shows: started anew it would be an empty one that
    # answers nothing. It stays dead, and the page is told so.
    c.KernelRestarter.restart_limit = 0
    c.KernelRestarter.time_to_dead = 1.0  # seconds from one look at the process to the next
    return c


def server(notebooks: Path = NOTEBOOKS) -> Config:
    """Settings for a Jupyter server that shows the dashboards of a folder beside JupyterLab.

    The home page is at ``voila/tree`` below the server's address. Whether a server opens there
    or in JupyterLab is for the hub to say, as is another folder: both go before what is set here.
    """
    c = voila(notebooks)
    c.ServerApp.root_dir = str(notebooks)
    c.ServerApp.kernel_websocket_connection_class = PageSocket
    # Voila would hand its files to people who are not signed in: Jupyter's handler does not.
    c.VoilaConfiguration.file_allowlist = []
    c.VoilaConfiguration.page_config_hook = partial(page_config, files="files")
    c.VoilaExecutor.cell_error_instruction = "The reason stands in the server's log."
    return c


def show_share() -> None:
    """Put the lab's templates and kernel on the path where Jupyter looks for such things."""
    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(SHARE) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(SHARE), *filter(None, known)])
