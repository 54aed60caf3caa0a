"""Views of a run without a browser: the latest frame wins, and nothing is sent unasked."""

import gc
import json
import weakref

import numpy as np
import pytest

from lab.training import Run
from widgets.feature_maps import FeatureMaps
from widgets.filters import Filters
from widgets.latent_space import LatentSpace
from widgets.learning_curves import LearningCurves
from widgets.run_controls import RunControls

VIEWS = [FeatureMaps, Filters, LatentSpace, LearningCurves, RunControls]


@pytest.fixture(scope="module")
def run():
    with Run(worker="thread", epochs=2, watched=60) as run:
        run.wait("ready")
        yield run


def hear(view, content):
    """What the page sends."""
    view._hear(view, content, [])


def drawn(view):
    hear(view, {"drawn": view.frame["sequence"]})


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_starts_with_the_present_state(run, view):
    frame = view(run).frame
    assert frame["sequence"] == run.latest.sequence

    def without_buffers(value):
        return "bytes" if isinstance(value, bytes) else str(value)

    json.dumps(frame, default=without_buffers, allow_nan=False)


def test_the_frames_hold_what_the_snapshot_holds(run):
    snapshot, watched = run.latest, run.watched
    maps, latent = FeatureMaps(run).frame, LatentSpace(run)
    assert np.array_equal(array(maps["image"]), snapshot.image)
    assert np.array_equal(array(maps["probabilities"]), snapshot.probabilities)
    assert [stage["name"] for stage in maps["stages"]] == list(watched.stages)
    named = dict(snapshot.feature_maps)
    assert all(np.array_equal(array(one["maps"]), named[one["name"]]) for one in maps["stages"])
    assert np.array_equal(array(Filters(run).frame["tiles"]), snapshot.kernels[:, 0])
    assert array(latent.frame["points"]).shape == (len(snapshot.vectors), 2)
    assert np.array_equal(array(latent.images["places"]), snapshot.vector_places)
    assert RunControls(run).frame["state"] == snapshot.state


def test_no_second_frame_before_the_first_is_drawn(run):
    view = Filters(run)
    first = view.frame["sequence"]
    for sample in (1, 2, 3):
        run.select(sample)
        run.wait()
    assert view.frame["sequence"] == first
    drawn(view)
    assert view.frame["sequence"] == run.latest.sequence  # the latest; those between are skipped


def test_a_lost_frame_is_sent_again_after_a_while(run, monkeypatch):
    view = Filters(run)
    run.select(4)
    run.wait()
    assert view.frame["sequence"] < run.latest.sequence
    monkeypatch.setattr("widgets._live.LOST_AFTER", 0.0)
    hear(view, {"drawn": -1})  # the page's reminder: nothing has come
    assert view.frame["sequence"] == run.latest.sequence


def test_the_page_steers_the_run(run):
    controls, maps = RunControls(run), FeatureMaps(run)
    hear(controls, {"do": "step", "value": 2})
    assert run.wait("paused").step == 2
    hear(controls, {"hand": {"settings": {**controls.settings, "pace": 30}}, "turn": 1})
    assert run.pace == 30
    hear(controls, {"hand": {"settings": {**controls.settings, "pace": None}}, "turn": 2})
    assert run.pace is None
    hear(maps, {"do": "select", "value": 7})
    assert run.wait().sample == 7
    hear(controls, {"do": "reset", "value": None})
    assert run.wait("ready").step == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"hand": {"settings": {"pace": -1}}, "turn": 1}, "pace must be"),
        ({"hand": {"settings": {"pace": float("nan")}}, "turn": 1}, "pace must be"),
        ({"do": "pace", "value": 30}, ""),
        ({"do": "learning_rate", "value": 0.5}, ""),
        ({"do": "step", "value": "many"}, "n must be a whole number"),
        ({"do": "close"}, ""),
        ({"do": "__class__"}, ""),
        ({"do": ["start"]}, ""),
        ({"drawn": "all"}, ""),
        ({"drawn": 10**9}, ""),
        ("start", ""),
        (None, ""),
    ],
)
def test_a_hostile_page_changes_nothing(run, content, sentence):
    controls = RunControls(run)
    before = run.settings, run.latest.state, run.latest.step
    hear(controls, content)
    assert sentence in controls.problem
    assert bool(sentence) == bool(controls.problem)
    run.wait()
    assert (run.settings, run.latest.state, run.latest.step) == before


@pytest.mark.parametrize("content", [{"alive": True}, {"drawn": 0}, {"do": "pause"}])
def test_whatever_the_page_says_is_a_sign_of_life(run, monkeypatch, content):
    view = Filters(run)
    signs = []
    monkeypatch.setattr(view.presence, "seen", lambda: signs.append(content))
    hear(view, content)
    assert signs == [content]


def test_all_views_of_a_run_share_its_presence(run):
    assert Filters(run).presence is RunControls(run).presence


def test_a_forgotten_view_is_let_go(run):
    view = Filters(run)
    view.close()
    gone = weakref.ref(view)
    del view
    run.select(1)
    run.wait()
    gc.collect()
    assert gone() is None


def test_points_keep_their_place_from_frame_to_frame(run):
    view = LatentSpace(run)
    first = array(view.frame["points"])
    for _ in range(3):
        drawn(view)
        hear(view, {"do": "select", "value": 5})
        run.wait()
        drawn(view)
    assert view.frame["sequence"] == run.latest.sequence
    assert np.allclose(array(view.frame["points"]), first, atol=1e-4)  # the same network
