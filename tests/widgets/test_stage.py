"""The stage: rows of widgets that share the window."""

import ipywidgets
import pytest

from widgets.stage import stage


def test_a_widget_in_two_rows_fills_both():
    a, b, c, d = (ipywidgets.Box() for _ in range(4))
    box = stage([a], [b, c], [d, c], columns="1fr 2fr", heights="auto 1fr auto")
    assert box.children == (a, b, c, d)
    assert box.layout.grid_template_areas == '"w0 w0" "w1 w2" "w3 w2"'
    assert c.layout.grid_area == "w2"


def test_a_row_that_fits_nowhere_is_refused():
    row = [ipywidgets.Box() for _ in range(3)]
    with pytest.raises(ValueError, match="1 or 3 widgets, but row 2 has 2"):
        stage(row, row[:2], columns="1fr 1fr 1fr", heights="1fr")
