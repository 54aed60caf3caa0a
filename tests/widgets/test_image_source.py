"""The image source without a browser: what it chooses, changes and takes, in every view."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from lab.image_changes import change
from tests.widgets.inside_run import IMAGES, LABELS, InsideRun, array, drawn, hear
from widgets.image_source import ImageSource

DOT = [[[0.5, 0.5], [0.5, 0.6]]]


def shown(view):
    return array(view.picture["image"])


def hand(view, **state):
    hear(view, {"hand": state, "turn": 1})


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_it_starts_with_what_is_looked_at():
    run = InsideRun()
    view = ImageSource(run)
    assert np.array_equal(shown(view), IMAGES[5])
    assert (view.picture["place"], view.picture["count"], view.picture["label"]) == (5, 20, 2)
    assert run.wanted.image is None


def test_before_the_data_are_there_it_waits():
    run = InsideRun(known=False)
    view = ImageSource(run, place=3, rotate=90)
    hear(view, {"do": "go", "value": 1})
    hear(view, {"upload": "a.png", "size": 3}, [b"abc"])
    assert view.picture == {}
    run.begin()
    drawn(view)
    assert np.array_equal(run.wanted.image, np.rot90(IMAGES[3], 1, (1, 2)))


def test_next_and_before_go_round_and_keep_to_a_class():
    run = InsideRun()
    view = ImageSource(run)
    seen = []
    for by in (1, 1, -1):
        hear(view, {"do": "go", "value": by})
        seen.append(run.wanted.sample)
    assert seen == [6, 7, 6]
    hand(view, of=1)
    assert run.wanted.sample == 7  # the next of its class
    hear(view, {"do": "go", "value": 1})
    assert (run.wanted.sample, LABELS[10]) == (10, 1)
    hand(view, place=19)
    assert LABELS[19] == 1
    hear(view, {"do": "go", "value": 1})
    assert run.wanted.sample == 1
    hear(view, {"do": "go", "value": 0})
    assert LABELS[run.wanted.sample] == 1
    hear(view, {"do": "go", "value": 7})
    assert "cannot be done" in view.problem


def test_a_changed_test_image_is_an_image_of_ones_own_with_its_class():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, rotate=30, right=0.25, noise=0.1)
    expected = change(IMAGES[5], rotate=30, right=2, noise=0.1)
    assert np.array_equal(run.wanted.image, expected)
    assert np.array_equal(shown(view), expected)
    assert (run.wanted.sample, run.wanted.label) == (5, 2)
    hand(view, rotate=0, right=0, noise=0)
    assert run.wanted.image is None
    hand(view, rotate=10)
    hear(view, {"do": "go", "value": 1})  # the next image is upright
    assert (view.rotate, run.wanted.sample, run.wanted.image) == (0, 6, None)


def test_what_another_view_chooses_is_taken_over():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, rotate=30)
    drawn(view)
    run.select(12)  # a mistake was clicked
    drawn(view)
    assert (view.source, view.place, view.rotate) == ("test", 12, 0)
    assert np.array_equal(shown(view), IMAGES[12])
    own = np.full((1, 8, 8), 77, np.uint8)
    run.watch(image=own)
    drawn(view)
    assert (view.source, view.picture["said"]) == ("upload", "An image from Python.")
    assert np.array_equal(shown(view), own)
    assert np.array_equal(run.wanted.image, own)


def test_its_own_choice_is_no_other_ones():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, rotate=30)
    for _ in range(3):
        run.look()
        drawn(view)
    assert view.rotate == 30
    run.watch(layer="pool1")
    drawn(view)
    assert view.rotate == 30


def test_a_drawing_follows_the_pen():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, source="draw")
    assert np.ptp(run.wanted.image) == 0
    hand(view, strokes=DOT)
    assert np.ptp(run.wanted.image) == 255
    assert run.wanted.label == -1
    assert view.picture["label"] == -1
    hand(view, rotate=90)
    drawn(view)
    assert view.source == "draw"
    assert np.array_equal(shown(view), run.wanted.image)


@pytest.mark.parametrize(
    "strokes",
    [[[[0.5]]], [[0.5, 0.5]], "abc", [[[float("nan"), 0]]], [[[0.1, 9]]], [[[0, 0]] * 5001]],
)
def test_what_is_no_drawing_is_refused(strokes):
    view = ImageSource(InsideRun())
    with pytest.raises(TraitError, match=r"strokes|drawing"):
        view.strokes = strokes


def test_an_upload_is_fitted_and_said_so():
    run = InsideRun()
    view = ImageSource(run)
    data = png(np.full((20, 30), 90, np.uint8))
    hear(view, {"upload": "scan.png", "size": len(data)}, [data])
    assert (view.source, run.wanted.image.shape) == ("upload", (1, 8, 8))
    assert (run.wanted.image == 90).all()
    assert view.picture["said"].startswith("scan.png: ")
    before = run.wanted.image
    hear(view, {"upload": "notes.txt", "size": 5}, [b"hello"])
    assert "notes.txt is damaged or no image" in view.problem
    hear(view, {"upload": "huge.png", "size": 10**8}, [b""])
    assert view.problem.startswith("huge.png has 100.0 MB; a file of at most 8 MB")
    assert run.wanted.image is before
    hear(view, {"hand": {"source": "test"}, "turn": 2})
    assert (run.wanted.image, view.problem) == (None, "")


def test_a_link_brings_a_drawing_back():
    view = ImageSource(InsideRun())
    hand(view, source="draw", strokes=DOT, rotate=45)
    run = InsideRun()
    other = ImageSource(run)
    other.take_state(view.state_text())
    assert np.array_equal(run.wanted.image, view.run.wanted.image)
    assert other.rotate == 45


def test_one_message_is_one_look():
    run = InsideRun()
    view = ImageSource(run)
    looks = []
    run.subscribe(looks.append)
    hand(view, rotate=30, right=0.25, down=0.1, noise=0.1)
    assert len(looks) == 1


def test_nothing_that_json_cannot_hold():
    view = ImageSource(InsideRun())
    json.dumps(view.get_state(), default=lambda _: "bytes", allow_nan=False)


def test_back_after_another_view_has_chosen():
    run = InsideRun()
    view = ImageSource(run)
    drawn(view)
    hand(view, place=8)
    run.select(9)
    drawn(view)
    hear(view, {"do": "go", "value": -1})
    assert run.wanted.sample == 8


def test_the_same_turn_again_after_another_view_has_chosen_the_same_image():
    run = InsideRun()
    view = ImageSource(run, place=5)
    hand(view, rotate=30)
    drawn(view)
    run.select(5)
    drawn(view)
    assert view.rotate == 0
    hand(view, rotate=30)
    assert run.wanted.image is not None


def test_a_drawing_comes_back_after_its_test_image_was_clicked():
    run = InsideRun()
    view = ImageSource(run, place=5)
    hand(view, source="draw", strokes=DOT)
    ink = run.wanted.image
    drawn(view)
    run.select(5)
    drawn(view)
    assert view.source == "test"
    hand(view, source="draw")
    assert np.array_equal(run.wanted.image, ink)


def test_another_network_leaves_a_drawing_a_drawing_and_other_data_do_not():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, source="draw", strokes=DOT, rotate=30)
    drawn(view)
    run.watched = replace(run.watched, parameters=7, test_images=IMAGES.copy())
    run.look()
    drawn(view)
    assert (view.source, view.rotate) == ("draw", 30)
    assert np.array_equal(shown(view), run.wanted.image)
    run.watched = replace(run.watched, test_images=255 - IMAGES)
    run.look()
    drawn(view)
    assert (view.source, view.rotate) == ("upload", 0)


def test_upload_without_a_file_still_looks_at_the_test_image():
    run = InsideRun()
    view = ImageSource(run)
    hand(view, source="upload")
    assert run.wanted.image is None
    assert (view.picture["uploaded"], view.picture["said"]) == (False, "Choose a file.")
    data = png(np.full((20, 30), 90, np.uint8))
    hear(view, {"upload": "scan.png", "size": len(data)}, [data])
    hand(view, source="test")
    assert view.picture["uploaded"]
    hand(view, source="upload")
    assert (run.wanted.image == 90).all()


def test_a_file_is_as_large_as_it_is_and_not_as_the_page_says():
    view = ImageSource(InsideRun())
    hear(view, {"upload": "scan.png", "size": 1}, [bytes(view.frame["largest"] + 1)])
    assert "8.0 MB" in view.problem
