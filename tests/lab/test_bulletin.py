"""Bulletins: who waits and who hangs something up do not hold each other up."""

import threading

from lab.bulletin import Bulletin


def test_whoever_hangs_something_up_waits_for_no_question():
    board = Bulletin(0, "test")

    def good(newest):
        if newest:
            return True
        other = threading.Thread(target=board.hang, args=(1,), daemon=True)
        other.start()
        other.join(2)  # as one that holds a lock which this question needs
        assert not other.is_alive()
        return False

    assert board.wait(good, 10) == 1
    board.close()


def test_after_its_time_nothing_is_found():
    board = Bulletin(0, "test")
    asked = []
    assert board.wait(asked.append, 0) is None
    assert asked == [0]
    assert board.wait(lambda newest: newest == 0, 0) == 0
    board.close()
