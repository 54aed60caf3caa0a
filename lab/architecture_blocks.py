"""The blocks that a network is built from. Each is a few numbers and names; PyTorch is not needed.

A block is a layer with weights and what belongs to it: a convolution with its batch
normalisation, activation, pooling and dropout is one block, as in the figures of papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from numbers import Integral, Real
from typing import Any, ClassVar

ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "identity": "",
}
"""What may follow a layer, and the name of PyTorch's module for it; none for the identity."""

POOLINGS = {"none": "", "max": "MaxPool2d", "average": "AvgPool2d"}
"""How maps may be made smaller, and the name of PyTorch's module for it."""

GLOBAL_POOLINGS = {"max": "AdaptiveMaxPool2d", "average": "AdaptiveAvgPool2d"}
"""How a whole map may become one number, and the name of PyTorch's module for it."""


def _whole(low: int, high: int, default: Any = MISSING) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=default, metadata={"low": low, "high": high, "type": "a whole number"})


def _share(default: float) -> Any:  # noqa: ANN401
    limits = {"low": 0.0, "high": 0.95, "type": "a number"}
    return field(default=default, metadata=limits)


def _switch(*, default: bool) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"type": "True or False"})


def _choice(names: Mapping[str, str], default: str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"names": tuple(names), "type": "a name"})


@dataclass(frozen=True)
class Block:
    """What all blocks share: they check their values, and turn them into Python's own."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            TypeError, ValueError: with a sentence that says what would be right.
        """
        for one in fields(self):
            value = _checked(f"{one.name} of a {self.kind}", getattr(self, one.name), one.metadata)
            object.__setattr__(self, one.name, value)  # the way that frozen dataclasses leave open

    def table(self) -> dict[str, Any]:
        """Return names and values that JSON can hold; ``block_of`` reads them."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Convolution(Block):
    """A convolution, then batch normalisation, activation, pooling and dropout where wanted.

    Attributes:
        channels: how many maps come out, 1 to 512.
        kernel: height and width of the kernel, 1 to 11.
        stride: from one place of the kernel to the next, 1 to 4.
        padding: zeros around the maps, 0 to 5; ``None`` stands for half of the kernel, so that the
            maps keep their size.
        batch_norm: whether each channel is normalised over the batch.
        activation: one of ``ACTIVATIONS``.
        pooling: one of ``POOLINGS``.
        pool_size: the pooling window and its stride, 2 to 8.
        dropout: the share of numbers left out in training, 0 to 0.95.
    """

    kind: ClassVar[str] = "convolution"
    channels: int = _whole(1, 512)
    kernel: int = _whole(1, 11, 3)
    stride: int = _whole(1, 4, 1)
    padding: int = _whole(0, 5, None)
    batch_norm: bool = _switch(default=False)
    activation: str = _choice(ACTIVATIONS, "relu")
    pooling: str = _choice(POOLINGS, "none")
    pool_size: int = _whole(2, 8, 2)
    dropout: float = _share(0.0)

    def __post_init__(self) -> None:
        """Check every value; the padding follows the kernel where it is not given."""
        kernel: object = self.kernel  # whatever their types should be
        padding: object = self.padding
        if padding is None and isinstance(kernel, Integral):
            object.__setattr__(self, "padding", int(kernel) // 2)
        super().__post_init__()


@dataclass(frozen=True)
class Residual(Block):
    """Two convolutions with batch normalisation, whose result is added to what came in.

    So the block learns what to change; gradients flow past it unhindered (He et al. 2015).

    Attributes:
        channels: how many maps come out, 1 to 512.
        stride: of the first convolution, 1 to 4; 2 halves the maps.
        activation: one of ``ACTIVATIONS``, between the convolutions and after the sum.
        dropout: the share of numbers left out after it in training, 0 to 0.95.
    """

    kind: ClassVar[str] = "residual block"
    channels: int = _whole(1, 512)
    stride: int = _whole(1, 4, 1)
    activation: str = _choice(ACTIVATIONS, "relu")
    dropout: float = _share(0.0)


@dataclass(frozen=True)
class GlobalAveragePooling(Block):
    """The mean of each map: one number a channel is left, whatever the size of the images."""

    kind: ClassVar[str] = "global average pooling"


@dataclass(frozen=True)
class Dense(Block):
    """A layer of neurons that each look at everything; then the same as after a convolution.

    Attributes:
        neurons: how many numbers come out, 1 to 4096.
        batch_norm: whether each neuron is normalised over the batch.
        activation: one of ``ACTIVATIONS``.
        dropout: the share of numbers left out in training, 0 to 0.95.
    """

    kind: ClassVar[str] = "dense layer"
    neurons: int = _whole(1, 4096)
    batch_norm: bool = _switch(default=False)
    activation: str = _choice(ACTIVATIONS, "relu")
    dropout: float = _share(0.0)


@dataclass(frozen=True)
class LocalisationHead(Block):
    """One map a class, by a 1 x 1 convolution; of each map one number is what the network puts out.

    So the maps tell where, as well as what: each is the class activation map of its class. It comes
    last, and needs no output layer behind it.

    Attributes:
        pooling: how a map becomes a number: its largest one ("max", which looks for a single place)
            or the mean ("average").
        dropout: the share of numbers left out before the convolution in training, 0 to 0.95.
    """

    kind: ClassVar[str] = "localisation head"
    pooling: str = _choice(GLOBAL_POOLINGS, "max")
    dropout: float = _share(0.0)


BLOCKS: dict[str, type[Block]] = {
    block.kind: block
    for block in (Convolution, Residual, GlobalAveragePooling, Dense, LocalisationHead)
}
"""The blocks by their kind."""


def block_of(table: object) -> Block:
    """Return the block that a table of names and values describes.

    What it does not name has its default value.

    Raises:
        TypeError, ValueError: with a sentence that says what would be right.
    """
    if not isinstance(table, Mapping):
        raise TypeError(
            f"A block is a table such as {{'kind': 'dense layer', 'neurons': 84}}, "
            f"not {table!r:.60}."
        )
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in BLOCKS:
        raise ValueError(f"kind must be one of {', '.join(BLOCKS)}, not {kind!r:.60}.")
    block = BLOCKS[kind]
    known = {one.name: one for one in fields(block)}
    for name in table:
        if name not in known and name != "kind":
            raise ValueError(
                f"A {kind} has no {name!r:.60}; it has {', '.join(known) or 'nothing to choose'}."
            )
    for name, one in known.items():
        if one.default is MISSING and name not in table:
            raise ValueError(f"A {kind} needs its {name}.")
    return block(**{name: value for name, value in table.items() if name != "kind"})


def _checked(name: str, value: object, limits: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return a value that a field may have, or refuse it in one sentence."""
    wanted = limits["type"]
    if "names" in limits:
        if not isinstance(value, str) or value not in limits["names"]:
            raise ValueError(
                f"{name} must be one of {', '.join(limits['names'])}, not {value!r:.60}."
            )
        return value
    if wanted == "True or False":
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, not {value!r:.60}.")
        return value
    whole = wanted == "a whole number"
    if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
        raise TypeError(f"{name} must be {wanted}, not {value!r:.60}.")
    number: float = int(value) if isinstance(value, Integral) else float(value)
    if not limits["low"] <= number <= limits["high"]:  # not so for NaN
        raise ValueError(
            f"{name} must lie between {limits['low']:g} and {limits['high']:g}, not {number!r:.60}."
        )
    return number if whole else float(number)
