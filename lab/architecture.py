"""Networks as readable specifications: blocks in a row, from the image to the classes.

::

    network = Architecture(
        Convolution(16, batch_norm=True, pooling="max"),
        Convolution(32, batch_norm=True, pooling="max"),
        Dense(64, dropout=0.25),
    )
    for row in network.rows((1, 28, 28), classes=10):
        print(row.name, row.shape, row.parameters)

The layer that tells the classes apart comes last by itself. Shapes and parameters are computed
without PyTorch; ``lab.models.build`` makes the network, ``lab.model_code`` writes it as code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.architecture_blocks import (
    ACTIVATIONS,
    POOLINGS,
    Block,
    Convolution,
    Dense,
    GlobalAveragePooling,
    LocalisationHead,
    Residual,
    block_of,
)
from lab.architecture_rows import Misfit, Row, each_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "ACTIVATIONS",
    "ARCHITECTURES",
    "MOST_BLOCKS",
    "POOLINGS",
    "Architecture",
    "Block",
    "Convolution",
    "Dense",
    "GlobalAveragePooling",
    "LocalisationHead",
    "Misfit",
    "Residual",
    "Row",
    "architecture",
]

MOST_BLOCKS = 24
"""Blocks that a network may have."""


@dataclass(frozen=True, init=False)
class Architecture:
    """A network as a row of blocks; which images and classes it is for is not part of it.

    Args:
        blocks: up to 24; none at all is a single layer that looks at the pixels.

    Raises:
        TypeError, ValueError: something else than blocks, or too many.
    """

    blocks: tuple[Block, ...]

    def __init__(self, *blocks: Block) -> None:
        for block in blocks:
            if not isinstance(block, Block):
                raise TypeError(
                    f"An architecture is made of blocks such as Convolution(16), not {block!r:.60}."
                )
        if len(blocks) > MOST_BLOCKS:
            raise ValueError(
                f"An architecture may have up to {MOST_BLOCKS} blocks, not {len(blocks)}."
            )
        object.__setattr__(self, "blocks", blocks)  # the way that frozen dataclasses leave open

    def table(self) -> dict[str, Any]:
        """Return names and values that JSON can hold; ``from_table`` reads them."""
        return {"blocks": [block.table() for block in self.blocks]}

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Architecture:
        """Return the architecture that a table describes.

        Args:
            table: ``{"blocks": [...]}``, each block a table with its ``kind`` (see
                ``lab.architecture_blocks.BLOCKS``) and its values by name.

        Raises:
            TypeError, ValueError: with a sentence that says which block is wrong, and what would be
                right.
        """
        if not isinstance(table, Mapping) or set(table) != {"blocks"}:
            raise ValueError(
                f"An architecture is a table with the blocks alone, {{'blocks': [...]}}, not "
                f"{table!r:.60}."
            )
        rows = table["blocks"]
        if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
            raise TypeError(f"The blocks of an architecture are a list, not {rows!r:.60}.")
        blocks = []
        for number, row in enumerate(rows, start=1):
            try:
                blocks.append(block_of(row))
            except (TypeError, ValueError) as error:
                raise type(error)(f"Block {number}: {error}") from None
            if number > MOST_BLOCKS:
                break
        return cls(*blocks)

    def rows(self, input_shape: tuple[int, int, int], classes: int) -> tuple[Row, ...]:
        """Return the layers with their output shapes and parameters.

        Args:
            input_shape: channels, height and width of one image.
            classes: how many classes to tell apart.

        Raises:
            Misfit: a ValueError; two layers do not fit, and the sentence says why.
            ValueError: the images have no pixels, or there are fewer than two classes.
        """
        return tuple(self.each_row(input_shape, classes))

    def each_row(self, input_shape: tuple[int, int, int], classes: int) -> Iterator[Row]:
        """Return the same one by one: those before a misfit come, and then it is raised."""
        return each_row(self.blocks, input_shape, classes)


def lenet(input_shape: tuple[int, int, int]) -> Architecture:
    """Return LeNet-5 after LeCun et al. (1998), with ReLU and max pooling as it is taught today.

    Two stages of convolution (5 x 5, 6 and 16 channels) and pooling (2 x 2), then dense layers of
    120 and 84 neurons. 32 x 32 pixels are convolved without padding as in the paper, 28 x 28 with
    padding 2 in ``conv1`` (which gives the same maps), smaller images with padding 2 in ``conv2``
    too, so that 8 x 8 does not shrink to nothing.
    """
    side = min(input_shape[1:])
    if side < 4:
        raise ValueError(
            f"Images of {input_shape[1]} x {input_shape[2]} pixels are too small for LeNet: "
            f"it halves them twice, so they need at least 4 x 4."
        )
    padding = 0 if side >= 32 else 2
    halved = (side + 2 * padding - 4) // 2
    return Architecture(
        Convolution(6, kernel=5, padding=padding, pooling="max"),
        Convolution(16, kernel=5, padding=0 if halved >= 14 else 2, pooling="max"),
        Dense(120),
        Dense(84),
    )


def small_cnn(_input_shape: tuple[int, int, int]) -> Architecture:
    """Return a small convolutional network as one would build it today.

    Three convolutions with batch normalisation and ReLU: 5 x 5 in strides of 2 with 16 channels,
    which halves the image at once and saves most of the work, then 3 x 3 with 32 and again 32, max
    pooling between the two; then a dense layer of 64 neurons with dropout 0.25. Batch normalisation
    lets it learn in large steps: on MNIST one epoch is enough for 99 % with batches of 64, SGD with
    a momentum of 0.9, and one cycle of the learning rate up to 0.05.
    """
    return Architecture(
        Convolution(16, kernel=5, stride=2, batch_norm=True),
        Convolution(32, batch_norm=True, pooling="max"),
        Convolution(32, batch_norm=True),
        Dense(64, dropout=0.25),
    )


def tiny_vgg(input_shape: tuple[int, int, int]) -> Architecture:
    """Return Tiny VGG, the network that CNN Explainer shows (Wang et al. 2020).

    Twice two convolutions (3 x 3, 10 channels) and pooling, as VGG has them with more channels and
    more often; no hidden dense layer. As there, the maps lose a pixel at each side in a
    convolution; images below 16 x 16 pixels are padded instead, or little would be left.
    """
    padding = 0 if min(input_shape[1:]) >= 16 else 1
    stage = (
        Convolution(10, padding=padding),
        Convolution(10, padding=padding, pooling="max"),
    )
    return Architecture(*stage, *stage)


def mlp(_input_shape: tuple[int, int, int]) -> Architecture:
    """Return a network of dense layers alone, for comparison: it knows nothing of neighbours."""
    return Architecture(Dense(128), Dense(64))


def small_resnet(_input_shape: tuple[int, int, int]) -> Architecture:
    """Return a small residual network in the manner of He et al. (2015) for small images.

    A convolution, then three residual blocks of 16, 32 and 64 channels, of which the second and the
    third halve the maps, and the mean of each map. The paper's smallest one has nine blocks.
    """
    return Architecture(
        Convolution(16, batch_norm=True),
        Residual(16),
        Residual(32, stride=2),
        Residual(64, stride=2),
        GlobalAveragePooling(),
    )


def localisation_cnn(input_shape: tuple[int, int, int]) -> Architecture:
    """Return a network that tells what it sees and where, with the head of the course's lectures.

    Three convolutions (3 x 3, 16, 32 and 64 channels) with batch normalisation leave maps of a
    quarter of the image's sides, of images below 16 x 16 pixels half of them. A 1 x 1 convolution
    with dropout makes one map a class of them, and the largest number of each map is what the
    network puts out: somewhere there must be something that speaks for the class.
    """
    halves = min(input_shape[1:]) >= 16
    return Architecture(
        Convolution(16, batch_norm=True, pooling="max" if halves else "none"),
        Convolution(32, batch_norm=True, pooling="max"),
        Convolution(64, batch_norm=True),
        LocalisationHead(dropout=0.25),
    )


ARCHITECTURES: dict[str, Callable[[tuple[int, int, int]], Architecture]] = {
    "lenet": lenet,
    "small cnn": small_cnn,
    "tiny vgg": tiny_vgg,
    "mlp": mlp,
    "small resnet": small_resnet,
    "localisation cnn": localisation_cnn,
}
"""The architectures that have a name, as functions of the images' ``(channels, height, width)``."""


def architecture(
    model: str | Mapping[str, Any] | Architecture, input_shape: tuple[int, int, int]
) -> Architecture:
    """Return the architecture that is meant.

    Args:
        model: the name of one of ``ARCHITECTURES``, a table as of ``Architecture.table()``, or an
            architecture, which comes back as it is.
        input_shape: channels, height and width of the images that it is for.

    Raises:
        TypeError, ValueError: with a sentence that says what would be right.
    """
    if isinstance(model, Architecture):
        return model
    if isinstance(model, Mapping):
        return Architecture.from_table(model)
    if not isinstance(model, str):
        raise TypeError(
            f"model must be a name such as 'lenet', a table or an Architecture, not {model!r:.60}."
        )
    if model not in ARCHITECTURES:
        raise ValueError(f"model must be one of {', '.join(ARCHITECTURES)}, not {model!r:.60}.")
    return ARCHITECTURES[model](input_shape)
