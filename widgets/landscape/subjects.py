"""Whose loss is looked at: the network of another widget, a PyTorch model, LeNet on the digits."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import HasTraits, TraitError

from lab.landscapes import Landscape, NetworkLandscape
from lab.losses import LOSSES
from lab.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lab.directions import Plane
    from lab.networks import Network
    from lab.points import Points

    Floats = NDArray[np.float64]

LENET = "lenet on digits"
EPOCHS = 12
SAMPLES = 256
"""Images over which the loss of LeNet is taken: a surface of all of them looks the same."""

TRIED = 8
"""Samples of a model of one's own that are tried at once."""

EVERY = 6
"""Steps of LeNet's training from one place of its walk to the next."""


class NetworkSubject:
    """The network of a widget that trains beside this one.

    Args:
        widget: has the traits ``weights``, ``biases`` and ``picture``, a ``network`` as
            ``lab.networks`` computes it, ``training_points``, and learns by ``epoch()``.

    """

    def __init__(self, widget: Any) -> None:  # noqa: ANN401 - widgets do not import one another
        self.widget = widget

    @property
    def network(self) -> Network:
        """The network as it is now."""
        network: Network = self.widget.network
        return network

    @property
    def points(self) -> Points | None:
        """The points that it learns from; None where there are none yet."""
        points: Points | None = self.widget.training_points
        return points

    @property
    def key(self) -> tuple[Any, ...]:
        """What the surface depends on besides the weights."""
        network = self.network
        layers = network.layers
        off = [() if layer.on is None else tuple(layer.on) for layer in layers]
        return id(self.points), network.sizes, [layer.activation for layer in layers], off

    def parameters(self) -> Parameters:
        """Return the present weights."""
        return Parameters.of_network(self.network)

    def landscape(self, plane: Plane) -> Landscape | None:
        """Return the loss over a plane; None where the network has got another size."""
        points, network = self.points, self.network
        if points is None:
            raise ValueError("There are no points to learn from, so there is no loss yet.")
        if Parameters.of_network(network).shapes != plane.parameters.shapes:
            return None
        name = loss_for(points)
        targets = LOSSES[name].encode(points.y, network.sizes[-1])
        return NetworkLandscape(plane, network, points.x, targets, name)

    def put(self, arrays: list[Floats]) -> None:
        """Give the network these weights: its widget shows what it does with them."""
        with self.widget.hold_sync(), self.widget.hold_trait_notifications():
            self.widget.weights = [array.tolist() for array in arrays[::2]]
            self.widget.biases = [array.tolist() for array in arrays[1::2]]

    def walk(self) -> None:
        """Learn from every point once, where there is a way on."""
        if not self.ended():
            self.widget.epoch()

    def ended(self) -> str:
        """Return why there is no way on, until the network is changed; or nothing."""
        return WHY.get(self.widget.picture["status"], "")

    def about(self) -> str:
        """Return over what the loss is taken."""
        points = self.points
        if points is None:
            return ""
        name = loss_for(points).replace("_with_logits", "").replace("mse_loss", "squared error")
        return f"{name.replace('_', ' ')} over the {len(points)} points it learns from"


WHY = {
    "diverged": "The training has run away. Reset the network, and take a smaller learning rate.",
    "reached": "The training has reached the loss at which it stops.",
}


def loss_for(points: Points) -> str:
    """Return the loss that goes with points: of a value, of two classes, of more."""
    if not points.classes:
        return "mse_loss"
    return "cross_entropy" if len(points.classes) > 2 else "binary_cross_entropy_with_logits"


class ModelSubject:
    """A PyTorch model with samples; it is copied, and never changed.

    Args:
        model: any network.
        inputs: what it takes, e.g. images ``(N, C, H, W)``.
        labels: (N,) classes.
        checkpoints: (T, P) or T lists of arrays: the weights on the way to the present ones.

    """

    def __init__(self, model: Any, inputs: Any, labels: Any, checkpoints: Any = None) -> None:  # noqa: ANN401
        import torch  # noqa: PLC0415 - only who brings a model pays for PyTorch

        if not isinstance(model, torch.nn.Module):
            raise TraitError(f"The model must be a torch.nn.Module, not {model!r:.60}.")
        try:
            self._inputs, self._labels = torch.as_tensor(inputs), torch.as_tensor(labels)
            if not self._labels.is_floating_point():
                self._labels = self._labels.long()
            self._model = model
            parameters = Parameters.of_module(model)
            rows = [_row(one) for one in (() if checkpoints is None else checkpoints)]
            _try(model, self._inputs[:TRIED], self._labels)
        except Exception as error:  # noqa: BLE001 - a model may raise any
            raise TraitError(str(error) or f"This model cannot be used: {error!r}.") from None
        self._rows = [*rows, parameters.flat]
        if not len(self._inputs) == len(self._labels) > 0:
            raise TraitError(
                f"There must be one label for each image, and one at least; these are "
                f"{len(self._inputs)} images and {len(self._labels)} labels."
            )
        if len({len(row) for row in self._rows}) > 1:
            raise TraitError(
                f"Each checkpoint must hold the {parameters.flat.size} weights of the model."
            )

    @property
    def rows(self) -> list[Floats]:
        """The way to the present weights, which are the last."""
        return self._rows

    @property
    def key(self) -> tuple[Any, ...]:
        """What the surface depends on besides the weights: nothing that changes."""
        return ()

    def train(self) -> Iterator[float]:
        """There is nothing to train: yield nothing."""
        yield from ()

    def parameters(self) -> Parameters:
        """Return the weights."""
        return Parameters.of_module(self._model)

    def landscape(self, plane: Plane) -> Landscape:
        """Return the loss over a plane."""
        from lab.module_landscapes import ModuleLandscape  # noqa: PLC0415 - as above

        return ModuleLandscape(plane, self._model, self._inputs, self._labels)

    def ended(self) -> str:
        """Return nothing: it does not walk."""
        return ""

    def about(self) -> str:
        """Return over what the loss is taken."""
        return f"cross-entropy over {len(self._labels):,} samples"


def _try(model: Any, inputs: Any, labels: Any) -> None:  # noqa: ANN401
    """Take the loss of a few samples: what does not fit is said before anything is drawn."""
    import torch  # noqa: PLC0415 - as above

    trial = copy.deepcopy(model).eval()  # batch normalisation would note what it sees
    device = next(model.parameters()).device
    with torch.no_grad():
        outputs = trial(inputs.to(device))
    some = labels[: len(inputs)]
    if not len(some):
        return
    if labels.ndim == 1 == outputs.ndim - 1 and not labels.is_floating_point():
        classes, low, high = outputs.shape[1], int(labels.min()), int(labels.max())
        if not 0 <= low <= high < classes:
            raise ValueError(
                f"This model has {classes} outputs: labels are whole numbers from 0 to "
                f"{classes - 1}, but these go from {low} to {high}.".replace("-", "−")
            )
    torch.nn.functional.cross_entropy(outputs[: len(some)], some.to(device))


class DigitsSubject(ModelSubject):
    """LeNet, which learns the digits when it is asked to."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []
        self._count = 0

    def train(self) -> Iterator[float]:
        """Train anew, and yield the share that is done; a generator that is closed stops it."""
        import torch  # noqa: PLC0415 - as above

        from lab.datasets import load  # noqa: PLC0415
        from lab.device_data import mean_and_std  # noqa: PLC0415
        from lab.messages import Settings  # noqa: PLC0415
        from lab.trainer import Trainer  # noqa: PLC0415

        data = load("digits")
        settings = Settings(epochs=EPOCHS, batch_size=64, seed=1, device="cpu")
        trainer = Trainer(settings, data)
        rows = [Parameters.of_module(trainer.model).flat]
        for step in range(1, trainer.total_steps + 1):
            trainer.step(settings.learning_rate)
            if step % EVERY == 0 or step == trainer.total_steps:
                rows.append(Parameters.of_module(trainer.model).flat)
                yield step / trainer.total_steps
        mean, deviation = mean_and_std(data.train_images)
        images = torch.from_numpy(data.train_images[:SAMPLES]).float()
        self._inputs = images.sub(mean).div(deviation)
        self._labels = torch.from_numpy(data.train_labels[:SAMPLES])
        self._count = len(data.train_labels)
        self._model, self._rows = trainer.model, rows

    def about(self) -> str:
        """Return over what the loss is taken."""
        if not self._rows:
            return ""
        return f"cross-entropy over {SAMPLES} of the {self._count:,} digits it has learnt"


Subject = NetworkSubject | ModelSubject


def subject_of(what: Any, checkpoints: Any = None) -> Subject:  # noqa: ANN401
    """Return what stands for a constructor's argument, or say in a sentence what would be right."""
    if checkpoints is not None and not isinstance(what, tuple):
        raise TraitError("checkpoints belong to a model of your own: (model, images, labels).")
    if isinstance(what, HasTraits) and what.has_trait("picture") and hasattr(what, "network"):
        return NetworkSubject(what)
    if isinstance(what, str):
        if what == LENET:
            return DigitsSubject()
        raise TraitError(
            f"There is no network {what!r:.40}; the one that comes along is {LENET!r}."
        )
    if isinstance(what, tuple) and len(what) == 3:
        return ModelSubject(*what, checkpoints)
    raise TraitError(
        f"A landscape belongs to a Network widget, to {LENET!r}, or to a PyTorch model with its "
        f"samples, (model, images, labels); not to {what!r:.60}."
    )


def _row(checkpoint: Any) -> Floats:  # noqa: ANN401
    parts = checkpoint if isinstance(checkpoint, (list, tuple)) else [checkpoint]
    arrays = [p.detach().cpu().numpy() if hasattr(p, "detach") else np.asarray(p) for p in parts]
    return np.concatenate([array.astype(np.float64).ravel() for array in arrays])
