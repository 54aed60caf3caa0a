"""A hand's mark: seen by other processes, gone a moment later, and never an error."""

import os
import subprocess
import sys
import time

from lab import courtesy


def test_a_mark_is_seen_for_a_moment_and_asks_for_a_rest(monkeypatch, tmp_path):
    monkeypatch.setattr(courtesy, "MARK", tmp_path / "hand")
    assert courtesy.rest(0.01) == 0
    courtesy.hand_moved()
    assert courtesy.rest(0.01) == courtesy.REST * 0.01
    old = time.time() - 2 * courtesy.HOLDS
    os.utime(courtesy.MARK, (old, old))
    assert courtesy.rest(0.01) == 0


def test_a_clock_that_was_set_back_makes_no_training_rest_for_hours(monkeypatch, tmp_path):
    monkeypatch.setattr(courtesy, "MARK", tmp_path / "hand")
    courtesy.hand_moved()
    later = time.time() + 3600
    os.utime(courtesy.MARK, (later, later))
    assert courtesy.rest(0.01) == 0


def test_where_no_mark_can_be_left_nothing_rests(monkeypatch, tmp_path):
    monkeypatch.setattr(courtesy, "MARK", tmp_path / "no folder" / "hand")
    courtesy.hand_moved()
    assert courtesy.rest(0.01) == 0


def test_the_mark_lies_where_another_process_looks():
    command = [sys.executable, "-c", "from lab import courtesy; print(courtesy.MARK)"]
    there = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert there == str(courtesy.MARK)
