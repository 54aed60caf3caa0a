"""The landscape of a PyTorch model: one place after the other, each as fast as can be.

On a processor batching over weights (``torch.func.vmap``) is slower than a tight loop, whose work
``lab.shortcuts`` cuts down instead. On CUDA it loops just the same, which is untested there.
"""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab.landscapes import Landscape
from lab.shortcuts import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from lab.directions import Plane

    Floats = NDArray[np.float64]

BATCH = 128
"""Samples that go through the model at once: what they leave between the layers stays in cache."""


class ModuleLandscape(Landscape):
    """The landscape of a PyTorch model.

    The model is copied, and looked at as in a test: dropout lets everything pass, batch
    normalisation keeps its running averages. It works on the model's own device.

    Args:
        plane: through ``Parameters.of_module(model)``.
        model: any network whose parameters are of one type.
        inputs: what the model takes, samples in the first axis, e.g. ``(N, C, H, W)``.
        targets: what the loss compares with, for all samples.
        loss: of (outputs, targets), a tensor of one number.

    """

    def __init__(
        self,
        plane: Plane,
        model: nn.Module,
        inputs: Tensor,
        targets: Tensor,
        loss: Callable[[Tensor, Tensor], Tensor] = cross_entropy,
    ) -> None:
        super().__init__(plane)
        parameters = dict(model.named_parameters())
        kinds = {(p.dtype, p.device) for p in parameters.values()}
        if len(kinds) != 1:
            raise ValueError("The parameters of the model must be of one type, on one device.")
        ((dtype, device),) = kinds
        shapes = tuple(tuple(p.shape) for p in parameters.values())
        if plane.parameters.shapes != shapes:
            raise ValueError(
                f"The plane goes through a model whose parameters have the shapes "
                f"{plane.parameters.shapes}, but this model has {shapes}."
            )
        self._model = copy.deepcopy(model).eval().requires_grad_(requires_grad=False)
        self._loss, self._targets = loss, targets.to(device)
        # A row of numbers for each of centre, first and second, as the model's layers like them.
        self._lines = torch.stack(
            [
                torch.cat(
                    [_laid_out(torch.as_tensor(part)) for part in plane.parameters.arrays(row)]
                )
                for row in (plane.centre, plane.first, plane.second)
            ]
        ).to(device, dtype)
        self._flat = self._lines[0].clone()
        self._windows = dict(zip(parameters, _windows(self._flat, shapes), strict=True))
        _put(self._model, self._windows)
        self._batches = [
            batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch
            for batch in torch.split(inputs.to(device), BATCH)
        ]
        self._busy = threading.Lock()  # the weights are those of one place at a time
        self._plain = copy.deepcopy(self._model)
        self._affine = shorten(self._model, self._batches, self._flat, self._lines)
        if not self._agrees():  # a model may use its layers as no shortcut can foresee
            self._model, self._affine = copy.deepcopy(self._plain), []
            _put(self._model, self._windows)

    def losses(self, a: Floats, b: float) -> Floats:
        """Return the losses at several places of a row."""
        with self._busy, torch.inference_mode():
            base = torch.add(self._lines[0], self._lines[2], alpha=b)
            for affine in self._affine:
                affine.row(b)
            found = base.new_empty(len(a))
            for place, along in enumerate(map(float, a)):
                torch.add(base, self._lines[1], alpha=along, out=self._flat)
                for affine in self._affine:
                    affine.along = along
                outputs = [self._model(batch) for batch in self._batches]
                output = outputs[0] if len(outputs) == 1 else torch.cat(outputs)
                found[place] = self._loss(output, self._targets)
            return found.double().cpu().numpy()

    def gradient(self, a: float, b: float) -> Floats:
        """Return (∂C/∂a, ∂C/∂b) by autograd."""
        place = torch.tensor([a, b], dtype=self._flat.dtype, device=self._flat.device)
        with torch.enable_grad():
            place.requires_grad_()
            loss = self._plain_loss(self._lines[0] + place @ self._lines[1:])
            (gradient,) = torch.autograd.grad(loss, place)
        return np.asarray(gradient.double().cpu().numpy())

    def _plain_loss(self, flat: Tensor) -> Tensor:
        """Return the loss of a row of parameters, without any shortcut."""
        shapes = self.plane.parameters.shapes
        weights = dict(zip(self._windows, _windows(flat, shapes), strict=True))
        outputs = [
            torch.func.functional_call(self._plain, weights, (batch,)) for batch in self._batches
        ]
        return self._loss(torch.cat(outputs), self._targets)

    def _agrees(self) -> bool:
        """Return whether the shortcuts lead to the loss of the model itself."""
        with torch.no_grad():
            expected = self._plain_loss(
                self._lines[0] + 0.5 * self._lines[1] + 0.25 * self._lines[2]
            ).item()
        try:
            found = self.value(0.5, 0.25)
        except RuntimeError:  # layers in another order may not even fit together
            return False
        return bool(np.isclose(found, expected, rtol=1e-4, atol=1e-6, equal_nan=True))


def _laid_out(values: Tensor) -> Tensor:
    """Return one parameter in a row: filters with the channels last, as a processor likes them."""
    return (values.permute(0, 2, 3, 1) if values.ndim == 4 else values).reshape(-1)


def _windows(flat: Tensor, shapes: tuple[tuple[int, ...], ...]) -> list[Tensor]:
    """Return windows into a row that ``_laid_out`` has made, one for each parameter."""
    parts = torch.split(flat, [int(np.prod(shape)) for shape in shapes])
    return [
        part.view(n, h, w, c).permute(0, 3, 1, 2)
        if len(shape) == 4 and (n, c, h, w) == shape
        else part.view(shape)
        for part, shape in zip(parts, shapes, strict=True)
        for n, c, h, w in [shape if len(shape) == 4 else (0, 0, 0, 0)]
    ]


def _put(model: nn.Module, windows: dict[str, Tensor]) -> None:
    """Let the parameters of a model be windows into a row."""
    for name, parameter in model.named_parameters():
        parameter.data = windows[name]
