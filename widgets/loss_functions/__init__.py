"""Loss functions: drag predictions against targets, and read what that costs."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from traitlets import Dict, Enum, TraitError, observe, validate

from widgets._base import LabWidget, hand, shown
from widgets._traits import Numbers
from widgets.loss_functions.kinds import KINDS, NUMBERS, Kind
from widgets.loss_functions.pictures import code_of, picture_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[float, ...]


class LossFunctions(LabWidget):
    """A loss in the hand: predictions and targets are dragged, loss and gradients follow.

    Another loss takes the predictions along where they mean the same; where they do not, it shows
    those that it had last.

    Args:
        loss: ``"mse_loss"`` (default), ``"half_squared_error"``,
            ``"binary_cross_entropy_with_logits"`` or ``"cross_entropy"``.
        predictions: for a squared error one to six numbers from 0 to 6; for the binary
            cross-entropy one to five logits, for the cross-entropy of one image two to five
            logits, each from −6 to 6. Default: values that show what the loss is about.
        targets: as many numbers from 0 to 6; as many zeros and ones; or the number of the true
            class, counted from 0.
        against: ``"logit"`` (default) or ``"probability"``: along which axis the loss of a
            classification is drawn.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    loss = hand(Enum(list(KINDS), default_value="mse_loss"))
    """The name of the loss function, PyTorch's where PyTorch has it."""

    predictions = hand(Numbers(NUMBERS.predictions, -inf, inf, 1, 6))
    """What the network says: numbers from 0 to 6, or logits from −6 to 6."""

    targets = hand(Numbers(NUMBERS.targets, -inf, inf, 1, 6))
    """The truth: one number for each prediction, or the one true class, counted from 0."""

    against = hand(Enum(["logit", "probability"], default_value="logit"))
    """The axis along which the loss of a classification is drawn."""

    picture = shown(Dict())
    """What Python made of all this: loss, gradients, curves, sentences, code."""

    def __init__(
        self,
        loss: str = "mse_loss",
        predictions: Sequence[float] | None = None,
        targets: Sequence[float] | int | None = None,
        *,
        against: str = "logit",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        kind = KINDS.get(loss, NUMBERS)  # an unknown one is refused by its trait
        self._last: tuple[str, Row, Row] | None = None
        self._kept = {one.name: (one.predictions, one.targets) for one in KINDS.values()}
        super().__init__(
            loss=loss,
            predictions=kind.predictions if predictions is None else predictions,
            targets=kind.targets
            if targets is None
            else (targets,)
            if isinstance(targets, int)
            else targets,
            against=against,
            **layout,
        )
        self._redraw()

    @property
    def kind(self) -> Kind:
        """What the loss compares."""
        return KINDS[self.loss]

    @property
    def value(self) -> float:
        """The loss."""
        return float(self.picture["value"])

    @property
    def gradients(self) -> Row:
        """∂L/∂prediction, one for each prediction."""
        return tuple(self.picture["gradients"])

    def code(self) -> str:
        """Return lines of PyTorch that give the same numbers."""
        return code_of(self.loss, self.predictions, self.targets)

    @validate("predictions")
    def _fits_the_loss(self, proposal: dict[str, Any]) -> Row:
        row: Row = proposal["value"]
        try:
            self.kind.check_predictions(row)
            self.kind.check_targets(self.targets, len(row))
        except ValueError as error:
            raise TraitError(str(error)) from None
        return row

    @validate("targets")
    def _fits_the_predictions(self, proposal: dict[str, Any]) -> Row:
        row: Row = proposal["value"]
        try:
            self.kind.check_targets(row, len(self.predictions))
        except ValueError as error:
            raise TraitError(str(error)) from None
        return row

    @observe("loss", "predictions", "targets")
    def _redraw(self, _change: object = None) -> None:
        now, last = (self.loss, self.predictions, self.targets), self._last
        # Several traits may change in one message: each calls, the first has drawn for all.
        if now == last:
            return
        self._last = now
        if last and KINDS[last[0]] is not self.kind and last[1:] == now[1:]:
            # Only the loss is another one, and these answers mean nothing to it.
            with self.hold_trait_notifications():
                self.predictions, self.targets = self._kept[self.kind.name]
            if self.picture["loss"] == self.loss:
                return
        self._kept[self.kind.name] = (self.predictions, self.targets)
        self.picture = picture_of(self.loss, self.predictions, self.targets)
