"""What is wrong reaches the page, and a frame that is drawn anew counts as sent."""

from traitlets import Bool, observe

from tests.widgets.still import StillRun
from widgets._base import hand
from widgets._redrawn import RedrawnWidget


class Choosy(RedrawnWidget):
    """A view that looks at something else when the hand says so."""

    switched = hand(Bool(default_value=False))

    def draw(self, snapshot):
        return {"step": snapshot.step}

    @observe("switched")
    def _look(self, _change):
        try:
            self.run.watch(gradients=self.switched)
        except ValueError as error:
            self.problem = str(error)


class ChoosyRun(StillRun):
    """A run that has no gradients to look at."""

    def watch(self, **changes):
        if changes["gradients"]:
            raise ValueError("There are no gradients.")


def hear(view, content):
    view._hear(view, content, [])


def test_what_an_observer_finds_wrong_is_said_until_all_is_well():
    view = Choosy(ChoosyRun([0], [0], ("a", "b")))
    hear(view, {"hand": {"switched": True}, "turn": 1})
    assert view.problem == "There are no gradients."
    hear(view, {"hand": {"switched": False}, "turn": 2})
    assert view.problem == ""
    text = Choosy(ChoosyRun([0], [0], ("a", "b")), switched=True).state_text()
    hear(view, {"share": "open", "text": text, "turn": 3})
    assert view.problem == "There are no gradients."


def test_the_next_frame_waits_until_the_page_has_drawn_what_was_drawn_anew():
    run = ChoosyRun([0], [0], ("a", "b"))
    view = Choosy(run)
    hear(view, {"drawn": view.frame["sequence"]})
    callbacks, run._callbacks = run._callbacks, []
    run.show(step=1)
    view.redraw()  # the hand is faster than the run's news
    anew = view.frame
    assert anew["step"] == 1
    run._callbacks = callbacks
    view.offer(run.latest)
    assert view.frame is anew  # it is not sent twice
    run.show(step=2)
    assert view.frame is anew
    hear(view, {"drawn": anew["sequence"]})
    assert view.frame["step"] == 2
