"""Looking at networks of every kind: the numbers are right, and nothing is left behind."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from lab.looking import Looker, NotFiniteError, ViewedImages
from lab.models import build
from lab.wanted import Wanted

BYTES = np.random.default_rng(0).integers(0, 256, (60, 1, 12, 12), dtype=np.uint8)
LABELS = np.arange(60) % 3


def numbers(images):
    return (images.to(torch.float32) - 100) / 50


def viewed(images=BYTES, labels=LABELS, watched=20, chunk=7):
    return ViewedImages(torch.from_numpy(images), labels, watched, numbers, chunk=chunk)


def network(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, stride=(1, 2), dilation=(2, 1)),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.Linear(60, 5),
        nn.Tanh(),
        nn.Linear(5, 3),
    )


def see(looker, model, wanted, version=0):
    for _ in looker.survey(model, wanted, version) or ():
        pass
    return looker.look(model, wanted) | looker.found


def by_hand(model, x, upto):
    return copy.deepcopy(model).eval()[:upto](x.clone()).detach().numpy()


def test_what_is_seen_of_one_image_is_what_the_layers_make_of_it():
    model = network()
    looker = Looker(model, viewed())
    seen = see(looker, model, Wanted(sample=31, layer="1"))
    x = numbers(torch.from_numpy(BYTES[31:32]))
    assert np.array_equal(seen["image"], BYTES[31])
    assert (seen["sample"], seen["label"], seen["layer"]) == (31, 31 % 3, "1")
    maps = dict(seen["feature_maps"])
    assert list(maps) == ["1", "2", "3"]
    for name, values in maps.items():
        assert np.allclose(values, by_hand(model, x, int(name) + 1)[0], atol=1e-6)
    assert np.allclose(seen["kernel_inputs"], by_hand(model, x, 1)[0], atol=1e-6)
    assert np.array_equal(seen["kernels"], model[0].weight.detach())  # whose channels it hands on
    assert np.allclose(seen["logits"], by_hand(model, x, 9)[0], atol=1e-6)
    assert np.allclose(seen["probabilities"], torch.tensor(seen["logits"]).softmax(0), atol=1e-6)
    everything = see(looker, model, Wanted(all_layers=True))
    assert [name for name, _ in everything["feature_maps"]] == ["0", "1", "2", "3"]


def test_a_chosen_convolution_shows_its_kernels_how_they_move_and_what_enters():
    model = network()
    looker = Looker(model, viewed())
    seen = see(looker, model, Wanted())
    assert seen["layer"] == "0"
    assert np.array_equal(seen["kernels"], model[0].weight.detach())
    assert np.array_equal(seen["kernel_biases"], model[0].bias.detach())
    assert seen["convolution"] == {
        "stride": (1, 2),
        "padding": (1, 1),
        "dilation": (2, 1),
        "groups": 1,
        "padding_mode": "zeros",
    }
    enters = numbers(torch.from_numpy(BYTES[seen["sample"]][None]))
    assert np.array_equal(seen["kernel_inputs"], enters[0])
    assert "kernel_gradients" not in seen
    model(enters).square().sum().backward()
    seen = looker.look(model, Wanted(gradients=True))
    assert np.array_equal(seen["kernel_gradients"], model[0].weight.grad)
    assert "kernel_gradients" not in looker.look(model, Wanted(gradients=True), gradients=False)


def test_the_latent_space_is_what_each_image_makes_of_the_layer():
    model = network()
    looker = Looker(model, viewed())
    for layer, upto in [("", 8), ("5", 6), ("8", 9)]:
        seen = see(looker, model, Wanted(vectors_of=layer, vectors=33))
        places = seen["vector_places"]
        assert len(places) == 33
        assert np.bincount(LABELS[places]).tolist() == [11, 11, 11]
        x = numbers(torch.from_numpy(BYTES[places]))
        assert np.allclose(seen["vectors"], by_hand(model, x, upto), atol=1e-6)
        logits = torch.from_numpy(by_hand(model, x, 9))
        assert np.array_equal(seen["vector_predictions"], logits.argmax(1))
        assert np.allclose(seen["vector_confidences"], logits.softmax(1).amax(1), atol=1e-6)


def test_fewer_vectors_are_among_more_and_the_watched_are_the_first():
    images = viewed()
    few, many = images.some(7), images.some(30)
    assert set(few) < set(images.watched) < set(many)


def test_an_image_of_ones_own_takes_the_same_way():
    model = network()
    looker = Looker(model, viewed())
    seen = see(looker, model, Wanted(image=BYTES[9], label=1))
    same = see(looker, model, Wanted(sample=9, vectors=60))
    assert np.array_equal(seen["image"], BYTES[9])
    assert (seen["sample"], seen["label"]) == (-1, 1)
    assert np.array_equal(seen["logits"], same["logits"])
    assert np.allclose(seen["own_vector"], same["vectors"][9], atol=1e-6)
    assert "own_vector" not in same


def test_dead_channels_are_found_among_all_watched_images():
    model = network()
    with torch.no_grad():
        model[1].bias[1] = -100  # after the activation: nothing
        model[1].weight[2], model[1].bias[2] = 0, 3  # always the same
    looker = Looker(model, viewed())
    dead = dict(see(looker, model, Wanted(layer="1"))["dead"])
    assert dead["1"].tolist() == [False, True, True, False]
    assert dead["2"].tolist() == dead["3"].tolist() == [False, True, True, False]


def test_the_strongest_images_are_those_with_the_largest_outputs():
    model = network()
    looker = Looker(model, viewed(watched=50))
    wanted = Wanted(layer="0", channel=2, strongest=True, vectors=5)
    seen = see(looker, model, wanted)
    places = looker.images.watched
    maps = by_hand(model, numbers(torch.from_numpy(BYTES[places])), 1)[:, 2]
    order = np.argsort(-maps.reshape(50, -1).max(1), kind="stable")[:9]
    assert np.array_equal(seen["strongest"], places[order])
    assert len(seen["vectors"]) == 5
    rows = zip(seen["strongest_units"], seen["strongest_values"], order, strict=True)
    for (row, column), value, i in rows:
        assert maps[i, row, column] == pytest.approx(value, abs=1e-6)
    for (row, column), field in zip(seen["strongest_units"], seen["strongest_fields"], strict=True):
        # One channel, rows 2 apart with 1 of padding, columns at every second place.
        rows = [r for r in (row - 1, row + 1, row + 3) if 0 <= r < 12]
        columns = [c for c in (2 * column - 1, 2 * column, 2 * column + 1) if 0 <= c < 12]
        assert field.tolist() == [rows[0], rows[-1] + 1, columns[0], columns[-1] + 1]
    assert "strongest" not in see(looker, model, Wanted(layer="0", channel=2))
    assert "strongest" not in see(looker, model, Wanted(layer="0", strongest=True))


def test_a_survey_is_made_once_and_goes_on_where_it_was():
    model = network()
    looker = Looker(model, viewed(chunk=5))
    way = looker.survey(model, Wanted(), 0)
    next(way)
    assert looker.survey(model, Wanted(sample=3), 0) is way  # the same question
    assert looker.survey(model, Wanted(), 1) is not way  # another network
    see(looker, model, Wanted(), 1)
    assert looker.survey(model, Wanted(channel=1), 1) is None
    assert looker.survey(model, Wanted(vectors=9), 1) is not None


def test_nothing_is_left_behind():
    model = network()
    before, random = copy.deepcopy(model), torch.get_rng_state()
    model(numbers(torch.from_numpy(BYTES[:5]))).sum().backward()
    before.load_state_dict(model.state_dict())
    model[4].eval()
    random = torch.get_rng_state()
    gradients = [parameter.grad.clone() for parameter in model.parameters()]
    looker = Looker(model, viewed())
    wanted = Wanted(channel=1, unit=(1, 1), strongest=True, all_layers=True, gradients=True)
    see(looker, model, wanted)
    way = looker.survey(model, wanted, 1)
    next(way)  # and left
    assert torch.equal(torch.get_rng_state(), random)
    assert [m.training for m in model] == [True] * 4 + [False] + [True] * 4
    for name, value in before.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert torch.equal(parameter.grad, gradient)
    hooks = [(m._forward_hooks, m._forward_pre_hooks) for m in model.modules()]
    assert not any(one or other for one, other in hooks)


@pytest.mark.parametrize("where", ["weight", "output"])
def test_what_is_not_finite_is_told_from_the_rest(where):
    model = network()
    looker = Looker(model, viewed())
    with torch.no_grad():
        if where == "weight":
            model[0].weight[0, 0, 0, 0] = torch.nan
        else:
            model[8].bias[1] = torch.inf
    with pytest.raises(NotFiniteError):
        looker.look(model, Wanted())
    with pytest.raises(NotFiniteError):
        see(looker, model, Wanted(), 1)


class Shared(nn.Module):
    """One convolution and one activation that run twice, a tuple on the way, an idle layer."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.same = self.conv
        self.act = nn.ReLU(inplace=True)
        self.idle = nn.Conv2d(3, 3, 3)
        self.rows = nn.LSTM(36, 4, batch_first=True)
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        x = self.act(self.same(self.act(self.conv(x))))
        rows, _ = self.rows(x.permute(0, 2, 1, 3).flatten(2))
        return self.out(rows[:, -1])


def test_shared_modules_tuples_and_idle_layers_are_no_hindrance():
    images = np.random.default_rng(1).integers(0, 256, (10, 3, 12, 12), dtype=np.uint8)
    model = Shared()
    looker = Looker(model, viewed(images, np.zeros(10, np.int64)))
    assert looker.layers.kernels == ("conv",)
    assert [name for name, _, _ in looker.layers.maps] == ["conv", "act"]
    seen = see(looker, model, Wanted(all_layers=True, unit=(6, 6), channel=0, strongest=True))
    x = numbers(torch.from_numpy(images[seen["sample"]][None]))
    once = model.act(model.conv(x)).detach()
    assert np.allclose(seen["kernel_inputs"], once[0], atol=1e-6)  # of the last time it ran
    assert np.allclose(dict(seen["feature_maps"])["conv"], model.conv(once)[0].detach(), atol=1e-5)
    assert seen["field"] == (4, 9, 4, 9)
    assert seen["vectors"].shape == (10, 432)


@pytest.mark.parametrize("name", ["mlp", "lenet", "small resnet"])
def test_the_labs_own_networks_can_be_looked_at(name):
    model = build(name, (1, 12, 12), 3)
    looker = Looker(model, viewed())
    seen = see(looker, model, Wanted(all_layers=True))
    assert len(seen["vectors"]) == 60
    assert bool(seen["feature_maps"]) == bool(seen["layer"]) == (name != "mlp")
    assert seen["field"] == ()
    about = {"parameters": 0, "train_count": 0, "test_count": 60, "dataset": "", "licence": ""}
    watched = looker.watched(class_names=("a", "b", "c"), source="", **about)
    assert np.array_equal(watched.test_images[watched.watched], watched.images)
    assert np.array_equal(watched.test_labels[watched.watched], watched.labels)
    assert watched.kernel_layers == looker.layers.kernels
    assert dict(watched.weights) == {n: tuple(p.shape) for n, p in model.named_parameters()}


def test_a_network_that_puts_out_a_tuple_is_refused():
    class Tuple(nn.Module):
        def forward(self, x):
            return x.flatten(1), x

    with pytest.raises(ValueError, match="must put out one tensor, not tuple"):
        Looker(nn.Sequential(Tuple()), viewed())
