"""What a network made of blocks consists of: its layers, their output shapes and parameters.

All of it is arithmetic; PyTorch is not needed. ``lab.models`` builds what the rows say.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.architecture_blocks import (
    ACTIVATIONS,
    GLOBAL_POOLINGS,
    POOLINGS,
    Convolution,
    Dense,
    GlobalAveragePooling,
    LocalisationHead,
    Residual,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.architecture_blocks import Block

MOST_PARAMETERS = 20_000_000
"""Parameters that a network may have; with gradients and momenta four times as many numbers."""

MOST_NUMBERS = 4_000_000
"""Numbers that the layers may put out for one image: all are kept for the way back."""


class Misfit(ValueError):  # noqa: N818 - two layers that do not fit, as the learner reads it
    """A layer cannot be put where it stands.

    Attributes:
        block: the place of its block, from 0; the number of blocks stands for the output layer.
    """

    def __init__(self, message: str, block: int) -> None:
        super().__init__(message)
        self.block = block


@dataclass(frozen=True)
class Row:
    """One layer of a network.

    Attributes:
        name: the layer's name in the network: ``"conv1"``.
        kind: what it is, in words: ``"convolution"``.
        shape: of what it puts out for one image: ``(channels, height, width)`` or ``(numbers,)``.
        parameters: how many numbers it learns.
        block: the place of its block, from 0; the number of blocks for the output layer.
        module: the name of PyTorch's module: ``"Conv2d"``.
        arguments: of the module, by place: ``(1, 6)``.
        options: of the module, by name: ``{"kernel_size": 5}``.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    block: int
    module: str
    arguments: tuple[int | float, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def each_row(
    blocks: Sequence[Block], input_shape: tuple[int, int, int], classes: int
) -> Iterator[Row]:
    """Go through the layers of a network, from the image to the classes.

    Raises:
        Misfit: at the first layer that does not fit to the one before.
        ValueError: the images or the classes are none.
    """
    if min(input_shape) < 1 or classes < 2:
        raise ValueError(
            f"A network needs at least 1 channel, 1 x 1 pixel and 2 classes, not "
            f"{' x '.join(map(str, input_shape))} and {classes}."
        )
    walk = _Walk(input_shape, classes)
    for block in blocks:
        yield from walk.through(block)
        walk.block += 1
    yield from walk.to_classes()


class _Walk:
    """The way through a network: what comes out of the layer before, and how many were passed."""

    def __init__(self, input_shape: tuple[int, int, int], classes: int) -> None:
        self.classes = classes
        self.shape: tuple[int, ...] = input_shape
        self.block = 0
        self.before = ""  # the name of the layer before
        self._head: LocalisationHead | None = None
        self._passed: Counter[str] = Counter()
        self._parameters = self._numbers = 0

    def through(self, block: Block) -> Iterator[Row]:
        """Go through the layers of one block."""
        if self._head:
            raise self._misfit(
                "Nothing can follow the localisation head: its maps are what the network says. "
                "Put it last."
            )
        if isinstance(block, Convolution):
            yield from self._convolution(block)
        elif isinstance(block, Residual):
            yield from self._residual(block)
        elif isinstance(block, GlobalAveragePooling):
            self._need_maps("global average pooling")
            channels = self.shape[0]
            yield self._row(
                "global_pool", block.kind, (channels, 1, 1), module="AdaptiveAvgPool2d", values=(1,)
            )
            yield from self.flattened()
        elif isinstance(block, Dense):
            yield from self.flattened()
            yield from self.neurons(self._name("dense"), block.neurons, bias=not block.batch_norm)
            yield from self._after(block.activation, block.dropout, batch_norm=block.batch_norm)
        elif isinstance(block, LocalisationHead):
            yield from self._localisation(block)

    def to_classes(self) -> Iterator[Row]:
        """Go through what makes a number a class of whatever the blocks have left."""
        if not self._head:
            yield from self.flattened()
            yield from self.neurons("output", self.classes, bias=True)
            return
        pooling = self._head.pooling
        yield self._row(
            "global_pool",
            f"global {pooling} pooling",
            (self.classes, 1, 1),
            module=GLOBAL_POOLINGS[pooling],
            values=(1,),
        )
        yield from self.flattened()

    def flattened(self) -> Iterator[Row]:
        """Lay maps out in one row of numbers."""
        if len(self.shape) > 1:
            yield self._row("flatten", "flatten", (math.prod(self.shape),), module="Flatten")

    def neurons(self, name: str, count: int, *, bias: bool) -> Iterator[Row]:
        """Look at all numbers at once."""
        (inputs,) = self.shape
        yield self._row(
            name,
            "output" if name == "output" else "dense layer",
            (count,),
            (inputs + bias) * count,
            module="Linear",
            values=(inputs, count),
            options={} if bias else {"bias": False},
        )

    def _convolution(self, block: Convolution) -> Iterator[Row]:
        name = self._name("conv")
        self._need_maps(name)
        channels, *sides = self.shape
        kernel, padding = block.kernel, block.padding
        if min(sides) + 2 * padding < kernel:
            padded = f", {_maps(*(side + 2 * padding for side in sides))} with padding"
            raise self._misfit(
                f"{name} looks at {kernel} × {kernel} pixels, but {self._leaves()}"
                f"{padded if padding else ''}. Choose a smaller kernel or more padding."
            )
        options: dict[str, Any] = {"kernel_size": kernel}
        if block.stride > 1:
            options["stride"] = block.stride
        if padding:
            options["padding"] = padding
        if block.batch_norm:
            options["bias"] = False  # the normalisation has one of its own
        yield self._row(
            name,
            block.kind,
            (
                block.channels,
                *((side + 2 * padding - kernel) // block.stride + 1 for side in sides),
            ),
            (channels * kernel**2 + (not block.batch_norm)) * block.channels,
            module="Conv2d",
            values=(channels, block.channels),
            options=options,
        )
        yield from self._after(
            block.activation,
            block.dropout,
            batch_norm=block.batch_norm,
            pooling=block.pooling,
            pool_size=block.pool_size,
        )

    def _localisation(self, block: LocalisationHead) -> Iterator[Row]:
        self._need_maps("class_maps")
        yield from self._dropout(block.dropout)
        channels, *sides = self.shape
        yield self._row(
            "class_maps",
            block.kind,
            (self.classes, *sides),
            (channels + 1) * self.classes,
            module="Conv2d",
            values=(channels, self.classes),
            options={"kernel_size": 1},
        )
        self._head = block

    def _residual(self, block: Residual) -> Iterator[Row]:
        name = self._name("residual")
        self._need_maps(name)
        before, *sides = self.shape
        after = block.channels
        parameters = 9 * before * after + 9 * after**2 + 4 * after  # two kernels, two norms
        if before != after or block.stride > 1:
            parameters += before * after + 2 * after  # the short cut has to change the shape too
        options: dict[str, Any] = {} if block.stride == 1 else {"stride": block.stride}
        if block.activation != "relu":
            options["activation"] = ACTIVATIONS[block.activation] or "Identity"
        yield self._row(
            name,
            block.kind,
            (after, *((side - 1) // block.stride + 1 for side in sides)),
            parameters,
            module="Residual",
            values=(before, after),
            options=options,
        )
        yield from self._after(block.activation, block.dropout)

    def _after(
        self,
        activation: str,
        dropout: float,
        *,
        batch_norm: bool = False,
        pooling: str = "none",
        pool_size: int = 2,
    ) -> Iterator[Row]:
        """Go through what follows the weights of a block."""
        if batch_norm:
            count = self.shape[0]
            yield self._row(
                self._name("norm"),
                "batch normalisation",
                self.shape,
                2 * count,
                module="BatchNorm2d" if len(self.shape) > 1 else "BatchNorm1d",
                values=(count,),
            )
        if module := ACTIVATIONS[activation]:
            yield self._row(self._name(activation), "activation", self.shape, module=module)
        if module := POOLINGS[pooling]:
            name = self._name("pool")
            channels, *sides = self.shape
            if min(sides) < pool_size:
                raise self._misfit(
                    f"{name} takes {pool_size} × {pool_size} pixels together, but "
                    f"{self._leaves()}. Leave this pooling out, or shrink less before."
                )
            shape = (channels, *(side // pool_size for side in sides))
            yield self._row(name, f"{pooling} pooling", shape, module=module, values=(pool_size,))
        yield from self._dropout(dropout)

    def _dropout(self, share: float) -> Iterator[Row]:
        if share:
            yield self._row(
                self._name("dropout"), "dropout", self.shape, module="Dropout", values=(share,)
            )

    def _name(self, kind: str) -> str:
        self._passed[kind] += 1
        return f"{kind}{self._passed[kind]}"

    def _row(
        self,
        name: str,
        kind: str,
        shape: tuple[int, ...],
        parameters: int = 0,
        *,
        module: str,
        values: tuple[int | float, ...] = (),
        options: dict[str, Any] | None = None,
    ) -> Row:
        """Return the row of the next layer, if the network has room for it."""
        self._parameters += parameters
        if self._parameters > MOST_PARAMETERS:
            raise self._misfit(
                f"With {name} the network would have {self._parameters:,} parameters; it may have "
                f"{MOST_PARAMETERS:,}. Shrink the maps before it, or take fewer."
            )
        self._numbers += math.prod(shape)
        if self._numbers > MOST_NUMBERS:
            raise self._misfit(
                f"With {name} the layers would put out {self._numbers:,} numbers for one image; "
                f"{MOST_NUMBERS:,} are the most. Take fewer channels, or shrink the maps before."
            )
        self.shape, self.before = shape, name
        return Row(name, kind, shape, parameters, self.block, module, values, options or {})

    def _need_maps(self, name: str) -> None:
        if len(self.shape) == 1:
            first = "global average pooling" if self.before == "flatten" else "the dense layers"
            raise self._misfit(
                f"{name} needs maps, but {self.before} leaves {self.shape[0]} numbers in a row. "
                f"Put it before {first}."
            )

    def _leaves(self) -> str:
        maps = _maps(*self.shape[1:])
        return f"{self.before} leaves maps of {maps}" if self.before else f"the images have {maps}"

    def _misfit(self, message: str) -> Misfit:
        return Misfit(message, self.block)


def _maps(height: int, width: int) -> str:
    return f"{height} × {width}"
