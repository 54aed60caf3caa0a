"""Networks of PyTorch's own layers, built from a specification; what to watch in any network."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from torch import nn

from lab.architecture import Architecture, architecture
from lab.architecture_residual import Residual
from lab.watched_layers import Layers, watched_layers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.architecture import Row

__all__ = ["Layers", "Residual", "build", "lenet", "watched_layers"]


def build(
    model: str | Mapping[str, Any] | Architecture, input_shape: tuple[int, int, int], classes: int
) -> nn.Sequential:
    """Build a network; its layers have the names of the architecture's rows.

    The weights are PyTorch's default ones, drawn from its global random numbers.

    Args:
        model: the name of one of ``lab.architecture.ARCHITECTURES``, a table or an architecture.
        input_shape: channels, height and width of one image.
        classes: how many classes to tell apart.

    Raises:
        ValueError: two layers do not fit, or a value cannot be; the sentence says why.
    """
    rows = architecture(model, input_shape).rows(input_shape, classes)
    return nn.Sequential(OrderedDict((row.name, _module(row)) for row in rows))


def lenet(input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> nn.Sequential:
    """Build LeNet-5; see ``lab.architecture.lenet``."""
    return build("lenet", input_shape, classes)


def _module(row: Row) -> nn.Module:
    options = dict(row.options)
    if "activation" in options:
        options["activation"] = getattr(nn, options["activation"])
    make: Any = Residual if row.module == "Residual" else getattr(nn, row.module)
    module: nn.Module = make(*row.arguments, **options)
    return module
