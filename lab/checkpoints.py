"""A network at one moment of its training, as a file: weights and the settings of its run.

The file is a safetensors file, which holds numbers and no code: nothing is ever unpickled. Its
metadata hold the settings as JSON, so that one file is enough; beside it a ``.json`` with the same
is written for people to read.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors import numpy as safetensors

from lab.safetensors_header import (
    LENGTH_BYTES,
    LONGEST_HEADER,
    TYPES,
    check_size,
    read_header,
    read_table,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "deep-learning-lab 1"
"""Written into each file: what it is and which edition of it."""

LIMIT_BYTES = 2**28
"""The largest file that is read: 256 MiB, 67 million weights."""

_NAME = re.compile(r"\w[\w.]{0,199}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network at one moment.

    Attributes:
        weights: each name, as in ``model.state_dict()``, and its numbers. The arrays are locked.
        table: the settings of the run, plain values that JSON can hold, the network's spec among
            them.
        step: how many optimizer steps had been done.
        input_shape: channels, height and width of one image.
        class_names: one name a class.

    Raises:
        ValueError, TypeError: a part that could not be saved, or a weight that is not finite.
    """

    weights: Mapping[str, NDArray[Any]]
    table: Mapping[str, Any] = field(default_factory=dict)
    step: int = 0
    input_shape: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check all parts, copy and lock the weights."""
        weights = {}
        for name, values in self.weights.items():
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise ValueError(
                    f"{name!r:.60} is no name of a weight: names are such as 'conv1.weight'."
                )
            array = np.array(values, order="C")  # a copy, whatever order it came in
            if array.dtype.newbyteorder("<") not in TYPES.values():
                raise TypeError(f"The weights {name} must be numbers, not {array.dtype}.")
            if not np.isfinite(array).all():
                raise ValueError(f"The weights {name} hold a number that is not finite.")
            array.flags.writeable = False
            weights[name] = array
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "step", _count(self.step, "step"))
        if not all(isinstance(row, (list, tuple)) for row in (self.input_shape, self.class_names)):
            raise TypeError("input_shape and class_names must be rows.")
        shape = tuple(_count(side, "input_shape") for side in self.input_shape)
        object.__setattr__(self, "input_shape", shape)
        object.__setattr__(self, "class_names", tuple(self.class_names))
        if not all(isinstance(name, str) for name in self.class_names):
            raise TypeError("class_names must be texts.")
        if not isinstance(self.table, Mapping):
            raise TypeError("The settings must be a table.")
        # What comes back from JSON is what went in, if only in JSON's own types.
        object.__setattr__(self, "table", json.loads(_json(dict(self.table))))

    def check_fit(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Refuse weights that do not fit a network.

        Args:
            shapes: each name of the network's ``state_dict`` and its shape.

        Raises:
            ValueError: the sentence names the first weight that does not fit.
        """
        for name, shape in shapes.items():
            if name not in self.weights:
                raise ValueError(f"The weights are of another network: {name!r} is not among them.")
            if self.weights[name].shape != tuple(shape):
                raise ValueError(
                    f"The weights are of another network: {name!r} has the shape "
                    f"{_times(self.weights[name].shape)}, but this network needs {_times(shape)}."
                )
        if extra := [name for name in self.weights if name not in shapes]:
            raise ValueError(
                f"The weights are of another network: this network has no {extra[0]!r}."
            )


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the content of a checkpoint's file."""
    text = _json(_about(checkpoint))
    content = safetensors.save(dict(checkpoint.weights), {"format": FORMAT, "run": text})
    header = int.from_bytes(content[:LENGTH_BYTES], "little")
    if header > LONGEST_HEADER or len(content) > LIMIT_BYTES:
        raise ValueError(f"This network is too large for a file of {LIMIT_BYTES >> 20} MiB.")
    return content


def save(checkpoint: Checkpoint, path: str | os.PathLike[str]) -> Path:
    """Write a checkpoint to ``path`` (``.safetensors`` is added), and what it is beside it.

    A file that is there already is replaced in one go: it is never half of one and half of the
    other.

    Returns:
        The path of the file; the one to read lies beside it and ends in ``.json``.
    """
    target = Path(path)
    if target.suffix != ".safetensors":
        target = target.with_name(target.name + ".safetensors")
    weights = {
        name: {"shape": list(array.shape), "type": str(array.dtype)}
        for name, array in checkpoint.weights.items()
    }
    about = {"format": FORMAT, **_about(checkpoint), "weights": weights}
    _write(target, to_bytes(checkpoint))
    _write(target.with_suffix(".json"), (_json(about, indent=2) + "\n").encode())
    return target


def load(source: str | os.PathLike[str] | bytes, *, limit_bytes: int = LIMIT_BYTES) -> Checkpoint:
    """Read a checkpoint from a file, or from its content.

    Everything that the file says of itself is checked before memory is spent on it.

    Raises:
        ValueError: the file is missing, too large, damaged, or no checkpoint of this lab.
    """
    if isinstance(source, bytes):
        return _read(source, "The file", limit_bytes)
    path = Path(source)
    name = f"The file {path.name!r:.80}"
    try:
        if not path.is_file():
            raise ValueError(f"{name} does not exist.")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            check_size(size, name, limit_bytes)
            read_header(file.read(min(size, LENGTH_BYTES + LONGEST_HEADER)), size, name)
            file.seek(0)
            return _read(file.read(size), name, limit_bytes)
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror}.") from error


def _read(content: bytes, name: str, limit_bytes: int) -> Checkpoint:
    check_size(len(content), name, limit_bytes)
    metadata = read_header(content, len(content), name)
    if metadata.get("format") != FORMAT or "run" not in metadata:
        raise ValueError(f"{name} holds weights, but was not saved by this lab.")
    about = read_table(metadata["run"], name)
    if about.keys() != {"table", "step", "input_shape", "class_names"}:
        raise ValueError(f"{name} does not say which run it is from.")
    try:
        weights = safetensors.load(content)
    except (SafetensorError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} is damaged: its weights cannot be read.") from error
    try:
        return Checkpoint(weights, **about)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} is damaged. {error}") from error


def _count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or not 0 <= int(value) < 2**53:
        raise ValueError(f"{name} must be a whole number of at least 0, not {value!r:.60}.")
    return int(value)


def _about(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "table": checkpoint.table,
        "step": checkpoint.step,
        "input_shape": list(checkpoint.input_shape),
        "class_names": list(checkpoint.class_names),
    }


def _json(table: Mapping[str, Any], indent: int | None = None) -> str:
    try:
        return json.dumps(table, indent=indent, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"The settings cannot be written as JSON: {error}.") from error


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
