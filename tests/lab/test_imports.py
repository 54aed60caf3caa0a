"""Imports run one way: notebooks → widgets → lab; what must stay small loads no torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(p.name for p in (ROOT / "widgets").iterdir() if (p / "view.ts").exists())
SMALL = [
    "architecture",
    "autoencoder",
    "backpropagation",
    "class_scores",
    "comparison",
    "confusion",
    "convolution",
    "feature_maps",
    "filters",
    "history",
    "image_source",
    "latent_space",
    "layers",
    "learning_curves",
    "loss_functions",
    "mistakes",
    "network",
    "neuron",
    "pooling",
    "predictions",
    "receptive_field",
    "run_controls",
    "transposed_convolution",
]


def imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("file", sorted((ROOT / "lab").rglob("*.py")), ids=lambda p: p.stem)
def test_lab_imports_no_widget_and_no_jupyter(file):
    roots = {name.split(".")[0] for name in imports(file)}
    assert not roots & {"widgets", "hosts", "ipywidgets", "anywidget", "IPython", "traitlets"}
    assert "matplotlib.pyplot" not in set(imports(file))


@pytest.mark.parametrize("name", PACKAGES)
def test_widgets_do_not_import_one_another(name):
    for file in (ROOT / "widgets" / name).glob("*.py"):
        for module in imports(file):
            assert not module.startswith("hosts")
            if module.startswith("widgets."):
                neighbour = module.split(".")[1]
                assert neighbour.startswith("_") or neighbour == name


def test_the_shared_front_end_imports_no_widget():
    for file in (ROOT / "widgets" / "_front").glob("*.ts"):
        for line in file.read_text().splitlines():
            if line.startswith(("import", "export", "}")) and " from " in line:
                assert ' from "../' not in line, (file, line)


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("lab.neurons", "torch sklearn ipywidgets matplotlib"),
        ("lab.tasks", "torch sklearn ipywidgets matplotlib"),
        ("lab.networks", "torch sklearn ipywidgets matplotlib"),
        ("lab.network_trainer", "torch sklearn ipywidgets matplotlib"),
        ("lab.export", "torch sklearn ipywidgets matplotlib"),
        ("lab.point_sets", "torch sklearn scipy pandas ipywidgets matplotlib"),
        ("lab.point_tables", "torch sklearn scipy pandas ipywidgets matplotlib"),
        *((f"widgets.{name}", "torch sklearn matplotlib plotly") for name in SMALL),
    ],
)
def test_a_small_kernel_stays_small(module, absent):
    code = f"import sys, {module}; print([m for m in {absent.split()!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
