"""A run of an autoencoder: two numbers for an image, and the image again out of them.

::

    with AutoencoderRun("digits") as run:
        run.run_epochs(20)
        snapshot = run.wait("paused")
        image = Decoder(snapshot.decoder, run.watched.images.shape[1:])([[0.5, -1]])

It learns in a worker like any run, with the same buttons. This module loads no PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from lab.checks import known_names, number
from lab.messages import Settings, Snapshot
from lab.training import Run

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lab.datasets import ImageDataset
    from lab.training_loop import TrainingLoop

LARGEST_SIDE = 64
"""Pixels: the layers are dense, and larger images would make them slow and heavy."""

LARGEST_BETA = 1000.0

LIVE = frozenset({"learning_rate", "batch_size", "epochs", "pace", "beta"})
"""The settings that can be changed between two steps; the others need a new beginning."""

CHOICES = (
    *("dataset", "root", "options", "variational", "beta", "epochs", "batch_size"),
    *("learning_rate", "seed", "device", "threads", "pace", "watched"),
)
"""The settings that an autoencoder has; what else a run can be told is for classifiers."""

REFUSAL = "An autoencoder has no setting"


@dataclass(frozen=True)
class AutoencoderSettings(Settings):
    """The choices a run is made from; ``AutoencoderRun`` explains them. Bad values are refused."""

    variational: bool = True
    beta: float = 1.0

    def __post_init__(self) -> None:
        """Check the values that only an autoencoder has, then all the others."""
        if not isinstance(self.variational, bool):
            raise TypeError(f"variational is True or False, not {self.variational!r:.40}.")
        beta = number("beta", self.beta, least=0, most=LARGEST_BETA)
        object.__setattr__(self, "beta", beta)  # the way that frozen dataclasses leave open
        super().__post_init__()

    def trainer(
        self,
        data: ImageDataset,
        before: TrainingLoop | None,  # noqa: ARG002 - of a module only
    ) -> TrainingLoop:
        """Return what learns from the images; loads PyTorch."""
        from lab.autoencoder_trainer import AutoencoderTrainer  # noqa: PLC0415

        return AutoencoderTrainer(self, data)


Layers = tuple[tuple["NDArray[np.float32]", "NDArray[np.float32]"], ...]
"""Dense layers from the first to the last: weights ``(out, in)`` and biases ``(out,)``."""


@dataclass(frozen=True, eq=False)
class AutoencoderSnapshot(Snapshot):
    """What there is to see of an autoencoder at one moment, besides what any run shows.

    All losses are in nats an image: summed over its pixels, and ``loss`` is the reconstruction
    and ``beta`` times the divergence. What only a classifier has is empty.

    Attributes:
        reconstruction: ``(K,)`` float32, the cross-entropy between images and what is decoded of
            them, over the steps of ``loss_steps``.
        divergence: ``(K,)`` float32, the Kullback-Leibler divergence from the prior; 0 where the
            autoencoder is not variational.
        test_reconstruction: ``(E,)`` float32, the same over the test set, decoded from the means.
        test_divergence: ``(E,)`` float32.
        codes: ``(N, 2)`` float32, where each watched image lies: the encoder's mean.
        spreads: ``(N, 2)`` float32, the standard deviation around it; 0 if not variational.
        decoder: its dense layers.
        variational: whether it is a variational one.
        beta: how much the divergence weighs.
    """

    reconstruction: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    divergence: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    test_reconstruction: NDArray[np.float32] = field(
        default_factory=lambda: np.empty(0, np.float32)
    )
    test_divergence: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    codes: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    spreads: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    decoder: Layers = ()
    variational: bool = True
    beta: float = 1.0

    def __post_init__(self) -> None:
        """Lock the arrays."""
        super().__post_init__()
        for layer in self.decoder:
            for array in layer:
                array.flags.writeable = False


class AutoencoderRun(Run):
    """Train an autoencoder whose latent space is a plane, and watch it.

    It has the buttons of a ``Run``. Its snapshots are ``AutoencoderSnapshot`` as soon as the images
    are loaded.

    Args:
        dataset: ``"digits"`` (default), ``"organs"``, or another name that ``lab.datasets.load``
            knows, with images of at most 64 × 64 pixels.
        root: the folder with its files; digits and organs need none.
        options: of the data set.
        variational: whether an image is encoded as a cloud around its mean, kept near the middle
            of the plane (default), or as a point.
        beta: of a variational one, how much the divergence from the prior weighs (default 1: then
            the negative loss is the evidence lower bound).
        epochs: how many times all training images are gone through (default 200).
        batch_size: images in one step (default 32).
        learning_rate: of Adam (default 0.003).
        seed: whole number; the same seed gives the same run, on a CPU bit for bit.
        device: ``"auto"`` (a CUDA GPU if there is one), ``"cpu"``, ``"cuda"`` or ``"mps"``.
        pace: the most steps in a second; ``None`` (default) is as fast as it can.
        watched: how many test images to watch at most (default 360), each class in its share.
        worker: ``"process"`` (default) or ``"thread"``.
        threads: PyTorch's threads on a CPU (default 1).

    Raises:
        ValueError, TypeError: a value that cannot be; the sentence says what can. Images that
            cannot be read, or are too large, show up as a snapshot in the state ``failed``.
    """

    def __init__(
        self,
        dataset: str = "digits",
        root: str | os.PathLike[str] | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        variational: bool = True,
        beta: float = 1.0,
        epochs: int = 200,
        batch_size: int = 32,
        learning_rate: float = 0.003,
        seed: int = 0,
        device: str = "auto",
        pace: float | None = None,
        watched: int = 360,
        worker: str = "process",
        threads: int = 1,
    ) -> None:
        settings = AutoencoderSettings(
            dataset=dataset,
            root=root,
            options={} if options is None else options,
            variational=variational,
            beta=beta,
            epochs=epochs,
            batch_size=batch_size,
            optimizer="adam",
            learning_rate=learning_rate,
            seed=seed,
            device=device,
            pace=pace,
            watched=watched,
            threads=threads,
        )
        super(Run, self).__init__(settings, worker)  # a classifier's settings are none of ours

    @property
    def settings(self) -> AutoencoderSettings:
        """What the run is made from, as it was last changed."""
        settings = super().settings
        assert isinstance(settings, AutoencoderSettings), "the worker sends back what it was given"
        return settings

    def change(self, **settings: Any) -> None:  # noqa: ANN401 - each setting has a type of its own
        """Go on with other settings from the next step on: those of ``LIVE``.

        Raises:
            ValueError, TypeError: a value that cannot be, or a setting that needs ``renew``.
        """
        known_names(REFUSAL, settings, CHOICES)
        for name in settings:
            if name not in LIVE:
                raise ValueError(f"Another {name} needs a new beginning: use renew({name}=...).")
        with self._lock:
            after = replace(self.settings, **settings)
            self._check_open()
            if settings:
                self._command("change", {name: getattr(after, name) for name in settings})
                self._settings, self._asked = after, self._sent

    def renew(self, **settings: Any) -> None:  # noqa: ANN401 - each setting has a type of its own
        """Begin anew with other settings or other images, in every view of the run.

        Args:
            settings: any of ``AutoencoderRun``, by their names, but ``worker``. Another data set
                brings its own options.

        Raises:
            ValueError, TypeError: a value that cannot be.
        """
        known_names(REFUSAL, settings, CHOICES)
        with self._lock:
            before = self.settings
            fresh: dict[str, Any] = {"checkpoint": None}
            if settings.get("dataset", before.dataset) != before.dataset:
                fresh |= {"root": None, "options": {}}
            after = replace(before, **(fresh | settings))
            self._check_open()
            self._settings = after
            if self._worker_is_gone:
                self._kept = None
                self._replace_worker()
            else:
                self._command("renew", after)
                self._asked = self._sent

    def fork(self, step: int | None = None, **changes: Any) -> NoReturn:  # noqa: ANN401, ARG002
        """Refuse: an autoencoder is begun anew, or looked at at an earlier moment."""
        raise ValueError("An autoencoder has no forks: look_at shows a moment, renew begins anew.")
