"""What the views show of a network: its kernels, maps, units, predictions and latent space."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from lab.capture import keep, layer_rows, send
from lab.edits import weight_shapes
from lab.errand import Errand
from lab.explaining import Explaining, Why
from lab.kernel_layers import made_by
from lab.messages import Watched
from lab.models import watched_layers
from lab.surveying import NotFiniteError, Question, Survey
from lab.units import Fields
from lab.viewed_images import ViewedImages, choose
from lab.wanted import NO_VALUE, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["Looker", "NotFiniteError", "ViewedImages", "arrays", "choose"]


class Looker:
    """Looks at a network, and at others of the same kind, as the views do.

    What one image does in the network is quickly seen (``look``). What many images do, and why the
    network decides as it does, takes longer and is found out piece by piece (``survey``), so that
    others get their turn.

    Args:
        model: the network, of any kind.
        images: the images to look with.

    Raises:
        ValueError: the network is none that tells images apart; the sentence says why.
    """

    def __init__(self, model: nn.Module, images: ViewedImages) -> None:
        self.images = images
        one = images.at(images.watched[:1])
        self.layers = watched_layers(model, one)
        self.rows = layer_rows(model, one)
        self.weights = weight_shapes(model)
        self.classes = send(model, one, {}, _ignore).shape[1]
        self._maps = tuple(name for name, _, _ in self.layers.maps)
        self._fields = Fields(model, images.shape)
        self._crowd, self._reasons = Errand(), Errand()
        self._merged: tuple[list[dict[str, Any]], dict[str, Any]] = [], {}

    def look(self, model: nn.Module, wanted: Wanted, *, gradients: bool = True) -> dict[str, Any]:
        """Return what the views show of one image: fields of a ``Snapshot``; ``found`` has others.

        Args:
            model: the network, or another of its kind.
            wanted: what to look at; it must be there.
            gradients: whether the gradients in the network are those of the step before.

        Raises:
            NotFiniteError: a number is not finite.
        """
        place, numbers, image, label = self._chosen(wanted)
        modules = dict(model.named_modules(remove_duplicate=False))
        layer, names, space = self._layer(wanted), self._shown(wanted), self._space(wanted)
        outputs: dict[str, Any] = {}
        found: dict[str, Tensor] = {}
        heard = {name: modules[name] for name in (*names, space)}
        with _entering(modules[layer] if layer else None, found):
            logits = send(model, numbers, heard, partial(keep, outputs))[0]
        found |= {"logits": logits, "probabilities": logits.float().softmax(dim=0)}
        if wanted.image is not None:
            found["own_vector"] = outputs[space].flatten(1)[0]
        if self.layers.first_convolution is not None:
            found["filters"] = _weight(modules[self.layers.first_convolution])
        chosen = modules[layer] if layer else None
        maker = made_by(self.layers.maps, self.layers.kernels, layer)
        if maker:
            convolution = modules[maker]
            assert isinstance(convolution, nn.Conv2d), "it is one of the convolutions"
            found |= _numbers(convolution, gradients=gradients and wanted.gradients)
        all_arrays = arrays([*found.values(), *(outputs[name][0] for name in names)])
        if not all(np.isfinite(each).all() for each in all_arrays):
            raise NotFiniteError
        fields = self._fields.of(layer, [wanted.unit]) if layer and wanted.unit else [None]
        return {
            "wanted": wanted,
            "sample": place,
            "image": image,
            "label": label,
            "layer": layer,
            "channel": wanted.channel,
            "convolution": _convolution(chosen) if isinstance(chosen, nn.Conv2d) else {},
            "feature_maps": tuple(zip(names, all_arrays[len(found) :], strict=True)),
            "field": fields[0] or (),
            **dict(zip(found, all_arrays, strict=False)),
        }

    @property
    def found(self) -> dict[str, Any]:
        """What surveys found out last: fields of a ``Snapshot``, another table when it changes."""
        parts = [self._crowd.found, self._reasons.found]
        if not self._merged[0] or any(
            a is not b for a, b in zip(parts, self._merged[0], strict=True)
        ):
            self._merged = parts, parts[0] | parts[1]
        return self._merged[1]

    def survey(self, model: nn.Module, wanted: Wanted, version: object) -> Iterator[None] | None:
        """Return the way to what takes longer; when it is gone, that is ``found``.

        The network must not change on the way. Asked for the same again, it is the rest of the way.

        Args:
            model: the network, or another of its kind.
            wanted: what to look at.
            version: another one says that the network has changed.

        Returns:
            Each turn is a piece of the work; ``None`` if it is all known.

        Raises:
            NotFiniteError: on the way; a number is not finite.
        """
        question, why = self._question(wanted), Why.of(wanted)
        reasons = self._reasons.way(
            (version, why),
            lambda: Explaining(model, self._chosen(wanted)[1], self.images.black, wanted),
        )
        crowd = self._crowd.way(
            (version, question), lambda: Survey(model, self.images, question, self._fields)
        )
        if reasons is None or crowd is None:
            return reasons or crowd
        return chain(reasons, crowd)

    def asks_anew(self, wanted: Wanted) -> bool:
        """Whether another survey is wanted than the last one was, whatever the weights are."""
        return not (
            self._crowd.knows_of(self._question(wanted)) and self._reasons.knows_of(Why.of(wanted))
        )

    def _question(self, wanted: Wanted) -> Question:
        excited = wanted.strongest and wanted.channel != NO_VALUE
        return Question(
            vectors_of=self._space(wanted),
            count=wanted.vectors,
            maps=self._shown(wanted),
            layer=self._layer(wanted) if excited else "",
            channel=wanted.channel if excited else NO_VALUE,
        )

    def _chosen(self, wanted: Wanted) -> tuple[int, Tensor, NDArray[np.uint8], int]:
        if wanted.image is not None:
            return NO_VALUE, self.images.own(wanted.image), wanted.image, wanted.label
        place = wanted.sample if wanted.sample != NO_VALUE else int(self.images.watched[0])
        places = np.array([place])
        image = self.images.bytes(places)[0]
        return place, self.images.at(places), image, int(self.images.labels[place])

    def _layer(self, wanted: Wanted) -> str:
        first = (*self.layers.kernels, *self._maps, "")[0]
        return wanted.layer or first

    def _space(self, wanted: Wanted) -> str:
        return wanted.vectors_of or self.layers.embedding

    def _shown(self, wanted: Wanted) -> tuple[str, ...]:
        """Return the layers whose maps are shown, in the order in which they run."""
        if wanted.all_layers:
            return self._maps
        shown = {*self.layers.stages, self._layer(wanted)}
        return tuple(name for name in self._maps if name in shown)

    def watched(self, **about: Any) -> Watched:  # noqa: ANN401 - each field has a type of its own
        """Return what is sent once: the images, and what the network consists of.

        Args:
            about: the other fields of ``Watched``.
        """
        images, watched = self.images, self.images.watched
        test_images = images.bytes(np.arange(len(images.drawn)))
        return Watched(
            images=test_images[watched],
            labels=images.labels[watched],
            layers=tuple((name, shape) for name, _, shape, _ in self.rows),
            test_images=test_images,
            test_labels=images.labels.copy(),
            stages=self.layers.stages,
            rows=tuple(self.rows),
            watched=watched.copy(),  # it will be locked
            map_layers=self.layers.maps,
            vector_layers=self.layers.vectors,
            kernel_layers=self.layers.kernels,
            weights=self.weights,
            **about,
        )


def arrays(tensors: Iterable[Tensor]) -> list[NDArray[np.float32]]:
    """Copy tensors into arrays of their own: the weights go on changing."""
    given = [tensor.detach() for tensor in tensors]
    # Only CUDA can be waited for afterwards, each GPU by itself: once for all of its copies.
    here = [each.float().to("cpu", non_blocking=each.is_cuda) for each in given]
    for gpu in {each.device for each in given if each.is_cuda}:
        torch.cuda.synchronize(gpu)
    return [np.array(tensor.numpy(), dtype=np.float32, order="C") for tensor in here]


@contextmanager
def _entering(layer: nn.Module | None, found: dict[str, Tensor]) -> Iterator[None]:
    """Keep what enters a layer, before it may write into it."""

    def note(_module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if inputs and isinstance(inputs[0], torch.Tensor) and inputs[0].ndim == 4:
            found["kernel_inputs"] = inputs[0][0].clone()

    hook = None if layer is None else layer.register_forward_pre_hook(note)
    try:
        yield
    finally:
        if hook is not None:
            hook.remove()


def _numbers(convolution: nn.Conv2d, *, gradients: bool) -> dict[str, Tensor]:
    """Return a convolution's kernels and biases, and the gradients of the kernels."""
    numbers = {"kernels": convolution.weight}
    if convolution.bias is not None:
        numbers["kernel_biases"] = convolution.bias
    if gradients and convolution.weight.grad is not None:
        numbers["kernel_gradients"] = convolution.weight.grad
    return numbers


def _convolution(layer: nn.Conv2d) -> dict[str, Any]:
    """Return how a convolution's window moves."""
    padding = layer.padding
    if padding == "same":
        padding = tuple(
            d * (k - 1) // 2 for d, k in zip(layer.dilation, layer.kernel_size, strict=True)
        )
    elif padding == "valid":
        padding = (0, 0)
    return {
        "stride": tuple(layer.stride),
        "padding": tuple(padding),
        "dilation": tuple(layer.dilation),
        "groups": layer.groups,
        "padding_mode": layer.padding_mode,
    }


def _weight(module: nn.Module) -> Tensor:
    weight = module.weight
    assert isinstance(weight, torch.Tensor), "a convolution has weights"
    return weight


def _ignore(_name: str, _inputs: tuple[Any, ...], _output: Any) -> None:  # noqa: ANN401
    """Hear nothing: it was only to be sent through."""
