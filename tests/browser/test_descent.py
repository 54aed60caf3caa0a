"""The descent in a real browser: what the hand does on the page is what Python holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".descent");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python walked starts where the ball is held: nothing is under way.
SETTLED = """() => {
    const ball = document.querySelector(".descent .ball");
    return window.drawn && Math.abs(window.drawn.start[0] - ball.ariaValueNow) < 6e-4;
}"""
ENDS = "[[float(x) for x in path.positions[-1]] for path in descent.paths]"


@pytest.fixture
def descent(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("04_gradient_descent")
    opened.page.evaluate(LISTEN)
    return opened


def first(page: Page) -> Locator:
    return page.locator(".descent").first


def ball(page: Page) -> Locator:
    return first(page).get_by_role("slider", name="The ball: where every racer starts")


def text_is(page: Page, selector: str, text: str) -> None:
    """Wait until a part of the first widget holds a text."""
    page.wait_for_function(
        "([s, t]) => document.querySelector('.descent ' + s).textContent.includes(t)",
        arg=[selector, text],
    )


def test_the_ball_is_dragged_and_the_walks_end_where_python_says(descent: Dashboard) -> None:
    page = descent.page
    before = descent.python("descent.start")
    drag(page, ball(page), 90, 30)
    page.wait_for_function(SETTLED)
    start = descent.python("descent.start")
    assert start[0] > before[0] + 0.5
    assert start[1] < before[1]
    page.wait_for_function("s => window.drawn.start[1] === s", arg=start[1])
    ends: Any = page.evaluate("drawn.ends")
    python = descent.python(ENDS)
    assert len(ends) == 3
    for shown, walked in zip(ends, python, strict=True):
        assert shown == pytest.approx(walked, rel=1e-6, abs=1e-12)


def test_the_line_on_the_ground_is_the_path(descent: Dashboard) -> None:
    page = descent.page
    ball(page).press("ArrowRight")
    page.wait_for_function(SETTLED)
    d = page.locator(".descent .trace-whole").first.get_attribute("d") or ""
    points = [[float(n) for n in one.split(",")] for one in d[1:].split("L")]
    path: Any = descent.python("descent.paths[0].positions.tolist()")
    assert len(points) == len(path) == 101
    (x0, y0), (x1, y1) = points[0], points[1]
    side = float(page.locator(".descent .edge").first.get_attribute("width") or 0)
    assert (x1 - x0) / side * 4 == pytest.approx(path[1][0] - path[0][0], abs=0.01)
    assert (y0 - y1) / side * 4 == pytest.approx(path[1][1] - path[0][1], abs=0.01)


def test_steps_go_forward_back_and_anywhere(descent: Dashboard) -> None:
    page = descent.page
    for name, step in [("Step", 6), ("Step", 7), ("Step back", 6), ("To the start", 0)]:
        first(page).get_by_role("button", name=name, exact=True).click()
        page.wait_for_function("s => window.drawn && window.drawn.step === s", arg=step)
        assert descent.python("descent.step") == step
    scrub = first(page).get_by_role("slider", name="Step", exact=True)
    scrub.fill("40")
    text_is(page, ".player-text", "step 40 of 100")
    page.wait_for_function("() => window.drawn.step === 40")
    loss = float(descent.python("float(descent.paths[0].losses[40])"))
    cell = first(page).locator(".readout tbody tr").first.locator("td").nth(1).text_content() or ""
    assert float(cell.replace("−", "-")) == pytest.approx(loss, rel=0.01)
    present = first(page).get_by_role("slider", name="Present step")
    present.press("ArrowRight")
    page.wait_for_function("() => window.drawn.step === 41")
    drag(page, present, 200, 0)
    page.wait_for_function("() => window.drawn.step > 45")


def test_play_runs_and_stops(descent: Dashboard) -> None:
    page = descent.page
    first(page).get_by_label("Speed").select_option("60")
    first(page).get_by_role("button", name="Play").click()
    page.wait_for_function("() => window.drawn && window.drawn.step > 9")
    first(page).get_by_role("button", name="Pause").click()
    first(page).get_by_role("button", name="Play").wait_for()
    step = descent.python("descent.step")
    text_is(page, ".player-text", f"step {step} of 100")


def test_a_rate_that_is_too_large_diverges_in_words(descent: Dashboard) -> None:
    page = descent.page
    rate = first(page).get_by_role("slider", name="Learning rate")
    rate.press("End")
    text_is(page, ".readout", "▲ diverges after step")
    assert descent.python("descent.racers[0]['learning_rate']") == 10
    assert "NaN" not in (first(page).text_content() or "")
    rate.press("Home")
    text_is(page, ".readout", "○ still far")
    assert descent.python("descent.racers[0]['learning_rate']") == 1e-4


def test_racers_come_go_and_change(descent: Dashboard) -> None:
    page = descent.page
    first(page).get_by_role("button", name="Add a racer").click()
    page.wait_for_function("() => window.drawn && window.drawn.ends.length === 4")
    first(page).get_by_label("Optimizer").select_option("newton")
    text_is(page, ".internals h3", "Newton at step")
    assert descent.python("descent.names[-1]") == "Newton"
    assert first(page).get_by_role("button", name="Add a racer").is_disabled()
    first(page).get_by_role("button", name="Remove this racer").click()
    page.wait_for_function("() => window.drawn.ends.length === 3")
    first(page).get_by_role("button", name="Momentum").click()
    first(page).get_by_role("slider", name="Momentum β").press("Home")
    text_is(page, ".internals h3", "Momentum at step")
    page.wait_for_function(
        "e => Math.abs(window.drawn.ends[1][0] - e) < 1e-6",
        arg=float(descent.python("float(descent.paths[1].positions[-1][0])")),
    )
    assert descent.python("descent.racers[1]['momentum']") == 0


def test_the_pointer_looks_at_any_place(descent: Dashboard) -> None:
    page = descent.page
    x, y = middle(ball(page))
    page.mouse.move(x + 120, y + 60)
    page.wait_for_function("() => document.querySelector('.looked[data-on]')")
    probe = descent.python("descent.probe")
    loss = (probe[0] ** 2 + 10 * probe[1] ** 2) / 2
    said = page.locator(".descent .looked text").first.text_content() or ""
    assert float(said.removeprefix("loss ")) == pytest.approx(loss, rel=0.01)
    page.mouse.move(x + 120, y + 700)
    page.wait_for_function("() => !document.querySelector('.looked[data-on]')")
    hair = first(page).get_by_role("slider", name="Look at loss and gradient of a place")
    hair.focus()
    hair.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.looked[data-on]')")
    assert "gradient (" in (hair.get_attribute("aria-valuetext") or "")


def test_another_surface_by_name(descent: Dashboard) -> None:
    page = descent.page
    first(page).get_by_role("combobox", name="Surface").select_option("rosenbrock")
    page.wait_for_function("() => window.drawn && window.drawn.ground.name === 'rosenbrock'")
    assert descent.python("(descent.start, descent.logarithmic)") == ((-1.2, 1.0), True)
    page.wait_for_function(SETTLED)


def test_a_task_is_predicted_then_revealed(descent: Dashboard) -> None:
    page = descent.page
    first(page).get_by_label("Task").select_option("limit")
    text_is(page, ".question", "from which learning rate on")
    page.wait_for_function("() => document.querySelector('.descent[data-secret]')")
    first(page).get_by_label("Learning rate").locator("visible=true").first.wait_for()
    number = first(page).get_by_role("spinbutton", name="Learning rate")
    number.fill("1.2")
    first(page).get_by_role("button", name="Answer").click()
    text_is(page, ".said", "At 1.2 the walk still converges")
    number.fill("2")
    number.press("Enter")
    text_is(page, ".said", "✓ Yes: the limit is 2")
    assert descent.python("descent.guess") == (2.0,)


def test_a_walk_is_thought_about_before_it_is_seen(descent: Dashboard) -> None:
    page = descent.page
    rate = first(page).get_by_role("slider", name="Learning rate")
    assert (rate.get_attribute("aria-valuetext") or "").endswith("limit 0.2")
    first(page).get_by_role("button", name="Play").click()
    first(page).get_by_label("Task").select_option("overshoot")
    text_is(page, ".question", "Overshoot the minimum on purpose")
    page.wait_for_function("() => document.querySelector('.descent .formula').textContent === ''")
    assert first(page).locator(".player").is_hidden()  # nothing runs, nothing can be stepped
    assert first(page).locator(".player .main").text_content() == "▶ Play"
    assert first(page).get_by_role("slider", name="Present step").count() == 0
    assert first(page).locator(".verdict").first.text_content() == ""
    first(page).get_by_role("button", name="Walk").click()
    text_is(page, ".said", "It stays on its side")
    first(page).get_by_role("slider", name="Learning rate").press("PageUp")
    first(page).get_by_role("slider", name="Learning rate").press("PageUp")
    page.wait_for_function("() => document.querySelector('.descent[data-secret]')")
    first(page).get_by_role("slider", name="Learning rate").press("PageUp")
    text_is(page, ".racers .dial-number", "3.16")  # 0.1 and three times √10
    for _ in range(6):
        first(page).get_by_role("slider", name="Learning rate").press("ArrowDown")
    first(page).get_by_role("button", name="Walk").click()
    text_is(page, ".said", "✓ It crossed in step 1")


def test_a_point_is_dragged_and_the_surface_changes(descent: Dashboard) -> None:
    page = descent.page
    second = page.locator(".descent").nth(1)
    minimum = descent.python("line.ground['minima']")
    point = second.get_by_role("slider", name="Point 1", exact=True)
    before = second.locator(".minimum").first.get_attribute("d")
    drag(page, point, 0, -60)
    page.wait_for_function(
        "d => document.querySelectorAll('.descent')[1].querySelector('.minimum')"
        ".getAttribute('d') !== d",
        arg=before,
    )
    assert descent.python("line.points[0][1]") > -1.2
    assert descent.python("line.ground['minima']") != minimum
    point.press("ArrowRight")
    text = point.get_attribute("aria-valuetext") or ""
    assert text.startswith("x −1.70, y ")


def test_a_finger_drags_the_ball(dashboard: OpenDashboard) -> None:
    opened = dashboard("04_gradient_descent", width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    before = opened.python("descent.start")
    swipe(page, ball(page), 60, 20)
    page.wait_for_function(SETTLED)
    after = opened.python("descent.start")
    assert after[0] > before[0] + 0.3
    assert after[1] < before[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_refused_value_is_explained_and_taken_back(descent: Dashboard) -> None:
    page = descent.page
    descent.python("descent.set_state({'start': [7, 0]})")
    page.get_by_text("lies outside the domain: x from −2 to 2").first.wait_for()
    assert float(ball(page).get_attribute("aria-valuenow") or 9) == -1.8


def test_the_relief_is_shown_on_demand(descent: Dashboard) -> None:
    page = descent.page
    page.get_by_role("button", name="Show in 3-D").click()
    page.locator(".js-plotly-plot canvas").first.wait_for()
    page.get_by_role("button", name="Hide 3-D").click()
    page.wait_for_function("() => !document.querySelector('.js-plotly-plot')")
