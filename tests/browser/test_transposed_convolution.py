"""The transposed convolution in a real browser: what the page shows is what torch computes."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.nn.functional import conv_transpose2d

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LECTURES = torch.tensor([[0.2, 0.2, 0.8], [0.2, 0.3, 0.1], [0.2, 1, 1]], dtype=torch.double)
KERNEL = torch.tensor([[0.3, 0.2, 0.9], [-0.2, 0.3, 0.1], [0.1, -1, -1]], dtype=torch.double)
NAMES = ("input", "kernel", "stride", "padding", "output_padding", "dilation")
LISTEN = """() => {
    const root = document.querySelector(".lab.transposed_convolution");
    root.addEventListener("derived", ({ detail }) => { window.drawn = detail; });
}"""
# What Python drew is what the hand holds: nothing is under way.
SETTLED = """(names) => window.drawn && names.every((name) =>
    JSON.stringify(window.drawn.picture[name]) === JSON.stringify(window.drawn.state[name]))"""


@pytest.fixture
def opened(dashboard: OpenDashboard) -> Dashboard:
    one = dashboard("06_transposed_convolution")
    one.page.evaluate(LISTEN)
    return one


def widget(page: Page) -> Locator:
    return page.locator(".lab.transposed_convolution")


def grid(page: Page, name: str) -> Locator:
    return widget(page).get_by_role("grid", name=name, exact=True)


def cell(page: Page, name: str, row: int, column: int) -> Locator:
    return grid(page, name).get_by_role("row").nth(row).get_by_role("gridcell").nth(column)


def numbers(page: Page, name: str) -> NDArray[np.float64]:
    """The numbers that a grid shows."""
    rows = grid(page, name).evaluate(
        "g => [...g.children].map(r => [...r.children].map(c => c.textContent))"
    )
    return np.array([[float(text.replace("−", "-")) for text in row] for row in rows])


def look(page: Page, name: str) -> None:
    widget(page).get_by_role("radio", name=name).click()


def press(page: Page, name: str) -> None:
    widget(page).get_by_role("button", name=name, exact=True).click()


def select(page: Page, name: str) -> Locator:
    """The list that a label stands before; the label's text goes on with the options."""
    labels = widget(page).locator("label:visible")
    return labels.filter(has_text=re.compile(rf"^{name}")).locator("select")


def choose(page: Page, name: str, value: object) -> None:
    select(page, name).select_option(str(value))


def settle(page: Page) -> None:
    page.wait_for_function(SETTLED, arg=list(NAMES))


def by_torch(opened: Dashboard, cells: int | None = None, **other: Any) -> NDArray[np.float64]:
    """What torch makes of the widget's state; of its first cells alone, if a count is given."""
    held = dict(
        zip(NAMES, opened.python(f"[getattr(transposed, n) for n in {NAMES}]"), strict=True)
    )
    held |= other
    x = torch.tensor(held.pop("input"), dtype=torch.double)
    if cells is not None:
        x = (x.flatten() * (torch.arange(x.numel()) < cells)).reshape(x.shape)
    kernel = torch.tensor(held.pop("kernel"), dtype=torch.double)
    return np.asarray(conv_transpose2d(x[None, None], kernel[None, None], **held)[0, 0])


def test_the_lectures_numbers_are_stamped_one_after_the_other(opened: Dashboard) -> None:
    page = opened.page
    assert np.allclose(numbers(page, "Input"), LECTURES)
    assert np.allclose(numbers(page, "Kernel"), KERNEL)
    press(page, "To the start")
    for stamp in range(9):
        page.get_by_text(f"after {stamp + 1} of 9 stamps").wait_for()
        found = numbers(page, "Output")
        assert np.allclose(found, by_torch(opened, stamp + 1), atol=0.0051)
        x = LECTURES.flatten()[stamp]
        assert np.allclose(numbers(page, "Stamp"), x * KERNEL, atol=0.0051)
        if stamp < 8:
            press(page, "Step")
    expected = conv_transpose2d(LECTURES[None, None], KERNEL[None, None])[0, 0]
    assert np.allclose(numbers(page, "Output"), expected, atol=0.0051)
    assert widget(page).get_by_role("button", name="Step", exact=True).is_disabled()
    for stamp in (8, 7):
        press(page, "Step back")
        page.get_by_text(f"after {stamp} of 9 stamps").wait_for()
        assert np.allclose(numbers(page, "Output"), by_torch(opened, stamp), atol=0.0051)
    assert opened.console_errors == []


def test_it_plays_to_the_end(opened: Dashboard) -> None:
    page = opened.page
    choose(page, "Speed", 450)
    press(page, "▶ Play")
    press(page, "❚❚ Pause")
    assert opened.python("transposed.stamp") in (4, 5)
    press(page, "▶ Play")
    page.get_by_text("after 9 of 9 stamps").wait_for()
    widget(page).get_by_role("button", name="▶ Play").wait_for()
    assert np.allclose(numbers(page, "Output"), by_torch(opened), atol=0.0051)


def test_the_stamp_is_dragged_over_the_output(opened: Dashboard) -> None:
    page = opened.page
    stamp = widget(page).get_by_role("slider", name="Stamp on the output")
    side = (cell(page, "Output", 0, 0).bounding_box() or {})["width"]
    drag(page, stamp, side, -side)
    page.get_by_text("after 3 of 9 stamps").wait_for()
    assert np.allclose(numbers(page, "Output"), by_torch(opened, 3), atol=0.0051)
    for key, stamps in [("ArrowDown", 6), ("ArrowLeft", 5), ("ArrowDown", 8), ("ArrowDown", 8)]:
        stamp.press(key)
        page.get_by_text(f"after {stamps} of 9 stamps").wait_for()
    assert np.allclose(numbers(page, "Output"), by_torch(opened, 8), atol=0.0051)
    cell(page, "Input", 0, 1).click()  # whoever touches an input cell means its stamp
    page.get_by_text("after 2 of 9 stamps").wait_for()
    page.keyboard.press("ArrowDown")
    page.get_by_text("after 5 of 9 stamps").wait_for()
    assert np.allclose(numbers(page, "Output"), by_torch(opened, 5), atol=0.0051)


def test_cells_are_dragged_typed_and_changed_with_keys(opened: Dashboard) -> None:
    page = opened.page
    drag(page, cell(page, "Kernel", 0, 0), 0, -30)
    settle(page)
    assert opened.python("transposed.kernel[0][0]") == pytest.approx(0.8)
    drag(page, cell(page, "Input", 2, 2), 2, 60)
    settle(page)
    assert opened.python("transposed.input[2][2]") == pytest.approx(0)
    cell(page, "Input", 1, 1).dblclick()
    page.keyboard.type("-2.5")
    page.keyboard.press("Enter")
    cell(page, "Kernel", 2, 0).focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0.75")
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.drawn.picture.kernel[2][1] === 0.75")
    settle(page)
    assert opened.python("transposed.input[1][1]") == -2.5
    assert opened.python("transposed.kernel[2]") == pytest.approx((0.2, 0.75, -1))
    press(page, "To the start")
    for _ in range(8):
        press(page, "Step")
    assert np.allclose(numbers(page, "Output"), by_torch(opened), atol=0.0051)
    assert opened.console_errors == []


def pointed_sum(page: Page) -> tuple[float, float]:
    """The value of the sum that is written out, and what its terms give."""
    terms, value = widget(page).locator(".sum").all_text_contents()
    terms = terms.partition(" = ")[2].replace("−", "-")
    products = re.findall(r"([-\d.]+|\(-[\d.]+\))·([-\d.]+|\(-[\d.]+\))", terms)
    total = sum(float(a.strip("()")) * float(b.strip("()")) for a, b in products)
    return float(value.rpartition("= ")[2].replace("−", "-")), total


def test_gather_gives_the_numbers_that_scatter_gives(opened: Dashboard) -> None:
    page = opened.page
    for example, size in [
        ("one cell alone", 5),
        ("the lectures' numbers", 5),
        ("stride 2: zeros in between", 7),
    ]:
        look(page, "Scatter")
        choose(page, "Example", example)
        settle(page)
        for _ in range(8):
            press(page, "Step")
        page.get_by_text("after 9 of 9 stamps").wait_for()
        scattered = numbers(page, "Output")
        look(page, "Gather")
        gathered = numbers(page, "Output")
        assert gathered.shape == (size, size)
        assert (gathered == scattered).all()
        expected = by_torch(opened)
        assert np.allclose(gathered, expected, atol=0.0051)
        for row, column in [(0, 0), (2, 2), (size - 1, 1), (3, size - 1)]:
            page.mouse.move(*middle(cell(page, "Output", row, column)))
            page.get_by_text(f"Row {row + 1}, column {column + 1} =").wait_for()
            shown, total = pointed_sum(page)
            assert shown == pytest.approx(expected[row, column], abs=0.0051)
            assert total == pytest.approx(expected[row, column], abs=1e-9)
        assert "Zeros between the input's cells: " in widget(page).inner_text()
    # With stride 2 every second row and column of the input is a zero that was put in.
    spread = numbers(page, "Input")
    assert spread.shape == (9, 9)
    assert np.allclose(spread[2:-2:2, 2:-2:2], LECTURES)
    assert np.count_nonzero(spread) == 9
    assert np.allclose(numbers(page, "Kernel"), KERNEL.flip(0, 1))
    # A cell of the turned kernel is that of the kernel, and zeros that were put in stay zeros.
    drag(page, cell(page, "Kernel", 0, 0), 0, -30)
    settle(page)
    assert opened.python("transposed.kernel[2][2]") == pytest.approx(-0.5)
    drag(page, cell(page, "Input", 3, 3), 0, -30)
    drag(page, cell(page, "Input", 4, 4), 0, -30)
    settle(page)
    assert opened.python("transposed.input[1]") == pytest.approx((0.2, 0.8, 0.1))
    assert np.allclose(numbers(page, "Output"), by_torch(opened), atol=0.0051)


def test_an_output_cell_is_dragged_to_and_reached_with_keys(opened: Dashboard) -> None:
    page = opened.page
    look(page, "Gather")
    target = widget(page).get_by_role("slider", name="Output cell")
    side = (cell(page, "Output", 0, 0).bounding_box() or {})["width"]
    drag(page, target, -side, side)
    page.get_by_text("Row 4, column 2 =").wait_for()
    page.mouse.move(0, 0)
    target.press("ArrowUp")
    page.get_by_text("Row 3, column 2 =").wait_for()
    window = widget(page).get_by_role("slider", name="Window on the input")
    window.press("ArrowRight")
    page.get_by_text("Row 3, column 3 =").wait_for()
    press(page, "Step")
    page.get_by_text("Row 3, column 4 =").wait_for()
    assert opened.python("transposed.output_cell") == 13
    assert pointed_sum(page)[1] == pytest.approx(by_torch(opened)[2, 3])


def test_a_hundred_random_settings_show_what_torch_computes(opened: Dashboard) -> None:
    page, draw = opened.page, random.Random(4)
    look(page, "Gather")
    checked = 0
    controls = {
        "Input": [f"{n} × {n}" for n in range(1, 6)],
        "Kernel": [f"{n} × {n}" for n in range(1, 6)],
        "Stride": (1, 2, 3),
        "Padding": (0, 1, 2),
        "Output padding": (0, 1, 2),
        "Dilation": (1, 2, 3),
    }
    for _ in range(100):
        name, values = draw.choice(list(controls.items()))
        page.evaluate("() => { window.drawn = null; }")
        control = select(page, name)
        before = control.input_value()
        control.select_option(draw.choice([str(v) for v in values if str(v) != before]))
        # Python took it and drew it, or refused it with a sentence and the old value is back.
        page.wait_for_function(
            f"""([names, select, before]) => ({SETTLED})(names) || (select.value === before
                && document.querySelector('.transposed_convolution .problem').textContent)""",
            arg=[list(NAMES), control.element_handle(), before],
        )
        expected = by_torch(opened)
        padding = opened.python("transposed.padding")
        rows, columns = expected.shape
        shown = grid(page, "Output").evaluate(
            "g => [...g.children].map(r => [...r.children].map(c => c.textContent))"
        )
        inner = [row[padding : padding + columns] for row in shown[padding : padding + rows]]
        assert (len(inner), len(inner[0])) == expected.shape
        if all(text for row in inner for text in row):  # where there is room for numbers
            found = np.array([[float(t.replace("−", "-")) for t in row] for row in inner])
            assert np.allclose(found, expected, atol=0.051)
            checked += 1
        row, column = draw.randrange(rows), draw.randrange(columns)
        opened.python(f"transposed.set_trait('output_cell', {row * columns + column})")
        page.get_by_text(re.compile(rf"^Row {row + 1}, column {column + 1}[ :]")).wait_for()
        if "no stamp" not in (widget(page).locator(".sum").first.text_content() or ""):
            shown_sum, total = pointed_sum(page)
            assert shown_sum == pytest.approx(expected[row, column], abs=0.0051)
            assert total == pytest.approx(expected[row, column], abs=1e-6)
    assert checked > 40
    assert opened.console_errors == []


def test_what_does_not_fit_is_said_and_the_grids_stay(opened: Dashboard) -> None:
    page = opened.page
    before = numbers(page, "Output")
    choose(page, "Padding", 4)
    page.get_by_text("A padding of 4 takes 8 cells away from 5: nothing is left.").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.transposed_convolution label')]"
        ".find((l) => l.textContent.startsWith('Padding')).querySelector('select').value === '0'"
    )
    assert (numbers(page, "Output") == before).all()
    choose(page, "Padding", 1)
    page.get_by_text("− 2·1 +").wait_for()
    assert widget(page).locator(".problem").text_content() == ""
    assert np.allclose(by_torch(opened).shape, (3, 3))


def test_the_matrix_and_its_transpose(opened: Dashboard) -> None:
    page = opened.page
    look(page, "Matrix")
    widget(page).get_by_role("img", name="C, 9 × 25: the convolution").wait_for()
    widget(page).get_by_role("img", name="C transposed, 25 × 9: the transposed").wait_for()
    page.get_by_text("Its transpose Cᵀ turns 9 into 25").wait_for()
    page.get_by_text("Not the inverse: C·y has the size of x again").wait_for()
    y = conv_transpose2d(LECTURES[None, None], KERNEL[None, None])
    back = torch.nn.functional.conv2d(y, KERNEL[None, None])[0, 0]
    assert np.allclose(numbers(page, "C y, the convolution of the output"), back, atol=0.0051)
    assert np.allclose(numbers(page, "x, the input"), LECTURES, atol=0.0051)
    # The pixels of C: its fifth row is the kernel, spread over the columns of the fifth stamp.
    weights = opened.python("transposed.picture['matrix']['shape']")
    assert weights == [9, 25]
    painted = (
        widget(page)
        .locator("canvas")
        .first.evaluate(
            "c => [c.width, c.height, [...c.getContext('2d').getImageData(0, 4, 25, 1).data]]"
        )
    )
    assert painted[:2] == [25, 9]
    pixels = np.array(painted[2]).reshape(25, 4)[:, :3]
    stamped = [r * 5 + c for r in (1, 2, 3) for c in (1, 2, 3)]
    paper = pixels[0]
    assert {i for i in range(25) if (pixels[i] != paper).any()} == set(stamped)
    column = widget(page).get_by_role("slider", name=re.compile("^Column"))
    column.press("ArrowRight")
    page.get_by_text("Column 6 of Cᵀ is the stamp of input cell 6.").wait_for()
    widget(page).get_by_role("slider", name=re.compile("^Row")).press("ArrowDown")
    page.get_by_text(re.compile("Row 14 gathers output cell 14: times x it is 0.16")).wait_for()


def test_the_checkerboard_of_kernel_3_and_none_of_kernel_4(opened: Dashboard) -> None:
    page = opened.page
    look(page, "Checkerboard")
    page.get_by_text("3 is no multiple of the stride 2").wait_for()
    page.get_by_text("4 is a multiple of the stride 2").wait_for()
    for side, size in [("left", 3), ("right", 4)]:
        hits = conv_transpose2d(torch.ones(1, 1, 5, 5), torch.ones(1, 1, size, size), stride=2)
        found = numbers(page, f"Hits with the {side} kernel")
        assert (found == hits[0, 0].numpy()).all()
    choose(page, "Stride", 3)
    page.get_by_text("3 is a multiple of the stride 3").wait_for()
    select(page, "Kernel").last.select_option("5")
    page.get_by_text("5 is no multiple of the stride 3").wait_for()
    hits = conv_transpose2d(torch.ones(1, 1, 5, 5), torch.ones(1, 1, 5, 5), stride=3)
    assert (numbers(page, "Hits with the right kernel") == hits[0, 0].numpy()).all()
    assert opened.console_errors == []


def test_a_finger_drags_too(dashboard: OpenDashboard) -> None:
    opened = dashboard("06_transposed_convolution", width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    swipe(page, cell(page, "Kernel", 0, 0), 0, -31)
    page.wait_for_function("() => window.drawn")
    settle(page)
    assert opened.python("transposed.kernel[0][0]") == pytest.approx(0.8)
    stamp = widget(page).get_by_role("slider", name="Stamp on the output")
    side = (cell(page, "Output", 0, 0).bounding_box() or {})["width"]
    swipe(page, stamp, side, side)
    page.get_by_text("after 9 of 9 stamps").wait_for()
    assert np.allclose(numbers(page, "Output"), by_torch(opened), atol=0.0051)


def test_a_link_opens_the_same_state(opened: Dashboard) -> None:
    page = opened.page
    opened.python("transposed.set_trait('stride', 2)")
    text = opened.python("transposed.state_text()")
    opened.python("transposed.set_trait('stride', 1)")
    page.get_by_text("(3 − 1)·1").wait_for()
    opened.python(f"transposed.take_state({text!r})")
    page.get_by_text("(3 − 1)·2").wait_for()
    assert numbers(page, "Output").shape == (7, 7)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (400, 800)])
def test_it_fits_the_window(dashboard: OpenDashboard, width: int, height: int) -> None:
    opened = dashboard("06_transposed_convolution", width=width, height=height)
    page = opened.page
    for name in ("Gather", "Matrix", "Checkerboard", "Scatter"):
        look(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = widget(page).bounding_box()
        assert box
        if width > 700:
            assert box["y"] + box["height"] <= height
            stage, player = (
                widget(page).locator(part).first.bounding_box() for part in (".stage", ".player")
            )
            inside = widget(page).locator(".stage > :not([hidden])").bounding_box()
            assert stage
            assert inside
            assert inside["y"] + inside["height"] <= stage["y"] + stage["height"] + 1
            assert player is None or player["y"] >= stage["y"] + stage["height"]
