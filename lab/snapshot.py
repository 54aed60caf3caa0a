"""What is to be seen of a run: what is watched, and a snapshot of one moment.

Plain numbers and numpy arrays only, so that whoever holds a run needs no PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.wanted import Wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.explained import HeatMap

STATES = ("starting", "ready", "running", "paused", "finished", "stopped", "diverged", "failed")
"""What a run can be doing.

``starting`` (loading), ``ready`` (nothing learnt yet), ``running``, ``paused``, ``finished`` (all
epochs done), ``stopped`` (ended early, weights kept), ``diverged`` (the loss grew beyond all
bounds), ``failed`` (see message).
"""


def _no_floats() -> NDArray[np.float32]:
    return np.empty(0, np.float32)


def _no_integers() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _no_images() -> NDArray[np.uint8]:
    return np.empty((0, 0, 0, 0), np.uint8)


def _no_kernels() -> NDArray[np.float32]:
    return np.empty((0, 0, 0, 0), np.float32)


def _no_rows() -> NDArray[np.float32]:
    return np.empty((0, 0), np.float32)


def _no_table() -> NDArray[np.int64]:
    return np.empty((0, 0), np.int64)


@dataclass(frozen=True, eq=False)
class Watched:
    """The test images a run is watched by, and what a view needs to draw them. Sent once.

    Attributes:
        images: ``(N, C, H, W)`` uint8, 0 (black) to 255 (white): for drawing.
        labels: ``(N,)`` int64, the true class of each.
        class_names: one name a class.
        layers: each layer's name and the shape of what it puts out for one image, e.g. ``("conv1",
            (6, 8, 8))``.
        parameters: how many numbers the network learns.
        train_count: how many images are learnt from.
        test_count: how many images the test has; the watched ones are some or all of them.
        dataset: the data set's name.
        licence: under which terms the images may be used.
        source: where they come from.
        warning: a sentence to show beside the images, e.g. "not for clinical use"; "" if none.
        test_images: ``(M, C, H, W)`` uint8 as ``images``: the whole test set, or, of one over 32
            MiB, a part with each class in its share.
        test_labels: ``(M,)`` int64, the true class of each.
        train_counts: ``(classes,)`` int64, how many training images each class has.
        stages: the names of the layers whose feature maps are shown.
        rows: of each layer that has no layers within: its name, its kind (e.g. ``"Conv2d"``), the
            shape of what it puts out for one image, and how many numbers it learns.
        watched: ``(N,)`` int64, the places of ``images`` among ``test_images``.
        map_layers: of each layer that puts out maps: its name, its kind, and their ``(C, H, W)``.
        vector_layers: of each layer that can be a latent space: its name, and how many numbers it
            puts out for one image.
        kernel_layers: the names of the convolutions.
        weights: the name of each number that may be set by hand, as in ``model.state_dict()``, and
            its shape, e.g. ``("conv1.weight", (6, 1, 5, 5))``.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    layers: tuple[tuple[str, tuple[int, ...]], ...]
    parameters: int
    train_count: int
    test_count: int
    dataset: str
    licence: str
    source: str
    warning: str = ""
    test_images: NDArray[np.uint8] = field(default_factory=_no_images)
    test_labels: NDArray[np.int64] = field(default_factory=_no_integers)
    train_counts: NDArray[np.int64] = field(default_factory=_no_integers)
    stages: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, tuple[int, ...], int], ...] = ()
    watched: NDArray[np.int64] = field(default_factory=_no_integers)
    map_layers: tuple[tuple[str, str, tuple[int, int, int]], ...] = ()
    vector_layers: tuple[tuple[str, int], ...] = ()
    kernel_layers: tuple[str, ...] = ()
    weights: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def __post_init__(self) -> None:
        """Lock the arrays."""
        _lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything there is to see of a run at one moment. It never changes; its arrays are locked.

    No number in it is NaN or infinite. Before the data are loaded the arrays are empty.

    Attributes:
        sequence: counts the snapshots of a run, upwards.
        obeyed: how many commands the worker had obeyed; see ``Run.wait``.
        state: one of ``STATES``.
        message: a sentence for the learner, e.g. why the run diverged and what to try.
        step: optimizer steps done.
        total_steps: steps of the whole run.
        epoch: epochs completed.
        epochs: epochs of the whole run.
        seconds: how long it has been running, tests and views included, pauses not.
        seconds_left: how long the rest will take at the present speed; ``None`` if not known yet.
        images_per_second: training images in each second, lately; 0 if not known yet.
        learning_rate: the one that was set; a schedule makes ``rates`` of it.
        pace: the most steps in a second; ``None`` is as fast as it can.
        device: in words, e.g. ``"CPU, 1 thread"``.
        loss_steps: ``(K,)`` float32, K at most 600. Each point of the curve stands for some steps
            in a row: this is the middle of them (steps count from 1).
        loss: ``(K,)`` float32, the mean training loss (in nats) over those steps.
        rates: ``(K,)`` float32, the mean learning rate over those steps.
        test_steps: ``(E,)`` int64, the steps after which the whole test set was tried: 0 and each
            epoch's end.
        test_loss: ``(E,)`` float32, the mean cross-entropy over the test set.
        test_accuracy: ``(E,)`` float32, the share (0 to 1) of test images recognised.
        test_seconds: ``(E,)`` float32, how long it had trained until each test: neither tests nor
            views are counted.
        confusion: ``(classes, classes)`` int64, the last test of the whole test set: how often
            each true class (row) was taken for each class (column).
        test_predictions: ``(M,)`` int64, what the last test said of each of
            ``Watched.test_images``.
        test_confidences: ``(M,)`` float32, the probability of that class.
        test_true: ``(M,)`` float32, the probability of the true class.
        moments: ``(H,)`` int64, the steps whose weights are kept, in ascending order.
        looked_at: the step whose weights all that follows shows; -1 is now.
        sample: the place of the chosen image among ``Watched.test_images``; -1 is one's own.
        probabilities: ``(classes,)`` float32, what the network says of the chosen image.
        filters: ``(out, in, kH, kW)`` float32, the weights of the first convolution.
        feature_maps: the name of each layer that is shown, the stages, the chosen one, or all, and
            its ``(C, H, W)`` float32 output for the chosen image.
        wanted: what the views look at, as they chose it.
        image: ``(C, H, W)`` uint8, the image that is looked at.
        label: its class; -1 if nobody knows.
        logits: ``(classes,)`` float32, what the network puts out for it.
        temperature: by what logits are to be divided so that probabilities are as often right as
            they say; found on the last test, from 2,000 images at most.
        expected_calibration_errors: how far confidence and accuracy are apart in that test, as they
            are and with the temperature: 0 to 1; -1 until known.
        layer: the name of the chosen layer; "" if the network has none with maps.
        channel: the chosen channel of it; -1 is none.
        kernels: ``(out, in, kH, kW)`` float32, the weights of the convolution that makes the
            channels of the chosen layer: itself, or one before it.
        kernel_biases: ``(out,)`` float32, its biases.
        kernel_gradients: as ``kernels``, the gradients of the last step, if they are wanted.
        kernel_inputs: ``(in, H, W)`` float32, the maps that enter the chosen layer.
        convolution: ``stride``, ``padding``, ``dilation`` (each for rows and columns) and
            ``groups`` of the chosen layer, if it is a convolution.
        dead: of each layer in ``feature_maps``: its name, and ``(C,)`` bool, whether a channel puts
            out nothing, or always the same, for all watched images.
        strongest: ``(K,)`` int64, the places among ``Watched.test_images`` of those that excite the
            chosen channel most, if they are wanted.
        strongest_values: ``(K,)`` float32, how much.
        strongest_units: ``(K, 2)`` int64, the row and column in the map where they do.
        strongest_fields: ``(K, 4)`` int64, what that unit sees: see ``field``.
        switched_off: the layer and the channel of all that is switched off.
        edits: how many changes by hand can be undone.
        vector_places: ``(N,)`` int64, the places among ``Watched.test_images`` of the images in the
            latent space.
        vectors: ``(N, D)`` float32, what the layer of the latent space puts out for them.
        vector_predictions: ``(N,)`` int64, the most probable class of each.
        vector_confidences: ``(N,)`` float32, the probability of that class.
        surveying: whether what takes longer (``dead``, ``strongest...``, ``vector...``,
            ``explanations``) is of a moment before, and new numbers are under way.
        own_vector: ``(D,)`` float32, the same as ``vectors`` for ``Wanted.image``, if there is one.
        explanations: of each method in ``Wanted.methods``, in that order: what in the image speaks
            for a class; empty until known.
        explained: what was looked at when they were found; they are of its image, and its target.
        field: what the wanted unit sees of the image, the rows ``top:bottom`` and the columns
            ``left:right`` as ``(top, bottom, left, right)``; empty if no unit is wanted.
    """

    state: str
    message: str = ""
    sequence: int = 0
    obeyed: int = 0
    step: int = 0
    total_steps: int = 0
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    images_per_second: float = 0.0
    learning_rate: float = 0.0
    pace: float | None = None
    device: str = ""
    loss_steps: NDArray[np.float32] = field(default_factory=_no_floats)
    loss: NDArray[np.float32] = field(default_factory=_no_floats)
    test_steps: NDArray[np.int64] = field(default_factory=_no_integers)
    test_loss: NDArray[np.float32] = field(default_factory=_no_floats)
    test_accuracy: NDArray[np.float32] = field(default_factory=_no_floats)
    test_seconds: NDArray[np.float32] = field(default_factory=_no_floats)
    rates: NDArray[np.float32] = field(default_factory=_no_floats)
    confusion: NDArray[np.int64] = field(default_factory=_no_table)
    test_predictions: NDArray[np.int64] = field(default_factory=_no_integers)
    test_confidences: NDArray[np.float32] = field(default_factory=_no_floats)
    test_true: NDArray[np.float32] = field(default_factory=_no_floats)
    moments: NDArray[np.int64] = field(default_factory=_no_integers)
    looked_at: int = -1
    sample: int = 0
    probabilities: NDArray[np.float32] = field(default_factory=_no_floats)
    filters: NDArray[np.float32] = field(default_factory=_no_kernels)
    feature_maps: tuple[tuple[str, NDArray[np.float32]], ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    image: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0, 0), np.uint8))
    label: int = -1
    logits: NDArray[np.float32] = field(default_factory=_no_floats)
    temperature: float = 1.0
    expected_calibration_errors: tuple[float, float] = (-1.0, -1.0)
    layer: str = ""
    channel: int = -1
    kernels: NDArray[np.float32] = field(default_factory=_no_kernels)
    kernel_biases: NDArray[np.float32] = field(default_factory=_no_floats)
    kernel_gradients: NDArray[np.float32] = field(default_factory=_no_kernels)
    kernel_inputs: NDArray[np.float32] = field(
        default_factory=lambda: np.empty((0, 0, 0), np.float32)
    )
    convolution: dict[str, Any] = field(default_factory=dict)
    dead: tuple[tuple[str, NDArray[np.bool_]], ...] = ()
    strongest: NDArray[np.int64] = field(default_factory=_no_integers)
    strongest_values: NDArray[np.float32] = field(default_factory=_no_floats)
    strongest_units: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))
    strongest_fields: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 4), np.int64))
    switched_off: tuple[tuple[str, int], ...] = ()
    edits: int = 0
    vector_places: NDArray[np.int64] = field(default_factory=_no_integers)
    vectors: NDArray[np.float32] = field(default_factory=_no_rows)
    vector_predictions: NDArray[np.int64] = field(default_factory=_no_integers)
    vector_confidences: NDArray[np.float32] = field(default_factory=_no_floats)
    own_vector: NDArray[np.float32] = field(default_factory=_no_floats)
    explanations: tuple[HeatMap, ...] = ()
    explained: Wanted = field(default_factory=Wanted)
    surveying: bool = False
    # The last one, for below it the name stands no more for the function.
    field: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Lock the arrays."""
        _lock_arrays(self)


def _lock_arrays(message: Watched | Snapshot) -> None:
    # Pickle brings arrays back unlocked, so whoever receives a message makes it anew
    # (dataclasses.replace).
    for part in fields(message):
        value = getattr(message, part.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    if isinstance(message, Snapshot):
        for _, array in (*message.feature_maps, *message.dead, ("own", message.wanted.image)):
            if array is not None:
                array.flags.writeable = False
