"""What passes between a run and its worker: settings in; watched images and snapshots out.

Plain numbers and numpy arrays only, so that whoever holds a run needs no PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.checks import number, one_of, whole
from lab.explained import HeatMap
from lab.settings import DEVICES, LIVE, WORKERS, Settings
from lab.snapshot import STATES, Snapshot, Watched
from lab.wanted import Wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.checkpoints import Checkpoint

__all__ = [
    "DEVICES",
    "LIVE",
    "STATES",
    "WORKERS",
    "Correction",
    "Finding",
    "Found",
    "HeatMap",
    "Kept",
    "Message",
    "Settings",
    "Snapshot",
    "Wanted",
    "Watched",
    "number",
    "one_of",
    "whole",
]


@dataclass(frozen=True, eq=False)
class Kept:
    """The weights of a run at one moment, for whoever asked for them.

    Attributes:
        ticket: the number that came with the question.
        settings: those that the weights belong to, without the checkpoint they began with.
        problem: why there are no weights to give; "" if there are.
        step: the moment: so many steps were done.
        weights: each name, as in ``model.state_dict()``, and its numbers.
        input_shape: channels, height and width of one image.
        class_names: one name a class.
        module: of a module of one's own, a copy if one was asked for; only within one process.
        began: what that module was like before it learnt.
    """

    ticket: int
    settings: Settings
    problem: str = ""
    step: int = 0
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)
    input_shape: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()
    module: Any = None
    began: Any = None

    def checkpoint(self) -> Checkpoint:
        """Return the weights as others take them."""
        from lab.checkpoints import Checkpoint  # noqa: PLC0415 - only for those who keep

        table = self.settings.table()
        return Checkpoint(self.weights, table, self.step, self.input_shape, self.class_names)


@dataclass(frozen=True, eq=False)
class Correction:
    """The settings that a worker has in truth, where it could not take those it was given.

    Attributes:
        number: of the command after which it has them: so many were given until then.
        settings: all of them.
    """

    number: int
    settings: Settings


@dataclass(frozen=True, eq=False)
class Found:
    """What takes longer to find out: sent once, it belongs to all snapshots until the next.

    Attributes:
        values: fields of ``Snapshot``.
    """

    values: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Finding:
    """What a study of a network has found out so far; see ``lab.studies``.

    Attributes:
        key: of the study.
        value: what was found, as the study says; ``None`` before there is anything.
        step: of the training, whose weights were studied; -1 of a network that nobody trains.
        done: whether nothing more comes.
        problem: why it could not be found out; "" if it could.
    """

    key: str
    value: Any = None
    step: int = -1
    done: bool = False
    problem: str = ""


Message = Watched | Snapshot | Kept | Correction | Found | Finding
"""What a worker may send."""
