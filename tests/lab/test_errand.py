"""What takes longer is found out in pieces, and known until something else is asked."""

import pytest

from lab.errand import Errand


class Count:
    """Counts to three."""

    def __init__(self, log):
        self.log = log

    def pieces(self):
        for number in range(3):
            self.log.append(number)
            yield

    def found(self):
        return {"dead": tuple(self.log)}


def test_it_is_found_once_for_a_question_and_again_for_another_network():
    errand, log = Errand(), []
    assert not errand.knows_of("what")
    assert len(list(errand.way((1, "what"), lambda: Count(log)))) == 3
    first = errand.found
    assert first == {"dead": (0, 1, 2)}
    assert errand.way((1, "what"), lambda: Count(log)) is None
    assert errand.found is first
    assert errand.knows_of("what")
    assert errand.way((2, "what"), lambda: Count(log)) is not None
    assert errand.found is first  # until the new one is known


def test_asked_for_the_same_it_goes_on_and_for_another_it_begins_again():
    errand, log = Errand(), []
    next(errand.way((1, "what"), lambda: Count(log)))
    assert len(list(errand.way((1, "what"), lambda: Count(log)))) == 2
    next(errand.way((1, "else"), lambda: Count(log)))
    next(errand.way((1, "why"), lambda: Count(log)))
    assert log == [0, 1, 2, 0, 0]


def test_no_question_forgets_the_answer():
    errand = Errand()
    list(errand.way((1, "what"), lambda: Count([])))
    assert errand.way((1, None), lambda: Count([])) is None
    assert errand.found == {}
    assert errand.knows_of(None)
    nothing = errand.found
    assert errand.way((2, None), lambda: Count([])) is None
    assert errand.found is nothing  # nobody is told again


def test_what_broke_off_begins_again():
    errand, log = Errand(), []

    class Breaks(Count):
        def pieces(self):
            yield
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        list(errand.way((1, "what"), lambda: Breaks(log)))
    assert len(list(errand.way((1, "what"), lambda: Count(log)))) == 3
