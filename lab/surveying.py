"""What many images do in a network: the latent space, the dead channels, the strongest images."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.capture import send
from lab.units import bounds, is_dead, strongest
from lab.wanted import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from lab.units import Fields
    from lab.viewed_images import ViewedImages


class NotFiniteError(ArithmeticError):
    """A weight or an output is not a finite number."""


@dataclass(frozen=True)
class Question:
    """What a survey is to find out.

    Attributes:
        vectors_of: the name of the layer of the latent space.
        count: how many images are in it.
        maps: the names of the layers whose dead channels are to be found.
        layer: the name of the layer of which a channel is to be excited; "" if none is.
        channel: that channel.
    """

    vectors_of: str
    count: int
    maps: tuple[str, ...]
    layer: str = ""
    channel: int = NO_VALUE


@dataclass
class _Heard:
    """What one chunk of images did."""

    vectors: Tensor | None = None
    bounds: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)
    excited: tuple[Tensor, Tensor] | None = None
    width: int = 1


class Survey:
    """One pass of many images through a network, in pieces.

    Every layer is heard in the same pass, and only what is asked for is kept of it. The network
    must stay as it is until the survey is done.

    Args:
        model: the network.
        images: the images to choose from.
        question: what is to be found out.
        fields: what units see.
    """

    def __init__(
        self, model: nn.Module, images: ViewedImages, question: Question, fields: Fields
    ) -> None:
        self._model, self._images, self.question = model, images, question
        self._fields = fields
        self._best: dict[str, Any] = {}
        self._modules = _modules(model, question)
        self._in_space = images.some(question.count)
        # The dead and the strongest are sought among the watched ones, if those are more.
        more = len(images.watched) > len(self._in_space)
        self._places = images.watched if more else self._in_space
        self._vectors: list[Tensor] = []
        self._logits: list[Tensor] = []
        self._bounds: dict[str, tuple[Tensor, Tensor]] = {}
        self._excited: list[tuple[Tensor, Tensor]] = []
        self._width = 1

    def pieces(self) -> Iterator[None]:
        """Do it: each turn sends a chunk of images through, or finds what a unit sees."""
        for start in range(0, len(self._places), self._images.chunk):
            self._send(self._places[start : start + self._images.chunk])
            yield
        if self._excited:
            yield from self._find_strongest()

    def _send(self, places: NDArray[np.int64]) -> None:
        heard = _Heard()
        numbers = self._images.at(places)
        note = partial(_note, self.question, heard)
        self._logits.append(send(self._model, numbers, self._modules, note))
        assert heard.vectors is not None, "a layer that has put out vectors before"
        self._vectors.append(heard.vectors)
        for name, (low, high) in heard.bounds.items():
            lowest, highest = self._bounds.get(name, (low, high))
            self._bounds[name] = torch.minimum(lowest, low), torch.maximum(highest, high)
        if heard.excited is not None:
            self._excited.append(heard.excited)
            self._width = heard.width

    def found(self) -> dict[str, Any]:
        """Return the fields of a ``Snapshot`` that are about many images, when all are through.

        Raises:
            NotFiniteError: a number is not finite.
        """
        logits = torch.cat(self._logits).float()
        confidences, predictions = logits.softmax(dim=1).max(dim=1)
        within = np.isin(self._places, self._in_space)
        vectors = torch.cat(self._vectors).float().cpu().numpy()[within]
        numbers = (vectors, logits.cpu().numpy(), self._best.get("strongest_values", 0.0))
        if not all(np.isfinite(each).all() for each in numbers):
            raise NotFiniteError
        dead = {name: is_dead(*ends).cpu().numpy() for name, ends in self._bounds.items()}
        return {
            "vector_places": self._in_space,
            "vectors": vectors,
            "vector_predictions": predictions.cpu().numpy()[within],
            "vector_confidences": confidences.cpu().numpy()[within],
            "dead": tuple((name, dead[name]) for name in self.question.maps if name in dead),
            **self._best,
        }

    def _find_strongest(self) -> Iterator[None]:
        values, cells = (torch.cat(parts) for parts in zip(*self._excited, strict=True))
        best, most, where = (one.cpu().numpy() for one in strongest(values.float(), cells))
        units = np.stack([where // self._width, where % self._width], axis=1)
        fields = []
        for row, column in units.tolist():
            (seen,) = self._fields.of(self.question.layer, [(row, column)])
            fields.append(seen or (0, 0, 0, 0))
            yield
        self._best = {
            "strongest": self._places[best],
            "strongest_values": most,
            "strongest_units": units,
            "strongest_fields": np.array(fields, np.int64),
        }


def _modules(model: nn.Module, question: Question) -> dict[str, nn.Module]:
    known = dict(model.named_modules(remove_duplicate=False))
    asked = {question.vectors_of, *question.maps, *([question.layer] if question.layer else [])}
    return {name: known[name] for name in asked}


def _note(
    question: Question,
    heard: _Heard,
    name: str,
    _inputs: tuple[Any, ...],
    output: Any,  # noqa: ANN401 - whatever a layer puts out
) -> None:
    if name == question.vectors_of:
        heard.vectors = output.flatten(1).clone()  # the next layer may write into it
    if name in question.maps:
        heard.bounds[name] = bounds(output)
    if name == question.layer:
        heard.excited = output[:, question.channel].flatten(1).max(dim=1)
        heard.width = output.shape[3]
