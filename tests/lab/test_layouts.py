"""Layouts: a map at once, frames that move it, and whatever can go wrong said in words."""

import sys
import threading
import time
import types
from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lab import courtesy, layout_jobs, layouts, umap_layout
from lab.discriminants import discriminants
from lab.layout_jobs import Among, unit
from lab.layouts import METHODS, LayoutRun
from lab.projection import align, project
from tests.waiting import until

DIGITS, LABELS = load_digits(return_X_y=True)
DIGITS = DIGITS.astype(np.float32)


@pytest.fixture
def frames():
    return []


@pytest.fixture
def run(frames):
    run = LayoutRun(frames.append)
    yield run
    run.close()
    assert run.wait(10)


@pytest.fixture
def umap(monkeypatch):
    """A library of the same name, which turns the points and moves them aside."""
    calls = []

    class UMAP:
        def __init__(self, **options):
            calls.append(options)

        def fit_transform(self, vectors):
            if vectors.shape[1] == 13:
                raise RuntimeError("thirteen brings no luck")
            return self.start(vectors) @ np.fliplr(np.eye(calls[-1]["n_components"])) + 5

        def start(self, vectors):
            assert len(vectors) == len(calls[-1]["init"])
            return calls[-1]["init"]

    module = types.ModuleType("umap")
    module.UMAP = UMAP
    monkeypatch.setitem(sys.modules, "umap", module)
    monkeypatch.setattr(umap_layout, "available", lambda: True)
    monkeypatch.setattr(umap_layout, "_warm", threading.Event())
    return calls


def test_pca_and_lda_are_there_at_once_and_follow_the_vectors(run):
    first = run.lay_out(DIGITS, "pca")
    np.testing.assert_array_equal(first.points, project(DIGITS).points)
    assert (first.method, first.progress, first.words) == ("pca", 1, "")
    assert first.explained == pytest.approx(project(DIGITS).explained)
    second = run.lay_out(DIGITS, "lda", labels=LABELS)
    expected = discriminants(DIGITS, LABELS, first.points).points
    np.testing.assert_array_equal(second.points, expected)
    np.testing.assert_allclose(run.place(DIGITS[7]), expected[7], atol=1e-9)
    third = run.lay_out(DIGITS + 1, "lda", labels=LABELS, dimensions=3)
    assert third.points.shape == (len(DIGITS), 3)
    assert third.sequence > second.sequence > first.sequence


def test_the_same_vectors_give_the_map_that_there_is(run):
    first = run.lay_out(DIGITS, "pca")
    assert run.lay_out(DIGITS.copy(), "pca") is first
    assert run.lay_out(DIGITS, "pca", afresh=True) is not first
    mixed = run.lay_out(DIGITS, "lda", labels=LABELS)
    assert run.lay_out(DIGITS, "lda", labels=LABELS) is mixed
    assert run.lay_out(DIGITS, "lda", labels=LABELS[::-1]) is not mixed


def test_more_points_are_laid_out_as_the_fewer_were(run):
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    vectors = np.random.default_rng(0).normal(size=(900, 4)) * [9, 5, 1, 1]
    run.lay_out(vectors[:300])
    run._projection = project(vectors[:300], run.latest.points @ turn)
    few = run._projection.points
    many = run.lay_out(vectors)
    assert np.linalg.norm(many.points[:300] - few) < 0.1 * np.linalg.norm(few)


def test_tsne_begins_with_a_map_and_moves_it(run, frames):
    first = run.lay_out(DIGITS[:500], "tsne")
    np.testing.assert_allclose(first.points, unit(project(DIGITS[:500]).points))
    assert first.progress == 0
    assert run.wait(60)
    assert run.latest is frames[-1]
    assert (run.latest.progress, run.latest.words) == (1, "t-SNE.")
    assert len(frames) > 3
    for before, after in pairwise(frames):
        assert after.sequence == before.sequence + 1
        assert after.progress >= before.progress
        assert (after.points**2).sum(axis=1).mean() == pytest.approx(1)
    own = run.latest.points[3]
    np.testing.assert_allclose(run.place(DIGITS[3]), own, atol=0.02)
    assert run.place(DIGITS[:4]).shape == (4, 2)


def test_new_vectors_move_the_points_on(run):
    run.lay_out(DIGITS[:200], "tsne")
    run.wait(60)
    before = run.latest
    random = np.random.default_rng(0)
    after = run.lay_out(DIGITS[:200] + random.normal(size=(200, 64)), "tsne")
    np.testing.assert_array_equal(after.points, before.points)
    assert after.progress < 1
    run.wait(60)
    assert run.latest.progress == 1
    assert 0 < np.abs(run.latest.points - before.points).mean() < 0.3


def test_a_layout_can_be_cancelled_and_another_begun(frames):
    begun = threading.Event()

    def told(layout):
        frames.append(layout)
        begun.set()

    run = LayoutRun(told)
    run.lay_out(DIGITS, "tsne")
    assert begun.wait(30)
    run.cancel()
    stopped = run.latest
    assert (stopped.progress, stopped.words) == (1, "Stopped.")
    assert run.lay_out(DIGITS, "tsne") is stopped
    run.lay_out(DIGITS, "pca")
    run.wait(10)
    assert run.latest.method == "pca"
    assert frames[-1] is stopped
    run.close()


def test_of_many_points_a_sample_is_laid_out_and_the_others_among_them(run, monkeypatch):
    monkeypatch.setattr(layout_jobs, "MOST", 100)
    run.lay_out(DIGITS[:1000], "tsne")
    run.wait(60)
    assert run.latest.points.shape == (1000, 2)
    assert "100 of 1,000 points are laid out" in run.latest.words
    nearest = ((run.latest.points[:, None] - run.latest.points) ** 2).sum(axis=-1)
    np.fill_diagonal(nearest, np.inf)
    same = LABELS[:1000][nearest.argmin(axis=1)] == LABELS[:1000]
    assert same.mean() > 0.7


def test_other_points_find_their_place_by_a_sample_or_begin_afresh(run, monkeypatch):
    monkeypatch.setattr(layout_jobs, "MOST", 100)
    run.lay_out(DIGITS[:600], "tsne")
    run.wait(60)
    before, seen = run.latest.points, []
    monkeypatch.setattr(
        layouts, "Among", lambda base, rows: seen.append(len(base)) or Among(base, rows)
    )
    more = run.lay_out(DIGITS[:900], "tsne").points
    assert seen == [100]
    assert np.corrcoef(more[:600].ravel(), before.ravel())[0, 1] > 0.9
    monkeypatch.setattr(layouts, "MOST_PRODUCTS", 100 * 500 * 64)
    afresh = run.lay_out(DIGITS[:700], "tsne").points
    assert seen == [100]
    assert np.allclose(afresh, unit(project(DIGITS[:700]).points))


def test_few_points_say_which_perplexity_they_allow(run):
    run.lay_out(DIGITS[:16], "tsne", dimensions=3)
    run.wait(60)
    assert run.latest.words == "t-SNE. So few points allow a perplexity of 5, not 30."
    assert run.latest.points.shape == (16, 3)


def test_umap_says_that_it_compiles_and_starts_from_the_last_map(run, frames, umap):
    before = run.lay_out(DIGITS[:50], "pca")
    run.lay_out(DIGITS[:50], "umap", perplexity=20)
    run.wait(10)
    assert [frame.words for frame in frames] == [
        umap_layout.COMPILING,
        "UMAP is at work.",
        "UMAP. So few points allow a perplexity of 16.3, not 20.",
    ]
    np.testing.assert_allclose(run.latest.points, unit(before.points), atol=1e-6)
    assert umap[-1]["n_neighbors"] == 8
    frames.clear()
    run.lay_out(DIGITS[:100], "umap", dimensions=3)
    run.wait(10)
    assert umap_layout.COMPILING not in [frame.words for frame in frames]
    assert len(umap) == 3


@pytest.mark.usefixtures("umap")
def test_a_library_that_fails_is_quoted_and_the_points_stay(run):
    before = run.lay_out(DIGITS[:50, :13], "umap")
    run.wait(10)
    assert run.latest.failed
    assert run.latest.words == "The map could not be made: thirteen brings no luck"
    np.testing.assert_array_equal(run.latest.points, before.points)
    run.lay_out(DIGITS[:50], "umap")
    run.wait(10)
    assert not run.latest.failed


def test_without_umap_a_sentence_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setattr(umap_layout, "available", lambda: False)
    before = run.lay_out(DIGITS)
    with pytest.raises(ModuleNotFoundError, match="pip install umap-learn"):
        run.lay_out(DIGITS, "umap")
    with pytest.raises(ModuleNotFoundError, match="not installed"):
        umap_layout.warm_in_background()
    assert run.latest is before


@pytest.mark.parametrize(
    ("vectors", "options", "error", "words"),
    [
        (DIGITS, {"method": "isomap"}, ValueError, "pca, lda, tsne, umap, not 'isomap'"),
        (DIGITS, {"dimensions": 1}, ValueError, "2 or 3 dimensions, not 1"),
        (DIGITS, {"method": "lda"}, ValueError, "needs the labels"),
        (DIGITS, {"method": "lda", "labels": LABELS * 0}, ValueError, "two or more"),
        (DIGITS, {"method": "tsne", "perplexity": 0.5}, ValueError, "above 1, not 0.5"),
        (DIGITS[:3], {"method": "tsne"}, ValueError, "t-SNE needs four points or more, not 3"),
        (np.full((9, 2), np.nan), {"method": "tsne"}, ValueError, "row 0 is not"),
        (np.full((9, 2), np.nan), {}, ValueError, "row 0 is not"),
        ([1.0, 2.0], {}, ValueError, "one row a point"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_and_the_old_map_stays(
    run, vectors, options, error, words
):
    before = run.lay_out(DIGITS[:400], "tsne")
    for more in ({}, {"afresh": True}):
        with pytest.raises(error, match=words):
            run.lay_out(vectors, **{"method": "pca", **options, **more})
    assert run.latest.points.shape == before.points.shape
    assert run.latest.method == "tsne"
    assert not run.wait(0) or run.latest.progress == 1


def test_a_new_vector_has_no_place_before_there_is_a_map(run):
    with pytest.raises(ValueError, match="one of 0 vectors"):
        run.place(DIGITS[0])
    run.lay_out(DIGITS[:9], "tsne")
    with pytest.raises(ValueError, match="9 vectors of 64 numbers, but these have 3"):
        run.place([1.0, 2, 3])


def test_no_points_and_vectors_all_alike(run):
    assert run.lay_out(np.zeros((0, 5))).points.shape == (0, 2)
    assert not run.lay_out(np.full((9, 5), 2.0)).points.any()
    run.lay_out(np.full((9, 5), 2.0), "tsne")
    run.wait(60)
    assert np.isfinite(run.latest.points).all()


def test_a_thread_rests_while_a_hand_moves(run, monkeypatch):
    asked = []
    monkeypatch.setattr(courtesy, "rest", lambda seconds: asked.append(seconds) or 0.05)
    began = time.perf_counter()
    run.lay_out(DIGITS[:10], "tsne")
    until(lambda: len(asked) >= 5)
    assert time.perf_counter() - began >= 0.2


def test_others_lie_among_their_nearest():
    base = np.array([[0.0, 0], [1, 0], [0, 1], [9, 9]])
    among = Among(base, np.array([[0.0, 0], [0.5, 0.5], [1e30, 1e30]]))
    points = among.of(np.array([[0.0, 0], [1, 0], [0, 1], [5, 5]]))
    np.testing.assert_allclose(points[0], 0, atol=0.01)
    assert 0.2 < points[1, 0] < 0.7
    assert np.isfinite(points).all()


def test_every_method_has_a_name_and_a_turned_map_is_turned_back():
    assert set(METHODS) == {"pca", "lda", "tsne", "umap"}
    points = unit(DIGITS[:20, 10:12].astype(float))
    np.testing.assert_allclose(align(points[:, ::-1], points), points, atol=1e-9)
