"""A run: a network learning from images, with buttons.

::

    with Run("digits") as run:
        run.start()
        print(run.wait("finished").test_accuracy[-1])

The training itself happens in a worker, by default a process of its own, so that this process
needs neither PyTorch nor the data set, and the page stays quick.
"""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from lab.checks import whole
from lab.keeping import Keeping
from lab.messages import STATES, Settings, Snapshot, Watched
from lab.settings import ALONE, changed, chosen_rate, is_module, renewed, same_data

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from lab.architecture import Architecture
    from lab.checkpoints import Checkpoint

__all__ = ["STATES", "Run", "Settings", "Snapshot", "Watched"]


class Run(Keeping):
    """Train a network on images, and watch it.

    Every method can be called from any thread and returns at once, if it does not say otherwise;
    what a command did shows in the next snapshot. A run ends its worker when it is closed, when
    nobody refers to it any more, and when Python exits.

    Args:
        dataset: ``"digits"`` (default), ``"organs"``, or another name that ``lab.datasets.load``
            knows.
        root: the folder with its files; digits and organs need none.
        options: of the data set, e.g. ``{"shortcut": True}`` for the organs.
        model: the name of one of ``lab.architecture.ARCHITECTURES`` (default ``"lenet"``), an
            architecture or its table, or a ``torch.nn.Module`` of one's own, which puts out a
            number for each class. A module is trained in a thread of this process, in place.
        epochs: how many times all training images are gone through (default 20).
        batch_size: images in one step (default 32).
        optimizer: ``"sgd"`` (default), ``"nesterov"``, ``"adam"``, ``"adamw"``, ``"rmsprop"``,
            ``"adagrad"`` or ``"nadam"``, as in ``torch.optim``.
        learning_rate: the size of the steps, above 0; ``None`` (default) is 0.02 for SGD, and for
            the others what ``torch.optim`` has.
        momentum: of SGD, how much of the last step goes on in the next, 0 to below 1 (default 0.9).
        weight_decay: how much of the weights goes into their gradients, or, with AdamW, is taken
            off them (default 0).
        schedule: what becomes of the learning rate over all steps: ``"constant"`` (default),
            ``"step"``, ``"exponential"``, ``"cosine"``, ``"warm-up"`` or ``"one cycle"``; see
            ``lab.schedules``.
        loss: ``"cross_entropy"`` (default), ``"nll"`` (of a log-softmax: the same), ``"focal"`` or
            ``"label_smoothing"``.
        label_smoothing: how much of the truth is spread over all classes (default 0.1).
        focal_gamma: how little the focal loss minds what is recognised already (default 2).
        class_weights: ``"none"`` (default) or ``"balanced"``: rare classes weigh more.
        dropout: the share of what dropout layers leave out; ``None`` (default) is as the network
            has it.
        augmentation: what is done to the training images, a table of ``shift``, ``rotate``,
            ``flip``, ``noise`` and ``erase``; see ``lab.augmentation``.
        seed: whole number; the same seed gives the same initial weights, batches and chances, on a
            CPU bit for bit.
        device: ``"auto"`` (a CUDA GPU if there is one), ``"cpu"``, ``"cuda"`` or ``"mps"``.
        precision: ``"float32"`` (default), or ``"bfloat16"`` where that does (``torch.autocast``).
        pace: the most steps in a second; ``None`` (default) is as fast as it can.
        watched: how many test images to watch at most (default 360), each class in its share.
        checkpoint: the weights to begin with, see ``lab.checkpoints``; ``None`` (default) draws
            them.
        worker: ``"process"`` (default) or ``"thread"``.
        threads: PyTorch's threads on a CPU (default 1: with more, the page has to wait for its
            turn).

    Raises:
        ValueError, TypeError: a value that cannot be; the sentence says what can. Data that cannot
            be read, and a network that does not fit them, show up as a snapshot in the state
            ``failed``, because the worker finds out.
    """

    def __init__(
        self,
        dataset: str = "digits",
        root: str | os.PathLike[str] | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        model: str | Mapping[str, Any] | Architecture | Any = "lenet",  # noqa: ANN401 - a torch.nn.Module
        epochs: int = 20,
        batch_size: int = 32,
        optimizer: str = "sgd",
        learning_rate: float | None = None,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        schedule: str = "constant",
        loss: str = "cross_entropy",
        label_smoothing: float = 0.1,
        focal_gamma: float = 2.0,
        class_weights: str = "none",
        dropout: float | None = None,
        augmentation: Mapping[str, Any] | None = None,
        seed: int = 0,
        device: str = "auto",
        precision: str = "float32",
        pace: float | None = None,
        watched: int = 360,
        checkpoint: Checkpoint | None = None,
        worker: str = "process",
        threads: int = 1,
    ) -> None:
        settings = Settings(
            dataset=dataset,
            root=root,
            options={} if options is None else options,
            model=model,
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=chosen_rate(optimizer, learning_rate),
            momentum=momentum,
            weight_decay=weight_decay,
            schedule=schedule,
            loss=loss,
            label_smoothing=label_smoothing,
            focal_gamma=focal_gamma,
            class_weights=class_weights,
            dropout=dropout,
            augmentation={} if augmentation is None else augmentation,
            seed=seed,
            device=device,
            precision=precision,
            threads=threads,
            pace=pace,
            watched=watched,
            checkpoint=checkpoint,
        )
        super().__init__(settings, worker)

    def start(self) -> None:
        """Train, or go on after a pause. After the end: begin again from the initial weights."""
        self._command("start")

    def resume(self) -> None:
        """Go on after a pause: the same as ``start``."""
        self.start()

    def pause(self) -> None:
        """Stand still after the present step."""
        self._command("pause")

    def step(self, n: int = 1) -> None:
        """Train ``n`` steps, then pause."""
        self._command("step", whole("n", n, 1, 10**9))

    def run_epochs(self, n: int = 1) -> None:
        """Train to the end of the ``n``-th epoch from here, then pause."""
        self._command("epochs", whole("n", n, 1, 10_000))

    def stop(self) -> None:
        """End the run where it is and keep the weights. ``start`` begins again from the first."""
        self._command("stop")

    def reset(self) -> None:
        """Go back to the initial weights, with a new worker if the old one has failed."""
        self._command("reset")

    def __iter__(self) -> Iterator[Snapshot]:
        """Train in the foreground: yields snapshots, the last one when it does not run any more.

        For notebooks that show nothing while a cell is at work in the background, such as Colab's.
        Whoever leaves the loop early pauses the run.
        """
        self.start()
        seen = self.wait().sequence - 1
        self.in_foreground = True
        try:
            while True:
                snapshot = self._next(seen)
                seen = snapshot.sequence
                yield snapshot
                if snapshot.state != "running":
                    return
        finally:
            self.in_foreground = False
            if not self._closed:
                self.pause()

    def _next(self, seen: int) -> Snapshot:
        """Wait for a snapshot after the one with this number, however long it takes."""
        while True:
            self.request()
            snapshot = self._board.wait(lambda s: s.sequence > seen, 1.0)
            if snapshot is not None:
                return snapshot

    def change(self, **settings: Any) -> None:  # noqa: ANN401 - each setting has a type of its own
        """Go on with other settings from the next step on.

        All are checked first: if one cannot be, nothing changes.

        Args:
            settings: those of ``lab.settings.LIVE``, by the names that ``Run`` has for them.

        Raises:
            ValueError, TypeError: a value that cannot be, or a setting that needs ``renew``.
        """
        with self._lock:
            up_to_date = self.latest.obeyed >= self._sent
            after = changed(self.settings, settings, self.latest.epoch if up_to_date else 0)
            self._check_open()
            if after.batch_size == 1 and self.watched is not None:
                _check_normalisation(self.watched)
            if settings:
                self._command("change", {name: getattr(after, name) for name in settings})
                self._settings, self._asked = after, self._sent

    def renew(self, **settings: Any) -> None:  # noqa: ANN401 - each setting has a type of its own
        """Begin anew with other settings, another network or other data, in every view of the run.

        All are checked first: if one cannot be, the run goes on as it was. So it does if the worker
        cannot read the data; the next snapshot's message says so then.

        Args:
            settings: any of ``Run``, by their names, but ``worker``. Another optimizer brings its
                own learning rate, another data set its own options, if none are given.

        Raises:
            ValueError, TypeError: a value that cannot be.
        """
        with self._lock:
            before = self.settings
            after = renewed(before, settings)
            self._check_open()
            if same_data(before, after):
                self._check_model(after.model)
            self._settings = after
            moves = is_module(after.model) != is_module(before.model)
            if self._worker_is_gone or (moves and self._worker == "process"):
                self._kept = None
                self._replace_worker()
            else:
                self._command("renew", after)
                self._asked = self._sent

    def _check_model(self, model: object) -> None:
        """Refuse an architecture that does not fit the images that the run has."""
        from lab.architecture import architecture  # noqa: PLC0415 - only for those who build

        watched = self.watched
        if watched is not None and isinstance(model, (str, dict)):
            channels, height, width = watched.images.shape[1:]
            shape = channels, height, width
            architecture(model, shape).rows(shape, len(watched.class_names))

    def fork(self, step: int | None = None, **changes: Any) -> Run:  # noqa: ANN401 - as in renew
        """Return a new run that begins with the weights of a moment of this one.

        It counts its steps from 0, and learns for as many epochs as this one was to. Waits for the
        weights as ``checkpoint`` does.

        Args:
            step: the kept moment nearest to it is taken; ``None`` (default) is now.
            changes: settings in which the new run differs.

        Raises:
            ValueError, TypeError: a setting that cannot be.
        """
        renewed(self.settings, changes)  # what cannot be is refused before anybody waits
        kept = self._ask(step, module="model" not in changes)
        settings = renewed(kept.settings, changes)
        model = settings.model if kept.module is None else kept.module
        if is_module(model) and kept.module is None:  # nobody trains it
            model = copy.deepcopy(model)
        settings = replace(settings, model=model, checkpoint=kept.checkpoint())
        arguments = {part.name: getattr(settings, part.name) for part in fields(settings)}
        return Run(**arguments, worker=self._worker)

    @property
    def learning_rate(self) -> float:
        """The size of the steps, of which a schedule may make others. May be changed any time."""
        return self.settings.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.change(learning_rate=value)

    @property
    def pace(self) -> float | None:
        """The most steps in a second; ``None`` is as fast as it can. May be changed at any time."""
        return self.settings.pace

    @pace.setter
    def pace(self, value: float | None) -> None:
        self.change(pace=value)


def _check_normalisation(watched: Watched) -> None:
    """Refuse batches of one image for a network that normalises over a batch."""
    if any("BatchNorm" in kind for _, kind, _, _ in watched.rows):
        raise ValueError(ALONE)
