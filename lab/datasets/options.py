"""Options of a data set, given as names and values."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = TypeVar("Kind")


def options_from(kind: type[Kind], table: Mapping[str, Any], whose: str) -> Kind:
    """Make options of a kind, a dataclass that checks its values, and refuse unknown names.

    Args:
        kind: the dataclass.
        table: names and values.
        whose: what the options are of, to begin a sentence with.

    Raises:
        ValueError: there is no such option; the sentence lists those there are.
    """
    names = [option.name for option in fields(kind)]  # type: ignore[arg-type]  # a dataclass
    for name in table:
        if name not in names:
            raise ValueError(f"{whose} have no option {name!r}; choose of {', '.join(names)}.")
    return kind(**table)
