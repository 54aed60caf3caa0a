"""A network in the hand: build it, drag its weights, and watch it learn to tell points apart."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from traitlets import Dict, TraitError, observe

from lab.blas import one_thread
from lab.export import network_code
from lab.points import Points
from widgets._base import shown
from widgets.network import data, picture
from widgets.network.shape import fit, initial, network_of
from widgets.network.state import NetworkState
from widgets.network.study import SETTINGS, Study

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lab.network_trainer import NetworkTrainer
    from lab.networks import Network as LabNetwork

PULSE = 0.02
"""Seconds of training at most for one heartbeat of the page; the rest is for the picture."""

PACES = {"slow": 1, "medium": 10, "full": 1_000_000}
"""Steps at most for one heartbeat; there are up to sixty in a second."""

HAND = tuple(NetworkState.class_trait_names(hand=True))

SHOWN_ONLY = ("pulse", "pace", "chosen", "space", "task", "code_shown")
"""What changes the picture, but nothing about the training."""

DRAWN_FROM = ("points", "count", "noise", "test_share", "seed", "scheme")
"""When one of these changes the training begins anew, from initial weights."""


class Network(NetworkState):
    """A small network that learns from points in the plane, in the hand while it does.

    Args:
        points: a name: ``"circle"`` (default), ``"xor"``, ``"gaussian"``, ``"spiral"``,
            ``"moons"``, ``"three classes"``, ``"plane"``, ``"hills"`` (the last two are
            regressions), ``"and table"``, ``"or table"``, ``"xor table"``, ``"breast cancer"`` or
            ``"own"``; or ``lab.points.Points`` of your own, e.g. from a CSV or a DataFrame.
        neurons: the neurons of each hidden layer, up to 5 layers of 1 to 10; default ``(4, 2)``.
        activation: of all hidden layers, ``"tanh"`` by default, or one for each of them.
        traits: any other trait by name, e.g. ``learning_rate=0.03``; see ``NetworkState``.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    cloud = shown(Dict())
    """The points as the page draws them; it changes only with the points."""

    picture = shown(Dict())
    """What follows from all that is in the hand: maps, losses, scores, sums, code."""

    def __init__(
        self,
        points: str | Points = "circle",
        neurons: Sequence[int] = (4, 2),
        activation: str | Sequence[Any] = "tanh",
        **traits: Any,  # noqa: ANN401
    ) -> None:
        # A page's messages may come on a thread of their own, beside a cell that trains.
        self._one_at_a_time = threading.RLock()
        self._study = Study()
        self._before: dict[str, Any] = {}
        self._reacting = True  # nothing follows until all is set
        layers = len(neurons) if hasattr(neurons, "__len__") else 0  # what is no row is refused
        names = [activation] * layers if isinstance(activation, str) else activation
        if isinstance(points, Points):
            traits["own"] = _table_of(points)
            points = "own"
        super().__init__(points=points, neurons=neurons, activations=names, **traits)
        self._reacting = False
        self._react()

    def step(self) -> None:
        """Learn from one batch."""
        self._learn(lambda trainer: trainer.step())

    def epoch(self) -> None:
        """Learn from every point once."""
        self._learn(lambda trainer: trainer.epoch())

    def train(self, epochs: int) -> None:
        """Learn from every point ``epochs`` times, or until ``stop_at`` is reached."""
        for _ in range(epochs):
            with self._one_at_a_time:
                if not self._study.status:
                    self._study.learn(lambda trainer: trainer.epoch(), self.stop_at)
                    self._learnt()
        self._redraw()

    def reset(self) -> None:
        """Go back to the initial weights; the same seed gives the same."""
        with self._one_at_a_time:
            self._let_go()
            self._take(initial(self))
            self._study.begin_anew()
            self._follow()

    @property
    def network(self) -> LabNetwork:
        """The network as ``lab.networks`` computes it."""
        return network_of(self)

    @property
    def training_points(self) -> Points | None:
        """The points that it learns from; None while there are none."""
        return self._study.train

    def code(self) -> str:
        """Return lines of PyTorch that build the network with these numbers."""
        return network_code(self.network)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        match content:
            case {"do": "step" | "epoch" | "reset" as name}:
                with self.hold_sync():
                    getattr(self, name)()
            case {"csv": str(text)}:
                self._read_csv(text)

    def _read_csv(self, text: str) -> None:
        try:
            own = data.read_csv(text)
        except ValueError as error:
            self.problem = str(error)
            return
        with self.hold_sync(), self.hold_trait_notifications():
            self.problem = ""
            self.own, self.points = own, "own"

    @observe(*HAND)
    def _react(self, _change: object = None) -> None:
        with self._one_at_a_time:
            if not self._reacting:
                self._react_once()

    def _react_once(self) -> None:
        changed = {n for n in HAND if getattr(self, n) != self._before.get(n)}
        if not changed:
            return  # several traits came in one message: the first of them has done all
        given = bool(self.weights) and "weights" in changed
        anew = bool(changed & set(DRAWN_FROM))
        self._reacting = True
        try:
            biases = self.biases
            if not self.weights or (anew and not given):
                self._take(initial(self))
                if biases and "biases" in changed:
                    self.biases = biases
            if not self.biases:
                self.biases = [[0.0] * len(table) for table in self.weights]
            fit(self)
            if given:
                self._let_go()
            elif "held" in changed:
                self._take_held()
        finally:
            self._reacting = False
        if anew:
            self._study.begin_anew()
        if changed - set(SHOWN_ONLY):
            self._study.status = ""  # it was about another network
        self._follow(pulse=bool(self._before) and "pulse" in changed)

    def _follow(self, *, pulse: bool = False) -> None:
        """Carry the traits over to the study; learn a while if the page's heart beats; draw."""
        study, points = self._study, self._data()
        moved = study.follow(points, self.test_share, self.seed, self.optimizer, self.network)
        study.set({name: getattr(self, name) for name in SETTINGS})
        if moved or points is None:
            self.cloud = picture.cloud(
                study, self.own if self.points == "own" else None, self._nothing_found
            )
        if pulse and not study.status:
            study.learn_for(PACES[self.pace], PULSE, self.stop_at)
            self._learnt()
        self._redraw()

    def _learn(self, by: Callable[[NetworkTrainer], object]) -> None:
        with self._one_at_a_time:
            if self._study.learn(by, self.stop_at):
                self._learnt()
            else:
                self.problem = self._nothing_found
            self._redraw()

    def _learnt(self) -> None:
        if self._study.trainer:
            self._take(self._study.trainer.network)
            if self.held and self.held[4]:
                self._take_held()  # a bias cannot be frozen: it is put back

    def _let_go(self) -> None:
        before, self._reacting = self._reacting, True
        self.held = ()
        self._reacting = before

    def _redraw(self) -> None:
        self._before = {name: getattr(self, name) for name in HAND}
        with one_thread():
            self.picture = picture.draw(self, self._study)

    def _take(self, network: LabNetwork) -> None:
        """Make a network's numbers those of the traits; nothing follows from that by itself."""
        before, self._reacting = self._reacting, True
        try:
            self.weights = [layer.weights.tolist() for layer in network.layers]
            self.biases = [layer.biases.tolist() for layer in network.layers]
        finally:
            self._reacting = before
        if self._before:  # what was learnt is no change that the hand has made
            self._before |= {"weights": self.weights, "biases": self.biases}

    def _take_held(self) -> None:
        """Put the weight that the hand moved into its place."""
        if not self.held:
            return
        layer, to, from_ = (int(number) for number in self.held[:3])
        before, self._reacting = self._reacting, True
        if from_ < 0:
            biases = [list(row) for row in self.biases]
            biases[layer][to] = self.held[3]
            self.biases = biases
        else:
            weights = [[list(row) for row in table] for table in self.weights]
            weights[layer][to][from_] = self.held[3]
            self.weights = weights
        self._reacting = before


def _table_of(points: Points) -> dict[str, Any]:
    try:
        return data.table_of(points)
    except ValueError as error:
        raise TraitError(str(error)) from None
