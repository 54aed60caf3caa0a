"""The convolution in a real browser: what the hand does is what Python computes and shows."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import expect

from tests.browser.gestures import drag, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

NOTEBOOK = "05_convolution_and_pooling"
WORKSHOP = [["2.75", "2.5", "2.875"], ["3.625", "2.875", "3.75"], ["4.1875", "3.75", "3.4375"]]
STATE = (
    "{name: getattr(convolution, name) for name in ('input', 'kernel', 'bias', 'stride', 'padding',"
    " 'dilation', 'padding_mode', 'normalise', 'activation', 'chosen')}"
)
# Every number of the table is the expected one, to as many digits as a cell has room for.
AGREES = """([name, rows]) => {
    const table = document.querySelector(`.convolution [role="grid"][aria-label="${name}"]`);
    const lines = [...table.querySelectorAll('[role="row"]')].map((row) =>
        [...row.children].map((cell) => cell.textContent.replace("−", "-")));
    return lines.length === rows.length && lines.every((line, r) =>
        line.length === rows[r].length && line.every((text, c) => {
            const digits = Math.min(4, Math.max(0, 4 - text.split(".")[0].length));
            return text !== "" && Math.abs(Number(text) - rows[r][c]) <= 0.51 * 10 ** -digits;
        }));
}"""
# What some of the settings that a hundred random clicks lead to are refused with.
KNOWN = re.compile(
    "The kernel reaches over \\d+ (rows|columns), but the (padded )?input has only \\d+: |"
    "padding 'same' keeps the size, which a stride of [23] cannot: |"
    "The input has \\d (rows|columns): the padding mode (reflect|circular) can add at most \\d of |"
    "The kernel's cells sum to 0, so that nothing can be divided by their sum: "
)
# The first large number of the sum is the framed cell's.
SUM = ".convolution .total"
SETTLED = "() => getComputedStyle(document.querySelector('.convolution')).opacity === '1'"


@pytest.fixture
def convolution(dashboard: OpenDashboard) -> Dashboard:
    return dashboard(NOTEBOOK)


def root(page: Page) -> Locator:
    return page.locator(".convolution")


def cell(page: Page, table: str, row: int, column: int) -> Locator:
    grid = root(page).get_by_role("grid", name=table, exact=True)
    return grid.get_by_role("row").nth(row).get_by_role("gridcell").nth(column)


def pick(page: Page, name: str, value: str | int) -> None:
    root(page).get_by_role("combobox", name=name, exact=True).select_option(str(value))


def press(page: Page, name: str) -> None:
    root(page).get_by_role("button", name=name, exact=True).click()


def table(page: Page, name: str) -> list[list[str]]:
    rows = root(page).get_by_role("grid", name=name, exact=True).get_by_role("row").all()
    return [row.get_by_role("gridcell").all_text_contents() for row in rows]


def window(page: Page) -> Locator:
    return root(page).get_by_role("slider", name="The window")


def says(page: Page, text: str) -> None:
    expect(page.locator(SUM)).to_have_text(re.compile(re.escape(text)))


def held(page: Page, opened: Dashboard, expression: str, value: object) -> None:
    """Wait until Python holds a value: it hears of what the hand does a moment later."""
    found: Any = None
    for _ in range(200):
        found = opened.python(expression)
        if found == value:
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert found == value


def expected(state: dict[str, Any]) -> Any:
    """What PyTorch makes of it, for the chosen filter."""
    x, kernel = (torch.tensor(state[name], dtype=torch.float64) for name in ("input", "kernel"))
    layer = torch.nn.Conv2d(
        *kernel.shape[1::-1],
        tuple(kernel.shape[2:]),
        stride=state["stride"],
        padding=state["padding"],
        dilation=state["dilation"],
        padding_mode=state["padding_mode"],
        bias=False,
        dtype=torch.float64,
    )
    layer.weight = torch.nn.Parameter(kernel, requires_grad=False)
    z = layer(x[None])[0]
    if state["normalise"]:
        z = z / kernel.sum((1, 2, 3))[:, None, None]
    z = z + torch.tensor(state["bias"])[:, None, None]
    functions = {"identity": lambda v: v, "leaky_relu": torch.nn.functional.leaky_relu}
    name = state["activation"]
    return functions.get(name, getattr(torch, name, None))(z)[state["chosen"]].tolist()


def test_the_workshops_numbers_stand_on_the_page(convolution: Dashboard) -> None:
    page = convolution.page
    assert table(page, "Output") == WORKSHOP
    says(page, "Σ = 44\u200344 ÷ 16 = 2.75")
    assert root(page).locator(".terms").text_content() == (
        "1·1 + 2·2 + 7·1 + 5·2 + 0·4 + 1·2 + 9·1 + 5·2 + 1·1"
    )
    expect(root(page).locator(".size")).to_contain_text("⌊(5 + 2·0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 3")
    assert convolution.console_errors == []


def test_the_window_is_dragged_anywhere(convolution: Dashboard) -> None:
    page = convolution.page
    side = (cell(page, "Input", 0, 0).bounding_box() or {})["width"]
    drag(page, window(page).locator(".grip"), side * 1.1, side * 1.9)
    says(page, "Σ = 60\u200360 ÷ 16 = 3.75")
    held(page, convolution, "convolution.at", (2, 1))
    expect(window(page)).to_have_attribute("aria-valuetext", "over output row 3, column 2")
    drag(page, window(page).locator(".edge.top"), 900, -900)  # no farther than there are cells
    held(page, convolution, "convolution.at", (0, 2))
    says(page, "46 ÷ 16 = 2.875")


def test_steps_go_on_and_back_and_play_to_the_end(convolution: Dashboard) -> None:
    page = convolution.page
    press(page, "Step")
    says(page, "40 ÷ 16 = 2.5")
    press(page, "Step")
    press(page, "Step")
    says(page, "58 ÷ 16 = 3.625")
    press(page, "Step back")
    says(page, "46 ÷ 16 = 2.875")
    pick(page, "Speed", 300)
    press(page, "▶ Play")
    says(page, "55 ÷ 16 = 3.4375")
    expect(root(page).get_by_role("button", name="▶ Play")).to_be_visible()
    press(page, "To the start")
    says(page, "44 ÷ 16 = 2.75")


def test_pointing_shows_where_numbers_come_from_and_go_to(convolution: Dashboard) -> None:
    page = convolution.page
    cell(page, "Output", 1, 2).hover()
    says(page, "60 ÷ 16 = 3.75")
    cell(page, "Input", 1, 1).hover()
    says(page, "44 ÷ 16 = 2.75")  # pointing elsewhere, it stands where it stood
    touched = root(page).locator(".output [data-touched]")
    expect(touched).to_have_count(4)
    cell(page, "Input", 2, 2).hover()
    expect(touched).to_have_count(9)
    cell(page, "Kernel", 0, 2).hover()
    expect(root(page).locator(".input [data-lit]")).to_have_text("7")
    cell(page, "Output", 2, 2).click()
    held(page, convolution, "convolution.at", (2, 2))


def test_a_number_is_dragged_up_and_down(convolution: Dashboard) -> None:
    page = convolution.page
    drag(page, cell(page, "Kernel", 1, 1), 0, -60)
    held(page, convolution, "convolution.kernel[0][0][1]", (2.0, 5.0, 2.0))
    says(page, "44 ÷ 17")
    drag(page, cell(page, "Input", 1, 1), 0, -24)
    held(page, convolution, "convolution.input[0][1][1]", 4.0)
    says(page, "64 ÷ 17")
    state = convolution.python(STATE)
    page.wait_for_function(AGREES, arg=["Output", expected(state)])


def test_a_number_is_typed(convolution: Dashboard) -> None:
    page = convolution.page
    cell(page, "Input", 0, 0).dblclick()
    page.keyboard.type("-2.125")
    page.keyboard.press("Enter")
    held(page, convolution, "convolution.input[0][0]", (-2.125, 2.0, 7.0, 0.0, 3.0))
    expect(cell(page, "Input", 0, 0)).to_have_text("−2.125")
    says(page, "40.875 ÷ 16 = 2.5547")
    cell(page, "Kernel", 0, 0).dblclick()
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, "Kernel", 0, 0)).to_have_text("1")
    cell(page, "Bias", 0, 0).dblclick()
    page.keyboard.type("−0.5")
    page.keyboard.press("Enter")
    says(page, "40.875 ÷ 16 + (−0.5) = 2.0547")


def test_a_cell_that_is_opened_and_left_keeps_its_number(convolution: Dashboard) -> None:
    page = convolution.page
    convolution.python("setattr(convolution, 'kernel', [[[[0.015625]]]])")
    convolution.python("setattr(convolution, 'input', [[[0.0625, 2], [3, 4]]])")
    for name, number in (("Input", "0.0625"), ("Kernel", "0.015625")):
        grid = root(page).get_by_role("grid", name=name, exact=True)
        expect(grid.get_by_role("gridcell")).to_have_count(4 if name == "Input" else 1)
        cell(page, name, 0, 0).dblclick()
        expect(grid.get_by_role("textbox")).to_have_value(number)
        page.keyboard.press("Enter")
        expect(grid.get_by_role("textbox")).to_have_count(0)
    held(page, convolution, "convolution.input[0][0][0]", 0.0625)
    held(page, convolution, "convolution.kernel[0][0][0][0]", 0.015625)


def test_what_cannot_be_a_number_is_said_and_the_old_one_stays(convolution: Dashboard) -> None:
    page = convolution.page
    for name in ("Input", "Kernel", "Bias"):
        before = cell(page, name, 0, 0).text_content() or ""
        for text, sentence in (
            ("abc", "must be a finite number"),
            ("1e999", "must be a finite number"),
            ("500", "must lie between −99 and 99, but it is 500"),
        ):
            cell(page, name, 0, 0).dblclick()
            page.keyboard.type(text)
            page.keyboard.press("Enter")
            expect(root(page).locator(".problem")).to_contain_text(sentence)
            expect(cell(page, name, 0, 0)).to_have_text(before)
            assert table(page, "Output") == WORKSHOP
    assert convolution.console_errors == []


def test_the_hand_on_the_window_stops_what_plays(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Speed", 2000)
    play = root(page).get_by_role("button", name="▶ Play")
    pause = root(page).get_by_role("button", name="Pause")
    press(page, "▶ Play")
    expect(pause).to_be_visible()
    cell(page, "Output", 2, 0).click()
    expect(play).to_be_visible()
    held(page, convolution, "convolution.at", (2, 0))
    press(page, "▶ Play")
    expect(pause).to_be_visible()
    side = (cell(page, "Input", 0, 0).bounding_box() or {})["width"]
    drag(page, window(page).locator(".grip"), side, 0)
    expect(play).to_be_visible()
    held(page, convolution, "convolution.at", (2, 1))


def test_space_never_scrolls_the_page(convolution: Dashboard) -> None:
    space = """(cell) => cell.dispatchEvent(
        new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }))"""
    page = convolution.page
    pick(page, "Padding", 1)
    padding = root(page).locator('.input [data-is="padding"]')
    expect(padding).to_have_count(24)
    for one in (padding.first, cell(page, "Output", 1, 1)):
        one.focus()
        assert not one.evaluate(space)


def test_the_keyboard_alone_does_it_all(convolution: Dashboard) -> None:
    page = convolution.page
    window(page).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    held(page, convolution, "convolution.at", (2, 0))
    says(page, "67 ÷ 16 = 4.1875")
    cell(page, "Kernel", 0, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "PageUp", "PageUp"):
        page.keyboard.press(key)
    held(page, convolution, "convolution.kernel[0][0][1][1]", 4.2)
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    held(page, convolution, "convolution.kernel[0][0][1][1]", 3.0)
    cell(page, "Output", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    says(page, "39 ÷ 15 = 2.6")
    page.keyboard.press("Enter")
    held(page, convolution, "convolution.at", (0, 1))


def test_the_brush_paints_on_the_input(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Drag to", 9)
    side = (cell(page, "Input", 4, 0).bounding_box() or {})["width"]
    drag(page, cell(page, "Input", 4, 0), side * 4, 0)
    held(page, convolution, "convolution.input[0][4]", (9.0,) * 5)


def test_padding_is_drawn_with_its_values(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Padding", 1)
    pick(page, "What the padding holds", "reflect")
    padding = root(page).locator('.input [data-is="padding"]')
    expect(padding).to_have_count(24)
    top = ["0", "5", "0", "1", "4", "0", "4"]
    expect(padding.nth(1)).to_have_text("5")  # the corner is 0 with zeros, too
    assert table(page, "Input")[0] == top
    pick(page, "What the padding holds", "replicate")
    expect(padding.nth(0)).to_have_text("1")
    drag(page, padding.nth(0), 0, -60)  # what is no cell cannot be changed
    expect(padding.nth(0)).to_have_text("1")
    pick(page, "Padding", "same")
    expect(padding).to_have_count(24)
    pick(page, "Padding", "valid")
    expect(padding).to_have_count(0)


def test_what_does_not_fit_is_said_and_the_grids_stay(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Kernel rows", 7)
    expect(root(page).locator(".problem")).to_have_text(
        "The kernel reaches over 7 rows, but the input has only 5: take a smaller kernel, less "
        "dilation or more padding."
    )
    assert table(page, "Output") == WORKSHOP
    expect(root(page).get_by_role("combobox", name="Kernel rows")).to_have_value("3")
    pick(page, "Stride", 2)
    expect(root(page).locator(".problem")).to_have_text("")
    page.wait_for_function(AGREES, arg=["Output", [[2.75, 2.875], [4.1875, 3.4375]]])


def test_a_hundred_settings_clicked_are_what_pytorch_gives(convolution: Dashboard) -> None:
    page, rng = convolution.page, random.Random(11)
    page.wait_for_function(SETTLED)
    kernels = ["gaussian", "box", "sharpen", "sobel x", "laplacian", "emboss"]
    controls: dict[str, list[str | int]] = {
        "Kernel": [*kernels],
        "Kernel rows": [1, 2, 3, 4],
        "Kernel columns": [1, 2, 3, 5],
        "Stride": [1, 2, 3],
        "Padding": [0, 1, 2, 3, "same", "valid"],
        "What the padding holds": ["zeros", "reflect", "replicate", "circular"],
        "Dilation": [1, 2],
        "Activation": ["identity", "relu", "leaky_relu", "sigmoid", "tanh"],
        "Input": ["4 × 4", "5 × 5", "6 × 6", "7 × 7"],
    }
    pick(page, "Picture", "none")
    refused = []
    for turn in range(100):
        for name in rng.sample(list(controls), 3):
            pick(page, name, rng.choice(controls[name]))
        if turn % 4 == 0:
            choice = rng.choice(["Channels", "Filters"])
            radios = root(page).get_by_role("radiogroup", name=choice).get_by_role("radio")
            radios.nth(rng.randrange(radios.count())).click()
        refused += filter(None, [agree(page, convolution)])
    assert [sentence for sentence in refused if not KNOWN.match(sentence)] == []
    assert len(refused) < 40


# What stands on the page, as text: the settings, the kernel and the input without its padding.
SHOWN = """() => {
    const root = document.querySelector(".convolution");
    const at = (name) => [...root.querySelectorAll("select")].find((one) =>
        one.ariaLabel === name || one.parentElement.firstChild.textContent === name).value;
    const chosen = (selector) => [...root.querySelectorAll(selector + " button")]
        .findIndex((one) => one.ariaChecked === "true");
    const cells = (selector) => [...root.querySelectorAll(selector + ' [role="gridcell"]')]
        .filter((cell) => cell.dataset.is !== "padding")
        .map((cell) => cell.textContent.replace("−", "-")).join(" ");
    return [at("Stride"), at("Padding"), at("What the padding holds"), at("Dilation"),
        at("Activation"), root.querySelector('[type="checkbox"]').checked,
        chosen('[aria-label="Channels"]'), chosen('[aria-label="Filters"]'),
        chosen('[aria-label="Filter"]'), at("Kernel rows"), at("Kernel columns"),
        cells('[aria-label="Kernel"]'), cells('[aria-label="Input"]')].map(String);
}"""


def alike(shown: str, held: str) -> bool:
    """Say whether texts are the same; numbers in them to what a small cell has room for."""
    if shown == held:
        return True
    try:
        pairs = [map(float, text.split()) for text in (shown, held)]
        return all(abs(a - b) <= 0.51e-2 for a, b in zip(*pairs, strict=True))
    except ValueError:
        return False


def agree(page: Page, opened: Dashboard) -> str:
    """Check the page's output against PyTorch once both hold the same settings.

    Returns:
        what the page says is wrong with the last settings that were asked for.

    """
    for _ in range(200):
        state = opened.python(STATE)
        kernel, table = np.array(state["kernel"]), np.array(state["input"])
        names = ("stride", "padding", "padding_mode", "dilation", "activation")
        mine = [str(state[name]) for name in names]
        mine += [str(state["normalise"]).lower(), str([1, 3].index(len(table)))]
        mine += [str(number) for number in (len(kernel) - 1, state["chosen"], *kernel.shape[2:])]
        for grid in (kernel[state["chosen"], 0], table[0]):
            mine.append(" ".join(f"{number:g}" for number in grid.ravel()))
        if all(map(alike, page.evaluate(SHOWN), mine)):
            page.wait_for_function(AGREES, arg=["Output", expected(state)])
            sizes = np.shape(expected(state))
            expect(root(page).locator(".size")).to_contain_text(f"Output {sizes[0]} × {sizes[1]}:")
            return root(page).locator(".problem").text_content() or ""
    raise AssertionError(f"The page shows {page.evaluate(SHOWN)}, Python holds {mine}.")


def test_a_kernel_is_drawn_by_chance(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Kernel", "random")
    held(page, convolution, "convolution.normalise", False)
    page.wait_for_function(AGREES, arg=["Output", expected(convolution.python(STATE))])
    expect(root(page).get_by_role("combobox", name="Kernel", exact=True)).to_have_value("own")


def test_red_green_and_blue_go_through_two_filters(convolution: Dashboard) -> None:
    page = convolution.page
    root(page).get_by_role("radiogroup", name="Channels").get_by_role("radio").nth(1).click()
    root(page).get_by_role("radiogroup", name="Filters").get_by_role("radio").nth(1).click()
    held(page, convolution, "(len(convolution.input), len(convolution.kernel))", (3, 2))
    held(page, convolution, "convolution.chosen", 1)
    page.wait_for_function(AGREES, arg=["Output", expected(convolution.python(STATE))])
    root(page).get_by_role("radio", name="blue").click()
    expect(root(page).locator(".kernel .foot")).to_contain_text("filter 2, blue, 3 × 3")
    drag(page, cell(page, "Input", 0, 0), 0, -12)
    held(page, convolution, "convolution.input[2][0][0]", 5.0)
    root(page).get_by_role("radio", name="filter 1").click()
    held(page, convolution, "convolution.chosen", 0)
    page.wait_for_function(AGREES, arg=["Output", expected(convolution.python(STATE))])
    expect(root(page).locator(".terms")).to_contain_text("green: ")


def test_the_predicted_cell_is_hidden_until_it_is_right(convolution: Dashboard) -> None:
    page = convolution.page
    pick(page, "Task", "predict")
    expect(cell(page, "Output", 0, 0)).to_have_text("?")
    says(page, "Σ = ?")
    guess = root(page).get_by_role("textbox", name="Your prediction")
    guess.fill("44")
    guess.press("Enter")
    expect(root(page).locator(".verdict")).to_contain_text("divide by the mask's sum")
    guess.fill("2.75")
    guess.press("Enter")
    expect(cell(page, "Output", 0, 0)).to_have_text("2.75")
    press(page, "Step")
    expect(cell(page, "Output", 0, 1)).to_have_text("?")
    guess.fill("many")
    guess.press("Enter")
    expect(root(page).locator(".problem")).to_contain_text("must be a finite number")


def png(*shape: int) -> bytes:
    held = io.BytesIO()
    Image.fromarray(np.full(shape, 200, np.uint8)).save(held, "PNG")
    return held.getvalue()


def test_a_file_is_opened_and_a_bad_one_is_refused(convolution: Dashboard) -> None:
    page = convolution.page
    chooser = root(page).locator('input[type="file"]')

    def offer(name: str, data: bytes) -> None:
        chooser.set_input_files({"name": name, "mimeType": "image/png", "buffer": data})

    offer("mine.png", png(300, 400, 3))
    expect(root(page).locator(".photo-head")).to_contain_text("mine.png, its middle")
    pixel = "([canvas, x]) => canvas.getContext('2d').getImageData(x, x, 1, 1).data[0]"
    canvases = [one.element_handle() for one in root(page).locator("figure canvas").all()]
    assert [page.evaluate(pixel, [one, 99]) for one in canvases] == pytest.approx([200, 200], abs=2)
    alert = root(page).locator(".problem")
    offer("odd.gif", b"GIF89a nothing else")
    expect(alert).to_contain_text("odd.gif is no picture that can be read")
    offer("huge.png", png(10_000, 10_000))
    expect(alert).to_contain_text("huge.png has 100 megapixels")
    offer("heavy.png", b"0" * 9_000_000)
    expect(alert).to_contain_text("heavy.png has 9.0 MB")
    assert convolution.python("convolution.photo['said']") == "mine.png, its middle"
    assert table(page, "Output") == WORKSHOP


def test_a_finger_drags_the_window_and_a_weight(dashboard: OpenDashboard) -> None:
    opened = dashboard(NOTEBOOK, 400, 800, touch=True)
    page = opened.page
    page.wait_for_function(SETTLED)
    side = (cell(page, "Input", 0, 0).bounding_box() or {})["width"]
    swipe(page, window(page).locator(".grip"), side, side)
    held(page, opened, "convolution.at", (1, 1))
    swipe(page, cell(page, "Kernel", 0, 0), 0, -30)
    held(page, opened, "convolution.kernel[0][0][0][0]", 1.5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_all_of_it_is_seen_without_scrolling(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    page = dashboard(NOTEBOOK, width, height).page
    box = root(page).bounding_box()
    assert box
    assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_wants_no_motion_gets_none(dashboard: OpenDashboard) -> None:
    page = dashboard(NOTEBOOK).page
    duration = "() => getComputedStyle(document.querySelector('.window')).transitionDuration"
    assert page.evaluate(duration) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(duration) == "0s"
