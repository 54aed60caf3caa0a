"""Hands in a network: single weights set, channels switched off, and all of it undone."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch.utils.hooks import RemovableHandle

    Place = tuple[int, ...]

MOST_STEPS = 1000
"""How many changes can be undone at most; the oldest are forgotten first."""


@dataclass(frozen=True)
class _Weight:
    """A weight before a hand moved it, and which gesture of which hand that was."""

    name: str
    place: Place
    value: float
    drag: int | None


@dataclass(frozen=True)
class _Channel:
    """A channel that was switched, and whether it was on before."""

    layer: str
    channel: int
    on: bool


class Edits:
    """What hands have changed in a network.

    A channel that is switched off puts out zero, in training too. The network's weights know
    nothing of it: a hook does it, which goes when this is asked to ``let_go``.

    Args:
        model: the network.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._modules = dict(model.named_modules(remove_duplicate=False))
        self._parameters = dict(model.named_parameters(remove_duplicate=False))
        self._off: dict[tuple[str, int], None] = {}  # in the order in which they were switched
        self._hooks: list[RemovableHandle] = []
        self._steps: deque[_Weight | _Channel] = deque(maxlen=MOST_STEPS)
        self.version = 0
        """Counts the changes: what was seen of the network before is of yesterday."""

    @property
    def count(self) -> int:
        """How many changes can be undone."""
        return len(self._steps)

    @property
    def switched_off(self) -> tuple[tuple[str, int], ...]:
        """The layer and the channel of all that is switched off."""
        return tuple(self._off)

    def obey(self, command: str, value: Any) -> None:  # noqa: ANN401 - what it is depends on the name
        """Do what a hand commands.

        Args:
            command: one of ``lab.inside.HANDS``; others do nothing.
            value: the arguments of ``set``, or of ``switch``.

        Raises:
            ValueError: as of these.
        """
        if command == "edit":
            self.set(*value)
        elif command == "switch":
            layer, channel, on = value
            self.switch(layer, channel, on=on)
        elif command == "undo":
            self.undo()

    def set(self, name: str, place: Place, value: float, drag: int | None = None) -> None:
        """Set one weight.

        Args:
            name: as in ``model.state_dict()``, e.g. ``"conv1.weight"``.
            place: one number for each of its axes.
            value: the new value.
            drag: which gesture it belongs to: all that a gesture does to a weight is undone at
                once.

        Raises:
            ValueError: there is no such weight, or it cannot hold the value.
        """
        if name not in self._parameters:
            raise ValueError(f"This network has no numbers {name!r:.60} that could be set.")
        parameter = self._parameters[name]
        if len(place) != parameter.ndim or not all(
            0 <= i < size for i, size in zip(place, parameter.shape, strict=True)
        ):
            raise ValueError(f"{name} has the shape {tuple(parameter.shape)}: no place {place}.")
        before = float(parameter.detach()[place])
        if not torch.isfinite(torch.tensor(value, dtype=parameter.dtype)):
            raise ValueError(f"{value:g} is more than {parameter.dtype} can hold.")
        self._write(name, place, value)
        last = self._steps[-1] if self._steps else None
        goes_on = (
            drag is not None
            and isinstance(last, _Weight)
            and (last.name, last.place, last.drag) == (name, place, drag)
        )
        if not goes_on:
            self._steps.append(_Weight(name, place, before, drag))

    def switch(self, layer: str, channel: int, *, on: bool) -> None:
        """Switch a channel of a layer off: what it puts out is zero. Or on again.

        Raises:
            ValueError: there is no such layer.
        """
        if layer not in self._modules:
            raise ValueError(f"This network has no layer {layer!r:.60}.")
        before = (layer, channel) not in self._off
        if before != on:
            self._turn(layer, channel, on=on)
            self._steps.append(_Channel(layer, channel, before))

    def undo(self) -> bool:
        """Take the last change back; return whether there was one."""
        if not self._steps:
            return False
        step = self._steps.pop()
        if isinstance(step, _Weight):
            self._write(step.name, step.place, step.value)
        else:
            self._turn(step.layer, step.channel, on=step.on)
        return True

    def forget(self) -> bool:
        """Forget the weights that were set: they are others now. Return whether any were."""
        channels = [step for step in self._steps if isinstance(step, _Channel)]
        some = len(channels) < len(self._steps)
        self._steps = deque(channels, maxlen=MOST_STEPS)
        self.version += 1
        return some

    def let_go(self) -> None:
        """Leave nothing behind in the network but its weights."""
        self._off.clear()
        self._steps.clear()
        self._hang()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Have all channels on in a block, e.g. to copy the network."""
        self._drop()
        try:
            yield
        finally:
            self._hang()

    @contextmanager
    def in_place(self, other: nn.Module) -> Iterator[None]:
        """Have the same channels off in another network of the same kind, for a block."""
        hooks = self._hang_into(dict(other.named_modules(remove_duplicate=False)))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def copy_to(self, other: nn.Module) -> None:
        """Have the same channels off in a copy of the network, for good."""
        self._hang_into(dict(other.named_modules(remove_duplicate=False)))

    def _write(self, name: str, place: Place, value: float) -> None:
        with torch.no_grad():
            self._parameters[name][place] = value
        self.version += 1

    def _turn(self, layer: str, channel: int, *, on: bool) -> None:
        if on:
            self._off.pop((layer, channel), None)
        else:
            self._off[layer, channel] = None
        self.version += 1
        self._hang()

    def _drop(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks = []

    def _hang(self) -> None:
        self._drop()
        self._hooks = self._hang_into(self._modules)

    def _hang_into(self, modules: dict[str, nn.Module]) -> list[RemovableHandle]:
        channels: dict[str, list[int]] = {}
        for layer, channel in self._off:
            channels.setdefault(layer, []).append(channel)
        return [
            modules[layer].register_forward_hook(partial(_silence, numbers))
            for layer, numbers in channels.items()
        ]


def _silence(
    channels: list[int], _module: nn.Module, _inputs: object, output: torch.Tensor
) -> torch.Tensor:
    # A new tensor: what the layer put out may be needed as it is for its gradients.
    return output.index_fill(1, torch.tensor(channels, device=output.device), 0)


def weight_shapes(model: nn.Module) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the weights and biases that can be set: names and shapes."""
    return tuple(
        (name, tuple(parameter.shape))
        for name, parameter in model.named_parameters(remove_duplicate=False)
        if name.rpartition(".")[2] in ("weight", "bias")
    )
