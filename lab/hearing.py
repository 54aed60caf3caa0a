"""Hears what one layer puts out, with gradients, and goes no farther into the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


class Ear:
    """Sends images as far as to one layer.

    Args:
        model: the network.
        layer: the name of the layer; ``""`` is the whole network.

    Raises:
        ValueError: there is no such layer.
    """

    def __init__(self, model: nn.Module, layer: str) -> None:
        modules = dict(model.named_modules(remove_duplicate=False))
        if layer not in modules:
            known = ", ".join(name for name in modules if name)
            raise ValueError(f"There is no layer {layer!r:.60}: the layers are {known or 'none'}.")
        self._model, self._layer, self._heard_module = model, layer, modules[layer]
        self._runs = 0  # of a layer that runs several times, the last one counts
        self.before: Tensor | None = None
        """What entered the layer the last time, if it is a ReLU, which may stop all gradients."""

    def first(self, images: Tensor) -> int:
        """Send the first images all the way through; return how many channels the layer has.

        Raises:
            ValueError: the network does not take them, or the layer is none for this.
        """
        leaf = images.detach().requires_grad_()
        try:
            output = self._send(leaf + 0, last=0)  # a layer may write into it
        except (RuntimeError, TypeError, ValueError) as error:
            shape = " x ".join(map(str, images.shape[1:]))
            raise ValueError(f"This network does not take images of {shape}: {error}") from error
        what = f"The layer {self._layer!r}" if self._layer else "This network"
        if self._runs == 0:
            raise ValueError(f"{what} does not run when an image passes the network.")
        if not isinstance(output, torch.Tensor) or output.ndim < 2 or len(output) != len(images):
            raise ValueError(f"{what} puts out no channels for each image.")
        if not output.requires_grad or _gradient(output, leaf) is None:
            raise ValueError(f"{what} hands no gradient back to the image: nothing can climb.")
        return int(output.shape[1])

    def __call__(self, images: Tensor) -> Tensor:
        """Return what the layer puts out: ``(N, channels, ...)``."""
        output: Tensor = self._send(images, last=self._runs)
        return output

    def _send(self, images: Tensor, last: int) -> Any:  # noqa: ANN401 - whatever a layer puts out
        heard: list[Any] = []
        runs = 0

        def hear(_module: nn.Module, _inputs: tuple[Any, ...], output: Any) -> None:  # noqa: ANN401
            nonlocal runs
            runs += 1
            if last and runs < last:
                return
            # If it goes on, a copy: the next layer may write into it, as ReLU(inplace=True) does.
            keep = last == 0 and isinstance(output, torch.Tensor)
            heard[:] = [output.clone() if keep else output]
            if runs == last:
                raise _HeardIt

        def hear_before(_module: nn.Module, inputs: tuple[Any, ...]) -> None:
            self.before = inputs[0].clone()  # it may be written into

        self.before = None
        hooks = [self._heard_module.register_forward_hook(hear)]
        if isinstance(self._heard_module, (nn.ReLU, nn.ReLU6)):
            hooks.append(self._heard_module.register_forward_pre_hook(hear_before))
        try:
            self._model(images)
        except _HeardIt:
            pass
        finally:
            for hook in hooks:
                hook.remove()
        if not last:
            self._runs = runs
        return heard[0] if heard else None


class _HeardIt(Exception):  # noqa: N818 - no error: nothing more needs to be computed
    """The layer has put out what was to be heard."""


def _gradient(output: Tensor, leaf: Tensor) -> Tensor | None:
    found: tuple[Tensor | None, ...] = torch.autograd.grad(output.sum(), leaf, allow_unused=True)
    return found[0]
