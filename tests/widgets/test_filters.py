"""The filter grid without a browser: what the tiles show, and hands in the network."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from traitlets import TraitError

from lab.kernels import KERNELS as PRESETS
from lab.messages import Snapshot
from tests.widgets.inside_run import BIASES, IMAGES, KERNELS, LABELS, InsideRun, array, drawn, hear
from widgets.feature_maps import FeatureMaps
from widgets.filters import Filters
from widgets.filters.pictures import Bench


def test_without_hands_there_are_the_tiles_and_nothing_is_chosen():
    run = InsideRun()
    frame = Filters(run).frame
    assert np.array_equal(array(frame["tiles"]), KERNELS[:, 0])
    assert frame["most"] == pytest.approx(np.abs(KERNELS).max())
    assert (frame["layer"], frame["channel"]) == ("conv1", -1)
    assert frame["dead"] == [False, False, False, True]
    assert run.wanted.channel == -1
    assert "kernel" not in frame


def test_before_there_is_a_network_there_is_nothing_and_no_nan():
    view = Filters(InsideRun(known=False), hands=True)
    json.dumps(view.frame, default=lambda _: "bytes", allow_nan=False)
    assert view.frame["tiles"]["shape"][0] == 0


def test_hands_take_the_first_filter_and_a_click_another():
    run = InsideRun()
    view = Filters(run, hands=True)
    assert run.wanted.channel == 0
    drawn(view)
    assert np.allclose(view.frame["kernel"], KERNELS[0, 0])
    assert view.frame["bias"] == pytest.approx(float(BIASES[0]))
    hear(view, {"do": "choose", "value": {"layer": "conv1", "channel": 2}})
    drawn(view)
    assert view.frame["channel"] == 2
    assert np.allclose(view.frame["kernel"], KERNELS[2, 0])
    hear(view, {"do": "choose", "value": {"layer": "conv9"}})
    assert "no layer 'conv9'" in view.problem
    hear(view, {"do": "choose", "value": {"learning_rate": 3}})
    assert "no choice 'learning_rate'" in view.problem


def test_of_several_inputs_a_tile_is_their_mean_and_one_lies_open():
    kernels = np.random.default_rng(2).normal(size=(4, 5, 3, 3)).astype(np.float32)
    run = InsideRun()
    view = Filters(run, hands=True, opened=3)
    run.show(kernels=kernels)
    drawn(view)
    assert np.allclose(array(view.frame["tiles"]), kernels.mean(axis=1), atol=1e-6)
    assert np.array_equal(array(view.frame["row"]), kernels[0])
    assert np.allclose(view.frame["kernel"], kernels[0, 3])
    hear(view, {"hand": {"opened": 99}, "turn": 1})  # of a layer with more inputs
    assert view.frame["open"] == 4


def test_a_weight_in_the_hand_goes_to_the_network_once_and_with_its_gesture():
    run = InsideRun()
    view = Filters(run, hands=True)
    edit = {"layer": "conv1", "place": [2, 0, 1, 1], "value": 0.4, "bias": False, "drag": 7}
    hear(view, {"hand": {"edit": edit}, "turn": 5})
    assert run.commands == [("edit", "conv1", (2, 0, 1, 1), 0.4, False, 7)]
    assert view.answered == 5
    hear(view, {"hand": {"edit": {**edit, "place": [2], "bias": True}}, "turn": 6})
    assert run.commands[1] == ("edit", "conv1", (2,), 0.4, True, 7)
    hear(view, {"hand": {"edit": {**edit, "value": None}}, "turn": 7})
    assert view.problem == "value must be a finite number."
    assert len(run.commands) == 2


@pytest.mark.parametrize("edit", [{}, {"layer": 3}, {"layer": "conv1", "place": 1}, 7])
def test_what_is_no_edit_is_refused(edit):
    run = InsideRun()
    view = Filters(run, hands=True)
    with pytest.raises(TraitError, match="edit"):
        view.edit = {"nothing": 1} if edit == {} else edit
    assert run.commands == []


def test_a_gesture_that_is_over_is_no_state():
    view = Filters(InsideRun(), hands=True, task="vertical edges")
    other = Filters(InsideRun(), hands=True)
    other.take_state(view.state_text())
    assert other.task == "vertical edges"
    assert other.run.commands == []


def test_channels_are_switched_and_changes_undone():
    run = InsideRun()
    view = Filters(run, hands=True)
    hear(view, {"do": "switch", "value": ["conv1", 1, False]})
    hear(view, {"do": "undo", "value": None})
    assert run.commands == [("switch", "conv1", 1, False), ("undo",)]
    hear(view, {"do": "switch", "value": ["conv1", 1]})
    assert "cannot be done" in view.problem
    run.show(switched_off=(("conv1", 1),), edits=2)
    drawn(view)
    assert view.frame["off"] == [False, True, False, False]
    assert (view.frame["switchedOff"], view.frame["edits"]) == (1, 2)


def test_gradients_are_wanted_only_while_they_are_shown():
    run = InsideRun()
    view = Filters(run, hands=True)
    hear(view, {"hand": {"values": "gradients"}, "turn": 1})
    assert run.wanted.gradients
    drawn(view)
    assert np.allclose(array(view.frame["tiles"]), 0.1 * KERNELS[:, 0])
    hear(view, {"hand": {"values": "weights"}, "turn": 2})
    assert not run.wanted.gradients


def test_changes_count_from_a_moment_that_can_be_marked():
    run = InsideRun(step=10)
    view = Filters(run, hands=True, values="change")
    run.look(step=30, kernels=KERNELS + 1)
    drawn(view)
    assert np.allclose(array(view.frame["tiles"]), 1)
    assert view.frame["since"] == 10
    hear(view, {"do": "mark", "value": None})
    assert not array(view.frame["tiles"]).any()
    assert view.frame["since"] == 30
    run.look(step=0)  # the run has begun anew
    drawn(view)
    assert view.frame["since"] == 0


def test_the_channel_is_chosen_in_a_pooling_that_hands_it_on():
    run = InsideRun()
    view = Filters(run, hands=True)
    run.watch(layer="pool1", channel=3)
    drawn(view)
    assert (view.frame["layer"], view.frame["channel"]) == ("conv1", 3)


def test_the_task_about_edges_looks_at_the_chosen_filter():
    kernels = np.stack([PRESETS[name].cells[None] for name in ("box", "sobel y", "sobel x", "box")])
    run = InsideRun()
    view = Filters(run, hands=True, task="vertical edges")
    run.look(kernels=kernels.astype(np.float32))
    drawn(view)
    assert not view.frame["verdict"]["solved"]
    run.watch(channel=2)
    run.look(kernels=kernels.astype(np.float32))
    drawn(view)
    assert view.frame["verdict"]["solved"]


def test_the_task_about_losses_compares_with_the_whole_network():
    places = np.arange(20)
    whole = {"vector_places": places, "vector_predictions": LABELS.copy(), "step": 40}
    run = InsideRun(**whole)
    view = Filters(run, hands=True, task="without loss")
    assert "Choose a channel" in view.frame["verdict"]["hint"]
    worse = LABELS.copy()
    worse[:5] += 1
    run.show(switched_off=(("conv1", 0),), surveying=True)
    drawn(view)
    assert "Counting" in view.frame["verdict"]["hint"]
    run.show(vector_predictions=worse, surveying=False)
    drawn(view)
    assert "loses 5 images of 20" in view.frame["verdict"]["hint"]
    run.show(switched_off=(("conv1", 0),), vector_predictions=LABELS.copy())
    drawn(view)
    assert view.frame["verdict"]["solved"]
    run.show(step=41)
    drawn(view)
    assert "weights have changed" in view.frame["verdict"]["hint"]


def test_gradients_stay_wanted_while_any_view_shows_them():
    run = InsideRun()
    view, other = Filters(run, hands=True), Filters(run, hands=True)
    for one in (view, other):
        hear(one, {"hand": {"values": "gradients"}, "turn": 1})
    hear(other, {"hand": {"values": "weights"}, "turn": 2})
    drawn(view)
    drawn(view)
    assert run.wanted.gradients


def test_a_past_moment_is_called_by_its_step():
    run = InsideRun(step=40)
    view = Filters(run, hands=True)
    drawn(view)
    assert (view.frame["asOf"], view.frame["step"]) == (-1, 40)
    run.show(looked_at=10, kernels=KERNELS + 1)
    drawn(view)
    assert view.frame["asOf"] == 10
    hear(view, {"do": "mark", "value": None})
    run.show(looked_at=-1, kernels=KERNELS)
    hear(view, {"hand": {"values": "change"}, "turn": 1})
    drawn(view)
    assert (view.frame["since"], view.frame["asOf"]) == (10, -1)
    assert np.allclose(array(view.frame["tiles"]), -1)


def test_places_of_other_data_are_not_counted():
    run = InsideRun(vector_places=np.arange(20), vector_predictions=LABELS.copy(), step=40)
    view = Filters(run, hands=True, task="without loss")
    run.watched = replace(run.watched, test_images=IMAGES[:6], test_labels=LABELS[:6])
    run.show(step=41)
    drawn(view)
    assert view.frame["step"] == 41


@pytest.mark.parametrize("kind", [partial(Filters, hands=True), partial(FeatureMaps, detail=True)])
def test_a_closed_run_is_still_looked_at(kind, monkeypatch):
    run = InsideRun()

    def refuse(**_):
        raise RuntimeError("This run is closed.")

    monkeypatch.setattr(run, "watch", refuse)
    assert kind(run).frame["state"] == "ready"


def test_a_view_that_is_closed_needs_nothing_more():
    run = InsideRun()
    view = Filters(run, hands=True, values="gradients")
    maps = FeatureMaps(run, detail=True, layers="all")
    assert (run.wanted.gradients, run.wanted.all_layers, run.wanted.strongest) == (True,) * 3
    view.close()
    assert not run.wanted.gradients
    maps.close()
    assert not any((run.wanted.all_layers, run.wanted.strongest))
    run.request()  # the next view that draws
    assert not run.latest.wanted.gradients


def test_a_page_that_draws_no_more_needs_nothing_until_it_draws_again(monkeypatch):
    run = InsideRun()
    view = Filters(run, hands=True, values="gradients")
    assert run.wanted.gradients  # for as long as it likes: no page has shown it yet
    monkeypatch.setattr("widgets._live.SHOWN_FOR", 0.0)
    drawn(view)
    assert not run.wanted.gradients
    monkeypatch.setattr("widgets._live.SHOWN_FOR", 60.0)
    drawn(view)
    assert run.wanted.gradients
    assert run.latest.wanted.gradients


def test_every_kernel_has_a_tile_in_the_row_of_its_filter_and_the_column_of_its_input():
    kernels = np.random.default_rng(3).normal(size=(4, 5, 2, 3)).astype(np.float32)
    run = InsideRun()
    view = Filters(run, hands=True)
    drawn(view)
    assert view.frame["kernels"] is None  # one input: the filters are the kernels
    run.show(kernels=kernels)
    drawn(view)
    told = view.frame["kernels"]
    table = array(told["table"])
    assert (told["shape"], told["first"]) == ([4, 5, 2, 3], 0)
    assert told["most"] == pytest.approx(np.abs(kernels).max())
    for row, column in np.ndindex(4, 5):
        tile = table[2 * row : 2 * row + 2, 3 * column : 3 * column + 3]
        assert np.array_equal(tile, kernels[row, column])
    hear(view, {"hand": {"kernels": "mean"}, "turn": 1})
    assert view.frame["kernels"] is None


def test_of_very_many_kernels_there_are_the_rows_around_the_chosen_filter():
    kernels = np.zeros((600, 600, 3, 3), np.float32)
    bench = Bench()
    bench.look(InsideRun().watched, Snapshot(state="ready", layer="conv1", kernels=kernels))
    rows = bench.table("weights")["shape"][0]
    assert rows * 600 * 9 <= 2**18 < (rows + 1) * 600 * 9
    for channel, first in [(-1, 0), (300, 300 - rows // 2), (599, 600 - rows)]:
        bench.channel = channel
        assert bench.table("weights")["first"] == first
    assert bench.table("gradients")["shape"][0] == 0  # there are none yet
