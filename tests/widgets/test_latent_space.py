"""The latent space of a run that stands still: maps, neighbours, what is gathered, tasks."""

import gc
import json
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from traitlets import TraitError

from lab.messages import Wanted
from lab.still import Still
from lab.wanted import Choices
from tests.waiting import until
from tests.widgets.still import StillRun
from widgets.latent_space import LatentSpace

NAMES = ("cat", "<b>dog</b>", "owl")
COUNT, SIZE = 90, 12
PATIENCE = 20.0


def clouds(seed=0, apart=3.0):
    """Three clouds in space, and a few in between."""
    rng = np.random.default_rng(seed)
    labels = np.arange(COUNT) % 3
    middles = apart * rng.normal(size=(3, SIZE))
    vectors = (middles[labels] + rng.normal(size=(COUNT, SIZE))).astype(np.float32)
    return vectors, labels


class VectorRun(StillRun):
    """A run that stands still and whose layers can be looked at."""

    def __init__(self, **changes):
        vectors, labels = clouds()
        said = np.where(np.arange(COUNT) % 10 == 0, (labels + 1) % 3, labels)
        super().__init__(labels, said, NAMES)
        self.watches = []
        self.show(
            vectors=vectors,
            vector_places=np.arange(COUNT)[::-1].copy(),  # not the places within the cloud
            vector_predictions=said[::-1].copy(),
            vector_confidences=np.linspace(0.4, 1, COUNT, dtype=np.float32),
            sample=COUNT - 1 - 7,
            step=10,
            total_steps=100,
            epochs=10,
            test_steps=np.array([0, 10]),
            **changes,
        )

    def watch(self, **changes):
        if "fc9" in changes.values():
            raise ValueError("There is no layer 'fc9'.")
        self.watches.append(changes)


@pytest.fixture
def run():
    return VectorRun()


def hear(view, content):
    view._hear(view, content, [])


def drawn(view):
    hear(view, {"drawn": view.frame["sequence"]})


def array(packed):
    return np.frombuffer(packed["buffer"], packed["dtype"]).reshape(packed["shape"])


def distances(points):
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def test_before_there_is_anything_nothing_is_shown_and_no_nan():
    run = StillRun([], [], NAMES)
    run.watched = None
    view = LatentSpace(run, panel=True, regions=True)
    assert array(view.frame["points"]).shape == (0, 2)
    state = {name: view.get_state()[name] for name in ("frame", "images", "reading")}
    json.dumps(state, default=lambda _: "bytes", allow_nan=False)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_map_is_that_of_scikit_learn_but_for_turns(run, dimensions):
    view = LatentSpace(run, dimensions=dimensions)
    points = array(view.frame["points"])
    theirs = PCA(dimensions).fit(run.latest.vectors)
    assert np.allclose(
        distances(points), distances(theirs.transform(run.latest.vectors)), atol=1e-3
    )
    share = 100 * theirs.explained_variance_ratio_.sum()
    assert f"shows {share:.0f} % of their variance" in view.frame["note"]


def test_lda_tells_the_classes_apart_as_scikit_learns(run):
    view = LatentSpace(run, method="lda")
    points = array(view.frame["points"])
    labels = array(view.images["labels"])
    theirs = LinearDiscriminantAnalysis().fit_transform(run.latest.vectors, labels)
    theirs -= theirs.mean(axis=0)
    scale = distances(points).max() / distances(theirs).max()
    assert np.allclose(distances(points), scale * distances(theirs), atol=0.05 * scale)


def test_what_a_method_cannot_do_is_said_and_another_one_shown():
    run = VectorRun()
    run.watched = VectorRun().watched
    run.after_test(np.zeros(COUNT, int), np.zeros(COUNT, int), NAMES)
    view = LatentSpace(run, method="lda")
    assert "two or more" in view.frame["note"]
    assert "This is PCA" in view.frame["note"]
    assert array(view.frame["points"]).shape == (COUNT, 2)


def test_points_images_and_the_chosen_one_belong_together(run):
    view = LatentSpace(run)
    places, labels = array(view.images["places"]), array(view.images["labels"])
    assert np.array_equal(places, np.arange(COUNT)[::-1])
    assert np.array_equal(labels, run.watched.test_labels[places])
    assert view.frame["cloud"] == view.images["cloud"]
    assert view.frame["chosen"] == 7
    assert places[7] == run.latest.sample
    drawn(view)
    cloud = view.frame["cloud"]
    run.show(vectors=clouds(1)[0], step=11)
    assert view.frame["cloud"] == cloud  # the same images: they move
    drawn(view)
    run.show(vectors=clouds(1)[0][:50], vector_places=np.arange(50))
    assert view.frame["cloud"] == view.images["cloud"] != cloud


def test_points_stay_where_they_are_when_nothing_changes(run):
    view = LatentSpace(run)
    before = array(view.frame["points"])
    drawn(view)
    turned = (
        run.latest.vectors @ np.linalg.qr(np.random.default_rng(2).normal(size=(SIZE, SIZE)))[0]
    )
    run.show(vectors=turned.astype(np.float32))
    assert np.allclose(array(view.frame["points"]), before, atol=1e-3)


def test_neighbours_are_those_of_scikit_learn_and_know_their_images(run):
    view = LatentSpace(run, panel=True)
    for metric in ("cosine", "euclidean"):
        hear(view, {"hand": {"metric": metric}, "turn": 1})
        theirs = NearestNeighbors(n_neighbors=11, metric=metric).fit(run.latest.vectors)
        far, near = theirs.kneighbors(run.latest.vectors[[7]])
        found = view.reading["neighbours"]
        assert [COUNT - 1 - one["place"] for one in found] == near[0, 1:].tolist()
        assert [one["distance"] for one in found] == pytest.approx(far[0, 1:], abs=1e-4)
    assert view.reading["chosen"]["place"] == run.latest.sample


def test_an_image_of_ones_own_is_a_star_among_its_neighbours(run):
    view = LatentSpace(run, panel=True)
    drawn(view)
    image = np.zeros((1, 8, 8), np.uint8)
    run.show(wanted=Wanted(image=image), own_vector=run.latest.vectors[20])
    assert view.frame["own"] == pytest.approx(array(view.frame["points"])[20], abs=1e-4)
    assert view.frame["chosen"] == -1
    assert view.reading["neighbours"][0]["place"] == COUNT - 1 - 20
    assert view.reading["neighbours"][0]["distance"] == pytest.approx(0, abs=1e-6)


def test_trustworthiness_is_that_of_scikit_learn_and_comes_later(run):
    view = LatentSpace(run, panel=True)
    until(lambda: view.reading["trust"])
    points = array(view.frame["points"])
    theirs = trustworthiness(run.latest.vectors, points, n_neighbors=10)
    assert view.reading["trust"]["value"] == pytest.approx(theirs, abs=1e-3)
    assert f"{theirs:.2f}" in view.reading["trust"]["sentence"]
    hear(view, {"hand": {"dimensions": 3}, "turn": 1})
    until(lambda: view.reading["trust"].get("value", theirs) > theirs)


def test_the_trust_of_many_points_is_an_estimate_and_says_so(run):
    count = 3000
    labels = np.arange(count) % 3
    run.after_test(labels, labels, NAMES)
    vectors = np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32)
    run.show(
        vectors=vectors,
        vector_places=np.arange(count),
        vector_predictions=labels,
        vector_confidences=np.ones(count, np.float32),
    )
    view = LatentSpace(run, panel=True)
    until(lambda: view.reading["trust"])
    assert "of 3,000)" in view.reading["trust"]["sentence"]
    theirs = trustworthiness(vectors, array(view.frame["points"]), n_neighbors=10)
    assert view.reading["trust"]["value"] == pytest.approx(theirs, abs=0.02)


def test_what_is_gathered_is_counted(run):
    view = LatentSpace(run)
    labels, said = run.watched.test_labels, run.latest.test_predictions
    hear(view, {"hand": {"gathered": [30, 3, 4, 3, 10**6]}, "turn": 1})
    assert view.gathered == (3, 4, 30, 10**6)
    found = view.reading["gathered"]
    inside = [3, 4, 30]
    assert found["count"] == 3
    assert found["mistaken"] == int((labels[inside] != said[inside]).sum()) == 1
    assert dict(found["shares"]) == {0: 2, 1: 1}
    assert {one["place"] for one in found["first"]} == set(inside)
    assert "gathered" not in view.state_text()


@pytest.mark.parametrize(
    "bad", [[-1], [0.5], ["3"], [True], "123", 5, None, {"0": 1}, [10**10], list(range(100_001))]
)
def test_what_cannot_be_gathered_is_refused_with_a_sentence(run, bad):
    view = LatentSpace(run)
    hear(view, {"hand": {"gathered": [1, 2]}, "turn": 1})
    hear(view, {"hand": {"gathered": bad}, "turn": 2})
    assert view.gathered == (1, 2)
    assert view.problem.startswith("gathered")
    assert len(view.problem) < 200


def test_other_images_are_not_gathered(run):
    view = LatentSpace(run, gathered=[1, 2])
    drawn(view)
    run.after_test(np.ones(60, int), np.ones(60, int), NAMES)
    assert view.gathered == ()


def test_nothing_of_other_images_is_read_from_the_map_before(run):
    view = LatentSpace(run, gathered=[1, 2], task="torn")
    drawn(view)
    count = COUNT + 30
    run.watched = replace(
        run.watched,
        test_labels=np.arange(count) % 3,
        test_images=np.zeros((count, 1, 8, 8), np.uint8),
    )
    run.show(
        vectors=np.random.default_rng(4).normal(size=(count, SIZE)).astype(np.float32),
        vector_places=np.arange(count),
        vector_predictions=np.zeros(count, np.int64),
        vector_confidences=np.ones(count, np.float32),
        sample=COUNT + 10,
    )
    assert view.gathered == ()
    assert view.reading["chosen"]["place"] == COUNT + 10
    assert view.frame["count"] == count


def test_regions_are_of_the_predictions_and_in_the_plane_only(run):
    view = LatentSpace(run, regions=True)
    regions = view.frame["regions"]
    classes = array(regions["classes"])
    points, said = array(view.frame["points"]), array(view.frame["predictions"])
    side = len(classes)
    column = ((points[:, 0] / regions["half"] + 1) / 2 * side).astype(int)
    row = ((1 - points[:, 1] / regions["half"]) / 2 * side).astype(int)
    assert (classes[row, column] == said).mean() > 0.7
    assert "not the network's own borders" in regions["words"]
    view.dimensions = 3
    assert view.frame["regions"] == {}


def test_tsne_moves_by_itself_while_the_page_looks(run):
    view = LatentSpace(run)
    drawn(view)
    hear(view, {"hand": {"method": "tsne"}, "turn": 1})
    first = array(view.frame["points"])
    until(lambda: drawn(view) or view.frame["progress"] == 1)
    assert "t-SNE" in view.frame["note"]
    assert not np.allclose(array(view.frame["points"]), first)
    near = NearestNeighbors(n_neighbors=6).fit(array(view.frame["points"]))
    labels = array(view.images["labels"])
    found = near.kneighbors(return_distance=False)
    assert (labels[found] == labels[:, None]).mean() > 0.9
    view.close()


def test_a_map_that_moves_waits_until_the_page_has_drawn_it(run):
    view = LatentSpace(run)
    drawn(view)
    hear(view, {"hand": {"method": "tsne"}, "turn": 1})
    drawn(view)  # the first frame of the new map
    until(lambda: view._under_way)
    frame = view.frame
    until(lambda: view._due)
    assert view.frame is frame
    drawn(view)
    assert view.frame is not frame
    assert not view._due
    view.close()


def test_what_moves_can_be_stopped(run):
    view = LatentSpace(run)
    drawn(view)
    hear(view, {"hand": {"method": "tsne"}, "turn": 1})
    hear(view, {"do": "cancel"})
    assert view.frame["progress"] == 1
    held = array(view.frame["points"])
    drawn(view)
    run.show(step=11)  # the same vectors
    assert view.frame["sequence"] == run.latest.sequence
    assert np.array_equal(array(view.frame["points"]), held)
    view.close()


def test_a_page_that_does_not_look_is_sent_nothing(run, monkeypatch):
    monkeypatch.setattr("widgets.latent_space.LOOKED_AT", 0.0)
    view = LatentSpace(run, method="tsne")
    frame = view.frame
    assert view._maps._layouts.wait(PATIENCE)
    assert view.frame is frame
    view.close()


def test_the_page_chooses_image_layer_and_how_many(run):
    view = LatentSpace(run)
    hear(view, {"do": "select", "value": 12})
    assert run.selected == [12]
    hear(view, {"do": "watch", "value": {"vectors": 1000, "layer": "conv1", "image": "x"}})
    hear(view, {"do": "watch", "value": {"vectors_of": "fc1"}})
    assert run.watches == [{"vectors": 1000}, {"vectors_of": "fc1"}]
    hear(view, {"do": "watch", "value": {"vectors_of": "fc9"}})
    assert view.problem == "There is no layer 'fc9'."
    for hostile in ({"do": "watch", "value": 3}, {"do": "show"}, {"do": ["watch"]}, {"do": None}):
        hear(view, hostile)
    assert len(run.watches) == 2


def test_vectors_are_exported_for_the_embedding_projector(run, monkeypatch):
    view = LatentSpace(run)
    sent = []
    monkeypatch.setattr(view, "send", lambda content, *_: sent.append(content))
    hear(view, {"do": "export"})
    files = sent[0]["files"]
    rows = [line.split("\t") for line in files["vectors.tsv"].splitlines()]
    assert np.array_equal(np.array(rows, np.float32), run.latest.vectors)
    head, first, *_ = files["metadata.tsv"].splitlines()
    assert head.split("\t") == ["class", "prediction", "confidence", "image"]
    assert first.split("\t")[-1] == str(COUNT - 1)
    run.watched = replace(run.watched, test_labels=np.full(COUNT, -1))
    unlabelled = LatentSpace(run)
    _, metadata = unlabelled.tsv()
    said = [NAMES[k] for k in array(unlabelled.frame["predictions"])]
    rows = [line.split("\t") for line in metadata.splitlines()[1:]]
    assert [row[:2] for row in rows] == [["", name] for name in said]
    run.watched = None
    run.show(vectors=np.empty((0, 0), np.float32))
    empty = LatentSpace(run)
    hear(empty, {"do": "export"})
    assert "no vectors yet" in empty.problem


def test_no_more_images_are_offered_than_the_layer_can_show(run):
    run.watched = replace(
        run.watched,
        test_labels=np.zeros(30_000, np.int64),
        test_images=np.zeros((30_000, 1, 1, 1), np.uint8),
        vector_layers=(("wide", 4096), ("narrow", 2)),
    )
    run.show(wanted=Wanted(vectors_of="wide"))
    view = LatentSpace(run)
    choices = Choices.of(run.watched)
    assert view.images["counts"] == [100, 200, 500, 1000, 2000, 4096]
    choices.check(Wanted(vectors_of="wide", vectors=view.images["counts"][-1]), {"vectors": 0})
    drawn(view)
    run.show(wanted=Wanted(vectors_of="narrow"))
    assert view.images["counts"][-2:] == [20_000, 30_000]


def test_images_come_when_they_are_wanted(run, monkeypatch):
    view = LatentSpace(run)
    sent = []
    monkeypatch.setattr(view, "send", lambda *message: sent.append(message))
    data = view.images["data"]
    for places in ([], [COUNT], [-1], ["1"], [True], [None]):
        hear(view, {"want": places, "data": data})
    hear(view, {"want": [5], "data": data + 1})
    assert sent == []
    hear(view, {"want": [5, 2], "data": data})
    ((told, buffers),) = sent
    assert told["images"] == [5, 2]
    assert buffers[0] == run.watched.test_images[[5, 2]].tobytes()


def test_the_epoch_at_which_classes_part_is_checked(run):
    view = LatentSpace(run, panel=True, task="parting", classes=(0, 1))
    rng = np.random.default_rng(3)
    labels = array(view.images["labels"])
    seen = []
    for epoch, apart in enumerate([0.5, 1.0, 1.5, 3.0, 4.0, 5.0]):
        ring = rng.normal(size=(COUNT, 2))
        ring /= np.linalg.norm(ring, axis=1, keepdims=True)
        seen.append((ring + np.outer(labels == 1, [apart, 0])).astype(np.float32))
        drawn(view)
        run.show(vectors=seen[-1], step=10 * epoch, test_steps=np.arange(epoch + 1) * 10)
    drawn(view)
    task = view.reading["task"]
    assert "cat and <b>dog</b> part" in task["question"]
    assert task["answer"]
    assert not task["solved"]
    for epoch, solved in ((1, False), (5, False), (3, True)):
        run.show(looked_at=10 * epoch, vectors=seen[epoch])
        drawn(view)
        hear(view, {"do": "answer"})
        assert view.reading["task"]["solved"] == solved, view.reading["task"]


def test_classes_that_are_not_there_are_neither_asked_for_nor_measured(run):
    view = LatentSpace(run, panel=True, task="parting")  # 4 and 9, of three
    assert "cat and owl part" in view.reading["task"]["question"]
    assert view.reading["task"]["answer"]
    ((_, far),) = view._parting._seen.items()
    rows, labels = run.latest.vectors, array(view.images["labels"])
    cat, owl = rows[labels == 0], rows[labels == 2]
    own = [np.linalg.norm(part - part.mean(0), axis=1).mean() for part in (cat, owl)]
    assert far == pytest.approx(np.linalg.norm(cat.mean(0) - owl.mean(0)) / np.mean(own), rel=1e-4)


def test_images_of_unknown_class_are_counted_by_their_predictions(run):
    run.watched = replace(run.watched, test_labels=np.full(COUNT, -1))
    view = LatentSpace(run, panel=True, method="lda", gathered=[3, 4, 30])
    assert "This is PCA" in view.frame["note"]
    said = run.latest.test_predictions[[3, 4, 30]]
    assert dict(view.reading["gathered"]["shares"]) == {k: (said == k).sum() for k in set(said)}
    assert view.reading["gathered"]["mistaken"] == 0
    for task in ("parting", "island", "stray"):
        view.task = task
        assert "Nobody knows" in view.reading["task"]["sentence"]


def test_images_that_the_page_has_not_got_are_left_out(run):
    places = run.latest.vector_places.copy()
    places[[2, 5]] = -1
    run.show(vector_places=places)
    view = LatentSpace(run)
    assert len(array(view.frame["points"])) == COUNT - 2
    assert -1 not in array(view.images["places"])
    assert view.frame["chosen"] == 5  # two before it are gone
    theirs = PCA(2).fit_transform(np.delete(run.latest.vectors, [2, 5], axis=0))
    assert np.allclose(distances(array(view.frame["points"])), distances(theirs), atol=1e-3)


def test_any_torch_model_can_be_looked_at():
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(64, 9), torch.nn.ReLU(), torch.nn.Linear(9, 3)
    )
    images = torch.rand(50, 1, 8, 8)
    with Still(model, images) as still:
        view = LatentSpace(still, panel=True)
        until(lambda: drawn(view) or view.frame["count"] == 50)
        hidden = model[:3](images).detach().numpy()
        theirs = PCA(2).fit_transform(hidden)
        assert np.allclose(distances(array(view.frame["points"])), distances(theirs), atol=1e-3)
        assert np.array_equal(array(view.frame["predictions"]), model(images).argmax(1).numpy())
        hear(view, {"do": "watch", "value": {"vectors_of": "1"}})
        until(lambda: drawn(view) or view.frame["layer"] == "1")
        hear(view, {"do": "watch", "value": {"vectors_of": "fc9"}})
        assert "There is no layer 'fc9'" in view.problem


def test_tasks_follow_what_is_chosen_and_gathered(run):
    view = LatentSpace(run, task="island")
    same = np.flatnonzero(run.watched.test_labels == 2).tolist()
    assert not view.reading["task"]["solved"]
    view.gathered = same[:25]
    assert view.reading["task"]["solved"]
    view.gathered = [*same[:25], 0]
    assert not view.reading["task"]["solved"]
    for task in ("stray", "torn"):
        view.task = task
        assert view.reading["task"]["sentence"]
    view.task = "none"
    assert view.reading["task"] == {}


def test_bad_values_are_refused(run):
    for bad in ({"method": "isomap"}, {"dimensions": 4}, {"colour": "red"}, {"task": "none "}):
        with pytest.raises(TraitError):
            LatentSpace(run, **bad)
    with pytest.raises(TypeError, match="Did you mean 'panel'"):
        LatentSpace(run, pannel=True)


def test_a_forgotten_view_is_let_go(run):
    view = LatentSpace(run, panel=True)
    drawn(view)
    until(lambda: view.reading["trust"])
    gone = weakref.ref(view)
    view.close()
    view = None
    run.show(step=12)
    gc.collect()
    until(lambda: gc.collect() >= 0 and gone() is None)


@pytest.mark.parametrize(("chosen", "asked"), [(COUNT, [{"vectors": 2 * COUNT}]), (COUNT - 1, [])])
def test_all_images_stay_all_of_another_data_set(run, chosen, asked):
    wanted = replace(run.latest.wanted, vectors=chosen)
    run.show(wanted=wanted)
    view = LatentSpace(run)
    run.after_test(np.arange(2 * COUNT) % 3, np.zeros(2 * COUNT, int), NAMES)
    run.show(wanted=wanted)
    drawn(view)
    assert run.watches == asked
