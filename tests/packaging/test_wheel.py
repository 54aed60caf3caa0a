"""What is installed is complete: every front end is in the wheel, built without a Node."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_wheel_built_without_node_carries_every_bundle(tmp_path):
    nowhere = tmp_path / "bin"
    nowhere.mkdir()
    bundles = sorted(ROOT.glob("widgets/*/static/*"))
    before = {bundle: bundle.read_bytes() for bundle in bundles}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PATH": str(nowhere)},
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for view in ROOT.glob("widgets/*/view.ts"):
        for bundle in ("view.js", "view.css"):
            assert f"widgets/{view.parent.name}/static/{bundle}" in names
    assert not [name for name in names if name.startswith(("tests", "hosts", "notebooks"))]
    assert not [name for name in names if name.endswith((".png", ".md"))]
    licences = [name for name in names if "/licenses/" in name]
    assert [Path(name).name for name in sorted(licences)] == ["LICENSE", "NOTICE"]
    assert {bundle: bundle.read_bytes() for bundle in bundles} == before  # the same everywhere
