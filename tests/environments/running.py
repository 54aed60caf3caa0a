"""Notebooks run from top to bottom in a kernel of their own, by whichever Python."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from hosts.settings import SHARE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PATIENCE = 300  # seconds for a cell


def execute(
    notebook: NotebookNode, folder: Path, kernels: Path = SHARE / "kernels"
) -> NotebookNode:
    """Run a notebook in a folder; raises what a cell raises.

    Args:
        notebook: it gets its outputs, and the widgets' state.
        folder: where the notebook is said to lie.
        kernels: a folder that ``kernel_of`` has made; otherwise it is this Python's own kernel.
    """
    specs = KernelSpecManager(kernel_dirs=[str(kernels)])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=PATIENCE,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )
    # nbclient's own way out of a thread leaves its event loop open
    return asyncio.run(client.async_execute(cleanup_kc=True))


def kernel_of(python: Path, folder: Path) -> Path:
    """Write down a Python's kernel; gives the folder of kernels."""
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Python 3", "language": "python"}
    (folder / "python3").mkdir(parents=True)
    (folder / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    """What the cells put out."""
    return [one for cell in notebook.cells for one in cell.get("outputs", [])]


def models(notebook: NotebookNode) -> dict[str, Any]:
    """The models of the widgets, by their ids."""
    known: dict[str, Any] = notebook.metadata["widgets"][STATE]["state"]
    return known


def shown(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """The state of each widget on the page, and of those that it contains."""
    known = models(notebook)
    waiting = [
        one.data[VIEW]["model_id"] for one in outputs(notebook) if VIEW in one.get("data", ())
    ]
    while waiting:
        state = known[waiting.pop()]["state"]
        waiting += [child.removeprefix("IPY_MODEL_") for child in state.get("children", ())]
        yield state
