"""The losses in a real browser: what is dragged on the page is what Python computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch.nn import functional

from tests.browser import gestures
from tests.browser.gestures import middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".loss-functions");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python drew is what the handles say: nothing is under way.
SETTLED = """() => {
    const held = (name) => [...document.querySelectorAll(`[role=slider][aria-label^="${name} "]`)]
        .map((handle) => +handle.ariaValueNow);
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    if (!window.drawn) return false;
    const { predictions, targets } = window.drawn;
    const logits = held("Logit");
    return logits.length
        ? same(predictions, logits)
        : same(predictions, held("Prediction")) && same(targets, held("Target"));
}"""
DRAWN = "loss => window.drawn?.loss === loss"
NAMES = {
    "mse_loss": "Mean squared error",
    "half_squared_error": "Half squared error",
    "binary_cross_entropy_with_logits": "Binary cross-entropy",
    "cross_entropy": "Cross-entropy",
}
BINARY = "binary_cross_entropy_with_logits"


@pytest.fixture
def losses(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("03_loss_functions")
    opened.page.evaluate(LISTEN)
    return opened


def choose(page: Page, loss: str) -> None:
    page.get_by_role("radio", name=NAMES[loss], exact=True).click()
    page.wait_for_function(DRAWN, arg=loss)


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def drag(page: Page, locator: Locator, dx: float, dy: float) -> None:
    gestures.drag(page, locator, dx, dy)
    page.wait_for_function(SETTLED)


def state(opened: Dashboard) -> tuple[list[float], list[float]]:
    predictions, targets = opened.python("(losses.predictions, losses.targets)")
    return list(predictions), list(targets)


def number(text: str | None) -> float:
    return float((text or "nan").replace("−", "-").replace("%", "").strip())


def column(page: Page, selector: str) -> list[float]:
    return [number(text) for text in page.locator(selector).all_text_contents()]


def test_a_prediction_dragged_with_the_mouse_costs_what_pytorch_says(losses: Dashboard) -> None:
    page, (before, targets) = losses.page, state(losses)
    drag(page, handle(page, "Prediction of patient 1"), 0, -80)
    predictions, kept = state(losses)
    assert predictions[0] > before[0] + 1
    assert (predictions[1:], kept) == (before[1:], targets)
    leaf = torch.tensor(predictions, requires_grad=True)
    loss = functional.mse_loss(leaf, torch.tensor(targets))
    loss.backward()
    assert leaf.grad is not None
    assert f"The loss is {loss.item():.2f}." in (page.locator(".meaning").text_content() or "")
    shown = column(page, ".columns text[data-sign]")
    assert shown == pytest.approx(leaf.grad.tolist(), abs=0.006)


def test_a_target_is_dragged_like_a_prediction_and_is_no_prediction(losses: Dashboard) -> None:
    page, (predictions, before) = losses.page, state(losses)
    drag(page, handle(page, "Target of patient 4"), 0, 60)
    kept, targets = state(losses)
    assert targets[3] < before[3] - 0.8
    assert (kept, targets[:3]) == (predictions, before[:3])
    said = page.locator(".working").text_content() or ""
    assert f"({predictions[3]:.2f} − {targets[3]:.2f})²" in said


def test_the_square_follows_the_pointer_before_python_answers(losses: Dashboard) -> None:
    page, dot = losses.page, handle(losses.page, "Prediction of patient 4")
    x, y = middle(dot)
    page.mouse.move(x, y)
    page.mouse.down()
    losses.kernel_process().suspend()  # Python can say nothing now
    try:
        page.mouse.move(x, y + 30, steps=4)
        page.wait_for_function(
            """y => {
                const square = [...document.querySelectorAll(".square")][3];
                const box = square.getBoundingClientRect();
                return Math.abs(box.bottom - y) < 3 && Math.abs(box.width - box.height) < 0.5;
            }""",
            arg=y + 30,
        )
    finally:
        losses.kernel_process().resume()
    page.mouse.up()
    page.wait_for_function(SETTLED)
    assert state(losses)[0][3] < 2


def test_the_keyboard_does_what_the_mouse_does(losses: Dashboard) -> None:
    page = losses.page
    for key, value in [("ArrowUp", 1.9), ("ArrowLeft", 1.8), ("PageUp", 2.8), ("End", 6)]:
        handle(page, "Prediction of patient 1").press(key)
        page.wait_for_function(SETTLED)
        assert state(losses)[0][0] == pytest.approx(value)
    choose(page, "cross_entropy")
    handle(page, "Logit of colon").press("Home")
    page.wait_for_function(SETTLED)
    assert state(losses)[0] == [0.6, 3.0, -6.0]
    page.get_by_role("radio", name="liver").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => window.drawn.targets[0] === 1")
    assert losses.python("losses.targets") == (1.0,)
    choose(page, BINARY)
    page.get_by_role("switch", name="patient 3 is sick").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => window.drawn.targets[2] === 1")
    assert losses.python("losses.targets") == (1.0, 0.0, 1.0, 1.0)


def test_a_finger_drags_a_logit(dashboard: OpenDashboard) -> None:
    opened = dashboard("03_loss_functions", width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    choose(page, BINARY)
    pill = handle(page, "Logit of patient 2")
    pill.scroll_into_view_if_needed()
    before, _ = state(opened)
    swipe(page, pill, 48)
    page.wait_for_function(
        "() => +document.querySelector('[aria-label=\"Logit of patient 2\"]').ariaValueNow > 0"
    )
    page.wait_for_function(SETTLED)
    after, _ = state(opened)
    assert after[1] > before[1] + 1
    assert [after[0], *after[2:]] == [before[0], *before[2:]]
    assert number(pill.locator(".pill-text").text_content()) == pytest.approx(after[1], abs=0.005)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_to_be_sure_and_wrong_hurts(losses: Dashboard) -> None:
    page = losses.page
    choose(page, BINARY)
    drag(page, handle(page, "Logit of patient 2"), 300, 0)
    logits, targets = state(losses)
    assert logits[1] == 6
    z, t = torch.tensor(logits, requires_grad=True), torch.tensor(targets)
    costs = functional.binary_cross_entropy_with_logits(z, t, reduction="none")
    costs.mean().backward()
    assert z.grad is not None
    assert column(page, ".number.loss") == pytest.approx(costs.tolist(), abs=0.006)
    assert column(page, ".number.gradient") == pytest.approx(z.grad.tolist(), abs=0.0006)
    shares = column(page, ".probability .number")
    assert shares == pytest.approx((100 * torch.sigmoid(z)).tolist(), abs=0.06)
    said = page.locator(".meaning").text_content()
    assert said == (
        "The network is 99.8 % sure that patient 2 is sick, and wrong: this alone costs 6.00."
    )
    page.get_by_role("switch", name="patient 2 is sick").click()
    page.get_by_text("The network is 98 % sure that patient 3 is sick, and wrong").wait_for()


def test_the_true_class_is_chosen_with_a_click(losses: Dashboard) -> None:
    page = losses.page
    choose(page, "cross_entropy")
    drag(page, handle(page, "Logit of colon"), 40, 0)
    page.get_by_role("radio", name="colon").click()
    page.wait_for_function("() => window.drawn.targets[0] === 2")
    logits, targets = state(losses)
    z = torch.tensor([logits], requires_grad=True)
    loss = functional.cross_entropy(z, torch.tensor([2]))
    loss.backward()
    assert targets == [2]
    assert z.grad is not None
    assert column(page, ".number.gradient") == pytest.approx(z.grad[0].tolist(), abs=0.0006)
    assert (page.locator(".working").text_content() or "").endswith(f" = {loss.item():.2f}")
    assert page.locator(".point.worst text").text_content() == f"{loss.item():.2f}"


def test_the_point_rides_on_the_curve_along_either_axis(losses: Dashboard) -> None:
    page = losses.page
    near = """() => {
        const circle = document.querySelector(".point.worst circle");
        const svg = document.querySelector(".chart .fill > svg svg");
        const [x, y] = [+circle.getAttribute("cx") - +svg.getAttribute("x"),
                        +circle.getAttribute("cy") - +svg.getAttribute("y")];
        const point = new DOMPoint(x, y);
        return [...svg.querySelectorAll(".curve:not(.faint)")].map((curve) => {
            const end = curve.getTotalLength();
            let best = Infinity;
            for (let s = 0; s <= end; s += end / 4000) {
                const p = curve.getPointAtLength(s);
                best = Math.min(best, Math.hypot(p.x - point.x, p.y - point.y));
            }
            return best;
        });
    }"""
    assert min(page.evaluate(near)) < 2
    for loss in (BINARY, "cross_entropy"):
        choose(page, loss)
        for axis in ("logit", "probability"):
            page.get_by_role("radio", name=axis, exact=True).click()
            assert min(page.evaluate(near)) < 2, (loss, axis)


def test_every_loss_keeps_its_own_answers(losses: Dashboard) -> None:
    page = losses.page
    handle(page, "Prediction of patient 2").press("PageUp")
    page.wait_for_function(SETTLED)
    before = state(losses)
    for loss in ("half_squared_error", "cross_entropy", BINARY, "mse_loss"):
        choose(page, loss)
        page.wait_for_function(SETTLED)
        assert losses.python("losses.loss") == loss
        page.get_by_role("radio", name=NAMES[loss], exact=True).click()  # once more: nothing new
        assert not page.locator(".stage").evaluate("stage => stage.inert")
    assert state(losses) == before
    assert losses.console_errors == []


def test_what_python_sets_the_page_shows(losses: Dashboard) -> None:
    losses.python("losses.set_trait('loss', 'cross_entropy')")
    losses.python("losses.set_trait('predictions', [0, 1, 2, 3, -4])")
    losses.python("losses.set_trait('targets', [3])")
    page = losses.page
    page.wait_for_function("() => document.querySelectorAll('[role=slider]').length === 5")
    page.wait_for_function(SETTLED)
    assert page.get_by_role("radio", name="stomach").get_attribute("aria-checked") == "true"
    assert number(handle(page, "Logit of kidneys").locator(".pill-text").text_content()) == -4
    assert losses.console_errors == []


def test_a_refused_value_is_explained_and_taken_back(losses: Dashboard) -> None:
    losses.python("losses.set_state({'predictions': [1, 2, 3, 4, 9]})")
    page = losses.page
    page.get_by_text("predictions, number 5, must lie between 0 and 6, but it is 9.").wait_for()
    assert handle(page, "Prediction of patient 5").get_attribute("aria-valuenow") == "4.6"
    handle(page, "Prediction of patient 5").press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.problem').textContent === ''")
