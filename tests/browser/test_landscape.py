"""The landscape in a real browser: the ball on the page is the network in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import drag, swipe
from tests.browser.harness import Lab, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

BESIDE = """from widgets.landscape import Landscape
from widgets.network import Network
from widgets.stage import stage

network = Network("moons", neurons=(4, 2), learning_rate=0.01)
landscape = Landscape(network)
for _ in range(20):
    network.epoch()
stage([network, landscape], columns="max(905px, 58%) minmax(0, 1fr)", heights="minmax(0, 1fr)")"""
LENET = """from widgets.landscape import Landscape

lenet = Landscape("lenet on digits")
lenet"""
LISTEN = """() => {
    const root = document.querySelector(".landscape");
    window.drawn = null;
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# Where a ball or a path's end is in the page's own pixels, and where Python's numbers put it.
PLACE = """() => {
    const [x, y] = document.querySelector(".landscape .ball").getAttribute("transform")
        .match(/[-\\d.]+/g).map(Number);
    const end = document.querySelector(".landscape .dots").getAttribute("d")
        .match(/M[-\\d. ]+h0$/)[0].match(/[-\\d.]+/g).map(Number);
    const edge = document.querySelector(".landscape .edge");
    const [left, top, side] = ["x", "y", "width"].map((name) => +edge.getAttribute(name));
    return { x: (x - left) / side, y: (top + side - y) / side,
        endX: (end[0] - left) / side, endY: (top + side - end[1]) / side };
}"""


@pytest.fixture(scope="session")
def lands(voila_for: Callable[..., Lab], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with the landscape's two kinds."""
    folder = tmp_path_factory.mktemp("landscapes")
    write_notebook(folder / "network.ipynb", "# A network\n\nOn its own surface.", BESIDE)
    write_notebook(folder / "lenet.ipynb", "# A CNN\n\nOn its own surface.", LENET)
    return voila_for(folder)


@pytest.fixture
def opened(dashboard: OpenDashboard, lands: Lab) -> Dashboard:
    one = dashboard("network", lab=lands)
    one.page.evaluate(LISTEN)
    return one


def view(page: Page) -> Locator:
    return page.locator(".landscape")


def ball(page: Page) -> Locator:
    return view(page).locator(".ball")


def at_rest(opened: Dashboard) -> dict[str, Any]:
    """Wait until the page shows what Python holds; return Python's picture."""
    opened.page.wait_for_function(
        """() => new Promise((resolve) => {
            const before = JSON.stringify(window.drawn);
            setTimeout(() => resolve(before !== "null" && window.drawn.complete
                && before === JSON.stringify(window.drawn)), 700);
        })"""
    )
    shown: dict[str, Any] = opened.python(
        "{k: landscape.picture[k] for k in ('ball', 'loss', 'slope', 'starts')}"
    )
    drawn = opened.page.evaluate("({ ball: drawn.ball, loss: drawn.loss, starts: drawn.starts })")
    assert drawn == {key: shown[key] for key in drawn}
    return shown


def said_loss(page: Page) -> float:
    return float(view(page).locator(".numbers .loss").text_content() or "nan")


def share_of(opened: Dashboard, place: list[float]) -> list[float]:
    """Where in the drawing a place is, from 0 to 1."""
    domain: Any = opened.python("landscape.ground['domain']")
    return [(at - low) / (high - low) for at, (low, high) in zip(place, domain, strict=True)]


def test_the_way_of_a_training_ends_at_the_present_weights(opened: Dashboard) -> None:
    page = opened.page
    page.locator(".network").get_by_role("button", name="Train").click()
    page.wait_for_function("() => window.drawn && window.drawn.path.shape[0] > 30")
    page.locator(".network").get_by_role("button", name="Pause").click()
    shown = at_rest(opened)
    place = page.evaluate(PLACE)
    expected = share_of(opened, shown["ball"])
    assert [place["x"], place["y"]] == pytest.approx(expected, abs=0.002)
    assert [place["endX"], place["endY"]] == pytest.approx(expected, abs=0.002)
    loss: Any = opened.python("network.picture['train']['loss']")
    assert said_loss(page) == pytest.approx(loss, abs=1e-4)
    expect(view(page).locator(".sentence")).to_contain_text("of the way that the weights went")


def test_the_ball_that_is_dragged_is_the_network(opened: Dashboard) -> None:
    page = opened.page
    expect(ball(page)).to_be_visible()
    before: Any = opened.python("network.weights")
    losses: Any = opened.python("network.picture['train']['loss']")
    drag(page, ball(page).locator(".body"), -45, 30)
    page.wait_for_function(
        "l => window.drawn && Math.abs(window.drawn.loss - l) > 1e-3", arg=losses
    )
    shown = at_rest(opened)
    assert opened.python("network.weights") != before
    place = page.evaluate(PLACE)
    assert [place["x"], place["y"]] == pytest.approx(share_of(opened, shown["ball"]), abs=0.002)
    after: Any = opened.python("network.picture['train']['loss']")
    assert after == pytest.approx(shown["loss"], abs=1e-5)
    assert said_loss(page) == pytest.approx(after, abs=1e-4)
    # The weights are those of the place: centre + a · first + b · second.
    off: Any = opened.python(
        "float(abs(landscape._survey.chart.plane.point(*landscape.picture['ball'])"
        " - landscape._survey.walk.last).max())"
    )
    assert off < 1e-9


def test_it_walks_down_from_there(opened: Dashboard) -> None:
    page = opened.page
    expect(ball(page)).to_be_visible()
    drag(page, ball(page).locator(".body"), -40, 20)
    started = at_rest(opened)
    view(page).get_by_role("button", name="Walk down from here").click()
    page.wait_for_function("n => window.drawn.path.shape[0] > n + 10", arg=21)
    view(page).get_by_role("button", name="Pause").click()
    walked = at_rest(opened)
    assert walked["loss"] < started["loss"]
    assert walked["starts"] == [0, 21]  # 20 epochs before, then a hand
    assert opened.python("network.picture['steps']") > 200


def test_the_keyboard_moves_the_ball(opened: Dashboard) -> None:
    page = opened.page
    expect(ball(page)).to_be_visible()
    number: Any = opened.python("landscape.ground['number']")
    before: Any = opened.python("landscape.picture['ball']")
    domain: Any = opened.python("landscape.ground['domain']")
    ball(page).focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        ball(page).press(key)
    page.wait_for_function("b => window.drawn && window.drawn.ball[1] > b", arg=before[1])
    after = at_rest(opened)["ball"]
    step = [(high - low) / 50 for low, high in domain]
    assert after == pytest.approx([before[0] - 2 * step[0], before[1] + step[1]], abs=1e-6)
    assert opened.python("landscape.ground['number']") == number
    assert "loss" in (ball(page).get_attribute("aria-valuetext") or "")


def test_two_weights_are_chosen_from_lists(opened: Dashboard) -> None:
    page = opened.page
    view(page).get_by_label("Along").select_option("two weights")
    lists = view(page).locator(".weights select")
    expect(lists).to_have_count(2)
    assert "layer 2, 3 → 1" in lists.first.locator("option").all_text_contents()
    lists.first.select_option(label="layer 2, 3 → 1")
    page.wait_for_function(
        "() => document.querySelector('.landscape .frame').textContent.includes('layer 2')"
    )
    shown = at_rest(opened)
    weights: Any = opened.python("[network.weights[1][0][2], network.weights[0][0][1]]")
    assert shown["ball"] == pytest.approx(weights)
    lists.first.select_option(label="layer 1, 2 → 1")
    expect(view(page).locator(".problem")).to_contain_text("Choose two different weights")


def test_random_directions_are_drawn_anew(opened: Dashboard) -> None:
    page = opened.page
    view(page).get_by_label("Along").select_option("random directions")
    page.wait_for_function(
        "() => document.querySelector('.landscape .frame').textContent.includes('random')"
    )
    first = at_rest(opened)
    view(page).get_by_role("button", name="Draw others").click()
    page.wait_for_function("s => window.drawn.slope[0] !== s", arg=first["slope"][0])
    assert opened.python("landscape.seed") == 1
    assert at_rest(opened)["loss"] == pytest.approx(first["loss"], abs=1e-6)


def test_a_finger_drags_the_ball_on_a_phone(dashboard: OpenDashboard, lands: Lab) -> None:
    opened = dashboard("network", width=400, height=800, touch=True, lab=lands)
    page = opened.page
    page.evaluate(LISTEN)
    page.wait_for_function("() => document.documentElement.scrollWidth <= 400")
    expect(ball(page)).to_be_visible()
    before: Any = opened.python("network.weights")
    swipe(page, ball(page).locator(".body"), -40, 20)
    page.wait_for_function("() => window.drawn")
    at_rest(opened)
    assert opened.python("network.weights") != before
    assert opened.console_errors == []


def test_lenet_learns_when_it_is_seen_and_its_surface_can_be_cancelled(
    dashboard: OpenDashboard, lands: Lab
) -> None:
    opened = dashboard("lenet", lab=lands)
    page = opened.page
    bar = view(page).get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(ball(page)).to_be_visible(timeout=60_000)
    view(page).get_by_role("button", name="Cancel").click()
    expect(bar).to_be_hidden()
    assert opened.python("lenet.ground['complete']") is False
    again = view(page).get_by_role("button", name="Draw the surface")
    again.click()
    expect(bar).to_be_visible()
    expect(bar).to_be_hidden(timeout=60_000)
    assert opened.python("lenet.ground['complete']") is True
    drag(page, ball(page).locator(".body"), -60, 20)
    page.wait_for_function(
        "() => +document.querySelector('.landscape .numbers .loss').textContent > 0.05"
    )
    expect(again).to_be_hidden()
    page.evaluate(LISTEN)
    ball(page).press("ArrowLeft")
    page.wait_for_function("() => window.drawn")
    loss: Any = opened.python("lenet.picture['loss']")
    expect(view(page).locator(".numbers .loss")).to_have_text(f"{loss:.4f}")
    assert opened.console_errors == []
