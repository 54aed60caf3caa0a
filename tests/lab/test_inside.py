"""Looking into a run and reaching into it, through the same doors as the views."""

import gc
import time

import numpy as np
import pytest
import torch
from torch import nn

from lab.models import lenet
from lab.training import Run


@pytest.fixture
def run():
    with Run(worker="thread", epochs=2, seed=3) as run:
        run.wait("ready")
        yield run


def test_what_there_is_to_choose_is_told_once(run):
    watched = run.watched
    assert watched.kernel_layers == ("conv1", "conv2")
    assert ("relu2", "ReLU", (16, 4, 4)) in watched.map_layers
    assert dict(watched.vector_layers)["dense1"] == 120
    assert dict(watched.weights)["conv2.weight"] == (16, 6, 5, 5)
    assert np.array_equal(watched.test_images[watched.watched], watched.images)


def test_the_first_look_shows_all_that_is_wanted(run):
    seen = run.latest
    assert not seen.surveying
    assert (seen.layer, seen.channel, seen.field) == ("conv1", -1, ())
    assert seen.kernels.shape == (6, 1, 5, 5)
    assert np.array_equal(seen.kernels, seen.filters)
    assert seen.vectors.shape == (355, 84)
    assert [name for name, _ in seen.dead] == [name for name, _ in seen.feature_maps]
    assert seen.probabilities.sum() == pytest.approx(1)
    assert seen.sample == seen.vector_places[0]
    where = seen.vector_places.tolist().index(seen.sample)
    assert seen.vector_predictions[where] == seen.logits.argmax()


def test_all_views_share_what_is_looked_at(run):
    run.watch(layer="relu2", channel=7, unit=(1, 2), strongest=True, vectors_of="dense1")
    run.select(11)
    assert run.wanted.unit is None
    seen = run.wait()
    assert (seen.sample, seen.wanted.sample, seen.layer, seen.channel) == (11, 11, "relu2", 7)
    assert seen.vectors.shape == (355, 120)
    assert len(seen.strongest) == 9
    assert seen.kernels.shape == (16, 6, 5, 5)  # those that made its channels
    assert seen.kernel_inputs.shape == (16, 4, 4)
    with pytest.raises(ValueError, match="no layer 'conv7'"):
        run.watch(sample=3, layer="conv7")
    assert run.wait().sample == 11  # nothing of it


def test_an_image_of_ones_own_is_looked_at(run):
    image = run.watched.test_images[20].copy()
    run.watch(image=image, label=4)
    image[:] = 0
    seen = run.wait()
    assert np.array_equal(seen.image, run.watched.test_images[20])
    assert (seen.sample, seen.label) == (-1, 4)
    where = seen.vector_places.tolist().index(20)
    # The digits have 16 shades, so that 255 stands for 16 and a pixel may be off by a rounding.
    assert np.allclose(seen.own_vector, seen.vectors[where], atol=0.05)
    run.select(20)
    assert run.wait().own_vector.size == 0


def test_an_unknown_wish_is_dropped_when_the_network_changes(run):
    run.watch(layer="conv2", channel=12, vectors_of="dense2", sample=300)
    run.renew(model="mlp")
    seen = run.wait("ready")
    assert (seen.layer, seen.channel, seen.sample) == ("", -1, 300)
    assert run.wanted.layer == ""
    assert seen.feature_maps == ()
    run.renew(model="lenet")
    assert run.wait("ready").layer == "conv2"


def test_the_calibration_is_that_of_the_last_test(run):
    run.start()
    last = run.wait("finished")
    before, after = last.expected_calibration_errors
    assert 0 <= after <= before + 0.02 <= 1
    assert last.temperature != 1
    gap = abs(last.test_confidences.mean() - last.test_accuracy[-1])
    assert before >= gap - 1e-6  # bins can only add to it


@pytest.mark.parametrize("paused", [True, False])
def test_hands_reach_into_the_living_network(run, paused):
    if paused:
        run.step(5)
        run.wait("paused")
    else:
        run.change(learning_rate=1e-6)
        run.start()
    for i in range(5):
        run.edit("conv1", (0, 0, 2, 3), 2.0 + i, drag=7)
    run.edit("conv1", (3,), -1.5, bias=True)
    run.switch("conv2", 4, False)
    seen = run.wait()
    assert seen.edits == 3
    assert seen.kernels[0, 0, 2, 3] == pytest.approx(6, abs=1e-3)
    assert seen.kernel_biases[3] == pytest.approx(-1.5, abs=1e-3)
    assert seen.switched_off == (("conv2", 4),)
    assert not dict(seen.feature_maps)["relu2"][4].any()
    assert run.wait(lambda s: dict(s.dead)["relu2"][4])  # a running one surveys now and then
    for _ in range(3):
        run.undo()
    seen = run.wait()
    assert (seen.edits, seen.switched_off) == (0, ())
    assert abs(seen.kernels[0, 0, 2, 3]) < 1


def test_hands_that_reach_into_nothing_are_told_so(run):
    for do, words in [
        (lambda: run.edit("relu1", (0,), 1), "no layer 'relu1' with weights to set"),
        (lambda: run.edit("conv1", (0, 0, 5, 0), 1), "6 x 1 x 5 x 5 numbers: it has no place"),
        (lambda: run.edit("conv1", (0, 0, 0, 0), 1e7), "at most 1e"),
        (lambda: run.switch("dense1", 0, False), "no layer 'dense1' with feature maps"),
    ]:
        with pytest.raises(ValueError, match=words):
            do()
    with pytest.raises(TypeError, match="True or False"):
        run.switch("conv1", 0, 1)
    assert run.wait().edits == 0


def test_a_weight_of_a_network_that_has_gone_is_refused_by_the_worker(run):
    run.renew(model="mlp")  # not known here yet
    run.edit("conv1", (0, 0, 0, 0), 1)
    seen = run.wait("ready")
    assert "no numbers 'conv1.weight'" in seen.message
    assert seen.edits == 0


def test_a_channel_of_a_network_that_has_gone_is_refused_by_the_worker(run):
    run.renew(model="tiny vgg")  # not known here yet
    run.switch("conv1", 5, False)
    run.switch("conv2", 15, False)
    seen = run.wait("ready")
    assert "channels 0 to 9, so there is no channel 15" in seen.message
    assert seen.switched_off == (("conv1", 5),)
    with Run(worker="thread") as early:
        early.switch("conv1", 99, False)
        assert "channels 0 to 5, so there is no channel 99" in early.wait("ready").message
        assert early.latest.switched_off == ()


def test_a_reset_forgets_the_hands_and_repeats_bit_for_bit(run):
    run.start()
    first = run.wait("finished")
    run.reset()
    run.edit("conv1", (0, 0, 0, 0), 3)
    run.switch("conv1", 2, False)
    run.watch(all_layers=True, strongest=True, channel=1, gradients=True, layer="conv2")
    run.step(3)
    seen = run.wait("paused")
    assert seen.edits == 2
    assert seen.kernel_gradients.shape == seen.kernels.shape
    assert seen.kernel_gradients.any()
    run.reset()
    seen = run.wait("ready")
    assert (seen.edits, seen.switched_off) == (0, ())
    run.start()
    for sample in (7, 290, 31, 160, 7):  # each is looked at while it trains
        run.watch(sample=sample)
        assert run.wait(lambda s, sample=sample: s.wanted.sample == sample).sample == sample
    again = run.wait("finished")
    assert np.array_equal(first.loss, again.loss)
    assert np.array_equal(first.filters, again.filters)
    assert np.array_equal(first.test_true, again.test_true)


def test_a_weight_that_makes_the_training_explode_is_named_as_the_reason(run):
    run.step(1)
    run.wait("paused")
    run.edit("output", (0, 0), 1e6)
    run.edit("dense2", (0,), 1e6, bias=True)
    run.switch("conv1", 0, False)
    run.start()
    seen = run.wait("diverged")
    assert "a weight that was set by hand, or the learning rate of 0.02, is too" in seen.message
    assert (seen.edits, seen.switched_off) == (1, (("conv1", 0),))  # that can still be undone
    assert abs(seen.kernels).max() < 1


def test_a_channel_that_is_off_is_off_at_other_moments_too(run):
    run.step(4)
    run.wait("paused")
    run.switch("conv1", 1, False)
    run.look_at(0)
    seen = run.wait()
    assert seen.looked_at == 0
    assert not dict(seen.feature_maps)["conv1"][1].any()
    assert dict(seen.dead)["conv1"][1]
    run.switch("conv1", 1, True)
    assert dict(run.wait().feature_maps)["conv1"][1].any()


def test_a_module_of_ones_own_is_given_back_without_hooks():
    torch.manual_seed(0)
    own = lenet((1, 8, 8))
    with Run(model=own, epochs=1) as run:
        run.wait("ready")
        run.switch("conv1", 0, False)
        off = run.wait()
        kept = run.checkpoint()
        with run.fork() as fork:
            forked = fork.wait("ready")
        assert not dict(off.feature_maps)["conv1"][0].any()
        assert dict(forked.feature_maps)["conv1"][0].any()  # it has the weights, not the hands
        assert set(kept.weights) == set(own.state_dict())
        run.renew(seed=1)
        assert run.wait("ready").switched_off == ()
        run.switch("conv2", 0, False)
        run.wait()
    assert not any(module._forward_hooks for module in own.modules())


def test_a_wish_outlives_a_rest_and_a_new_worker(run):
    run.watch(layer="conv2", channel=2, sample=5)
    run.step(1)
    run.wait("paused")
    run.rest()
    assert not run.latest.surveying
    run.start()
    seen = run.wait("finished")
    assert (seen.layer, seen.channel, seen.sample) == ("conv2", 2, 5)


def test_a_channel_that_is_off_stays_off_through_a_rest(run):
    run.switch("conv1", 1, False)
    run.switch("conv1", 2, False)
    run.undo()
    run.rest()
    run.step(2)
    seen = run.wait("paused")
    assert seen.switched_off == (("conv1", 1),)
    assert not dict(seen.feature_maps)["conv1"][1].any()
    run.rest()
    run.reset()
    assert run.wait("ready").switched_off == ()


@pytest.mark.parametrize("kind", [torch.float16, torch.float64])
def test_a_module_of_another_precision_is_refused_in_a_sentence(kind):
    own = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).to(kind)
    with Run(model=own) as run:
        message = run.wait("failed").message
    assert "must be float32 to be trained, and 1.weight is float" in message


def test_a_large_survey_holds_up_no_command(save_set, tmp_path):
    folder = save_set(tmp_path / "many", train=40, test=2500, side=28)
    with Run("many", folder, worker="thread", epochs=500, model="small cnn") as run:
        run.wait("ready")
        run.watch(vectors=2500)
        began = time.perf_counter()
        obeyed = run._board.wait(lambda s: s.obeyed >= run._sent, 30)
        assert obeyed.surveying
        run.select(7)
        run.edit("conv1", (0, 0, 0, 0), 1.0)
        seen = run.wait(lambda s: s.edits == 1)
        assert len(seen.vectors) == 2500
        assert time.perf_counter() - began < 30
        run.start()
        seen = run.wait(lambda s: s.step > 20)
        assert len(seen.vectors) == 2500


class View:
    """Somebody who needs something."""


def test_what_views_need_is_found_out_while_they_live(run):
    view, other = View(), View()
    run.watch(layer="conv2", channel=1)
    run.step(1)
    run.need(view, gradients=True, methods=("saliency",))
    run.need(other, strongest=True, methods=("grad_cam",))
    assert run.wanted.methods == ("grad_cam", "saliency")  # in the order of the methods
    seen = run.wait("paused")
    assert seen.kernel_gradients.shape == (16, 6, 5, 5)
    assert len(seen.strongest) == 9
    assert seen.wanted.methods == ("grad_cam", "saliency")
    run.need(view, methods=("saliency",))
    assert run.wait().kernel_gradients.size == 0
    del view, other  # nobody said anything
    gc.collect()
    seen = run.wait()
    assert (seen.wanted.strongest, seen.wanted.methods) == (False, ())
    assert (seen.layer, seen.channel) == ("conv2", 1)  # what they looked at together stays


def test_what_is_watched_for_good_needs_nobody(run):
    view = View()
    run.watch(all_layers=True, methods=("saliency", "cam"))
    run.need(view, all_layers=True, methods=("cam",))
    assert run.wait().wanted.methods == ("saliency", "cam")  # as it was asked for
    run.need(view)
    assert run.wait().wanted.all_layers
    run.watch(all_layers=False)
    assert not run.wait().wanted.all_layers


def test_a_need_outlives_a_rest_and_a_new_worker(run):
    view = View()
    run.need(view, all_layers=True)
    run.step(1)
    run.wait("paused")
    run.rest()
    run.request()
    run.start()
    assert run.wait("finished").wanted.all_layers


def test_what_cannot_be_needed_is_refused_and_nothing_changes(run):
    view = View()
    run.need(view, strongest=True)
    with pytest.raises(TypeError, match="cannot need 'gradient': did you mean 'gradients'"):
        run.need(view, gradient=True)
    with pytest.raises(ValueError, match="methods must be"):
        run.need(view, methods=("guess",))
    assert run.wanted.strongest
