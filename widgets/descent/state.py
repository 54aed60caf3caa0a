"""What a descent holds: all that the hand sets, and all that Python shows."""

from __future__ import annotations

from traitlets import Bool, Dict, Int, Unicode

from widgets._base import LabWidget, hand, shown
from widgets._traits import Number, Numbers
from widgets.descent.traits import Place, Points, Racers

FIRST = {
    "optimizer": "gradient descent",
    "learning_rate": 0.1,
    "momentum": 0.0,
    "schedule": "constant",
    "options": {},
}


class DescentState(LabWidget):
    """The traits of ``widgets.descent.Descent``."""

    surface = hand(Unicode("bowl"))
    """The name of the surface; ``"your own"`` is what came as a function or a ``Surface``."""

    condition = hand(Number(10, 1, 1000))
    """The condition number of the elongated bowl, from 1 to 1000."""

    points = hand(Points(()))
    """The points of a surface from data, pairs (x, y); none for the others."""

    start = hand(Place((-1.5, 1.0)))
    """Where the ball is, (x, y) in the surface's domain."""

    racers = hand(Racers([FIRST]))
    """Who races: one to four tables of optimizer, learning_rate, momentum, schedule, options."""

    chosen = hand(Int(0))
    """Whose settings, arrows and formula are shown, counted from 0."""

    steps = hand(Int(100))
    """How many steps each racer walks, from 1 to 1000."""

    noise = hand(Number(0, 0, 1000))
    """Standard deviation of the normal noise on each part of the gradient."""

    batch_size = hand(Int(0))
    """How many samples each step sees; 0 for all."""

    seed = hand(Int(0))
    """From which noise and batches are drawn; 0 or larger."""

    step = hand(Int(0))
    """The step on show, counted from 0."""

    logarithmic = hand(Bool(default_value=False))
    """Whether the levels of the surface are spread logarithmically."""

    log_loss = hand(Bool(default_value=False))
    """Whether the loss is drawn on a logarithmic scale."""

    probe = hand(Place((), empty=True)).tag(transient=True)
    """The place that is looked at, (x, y); empty when none is."""

    task = hand(Unicode("none"))
    """The name of the task; none without one."""

    guess = hand(Numbers((), -1e6, 1e6, 0, 1))
    """The number that the learner predicts; empty when there is none yet."""

    revealed = hand(Bool(default_value=False))
    """Whether the walk of a task is shown: first it is thought about, then it is walked."""

    offers = shown(Dict())
    """What can be chosen: surfaces, optimizers, schedules, tasks."""

    ground = shown(Dict())
    """The surface from above: heights, domain, minima."""

    walk = shown(Dict())
    """What the racers did: every step's numbers, verdicts, code."""

    picture = shown(Dict())
    """What belongs to the present step: formula, task, the model of data."""

    probed = shown(Dict())
    """Loss and gradient of the place that is looked at."""
