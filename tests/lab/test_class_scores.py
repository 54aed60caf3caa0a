"""Scores of classes against scikit-learn, their intervals against SciPy, print and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_fscore_support

from lab.class_scores import MEASURES, class_scores, wilson, worst_classes

matrices = st.integers(1, 6).flatmap(
    lambda classes: arrays(np.int64, (classes, classes), elements=st.integers(0, 30))
)
MIXED = np.array([[40, 6, 1], [9, 30, 4], [0, 3, 12]])


def answers(table):
    """The single images that a matrix counts."""
    cells = np.repeat(np.arange(table.size), table.ravel())
    return np.divmod(cells, len(table))


@given(matrices.filter(np.any))
def test_the_scores_are_those_of_scikit_learn(table):
    scores = class_scores(table, resamples=2)
    truth, said = answers(table)
    labels = range(len(table))
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, said, labels=labels, zero_division=np.nan
    )
    assert np.allclose(scores.precision.value, precision, equal_nan=True)
    assert np.allclose(scores.recall.value, recall, equal_nan=True)
    assert np.allclose(scores.f1.value, f1, equal_nan=True)
    assert np.array_equal(scores.support, support)
    assert scores.accuracy.value == pytest.approx((truth == said).mean())
    for kind, means in (("macro", scores.macro), ("weighted", scores.weighted)):
        *expected, _ = precision_recall_fscore_support(truth, said, average=kind, zero_division=0)
        assert [means[name].value for name in MEASURES] == pytest.approx(expected)


@given(matrices)
def test_every_interval_holds_its_value(table):
    scores = class_scores(table, resamples=20)
    for low, high in ((e.low, e.high) for e in (scores.precision, scores.recall, scores.f1)):
        known = ~np.isnan(low)
        assert np.all(low[known] >= 0)
        assert np.all(low[known] <= high[known])
        assert np.all(high[known] <= 1)
        assert np.array_equal(known, ~np.isnan(high))
    for estimate in (scores.precision, scores.recall):
        value, low, high = (end[~np.isnan(estimate.value)] for end in estimate)
        assert np.all((low <= value + 1e-9) & (value <= high + 1e-9))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_printed(successes, count, low, high):
    assert wilson(successes, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(case):
    for level in (0.8, 0.95, 0.99):
        expected = binomtest(*case).proportion_ci(level, method="wilson")
        assert wilson(*case, level) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_the_bootstrap_is_the_plain_one():
    truth, said = answers(MIXED)
    random = np.random.default_rng(1)
    each = []
    for _ in range(2000):
        drawn = random.integers(0, len(truth), len(truth))
        t, s = truth[drawn], said[drawn]
        each.append(
            [2 * np.sum((t == k) & (s == k)) / np.sum((t == k) * 1 + (s == k)) for k in range(3)]
        )
    scores = class_scores(MIXED, resamples=4000)
    low, high = np.quantile(each, [0.025, 0.975], axis=0)
    # Two bootstraps differ by chance: by about 0.005 at these ends.
    assert np.allclose(scores.f1.low, low, atol=0.025)
    assert np.allclose(scores.f1.high, high, atol=0.025)
    ends = scores.macro["f1"].low, scores.macro["f1"].high
    assert ends == pytest.approx(np.quantile(np.mean(each, axis=1), [0.025, 0.975]), abs=0.015)


def test_the_same_matrix_has_the_same_intervals():
    first, again, other = (class_scores(MIXED, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.f1.low, again.f1.low)
    assert not np.array_equal(first.f1.low, other.f1.low)
    assert np.all(class_scores(MIXED, level=0.5).f1.low > first.f1.low)


def test_ten_of_ten_is_not_certain():
    scores = class_scores(np.diag([10, 200]))
    assert scores.f1.value.tolist() == [1, 1]
    assert scores.recall.low[0] == pytest.approx(1 / (1 + 1.959964**2 / 10), abs=1e-6)
    share = scores.recall.low[0]
    assert scores.f1.low[0] == pytest.approx(2 * share / (1 + share))
    assert scores.f1.low[0] < scores.f1.low[1] < 1
    assert np.isnan(scores.macro["f1"].low)  # nothing to draw differently, and no count to divide


def test_what_never_happened_is_undefined_and_said():
    scores = class_scores([[5, 0, 0], [2, 0, 0], [0, 0, 0]])
    assert np.isnan(scores.precision.value).tolist() == [False, True, True]
    assert np.isnan(scores.recall.value).tolist() == [False, False, True]
    assert np.isnan(scores.f1.value).tolist() == [False, False, True]
    assert scores.f1.value[1] == 0
    assert np.isnan([*scores.f1.low[2:], *scores.f1.high[2:]]).all()
    assert "No image was called colon:" in worst_classes(scores, ("lung", "colon", "liver"))
    nothing = class_scores(np.zeros((3, 3), int))
    assert np.isnan(nothing.accuracy.value)
    assert worst_classes(nothing, "abc") == ""


def test_the_worst_classes_in_words():
    names = ("liver", "lung", "colon")
    words = worst_classes(class_scores(MIXED), names)
    assert words.replace("\u00a0", " ") == (
        "Of the images of lung, 70 % (55–81 %) were found. "
        "Of those called colon, 71 % (47–87 %) were colon."
    )
    assert worst_classes(class_scores(np.diag([4, 4, 4])), names) == "Every image was recognised."
    nearly = np.diag([400, 400, 400])
    nearly[0, 1] = 1
    assert "99.8\u00a0%" in worst_classes(class_scores(nearly), names)
    silent = np.zeros((9, 9), int)
    silent[:, 0] = 1
    assert "called b, c, d or 5 others:" in worst_classes(class_scores(silent), "abcdefghi")


@pytest.mark.parametrize("bad", [[], [1, 2], [[1, 2]], [[-1]], [[0.5]], [["a"]], [[True]]])
def test_what_is_no_confusion_matrix_is_refused(bad):
    with pytest.raises(ValueError, match="confusion matrix"):
        class_scores(bad)


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        class_scores([[1]], level=level)
