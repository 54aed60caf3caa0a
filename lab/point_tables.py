"""Points out of tables: a CSV text, a DataFrame, and two columns of a medical data set."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lab.points import LIMIT, Points, own_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Frame(Protocol):
    """What is needed of a ``pandas.DataFrame``, so that pandas need not be installed."""

    @property
    def columns(self) -> Iterable[Any]:
        """The names of the columns."""

    def __getitem__(self, name: Any, /) -> Any:  # noqa: ANN401
        """Return a column by its name."""


def points_from_csv(
    text: str,
    first: str | None = None,
    second: str | None = None,
    label: str | None = None,
    *,
    regression: bool = False,
) -> Points:
    """Read points from a CSV text whose first line names the columns.

    Args:
        text: lines separated by commas, semicolons or tabs.
        first: the name of the column for x₁; default: the first of the table.
        second: the name of the column for x₂; default: the second.
        label: the name of the column with the classes or values; default: the third.
        regression: whether the label is a value instead of a class.

    """
    head = text.lstrip("\ufeff").split("\n", 1)[:1]
    if not text.strip("\ufeff \r\n") or not head:
        raise ValueError("The CSV is empty: its first line names the columns, the others are rows.")
    lines = text.count("\n")
    if lines > LIMIT + 10:
        raise ValueError(f"The CSV has {lines:,} lines; the lab takes up to {LIMIT:,}.")
    separator = max(",;\t", key=head[0].count)
    rows = [
        row
        for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator)
        if any(cell.strip() for cell in row)
    ]
    header = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise ValueError(
                f"Row {number} of the CSV has {len(row)} cells, but the first line names "
                f"{len(header)} columns: every row needs a cell for each."
            )
    if len(rows) < 2:
        raise ValueError("The CSV names columns but has no rows below: add a row for each point.")
    cells = [list(column) for column in zip(*rows[1:], strict=True)]
    columns = dict(zip(header, cells, strict=True))
    return _chosen(columns, header, (first, second, label), regression=regression)


def points_from_frame(
    frame: Frame,
    first: str | None = None,
    second: str | None = None,
    label: str | None = None,
    *,
    regression: bool = False,
) -> Points:
    """Read points from three columns of a DataFrame; by default its first three."""
    names = [str(name) for name in frame.columns]
    columns = {str(name): np.asarray(frame[name]).tolist() for name in frame.columns}
    return _chosen(columns, names, (first, second, label), regression=regression)


def breast_cancer(first: str = "mean radius", second: str = "mean texture") -> Points:
    """Return two columns of scikit-learn's breast-cancer data, each with mean 0 and deviation 1.

    569 tumours, malignant (0) or benign (1): W. Wolberg, O. Mangasarian, N. Street (1995), Breast
    Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, CC BY 4.0.
    """
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415 - two seconds, only if asked

    bunch = load_breast_cancer()
    names = [str(name) for name in bunch.feature_names]
    for name in (first, second):
        if name not in names:
            raise ValueError(f"There is no column {name!r}; choose two of {', '.join(names)}.")
    chosen = bunch.data[:, [names.index(first), names.index(second)]]
    x = (chosen - chosen.mean(axis=0)) / chosen.std(axis=0)
    return Points(x, bunch.target, tuple(str(name) for name in bunch.target_names), (first, second))


def _chosen(
    columns: Mapping[str, Sequence[Any]],
    names: list[str],
    wanted: tuple[str | None, str | None, str | None],
    *,
    regression: bool,
) -> Points:
    if len(names) < 3:
        raise ValueError(
            "Points need three columns, two numbers and a label; there "
            f"{'is' if len(names) == 1 else 'are'} {len(names)}: {', '.join(names)}."
        )
    chosen = [name or names[place] for place, name in enumerate(wanted)]
    for name in chosen:
        if name not in columns:
            raise ValueError(f"There is no column {name!r}; choose of {', '.join(names)}.")
    first, second, label = chosen
    x = np.stack([_numbers(first, columns[first]), _numbers(second, columns[second])], axis=-1)
    if regression:
        return Points(x, _numbers(label, columns[label]), axes=(first, second))
    words = [str(cell).strip() for cell in columns[label]]
    for row, word in enumerate(words, start=1):
        if word.lower() in ("", "nan", "none"):
            raise ValueError(f"In row {row} the column {label!r} has no label: name its class.")
    return own_points(x, np.array(words), (first, second))


def _numbers(name: str, cells: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = []
    for row, cell in enumerate(cells, start=1):
        try:
            value = float(cell)
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(
                f"In row {row} the column {name!r} holds {cell!r}, which is not a finite number. "
                "Write numbers such as 1.5, with a point, and leave out rows that miss one."
            )
        values.append(value)
    return np.array(values)
