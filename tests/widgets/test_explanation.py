"""Heat maps without a browser: which are wanted, which are shown, and what is said of them."""

import json
import re

import numpy as np
import pytest
import torch
from torch import nn
from traitlets import TraitError

from lab.explained import METHODS, HeatMap
from lab.still import Still
from lab.training import Run
from tests.widgets.inside_run import IMAGES, InsideRun, array, drawn, hear
from widgets.explanation import Explanation

RANDOM = np.random.default_rng(3)


def heat(method, **fields):
    return HeatMap(method, RANDOM.normal(size=(8, 8)).astype(np.float32), 1, **fields)


def told(run, *found, explained=None):
    """The worker has found something out."""
    run.show(explanations=found, explained=explained or run.latest.wanted)


def settled(run, view):
    """The page has drawn all that there is to be seen."""
    run.wait()
    view.redraw()


def test_it_needs_its_methods_as_long_as_it_lives():
    run = InsideRun()
    view = Explanation(run, methods=["occlusion", "cam"])
    assert run.wanted.methods == ("cam", "occlusion")
    assert view.methods == ["cam", "occlusion"]
    other = Explanation(run, methods=["saliency"])
    assert run.wanted.methods == ("cam", "saliency", "occlusion")
    hear(other, {"hand": {"methods": ["grad_cam", "cam"]}, "turn": 1})
    assert run.wanted.methods == ("cam", "grad_cam", "occlusion")
    view.close()
    assert run.wanted.methods == ("cam", "grad_cam")


def test_each_map_comes_with_where_its_colours_end():
    run = InsideRun()
    view = Explanation(run, methods=["saliency", "integrated_gradients"])
    assert (view.maps, view.frame["fresh"]) == ({"maps": []}, False)
    maps = heat("integrated_gradients", gap=0.062), heat("cam"), heat("saliency")
    told(run, *maps)
    drawn(view)
    assert view.frame["fresh"]
    first, second = view.maps["maps"]
    assert (first["method"], second["method"]) == ("saliency", "integrated_gradients")
    for one, given in ((first, maps[2]), (second, maps[0])):
        assert np.array_equal(array(one["values"]), given.values)
        sizes = torch.tensor(given.values).double().abs()
        assert one["most"] == pytest.approx(sizes.max().item())
        assert one["sum"] == pytest.approx(sizes.sum().item())
        assert one["full"] == pytest.approx(sizes.quantile(0.99).item())
    assert (first["note"], first["meaning"]) == ("", "")
    assert second["note"] == "sum off by 6.2\u00a0%"
    assert second["meaning"].endswith("of an empty one; their sum is off by 6.2\u00a0%.")
    told(run, heat("integrated_gradients", gap=0.0042))
    drawn(view)
    assert view.maps["maps"][0]["note"] == ""


def test_a_map_of_a_single_pixel_has_a_colour():
    run = InsideRun()
    view = Explanation(run, methods=["cam"])
    values = np.zeros((20, 20), np.float32)
    values[3, 4] = -2
    told(run, HeatMap("cam", values, 1))
    drawn(view)
    assert view.maps["maps"][0]["full"] == 2


def test_why_there_is_no_map_is_said_in_its_place():
    run = InsideRun()
    view = Explanation(run, methods=["cam"])
    told(run, HeatMap("cam", np.zeros((0, 0), np.float32), 1, problem="It has no maps."))
    drawn(view)
    (one,) = view.maps["maps"]
    assert (one["problem"], one["most"], one["full"]) == ("It has no maps.", 0, 0)
    json.dumps([view.frame, view.maps, view.catalogue], default=lambda _: "", allow_nan=False)


def test_maps_of_another_image_or_class_are_not_laid_over_this_one():
    run = InsideRun()
    view = Explanation(run, methods=["cam"])
    own = np.zeros_like(IMAGES[0])
    for changes in ({"sample": 3}, {"target": 2}, {"image": own}, {"image": own + 1}):
        told(run, heat("cam"), explained=run.wanted)
        drawn(view)
        assert view.frame["fresh"]
        before = run.wanted
        run.watch(**changes)
        drawn(view)
        assert not view.frame["fresh"], changes
        told(run, heat("cam"), explained=before)  # of the one before, on its way
        drawn(view)
        assert not view.frame["fresh"], changes


def test_the_same_maps_travel_once():
    run = InsideRun()
    view = Explanation(run, methods=["cam"])
    told(run, heat("cam"))
    drawn(view)
    sent = view.maps
    run.show(step=5)
    drawn(view)
    assert view.maps is sent
    view.methods = ["saliency"]
    assert view.maps == {"maps": []}


def test_the_class_to_explain_is_chosen_for_all_views():
    run = InsideRun()
    view, other = Explanation(run), Explanation(run)
    assert (view.frame["best"], view.frame["target"], view.frame["follows"]) == (1, 1, True)
    hear(view, {"do": "explain", "value": 2})
    drawn(other)
    assert run.wanted.target == 2
    assert (other.frame["target"], other.frame["follows"]) == (2, False)
    for wrong, words in ((3, "target must"), ("lung", "target must"), (None, "target must")):
        hear(view, {"do": "explain", "value": wrong})
        assert words in view.problem
        assert run.wanted.target == 2
    hear(view, {"do": "explain", "value": -1})
    assert (run.wanted.target, view.problem) == (-1, "")
    view.explain(0)
    assert run.wanted.target == 0


def test_of_many_classes_the_most_probable_ones_are_listed():
    logits = torch.linspace(0, 3, 40).roll(7)
    run = InsideRun(probabilities=logits.softmax(0).numpy(), label=30)
    view = Explanation(run)
    expected = set(logits.topk(10).indices.tolist()) | {30}
    listed = view.frame["classes"]
    assert {one["place"] for one in listed} == expected
    assert [one["place"] for one in listed] == sorted(expected)
    for one in listed:
        assert one["share"] == pytest.approx(logits.softmax(0)[one["place"]].item())


def test_nothing_is_shown_before_anything_is_known():
    run = InsideRun(known=False)
    view = Explanation(run)
    json.dumps([view.frame, view.maps], default=lambda _: "", allow_nan=False)
    assert (view.frame["classes"], view.frame["fresh"]) == ([], False)
    run.begin()
    drawn(view)
    assert view.frame["classNames"][1] == "<b>lung</b>"


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        ("methods", ["gradcam"], "methods must be one of .*, not 'gradcam'"),
        ("methods", "cam", "methods must be a list of names"),
        ("methods", [], "methods needs at least one name"),
        ("opacity", 2, "opacity must lie between 0 and 1"),
        ("threshold", None, "threshold must be a finite number"),
        ("chosen", "cams", "chosen"),
        ("scale", "robust", "scale"),
    ],
)
def test_bad_values_are_refused_and_the_old_ones_stay(trait, value, sentence):
    view = Explanation(InsideRun())
    before = getattr(view, trait)
    hear(view, {"hand": {trait: value}, "turn": 4})
    assert re.search(sentence, view.problem)
    assert (getattr(view, trait), view.answered) == (before, 4)
    with pytest.raises(TraitError, match=sentence):
        Explanation(InsideRun(), **{trait: value})


def test_a_text_brings_back_what_is_shown():
    view = Explanation(InsideRun())
    view.methods, view.opacity, view.threshold = ["smooth_grad", "cam"], 0.8, 0.25
    view.chosen, view.scale = "cam", "shared"
    other = Explanation(InsideRun())
    other.take_state(view.state_text())
    assert other.methods == ["cam", "smooth_grad"]
    assert (other.opacity, other.threshold) == (0.8, 0.25)
    assert (other.chosen, other.scale) == ("cam", "shared")


def test_a_run_explains_while_it_learns_and_at_each_kept_moment():
    with Run(worker="thread", model="localisation cnn", watched=60, epochs=2) as run:
        run.wait("ready")
        view = Explanation(run, methods=["cam", "saliency"])
        settled(run, view)
        assert view.frame["untrained"]
        untrained = array(view.maps["maps"][0]["values"])
        run.step(12)
        run.wait("paused")
        settled(run, view)
        trained = array(view.maps["maps"][0]["values"])
        assert not view.frame["untrained"]
        assert not np.allclose(trained, untrained)
        run.look_at(0)
        settled(run, view)
        assert view.frame["untrained"]
        assert array(view.maps["maps"][0]["values"]) == pytest.approx(untrained, abs=1e-5)


def test_any_network_is_explained():
    torch.manual_seed(0)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    images = torch.randint(0, 256, (6, 1, 8, 8)) / 255
    still = Still(linear, images, [0, 1, 2, 0, 1, 2])
    view = Explanation(still, methods=["cam", "input_x_gradient"])
    view.explain(2)
    settled(still, view)
    cam, product = view.maps["maps"]
    assert cam["problem"] == METHODS["cam"].needs
    shown = torch.tensor(array(view.frame["image"])) / 255
    expected = linear[1].weight[2].detach().reshape(8, 8) * shown[0]
    assert array(product["values"]) == pytest.approx(expected.numpy(), abs=1e-5)
    assert not view.frame["untrained"]
    still.close()


def test_there_is_something_to_say_of_every_method():
    view = Explanation(InsideRun())
    assert list(view.catalogue) == list(METHODS)
    for one in view.catalogue.values():
        assert one["title"]
        assert one["words"].endswith(".")
    assert not view.catalogue["saliency"]["signed"]
    assert view.catalogue["occlusion"]["signed"]
