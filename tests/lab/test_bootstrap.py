"""Bootstrap intervals against SciPy, against all drawings, and as what they promise."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import bootstrap

from lab.bootstrap import ALL_WAYS_UP_TO, mean_interval


@pytest.mark.parametrize("n", [2, 3, ALL_WAYS_UP_TO])
def test_few_repeats_are_drawn_in_all_ways(n):
    values = np.random.default_rng(n).normal(size=n)
    means = [np.mean(drawn) for drawn in product(values, repeat=n)]
    interval = mean_interval(values)
    assert interval.repeats == n
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(np.percentile(means, 2.5))
    assert interval.high == pytest.approx(np.percentile(means, 97.5))


@pytest.mark.parametrize("n", [6, 12, 30])
def test_many_repeats_agree_with_scipy(n):
    random = np.random.default_rng(n)
    a, b = random.normal(0, 1, n), random.normal(0.5, 1, n)
    theirs = bootstrap(
        (a, b),
        lambda a, b, axis: np.mean(b - a, axis=axis),
        paired=True,
        method="percentile",
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    ours = mean_interval(b - a)
    spread = np.std(b - a) / np.sqrt(n)
    assert ours.low == pytest.approx(theirs.low, abs=0.06 * spread)
    assert ours.high == pytest.approx(theirs.high, abs=0.06 * spread)


def test_each_column_has_an_interval_of_its_own():
    values = np.random.default_rng(0).normal(size=(7, 3, 2))
    whole = mean_interval(values)
    assert whole.low.shape == whole.high.shape == whole.mean.shape == (3, 2)
    for place in np.ndindex(3, 2):
        alone = mean_interval(values[(slice(None), *place)])
        assert whole.low[place] == pytest.approx(alone.low)
        assert whole.high[place] == pytest.approx(alone.high)


@pytest.mark.parametrize("value", [0.0, 0.1, -3e8])
@pytest.mark.parametrize("n", [2, 4, 9])
def test_equal_values_leave_no_width(value, n):
    interval = mean_interval(np.full(n, value))
    assert interval.low == interval.high == value


def test_one_repeat_tells_nothing():
    interval = mean_interval([0.7])
    assert (interval.mean, interval.low, interval.high) == (0.7, -np.inf, np.inf)


def test_about_nineteen_of_twenty_intervals_hold_the_truth():
    random = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        interval = mean_interval(random.normal(2.0, 1.0, 25))
        held += interval.low <= 2.0 <= interval.high
    assert 0.89 <= held / 300 <= 0.98


@pytest.mark.parametrize("values", [[], 3.0, [1.0, np.nan], [np.inf, 1.0]])
def test_what_has_no_mean_is_refused(values):
    with pytest.raises(ValueError, match="must be"):
        mean_interval(values)
