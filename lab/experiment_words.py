"""What can be said of an experiment, in words that claim no more than the numbers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.experiment_report import count
from lab.experiment_table import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.experiment_report import Record
    from lab.experiment_table import Row

WHAT = {
    "accuracy": " in test accuracy",
    "training loss": " in training loss",
    "test loss": " in test loss",
}


def sentences(
    rows: Sequence[Row], labels: tuple[str, str], pairs: Sequence[tuple[Record, Record]]
) -> tuple[str, ...]:
    """Return what the table says: who recognises more, who diverged, who is faster."""
    known = [row for row in rows if row.measure == "accuracy" and row.difference is not None]
    said = [
        verdict(known[-1], labels) if known else "",
        *(_diverged(labels[side], [pair[side] for pair in pairs]) for side in (0, 1)),
        time_sentence(rows, labels),
    ]
    return tuple(sentence for sentence in said if sentence)


def _diverged(name: str, records: Sequence[Record]) -> str:
    ended = [one for one in records if one.state == "diverged"]
    if not ended:
        return ""
    how_often = f" in {len(ended)} of {len(records)} repeats" if len(records) > 1 else ""
    epoch = int(ended[-1].test_epochs[-1]) + 1 if len(ended[-1].test_epochs) else 1
    return f"With {name} the loss grew beyond all bounds{how_often}, in epoch {epoch}."


def verdict(row: Row, labels: tuple[str, str]) -> str:
    """Return what a line of the table says, in a sentence or two; empty if it says nothing yet."""
    if row.difference is None or row.a is None or row.b is None:
        return ""
    when = _when(row)
    if row.low is None or row.high is None:
        return f"{when} {_one_pair(row, labels)}"
    size, span = amount(abs(row.difference), row.kind), _span(row)
    what = WHAT.get(row.measure, "")
    if row.low == row.high == 0:
        return f"{when} the two are exactly the same{what} in all {row.pairs} pairs."
    if row.outcome == "same":
        return (
            f"{when} no difference{what} can be told over {row.pairs} pairs: "
            f"{signed(row.difference, row.kind)} ({span})."
        )
    who = labels[1] if row.difference > 0 else labels[0]
    lean = row.b_larger if row.difference > 0 else row.pairs - row.b_larger
    if row.pairs < ENOUGH:
        return (
            f"{when} {_is_ahead(row, who, size)} on average ({span}), in {lean} of {row.pairs} "
            f"pairs. With fewer than {ENOUGH} pairs that may still be luck."
        )
    return f"{when} {_is_ahead(row, who, size)} ({span}, {row.pairs} pairs)."


def _when(row: Row) -> str:
    if row.kind == "seconds":
        return "For an epoch,"
    return f"After {count(row.epoch, 'epoch')}"


def _one_pair(row: Row, labels: tuple[str, str]) -> str:
    assert row.difference is not None, "asked for with one pair"
    if row.difference == 0:
        return f"the two are exactly the same{WHAT.get(row.measure, '')}."
    who = labels[1] if row.difference > 0 else labels[0]
    sentence = f"{_is_ahead(row, who, amount(abs(row.difference), row.kind))} in this pair"
    if row.outcome == "same":
        sentence += ", which is hardly anything"
    return f"{sentence}. Repeats with other seeds tell how much of that is luck."


def _is_ahead(row: Row, who: str, size: str) -> str:
    if row.kind == "percent":
        return f"{who} is ahead by {size}"
    if row.kind == "seconds":
        return f"{who} takes {size} longer"
    which = "training" if row.measure == "training loss" else "test"
    return f"the {which} loss of {who} is higher by {size}"


def amount(value: float, kind: str) -> str:
    """Write a difference without its sign: "1.2 points", "0.031", "0.20 s"."""
    if kind == "percent":
        return f"{100 * value:.1f} points"
    if kind == "seconds":
        return f"{value:.3f} s" if value < 1 else f"{value:.1f} s"
    return f"{value:.3f}"


def signed(value: float, kind: str) -> str:
    """Write a difference with its sign, a true minus."""
    text = amount(abs(value), kind)
    zero = not any(digit in text for digit in "123456789")
    return text if zero else ("−" if value < 0 else "+") + text


def _span(row: Row) -> str:
    """Write the interval; of the one that is larger, so that the numbers are mostly above 0."""
    assert row.low is not None, "asked for with an interval"
    assert row.high is not None, "asked for with an interval"
    assert row.difference is not None, "asked for with an interval"
    low, high = row.low, row.high
    if row.difference < 0 and row.outcome != "same":
        low, high = -high, -low
    return f"{_bare(low, row.kind)} to {_bare(high, row.kind)}"


def _bare(value: float, kind: str) -> str:
    return signed(value, kind).removeprefix("+").removesuffix(" points").removesuffix(" s")


def time_sentence(rows: Sequence[Row], labels: tuple[str, str]) -> str:
    """Return how long an epoch takes with each of the two; empty if that is not known yet."""
    row = next((row for row in rows if row.measure == "seconds"), None)
    if row is None or not row.a or not row.b:
        return ""
    times = [amount(value, "seconds") for value in (row.a, row.b)]
    sentence = f"An epoch takes {times[0]} with {labels[0]} and {times[1]} with {labels[1]}"
    if row.outcome == "same":
        return f"{sentence}."
    ratio = max(row.a, row.b) / min(row.a, row.b)
    fast = labels[0] if row.a < row.b else labels[1]
    return f"{sentence}: {fast} is {ratio:.1f} times as fast."
