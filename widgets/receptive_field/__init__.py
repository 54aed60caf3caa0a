"""The receptive field: point at a cell of a stack of layers, and see what it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Enum, TraitError, observe, validate

from widgets._arrays import pack
from widgets._base import LabWidget, hand, shown
from widgets._photographs import PHOTOGRAPHS, photograph
from widgets._traits import Whole
from widgets.receptive_field.examples import EXAMPLES, LENET
from widgets.receptive_field.pictures import fields, planes_of
from widgets.receptive_field.traits import Layers, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LAYERS = 6
MIDDLE = (99, 99)  # beyond every plane


class ReceptiveField(LabWidget):
    """A stack of layers over an image: point at a cell to see its field in all layers below.

    Args:
        layers: 1 to 6 rows of a kind (``"convolution"`` or ``"max pooling"``) and kernel, stride,
            padding and dilation; what is left out is 1, 0 for the padding; default: LeNet's.
        size: rows and columns of the image, 4 to 48; default 28.
        at: the layer, counted from 1, and the row and column of the cell that is looked at,
            counted from 0; default: the middle of the last layer.
        traits: any of the traits below.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    layers = hand(Layers(LENET, MOST_LAYERS))
    """The stack, the first layer at the image: kind, kernel, stride, padding, dilation of each."""

    size = hand(Whole(28, 4, 48))
    """Rows and columns of the image, 4 to 48."""

    at = hand(Place((4, 2, 2)))
    """The cell that is looked at: its layer, counted from 1, its row and its column from 0."""

    chosen = hand(Whole(1, 1, MOST_LAYERS))
    """The layer whose settings are at hand, counted from 1."""

    image = hand(Enum(list(PHOTOGRAPHS), default_value="flower"))
    """The photograph behind the image's cells."""

    examples = shown(Dict(EXAMPLES))
    """Stacks that show one idea each, by name."""

    photo = shown(Dict(allow_none=True))
    """The photograph in as many pixels as the image has cells, ``(3, size, size)``."""

    picture = shown(Dict())
    """What Python made of all this: the layers' sizes, the fields, sentences, code."""

    def __init__(
        self,
        layers: Sequence[Sequence[object]] = LENET,
        size: int = 28,
        *,
        at: Sequence[int] | None = None,
        **traits: Any,  # noqa: ANN401
    ) -> None:
        self._ready = False
        super().__init__(layers=layers, size=size, **traits)
        count = len(self.layers)
        self._ready = True
        self.at = (count, *MIDDLE) if at is None else at
        self.chosen = traits.get("chosen", count)
        self._redraw()

    def code(self) -> str:
        """Return lines of PyTorch that find the same field."""
        return str(self.picture["code"])

    @validate("layers", "size")
    def _fits(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401
        asked = {"layers": self.layers, "size": self.size}
        asked[proposal["trait"].name] = proposal["value"]
        try:
            planes_of(**asked)
        except ValueError as error:
            raise TraitError(str(error)) from None
        return proposal["value"]

    @observe("layers", "size", "at", "chosen", "image")
    def _redraw(self, _change: object = None) -> None:
        if not self._ready:
            return
        self._stay_inside()
        state = self.layers, self.size, self.at
        # Several traits may change in one message: each calls, the first has drawn for all.
        if getattr(self, "_drawn", None) != state:
            self._drawn = state
            self.picture = fields(*state)
        seen = self.image, self.size
        if getattr(self, "_seen", None) != seen:
            self._seen = seen
            pixels = photograph(*seen)
            self.photo = None if pixels is None else {"pixels": pack(pixels)}

    def _stay_inside(self) -> None:
        """Look at the middle of a plane, where the cell that was looked at is no longer there."""
        layer = min(self.at[0], len(self.layers))
        place = zip(self.at[1:], planes_of(self.layers, self.size)[layer], strict=True)
        row, column = (at if at < count else count // 2 for at, count in place)
        self.at = layer, row, column
        self.chosen = min(self.chosen, len(self.layers))
