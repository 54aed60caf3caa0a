"""How well each class is recognised: precision, recall and F1, and how sure one can be of them.

All of it comes from a confusion matrix: row = true class, column = what the network said.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

LEVEL = 0.95
"""How often intervals made this way hold the true value."""

RESAMPLES = 1000
"""As many as Efron and Tibshirani (1993) ask for where the ends of an interval are wanted."""

MEASURES = ("precision", "recall", "f1")


class Estimate(NamedTuple):
    """A share from 0 to 1 and its interval; all three NaN where there is nothing to divide by."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class ClassScores:
    """What a confusion matrix says of each class and of all together.

    Attributes:
        support: ``(classes,)`` how many images there are of each class.
        predicted: ``(classes,)`` how many images were called so.
        precision: of the images called so, the share that is (positive predictive value). NaN for a
            class that no image was called.
        recall: of the images of the class, the share that was found (sensitivity). NaN for a class
            without images.
        f1: the harmonic mean of the two, 2 tp / (support + predicted). NaN where both are NaN.
        accuracy: the share of all images that was recognised.
        macro: by measure, the mean over the classes, each counting the same.
        weighted: by measure, the mean over the classes, each counting by its support.
    """

    support: Counts
    predicted: Counts
    precision: Estimate
    recall: Estimate
    f1: Estimate
    accuracy: Estimate
    macro: dict[str, Estimate]
    weighted: dict[str, Estimate]


def class_scores(
    confusion: ArrayLike, level: float = LEVEL, resamples: int = RESAMPLES, seed: int = 0
) -> ClassScores:
    """Return the scores of a confusion matrix ``(classes, classes)`` of counts.

    Shares of a count have Wilson's interval. F1 and the means are no shares of one count: theirs
    come from drawing the same number of images anew from the matrix, with replacement, many times
    (the percentile bootstrap). Where no draw could differ, a bootstrap would pretend to be certain:
    F1 then has Wilson's interval of tp among tp + fp + fn, of which it is a function, and a mean
    has no interval (NaN).

    Means go over the classes that have images or were said, and what is undefined counts as 0, as
    in scikit-learn.

    Args:
        confusion: whole numbers, none negative; row = true class, column = predicted class.
        level: how often the intervals hold the true value, between 0 and 1.
        resamples: draws of the bootstrap.
        seed: of those draws: the same matrix has the same intervals each time.

    Raises:
        ValueError: that is no confusion matrix, or no level.
    """
    table = _checked(confusion)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, for example 0.95, not {level:g}.")
    support, predicted, right = table.sum(1), table.sum(0), table.diagonal()
    values = _measures(table)
    drawn = _measures(_draws(table, resamples, np.random.default_rng(seed)))
    return ClassScores(
        support=support,
        predicted=predicted,
        precision=Estimate(values["precision"], *wilson(right, predicted, level)),
        recall=Estimate(values["recall"], *wilson(right, support, level)),
        f1=_f1(values["f1"], drawn["f1"], right, support + predicted - right, level),
        accuracy=Estimate(
            _share(right.sum(), table.sum()), *wilson(right.sum(), table.sum(), level)
        ),
        macro=_means("macro", values, drawn, level),
        weighted=_means("weighted", values, drawn, level),
    )


def wilson(successes: ArrayLike, count: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's (1927) interval of a share; NaN where the count is 0.

    They are the shares p for which successes / count lies just z standard errors √(p(1−p)/count)
    away. Unlike the usual p ± z·s.e. they stay between 0 and 1, and 10 of 10 is not certainty.
    """
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    n = np.asarray(count, np.float64)
    share = _share(successes, n)
    ratio = z2 / np.maximum(n, 1)
    middle = (share + ratio / 2) / (1 + ratio)
    reach = np.sqrt(ratio * share * (1 - share) + ratio**2 / 4) / (1 + ratio)
    # The clip takes away the last bit by which rounding may pass 0 or 1.
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def worst_classes(scores: ClassScores, names: Sequence[str]) -> str:
    """Return in words which class is found least, and which name can be trusted least."""
    there, said = scores.support > 0, scores.predicted > 0
    sentences = []
    silent = [names[k] for k in np.flatnonzero(there & ~said).tolist()]
    if silent:
        sentences.append(f"No image was called {_listed(silent)}: all of those were missed.")
    missed = np.where(there & said, scores.recall.value, 1.0)
    if missed.min() < 1:
        k = int(missed.argmin())
        sentences.append(f"Of the images of {names[k]}, {_words(scores.recall, k)} were found.")
    mistaken = np.where(said, scores.precision.value, 1.0)
    if mistaken.min() < 1:
        k = int(mistaken.argmin())
        share = _words(scores.precision, k)
        sentences.append(f"Of those called {names[k]}, {share} were {names[k]}.")
    if there.any() and not sentences:
        sentences.append("Every image was recognised.")
    return " ".join(sentences)


def _words(estimate: Estimate, k: int) -> str:
    value, low, high = (100 * end[k] for end in estimate)
    # 99.7 % is not all: it keeps a digit.
    whole = f"{value:.1f}" if 99.5 <= value < 100 else f"{value:.0f}"
    digits = 1 if high - low < 2 else 0  # or both ends might look the same
    return f"{whole}\u00a0% ({low:.{digits}f}–{high:.{digits}f}\u00a0%)"


def _listed(names: Sequence[str]) -> str:
    shown, rest = names[:3], len(names) - 3
    if rest > 1:
        return f"{', '.join(shown)} or {rest} others"
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _checked(confusion: ArrayLike) -> Counts:
    table = np.asarray(confusion)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(
            f"A confusion matrix has as many rows as columns, one a class, not {table.shape}."
        )
    if table.dtype.kind not in "iu" or (table < 0).any():
        raise ValueError("A confusion matrix holds counts: whole numbers, none negative.")
    return table.astype(np.int64)


def _share(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Divide, with NaN where there is nothing to divide by."""
    divisor = np.asarray(whole, np.float64)
    shares = np.full(divisor.shape, np.nan)
    np.divide(np.asarray(part, np.float64), divisor, out=shares, where=divisor > 0)
    return shares


def _measures(table: Counts) -> dict[str, Floats]:
    """Return each measure ``(..., classes)`` and its means ``(...)`` of matrices."""
    support, predicted = table.sum(-1), table.sum(-2)
    right = np.diagonal(table, axis1=-2, axis2=-1)
    measures = {
        "precision": _share(right, predicted),
        "recall": _share(right, support),
        "f1": _share(2 * right, support + predicted),
    }
    there = support + predicted > 0
    for name in MEASURES:
        counted = np.nan_to_num(measures[name])
        measures[f"macro {name}"] = _share(counted.sum(-1), there.sum(-1))
        measures[f"weighted {name}"] = _share((counted * support).sum(-1), support.sum(-1))
    return measures


def _draws(table: Counts, resamples: int, random: np.random.Generator) -> Counts:
    """Draw as many images anew from the matrix, with replacement: ``(resamples, ...)`` matrices."""
    drawn = np.zeros((resamples, table.size), np.int64)
    filled = np.flatnonzero(table)  # what never happened is never drawn
    if filled.size:
        shares = table.ravel()[filled] / table.sum()
        drawn[:, filled] = random.multinomial(table.sum(), shares, resamples)
    return drawn.reshape(resamples, *table.shape)


def _f1(value: Floats, drawn: Floats, right: Counts, union: Counts, level: float) -> Estimate:
    low, high = _percentiles(drawn, level)
    share_low, share_high = wilson(right, union, level)
    certain = (right == 0) | (right == union)
    return Estimate(
        value,
        np.where(certain, 2 * share_low / (1 + share_low), low),
        np.where(certain, 2 * share_high / (1 + share_high), high),
    )


def _means(
    kind: str, values: dict[str, Floats], drawn: dict[str, Floats], level: float
) -> dict[str, Estimate]:
    names = [f"{kind} {name}" for name in MEASURES]
    ends = _percentiles(np.stack([drawn[name] for name in names], axis=1), level)
    certain = ends[1] - ends[0] < 1e-12  # rounding's dust
    low, high = np.where(certain, np.nan, ends)
    return {
        measure: Estimate(values[name], low[i], high[i])
        for i, (measure, name) in enumerate(zip(MEASURES, names, strict=True))
    }


def _percentiles(drawn: Floats, level: float) -> Floats:
    """Return the two ends that the middle of the draws ``(resamples, n)`` lies between.

    Draws in which a number is undefined do not count for it.
    """
    quantiles = (0.5 - level / 2, 0.5 + level / 2)
    ends = np.full((2, drawn.shape[1]), np.nan)
    undefined = np.isnan(drawn)
    always, never = ~undefined.any(axis=0), undefined.all(axis=0)
    ends[:, always] = np.quantile(drawn[:, always], quantiles, axis=0)
    sometimes = ~always & ~never  # slower by far
    ends[:, sometimes] = np.nanquantile(drawn[:, sometimes], quantiles, axis=0)
    return ends
