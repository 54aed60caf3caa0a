"""Feature maps without a browser: what is shown, what a unit adds up, what opens in the stepper."""

import json
import re

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

from lab.unit_at_work import unit_at_work
from tests.widgets.inside_run import IMAGES, KERNELS, LABELS, InsideRun, array, drawn, hear
from widgets.convolution import Convolution
from widgets.feature_maps import FeatureMaps
from widgets.feature_maps.stepper import stepper

RANDOM = np.random.default_rng(8)


def names(view):
    return [stage["name"] for stage in view.frame["stages"]]


def test_simple_maps_show_the_stages_the_image_and_the_classes():
    run = InsideRun()
    frame = FeatureMaps(run).frame
    assert [stage["name"] for stage in frame["stages"]] == ["pool1"]
    assert np.array_equal(array(frame["image"]), IMAGES[5])
    assert (frame["sample"], frame["count"], frame["label"]) == (5, 20, LABELS[5])
    assert np.array_equal(array(frame["stages"][0]["maps"]), run.latest.feature_maps[0][1])
    assert not run.wanted.strongest
    assert "unit" not in frame


def test_before_there_is_a_network_there_is_nothing_and_no_nan():
    view = FeatureMaps(InsideRun(known=False), detail=True)
    json.dumps(view.frame, default=lambda _: "bytes", allow_nan=False)
    assert view.frame["stages"] == []


def test_in_detail_the_chosen_layer_is_there_too_in_the_order_of_running():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    assert (run.wanted.channel, run.wanted.strongest) == (0, True)
    drawn(view)
    assert names(view) == ["conv1", "pool1"]
    run.watch(layer="pool1", channel=2)
    drawn(view)
    assert names(view) == ["pool1"]
    hear(view, {"hand": {"layers": "all"}, "turn": 1})
    assert run.wanted.all_layers
    assert names(view) == ["conv1", "pool1"]
    hear(view, {"hand": {"layers": "one"}, "turn": 2})
    assert not run.wanted.all_layers
    assert names(view) == ["pool1"]


def test_the_chosen_channel_is_marked_wherever_it_is_handed_on():
    run = InsideRun()
    view = FeatureMaps(run, detail=True, layers="all")
    run.watch(layer="pool1", channel=2)
    run.show(switched_off=(("conv1", 1),))
    drawn(view)
    drawn(view)
    stages = {stage["name"]: stage for stage in view.frame["stages"]}
    assert stages["conv1"]["chosen"] == stages["pool1"]["chosen"] == 2
    assert stages["conv1"]["dead"] == [False, False, False, True]
    assert stages["pool1"]["off"] == [False, True, False, False]


def test_of_large_maps_the_tiles_are_samples_and_the_chosen_one_is_whole():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    large = RANDOM.normal(size=(4, 130, 100)).astype(np.float32)
    run.show(feature_maps=(("conv1", large),))
    drawn(view)
    drawn(view)
    (stage,) = view.frame["stages"]
    assert (stage["size"], stage["step"]) == ([130, 100], 3)
    assert np.array_equal(array(stage["maps"]), large[:, ::3, ::3])
    assert np.array_equal(array(view.frame["map"]), large[0])
    assert stage["most"] == pytest.approx(np.abs(large).max())


def test_pointing_chooses_layer_channel_and_unit_in_every_view():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    pointed = {"layer": "conv1", "channel": 2, "unit": [7, 0]}
    hear(view, {"hand": {"pointed": pointed}, "turn": 1})
    assert (run.wanted.layer, run.wanted.channel, run.wanted.unit) == ("conv1", 2, (7, 0))
    hear(view, {"hand": {"pointed": {**pointed, "unit": [8, 0]}}, "turn": 2})
    assert "no unit (8, 0)" in view.problem
    assert run.wanted.unit == (7, 0)
    run.watch(channel=0, unit=(1, 1))  # another view
    hear(view, {"hand": {"pointed": {**pointed, "turn": 2}}, "turn": 3})
    assert (run.wanted.channel, run.wanted.unit) == (2, (7, 0))
    hear(view, {"hand": {"pointed": {"gradients": True}}, "turn": 4})
    assert not run.wanted.gradients
    other = FeatureMaps(InsideRun(), detail=True)
    other.take_state(view.state_text())  # a gesture that is over is no state
    assert other.run.wanted.unit is None


@pytest.mark.parametrize("unit", [(0, 0), (7, 7), (3, 5)])
def test_a_unit_adds_up_to_its_value_in_the_map(unit):
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    run.watch(channel=1, unit=unit)
    drawn(view)
    told = view.frame["unit"]
    value = float(dict(run.latest.feature_maps)["conv1"][1][unit])
    assert float(told["value"].replace("−", "-")) == pytest.approx(value, rel=0.01)
    products = (array(told["windows"]) * array(told["kernel"])).sum()
    bias = run.latest.kernel_biases[1]
    assert products + bias == pytest.approx(value, abs=1e-5)
    assert "(9 products)" in told["sum"]
    assert told["sees"] == "sees 3 × 3 pixels"


def test_a_pooling_has_no_kernel_and_says_where_there_is_one():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    run.watch(layer="pool1", channel=1, unit=(0, 0))
    drawn(view)
    told = view.frame["unit"]
    assert told["windows"] is None
    assert told["why"] == "pool1 has no kernel of its own. conv1 has: choose it."


def test_a_channel_that_is_off_says_what_it_would_put_out():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    run.watch(channel=1, unit=(2, 2))
    run.show(switched_off=(("conv1", 1),))
    drawn(view)
    assert view.frame["unit"]["why"].startswith("Switched off: it would put out ")


def test_the_strongest_images_are_sent_only_when_they_are_others():
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    drawn(view)
    first = view.strongest
    assert first["places"] == [3, 1]
    assert np.array_equal(array(first["images"]), IMAGES[[3, 1]])
    assert first["fields"][1] == [3 / 8, 6 / 8, 3 / 8, 6 / 8]
    run.watch(unit=(0, 0))
    drawn(view)
    assert view.strongest is first
    run.show(strongest=np.array([4, 1]))
    drawn(view)
    assert view.strongest["places"] == [4, 1]


def opened(inputs, kernels, settings, unit, *, channel=0):
    """The stepper with the state that a unit opens, and what is said of it."""
    biases = np.linspace(-1, 1, len(kernels)).astype(np.float32)
    work = unit_at_work(inputs, kernels, biases, settings, channel=channel, unit=unit)
    text, said = stepper(inputs, work, settings, unit)
    if not text:
        return None, said, work
    widget = Convolution()
    widget.take_state(text)
    return widget, said, work


@pytest.mark.parametrize(
    ("side", "stride", "padding", "dilation", "unit"),
    [
        (8, 1, 0, 1, (2, 3)),
        (8, 1, 2, 1, (0, 7)),
        (12, 2, 1, 2, (1, 4)),
        (28, 1, 2, 1, (0, 0)),
        (28, 1, 2, 1, (27, 13)),
        (28, 1, 0, 1, (11, 23)),
        (28, 2, 1, 2, (11, 5)),
    ],
)
def test_the_stepper_opens_on_just_these_numbers(side, stride, padding, dilation, unit):
    inputs = RANDOM.normal(size=(1, side, side)).astype(np.float32)
    kernels = RANDOM.normal(size=(2, 1, 3, 3)).astype(np.float32)
    both = {"stride": stride, "padding": padding, "dilation": dilation}
    settings = {**{name: (size, size) for name, size in both.items()}, "groups": 1}
    widget, said, work = opened(inputs, kernels, settings, unit, channel=1)
    steps = widget.windows
    assert float(steps.values[0, widget.at[0], widget.at[1]]) == pytest.approx(work.value, abs=1e-6)
    assert np.array_equal(np.float32(widget.kernel[0]), kernels[1])
    assert ("the part around it" in said) == (side > 12)


def test_of_many_inputs_the_stepper_opens_the_one_that_counts_most():
    inputs = RANDOM.normal(size=(6, 4, 4)).astype(np.float32)
    kernels = RANDOM.normal(size=(2, 6, 3, 3)).astype(np.float32)
    settings = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1}
    widget, said, work = opened(inputs, kernels, settings, (1, 2))
    most = int(np.abs(work.parts).argmax())
    assert said == f"Opens map {most} of 6, which counts most, and no bias."
    value = float(widget.windows.values[0, 1, 2])
    assert value == pytest.approx(work.parts[most], abs=1e-6)


@pytest.mark.parametrize(
    ("kernel", "changes", "sentence"),
    [
        (9, {}, "at most 7 × 7"),
        (3, {"stride": (2, 1)}, "alike along rows and columns"),
        (5, {"dilation": (3, 3)}, "this window spans 13"),
    ],
)
def test_what_the_stepper_cannot_take_it_says(kernel, changes, sentence):
    inputs = RANDOM.normal(size=(1, 30, 30)).astype(np.float32)
    kernels = RANDOM.normal(size=(1, 1, kernel, kernel)).astype(np.float32)
    plain = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
    widget, said, _ = opened(inputs, kernels, {**plain, **changes}, (1, 1))
    assert widget is None
    assert sentence in said


def test_large_numbers_are_too_large_for_the_stepper():
    inputs, plain = np.full((1, 4, 4), 250.0), {"stride": (1, 1), "padding": (0, 0)}
    settings = {**plain, "dilation": (1, 1), "groups": 1}
    assert "−99 to 99" in opened(inputs, KERNELS, settings, (0, 0))[1]


def test_the_learner_chooses_which_of_many_inputs_the_stepper_opens():
    inputs = RANDOM.normal(size=(6, 4, 4)).astype(np.float32)
    kernels = RANDOM.normal(size=(2, 6, 3, 3)).astype(np.float32)
    biases = np.array([0.5, -0.25], np.float32)
    run = InsideRun()
    view = FeatureMaps(run, detail=True)
    run.watch(channel=1, unit=(1, 2))
    maps = conv2d(*map(torch.tensor, (inputs[None], kernels, biases)), padding=1)[0].numpy()
    shown = {
        "kernels": kernels,
        "kernel_inputs": inputs,
        "kernel_biases": biases,
        "feature_maps": (("conv1", maps),),
    }
    run.show(**shown)
    drawn(view)
    told = view.frame["unit"]
    parts = (array(told["windows"]) * array(told["kernel"])).sum(axis=(1, 2))
    assert told["opened"] == np.abs(parts).argmax()
    written = told["sum"].removeprefix("= ").replace("−", "-").replace("\u00a0", "")
    numbers = [float(one) for one in re.findall(r"[+-]?[\d.]+(?= [(+-])", written)]
    assert numbers == pytest.approx([*parts, -0.25], rel=0.01, abs=1e-3)
    assert sum(numbers) == pytest.approx(maps[1, 1, 2], abs=0.02)
    least = int(np.abs(parts).argmin())
    hear(view, {"hand": {"opened": least}, "turn": 1})
    told = view.frame["unit"]
    assert (told["opened"], told["why"]) == (least, f"Opens map {least} of 6 and no bias.")
    widget = Convolution()
    widget.take_state(told["stepper"])
    assert float(widget.windows.values[0, 1, 2]) == pytest.approx(parts[least], abs=1e-6)
    hear(view, {"hand": {"opened": 40}, "turn": 2})  # of a layer with more of them
    assert view.frame["unit"]["opened"] == np.abs(parts).argmax()


def test_of_very_many_inputs_the_sum_names_the_opened_one():
    inputs = RANDOM.normal(size=(20, 3, 3)).astype(np.float32)
    kernels = RANDOM.normal(size=(1, 20, 3, 3)).astype(np.float32)
    run = InsideRun()
    view = FeatureMaps(run, detail=True, opened=7)
    run.watch(channel=0, unit=(1, 1))
    maps = conv2d(*map(torch.tensor, (inputs[None], kernels)), padding=1)[0].numpy()
    run.show(
        kernels=kernels,
        kernel_inputs=inputs,
        kernel_biases=np.empty(0, np.float32),
        feature_maps=(("conv1", maps),),
    )
    drawn(view)
    said = view.frame["unit"]["sum"]
    part = float((inputs[7] * kernels[0, 7]).sum())
    assert float(said.split()[1].replace("−", "-")) == pytest.approx(part, rel=0.01)
    assert "(map 7)" in said
    assert "(19 other maps)" in said
