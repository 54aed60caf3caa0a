"""The settings of a run in the hand of a page: all of them, or none and a sentence."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from lab.settings import LIVE, Settings
from lab.training import Run
from tests.waiting import until
from widgets.run_controls import RunControls
from widgets.run_controls.choices import SETTINGS, offers, table_of


@pytest.fixture
def run():
    with Run(worker="thread", epochs=3, watched=20) as run:
        run.wait("ready")
        yield run


def hold(controls, **settings):
    """What the page sends while its hand moves a setting."""
    content = {"hand": {"settings": {**controls.settings, **settings}}, "turn": 7}
    controls._hear(controls, content, [])
    assert controls.answered == 7


def test_the_page_holds_every_setting_that_it_offers(run):
    controls = RunControls(run)
    assert controls.settings == table_of(run.settings)
    assert set(controls.settings) == {*SETTINGS, "blocks"}
    assert controls.offers["live"] == [name for name in SETTINGS if name in LIVE]
    for name, names in offers()["choices"].items():
        assert getattr(Settings(), name) in names


def test_every_choice_can_be_chosen():
    for name, names in offers()["choices"].items():
        for choice in names:
            filed = name == "dataset" and choice not in offers()["withoutRoot"]
            Settings(**{name: choice}, root="folder" if filed else None)


def test_what_may_change_changes_while_it_runs(run):
    controls = RunControls(run)
    run.step()
    run.wait("paused")
    hold(controls, learning_rate=0.5, batch_size=64, augmentation={"shift": 0.1, "flip": True})
    assert controls.problem == ""
    assert run.settings.learning_rate == 0.5
    assert run.settings.batch_size == 64
    assert run.settings.augmentation == {"shift": 0.1, "flip": True}
    assert controls.settings == table_of(run.settings)
    assert run.wait("paused").step == 1  # the same network goes on


def test_what_may_not_change_begins_anew(run):
    controls = RunControls(run)
    run.step()
    run.wait("paused")
    hold(controls, model="mlp", optimizer="adam", seed=3)
    assert controls.problem == ""
    assert run.settings.model == "mlp"
    assert run.settings.learning_rate == 0.001  # Adam's own, since none was chosen
    snapshot = run.wait("ready")
    assert snapshot.step == 0
    assert controls.settings == table_of(run.settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"learning_rate": -1}, "learning_rate must be a finite number above 0"),
        ({"learning_rate": "fast"}, "learning_rate must be a number, not 'fast'"),
        ({"learning_rate": float("nan")}, "learning_rate must be a finite number"),
        ({"batch_size": 0, "momentum": 0.5}, "batch_size must lie between 1"),
        ({"augmentation": {"melt": 1}}, "not 'melt'"),
        ({"seed": "abc"}, "seed must be a whole number"),
        ({"optimizer": "magic"}, "optimizer must be one of"),
        ({"dataset": "mnist"}, "read from a folder"),
        ({"worker": "process"}, "A run has no setting 'worker'"),
        ({"checkpoint": {}}, "A run has no setting 'checkpoint'"),
    ],
)
def test_a_bad_value_is_explained_and_the_old_one_is_back(run, settings, sentence):
    controls = RunControls(run)
    before = run.settings
    hold(controls, **settings)
    assert sentence in controls.problem
    assert run.settings == before
    assert controls.settings == table_of(before)
    hold(controls)
    assert controls.problem == ""


def test_what_a_cell_changes_shows_in_the_controls(run):
    controls = RunControls(run)
    controls._hear(controls, {"drawn": controls.frame["sequence"]}, [])
    run.change(learning_rate=0.125)
    until(lambda: controls.settings["learning_rate"] == 0.125)


def test_an_old_table_in_the_hand_does_not_bring_back_old_values(run):
    controls = RunControls(run)
    controls.offer = lambda _: None  # the page has not heard of it yet
    run.change(learning_rate=0.125)
    hold(controls, momentum=0.5)
    assert (run.settings.learning_rate, run.settings.momentum) == (0.125, 0.5)
    assert controls.settings == table_of(run.settings)


def test_what_a_cell_changes_while_a_snapshot_is_on_its_way_stays(run, monkeypatch):
    controls = RunControls(run)

    def slowly(settings):
        table = table_of(settings)
        monkeypatch.undo()
        run.change(momentum=0.5)
        return table

    monkeypatch.setattr("widgets.run_controls.table_of", slowly)
    controls.offer(run.latest)
    assert run.settings.momentum == 0.5


def test_one_epoch(run):
    controls = RunControls(run)
    controls._hear(controls, {"do": "run_epochs", "value": 1}, [])
    snapshot = run.wait("paused")
    assert snapshot.epoch == 1
    assert snapshot.step == snapshot.total_steps // 3


def archive():
    """A ZIP of two classes that a network can tell apart: black and white noise."""
    packed = io.BytesIO()
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(packed, "w") as folder:
        for name, shade in (("dark", 0), ("light", 200)):
            for i in range(12):
                picture = io.BytesIO()
                pixels = (shade + rng.integers(0, 55, (16, 16))).astype(np.uint8)
                Image.fromarray(pixels).save(picture, "png")
                folder.writestr(f"{name}/{i}.png", picture.getvalue())
    return packed.getvalue()


def test_an_uploaded_zip_becomes_the_data_set(run):
    controls = RunControls(run)
    content = {"upload": "../../my images.zip"}
    controls._hear(controls, content, [memoryview(archive())])
    assert controls.problem == ""
    run.wait(lambda s: s.state == "ready" and run.watched.class_names == ("dark", "light"))
    assert controls.settings["dataset"] == "images"


def test_an_upload_that_is_none_leaves_the_run_as_it_is(run):
    controls = RunControls(run)
    classes = run.watched.class_names
    controls._hear(controls, {"upload": "x.zip"}, [memoryview(b"no zip at all")])
    run.wait()
    assert run.watched.class_names == classes
    controls._hear(controls, {"upload": "x.zip"}, [memoryview(bytes(10_000_001))])
    assert "larger than 10 MB" in controls.problem


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    """Where the uploads lie; a list of what lies there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return lambda: sorted(path.name for path in tmp_path.glob("deep-learning-lab-*/*"))


def upload(controls, name, data):
    controls._hear(controls, {"upload": name}, [memoryview(data)])


@pytest.mark.parametrize("name", ["\0.zip", f"{300 * '😀'}.zip", "a/../..", "x\ud800.zip", ""])
def test_a_name_that_no_disk_takes_is_no_hindrance(run, uploads, name):
    controls = RunControls(run)
    upload(controls, name, archive())
    assert controls.problem == ""
    run.wait(lambda s: s.state == "ready" and run.watched.class_names == ("dark", "light"))
    assert len(uploads()) == 1


def test_a_full_disk_is_explained(run, uploads, monkeypatch):
    def full(path, _data):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    controls = RunControls(run)
    upload(controls, "x.zip", archive())
    assert "No space left on device" in controls.problem
    assert run.settings.dataset == "digits"
    assert uploads() == []


def test_an_upload_stays_as_long_as_it_is_read(run, uploads):
    controls = RunControls(run)
    upload(controls, "first.zip", archive())
    run.wait("ready")
    first = run.settings.root
    upload(controls, "none.zip", b"no zip at all")
    until(lambda: controls.settings["root"] == first)  # the worker could not read it
    controls.offer(run.latest)
    assert uploads() == ["first.zip"]
    upload(controls, "second.zip", archive())
    run.wait("ready")
    controls.offer(run.latest)
    assert uploads() == ["second.zip"]
    run.renew(dataset="digits")
    run.wait("ready")
    controls.offer(run.latest)
    assert uploads() == []


def test_an_upload_that_was_read_stays_though_the_next_one_comes_before_it_was_told(run, uploads):
    controls = RunControls(run)
    told = controls.offer
    controls.offer = lambda _snapshot: None  # the subscriber is late
    upload(controls, "first.zip", archive())
    run.wait("ready")
    first = run.settings.root
    upload(controls, "none.zip", b"no zip at all")
    told(run.latest)
    assert "first.zip" in uploads()
    run.wait(lambda _: run.settings.root == first)
    told(run.latest)
    assert uploads() == ["first.zip"]


def test_settings_can_be_set_from_python_too(run):
    controls = RunControls(run)
    controls.settings = {**controls.settings, "momentum": 0.25}
    assert run.settings.momentum == 0.25
    with pytest.raises(TraitError, match="momentum must be"):
        controls.settings = {**controls.settings, "momentum": 2}
    assert run.settings.momentum == 0.25
