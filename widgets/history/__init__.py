"""The time machine of a run: look at a kept moment, go on from it, save, load, export it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lab.architecture import architecture
from lab.checkpoints import load, to_bytes
from lab.epochs import epochs_after
from lab.run_code import run_code
from lab.run_files import script_file, script_files
from widgets._arrays import pack
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lab.architecture import Row
    from lab.checkpoints import Checkpoint
    from lab.training import Run, Snapshot

NOT_LEARNT = ("running_mean", "running_var", "num_batches_tracked")
"""What batch normalisation keeps beside the numbers that it learns."""

LARGEST_UPLOAD = 10_000_000
"""Bytes of a file that the page may send: Jupyter drops larger messages without a word."""


class TimeMachine(LiveWidget):
    """A slider over the training so far, with a mark for each moment whose weights are kept.

    Wherever it stands, every view of the run shows the network of that moment, while the training
    goes on.

    Args:
        run: the run to look back on.
        on_fork: called with each new run that the page forks from a moment, e.g. to show it beside
            this one.

    Attributes:
        forked: the run that was forked last; ``None`` before there is one.
    """

    commands = ("look_at", "fork", "save", "code", "script_file")

    def __init__(
        self,
        run: Run,
        on_fork: Callable[[Run], object] | None = None,
        **layout: Any,  # noqa: ANN401
    ) -> None:
        self.on_fork = on_fork
        self.forked: Run | None = None
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the kept moments, and how good the network was at each."""
        moments = snapshot.moments
        tested = np.searchsorted(snapshot.test_steps, moments, side="right") - 1
        known = snapshot.test_steps.size > 0 and snapshot.loss_steps.size > 0
        return {
            "step": snapshot.step,
            "lookedAt": snapshot.looked_at,
            "moments": pack(moments),
            "epochs": pack(epochs_after(snapshot, moments).astype(np.float32)),
            "accuracy": pack(
                snapshot.test_accuracy[tested.clip(0)] if known else np.empty(0, np.float32)
            ),
            "testedAt": pack(
                snapshot.test_steps[tested.clip(0)] if known else np.empty(0, np.int64)
            ),
            "loss": pack(
                np.interp(moments, snapshot.loss_steps, snapshot.loss).astype(np.float32)
                if known
                else np.empty(0, np.float32)
            ),
        }

    def obey(self, name: str, value: object) -> None:
        """Look at a moment, fork a run from it, or send what the page wants to keep.

        Raises:
            ValueError, TypeError, RuntimeError: what cannot be done; the sentence goes to the page.
        """
        step = cast("int | None", value)  # the run judges it
        try:
            if name == "look_at":
                self.run.look_at(step)
            elif name == "fork":
                self._fork(step)
            elif name == "save":
                checkpoint = self.run.checkpoint(step)
                file = f"{self.run.settings.dataset}-step-{checkpoint.step}.safetensors"
                self._send_file(file, to_bytes(checkpoint))
            elif name == "code":
                self.send({"code": self._code(), "files": script_files(self.run.settings)})
            elif name == "script_file":
                self._send_file(str(value), script_file(self.run.settings, str(value)))
        except OSError as error:  # the worker does not answer, or the images have gone
            raise RuntimeError(str(error)) from error

    def _fork(self, step: int | None) -> None:
        self.forked = self.run.fork(step)
        self.send({"forked": self.forked.settings.checkpoint.step})
        if self.on_fork is not None:
            self.on_fork(self.forked)

    def _send_file(self, name: str, content: bytes) -> None:
        self.send({"file": name}, buffers=[content])

    def _code(self) -> str:
        shape, names = self._shape()
        return run_code(self.run.settings, shape, len(names))

    def _shape(self) -> tuple[tuple[int, int, int], tuple[str, ...]]:
        """Return channels, height and width of an image, and the names of the classes."""
        watched = self.run.watched
        if watched is None:
            raise RuntimeError("The images are still being loaded: try again in a moment.")
        channels, height, width = watched.images.shape[1:]
        return (channels, height, width), watched.class_names

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        match content, buffers:
            case {"load": str(name), "size": int(size)}, [bytes() | memoryview() as sent]:
                try:
                    self._load(name, size, bytes(sent))
                except (ValueError, TypeError, RuntimeError) as error:
                    self.problem = str(error)
                else:
                    self.problem = ""
                self.send({"loaded": name, "problem": self.problem})

    def _load(self, name: str, size: int, content: bytes) -> None:
        """Begin the run anew from the network of a file, on the run's own images."""
        if size > LARGEST_UPLOAD:
            raise ValueError(
                f"The file {name!r:.80} has {size / 1e6:.0f} MB, at most "
                f"{LARGEST_UPLOAD / 1e6:.0f} MB can be sent through a page: "
                f"say Run(checkpoint=load(path)) in a cell."
            )
        checkpoint = load(content, limit_bytes=LARGEST_UPLOAD)
        shape, names = self._shape()
        if checkpoint.input_shape != shape or len(checkpoint.class_names) != len(names):
            theirs = " × ".join(map(str, checkpoint.input_shape))
            raise ValueError(
                f"The network in {name!r:.80} was made for images of {theirs} in "
                f"{len(checkpoint.class_names)} classes, but this run has images of "
                f"{' × '.join(map(str, shape))} in {len(names)} classes."
            )
        model = checkpoint.table.get("model")
        if not isinstance(model, (str, Mapping)):
            raise ValueError(  # noqa: TRY004 - of a file
                f"The file {name!r:.80} does not say which network it holds."
            )
        _check_weights(checkpoint, architecture(model, shape).rows(shape, len(names)))
        self.run.renew(model=model, checkpoint=checkpoint)


def _check_weights(checkpoint: Checkpoint, rows: Sequence[Row]) -> None:
    """Refuse weights that are not those of the network, before the worker is asked to take them."""
    for row in rows:
        count = sum(
            array.size
            for name, array in checkpoint.weights.items()
            if name.startswith(f"{row.name}.") and not name.endswith(NOT_LEARNT)
        )
        if count != row.parameters:
            raise ValueError(
                f"The file holds {count:,} weights of the layer {row.name!r}, but its network has "
                f"{row.parameters:,} there."
            )
