"""A network as PyTorch code that builds the same one."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lab.architecture import Architecture, architecture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.architecture import Row


def model_code(
    model: str | Mapping[str, Any] | Architecture, input_shape: tuple[int, int, int], classes: int
) -> str:
    """Return source code that makes ``model``, the same network as ``lab.models.build``.

    Its layers have the same names, and come in the same order: the same seed gives the same initial
    weights, and the state of one fits the other.

    Raises:
        ValueError: two layers do not fit, or a value cannot be; the sentence says why.
    """
    rows = architecture(model, input_shape).rows(input_shape, classes)
    parts = ["from collections import OrderedDict\n"]
    if any(row.module == "Residual" for row in rows):
        parts += ["from torch import Tensor, nn\n", "", _residual_source()]
    else:
        parts += ["from torch import nn\n"]
    pixels = " × ".join(map(str, input_shape))
    parts += [f"model = nn.Sequential(  # takes images of {pixels}", "    OrderedDict("]
    parts += [f"        {row.name}={_call(row)},  # {_about(row)}" for row in rows]
    parts += ["    )", ")"]
    return "\n".join(parts) + "\n"


def _residual_source() -> str:
    # Read and not imported: this needs no PyTorch, and there is one such class.
    source = files("lab").joinpath("architecture_residual.py").read_text(encoding="utf-8")
    lines = source[source.index("class Residual") :].splitlines()
    return "\n".join(line.partition("  # type: ignore")[0] for line in lines) + "\n\n"


def _call(row: Row) -> str:
    values = [f"{value!r}" for value in row.arguments]
    for name, value in row.options.items():
        values.append(f"{name}={f'nn.{value}' if name == 'activation' else repr(value)}")
    module = row.module if row.module == "Residual" else f"nn.{row.module}"
    return f"{module}({', '.join(values)})"


def _about(row: Row) -> str:
    shape = " × ".join(map(str, row.shape))
    return f"{shape}, {row.parameters:,} parameters" if row.parameters else shape
