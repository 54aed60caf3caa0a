"""The trait type of a latent space."""

from __future__ import annotations

from typing import Any

import numpy as np
from traitlets import TraitError

from widgets._traits import Trait

MOST = 100_000


class Places(Trait["tuple[int, ...]", Any]):
    """Places of images in the test set: whole numbers from 0 on, each once, in ascending order."""

    def __init__(self) -> None:
        super().__init__(())

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """Return the places as a tuple, or say in a sentence what would be right."""
        name = self.name or "places"
        advice = f"{name} must be places of test images, whole numbers from 0 on such as [0, 7]"
        if isinstance(value, (str, bytes, dict)) or not np.iterable(value):
            raise TraitError(f"{advice}, not {value!r:.60}.")
        items = list(value)
        if len(items) > MOST:
            raise TraitError(f"{name} may hold {MOST:,} places, but {len(items):,} came.")
        for item in items:
            if isinstance(item, (bool, np.bool_)) or not isinstance(item, (int, np.integer)):
                raise TraitError(f"{advice}, not {item!r:.60}.")
        if items and not 0 <= min(items) <= max(items) < 10**9:
            raise TraitError(f"{advice}, not {min(items)} to {max(items)}.")
        return tuple(sorted({int(item) for item in items}))
