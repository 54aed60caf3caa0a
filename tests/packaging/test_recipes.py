"""The recipes for hubs say the same as the code, and name only what is there."""

import os
import re
import shutil
import subprocess
import sys
import venv
from itertools import chain
from pathlib import Path

import pytest
import yaml
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from packaging.requirements import Requirement
from traitlets.config import PyFileConfigLoader

from hosts.cards import TREE
from hosts.settings import NOTEBOOKS

ROOT = Path(__file__).parents[2]
HUB = ROOT / "hosts" / "hub"
KUBERNETES = HUB / "kubernetes"
DOCKERFILE = (KUBERNETES / "Dockerfile").read_text(encoding="utf-8")
# What the chart of Zero to JupyterHub documents, of what is used here; it refuses other names.
CHART = {
    "cull": {"enabled": bool, "timeout": int, "every": int},
    "singleuser": {
        "cmd": str,
        "cpu": {"guarantee": float, "limit": int},
        "defaultUrl": str,
        "extraEnv": {"OMP_NUM_THREADS": str},
        "image": {"name": str, "tag": str},
        "memory": {"guarantee": str, "limit": str},
        "profileList": list,
        "startTimeout": int,
        "storage": {"capacity": str},
    },
}


@pytest.fixture(scope="module")
def project():
    return ProjectMetadata(str(ROOT), PluginManager()).core


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load((KUBERNETES / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hub():
    """What a hub takes over from its recipe."""
    return PyFileConfigLoader("jupyterhub_config.py", str(HUB)).load_config()


def pins(python):
    """The versions that the constraints hold for a version of Python."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    known = [Requirement(line) for line in lines if not line.startswith("#")]
    here = {"python_version": python}
    return {
        one.name.lower().replace("_", "-"): next(iter(one.specifier)).version
        for one in known
        if one.marker is None or one.marker.evaluate(here)
    }


def unknown(told, documented, path=""):
    """The names that the chart does not document, and the values that are of another type."""
    if not isinstance(documented, dict):
        return [] if isinstance(told, documented) else [path]
    wrong = [f"{path}.{name}" for name in told.keys() - documented.keys()]
    for name in told.keys() & documented.keys():
        wrong += unknown(told[name], documented[name], f"{path}.{name}")
    return wrong


def test_conda_installs_what_the_project_asks_for(environment, project):
    assert environment["name"] == project.name
    *conda, pip = environment["dependencies"]
    (python,) = (one.partition("=")[2] for one in conda if one.startswith("python="))
    assert project.requires_python
    assert Requirement(f"python{project.requires_python}").specifier.contains(python)
    constraints, lab = (line.partition(" ") for line in pip["pip"])
    assert constraints == ("--constraint", " ", "constraints.txt")
    assert lab[:2] == ("--editable", " ")
    asked = Requirement(f"{project.name}{lab[2].removeprefix('.')}")
    assert asked.extras <= project.optional_dependencies.keys()

    held = pins(python)
    for line in chain(project.dependencies, *project.optional_dependencies.values()):
        wish = Requirement(line)
        if wish.name != "hatchling":  # what builds the wheel is not part of what runs
            assert wish.specifier.contains(held[wish.name.lower()]), line


def test_the_makefile_installs_under_the_same_constraints():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install .*", makefile)
    assert len(installs) == 2
    assert all("--constraint constraints.txt --editable" in line for line in installs)


def test_the_chart_knows_every_value(values):
    gpu = yaml.safe_load((KUBERNETES / "values-gpu.yaml").read_text(encoding="utf-8"))
    assert unknown(values, CHART) == []
    assert unknown(gpu, CHART) == []
    assert unknown({"singleuser": {"memory": {"limits": "2G"}}}, CHART)  # it would tell
    assert [one.get("default", False) for one in gpu["singleuser"]["profileList"]] == [True, False]


def test_pods_and_the_littlest_hub_are_set_alike(values, hub):
    pod = values["singleuser"]
    assert pod["memory"]["limit"] == hub.Spawner.mem_limit == "2G"
    assert pod["defaultUrl"] == hub.Spawner.default_url == f"/{TREE}"
    assert pod["startTimeout"] == hub.Spawner.start_timeout
    assert pod["extraEnv"] == hub.Spawner.environment.to_dict()["update"]


def test_the_image_is_the_one_that_is_built(values, project):
    image = values["singleuser"]["image"]
    assert image == {"name": project.name, "tag": project.version}
    assert f"--tag {project.name}:{project.version} ." in DOCKERFILE
    assert f'CMD ["{values["singleuser"]["cmd"]}"]' in DOCKERFILE
    assert f"ARG JUPYTERHUB_VERSION={pins('3.12')['jupyterhub']}\n" in DOCKERFILE
    (python,) = re.findall(r"FROM python:([\d.]+)", DOCKERFILE)
    assert Requirement(f"python{project.requires_python}").specifier.contains(python)


def test_the_lab_can_be_built_and_shown_from_what_is_copied_into_the_image(tmp_path):
    lines = (KUBERNETES / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    place = tmp_path / "lab"
    for name in (line[1:] for line in lines if line.startswith("!")):
        if (ROOT / name).is_dir():
            left_out = ("__pycache__", "static") if name == "widgets" else ("__pycache__",)
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns(*left_out))
        else:
            place.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    (place / "node_modules").symlink_to(ROOT / "node_modules")  # as npm would bring it
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(build, cwd=place, check=True, capture_output=True)
    assert len(list(place.glob("widgets/*/static/view.js"))) > 10
    code = "from hosts.settings import server; print(server().ServerApp.root_dir)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=place, check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == str(place / NOTEBOOKS.name)


def test_the_script_of_binder_shows_the_lab_to_the_servers_of_an_environment(tmp_path):
    venv.create(tmp_path, symlinks=os.name != "nt")
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    for _ in range(2):  # a hub is set up anew with each version of the lab
        subprocess.run(["bash", ROOT / "postBuild"], check=True, env={"PATH": path}, cwd="/")
    shown = tmp_path / "etc" / "jupyter" / "jupyter_server_config.py"
    assert shown.samefile(HUB / "jupyter_server_config.py")
    code = "from traitlets.config import PyFileConfigLoader as Loader; import sys\n"
    code += f"print(Loader({shown.name!r}, {str(shown.parent)!r}).load_config().ServerApp.root_dir)"
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert said.stdout.strip() == str(NOTEBOOKS)
