"""A page that has lost its Python says so, and brings what the learner has set to the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import expect

from hosts import chromium
from tests.browser.gestures import drag, middle
from tests.browser.harness import Dashboard, ask, open_lab, open_page, write_notebook
from tests.browser.relay import relay
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Lab

BUTTON = "Reload with my settings"
NEURON = "neuron.get_state(neuron.keeps)"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('lab ')).length"


def notice(page: Page, text: str) -> Locator:
    """The notice, when it says so."""
    found = page.get_by_role("alert").filter(has_text=text)
    found.wait_for()
    assert page.locator(".lab-lost").count() == 1
    return found


def reload(opened: Dashboard) -> None:
    """Press the button with the keyboard, and wait for the new page."""
    page, old = opened.page, opened.kernel
    button = page.get_by_role("button", name=BUTTON)
    button.focus()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    chromium.wait_until_complete(page)
    expect(page.locator(".lab-lost")).to_have_count(0)
    assert opened.kernel != old


def values(page: Page, within: str) -> list[str | None]:
    """All numbers that the hand holds on a page."""
    sliders = page.locator(within).get_by_role("slider").all()
    return [slider.get_attribute("aria-valuenow") for slider in sliders]


def arrived(opened: Dashboard, slider: Locator, expression: str) -> None:
    """Wait until Python holds what the hand has moved last, and so all before it."""
    value = float(slider.get_attribute("aria-valuenow") or "nan")
    until(lambda: abs(opened.python(expression) - value) < 0.001, expression)


def change(page: Page) -> None:
    """Change something of every kind with the hand."""
    page.get_by_label("Task").select_option("and")
    page.get_by_label("Activation").select_option("sigmoid")
    page.get_by_role("radio", name="bias b").click()
    weight = page.get_by_role("slider", name="Weight 1", exact=True).first
    drag(page, weight, 0, -7)
    page.get_by_role("slider", name="Bias", exact=True).press("ArrowUp")


def test_a_dead_python_is_told_and_the_next_one_gets_what_the_hand_set(
    dashboard: OpenDashboard,
) -> None:
    opened = dashboard("01_neuron")
    page = opened.page
    fresh = opened.python(NEURON)
    text: Any = opened.python("type(neuron)([0.25, -1, 3], 2).state_text()")
    page.evaluate("text => { location.hash = `neuron=${text}`; }", text)
    expect(page.get_by_role("slider", name="Weight 1")).to_have_attribute("aria-valuenow", "0.25")
    change(page)
    before = values(page, ".neuron")
    arrived(opened, page.get_by_role("slider", name="Bias", exact=True), "neuron.bias")
    held: Any = opened.python(NEURON)
    assert (held["activation"], held["form"], held["task"]) == ("sigmoid", "bias", "and")

    opened.kernel_process().kill()
    said = notice(page, "The Python behind this page has stopped.")
    assert said.get_by_text("Save").count() == 0  # there is no network to be saved
    assert page.locator("body > :first-child").get_attribute("role") == "alert"
    reload(opened)
    opened.settled(NEURON, held)  # and not what the address says
    expect(page.get_by_label("Activation")).to_have_value("sigmoid")
    assert values(page, ".neuron") == before
    page.wait_for_function(f"() => {KEPT} === 0")

    page.evaluate("history.replaceState(null, '', location.pathname)")
    page.reload()  # it was taken: the page begins as it is written
    chromium.wait_until_complete(page)
    assert opened.python(NEURON) == fresh
    assert values(page, ".neuron") != before


def test_every_widget_of_a_page_is_kept_and_so_are_seed_layers_and_a_dragged_weight(
    dashboard: OpenDashboard,
) -> None:
    opened = dashboard("02_layers_and_networks")
    page = opened.page
    layers = page.locator(".layers").get_by_role("slider").first
    layers.press("ArrowUp")
    network = page.locator(".network")
    network.scroll_into_view_if_needed()
    network.get_by_text("More settings").click()
    network.get_by_label("Seed").select_option("3")
    network.get_by_role("button", name="Add a hidden layer").click()
    weight = network.get_by_role("slider", name="Weight of layer 1, from 1 to 1", exact=True)
    weight.hover()  # as soon as it stays where it is: the network is drawn anew meanwhile
    drag(page, weight, 24, 9)
    arrived(opened, weight, "network.weights[0][0][0]")
    states = "[w.get_state(w.keeps) for w in (layers, network)]"
    held: Any = opened.python(states)
    assert (held[1]["seed"], len(held[1]["neurons"])) == (3, 3)
    before = weight.get_attribute("aria-valuenow")

    opened.kernel_process().kill()
    notice(page, "has stopped")
    reload(opened)
    opened.settled(states, held)
    expect(weight).to_have_attribute("aria-valuenow", before or "")
    expect(network.get_by_label("Seed")).to_have_value("3")


def test_the_settings_of_a_run_are_kept_and_what_its_views_look_at(
    dashboard: OpenDashboard,
) -> None:
    opened = dashboard("07_live_cnn")
    page = opened.page
    page.locator('.run-controls[data-state="ready"]').wait_for()
    page.get_by_role("radio", name="slow", exact=True).click()
    page.get_by_role("button", name="Settings").click()
    drawer = page.locator(".run-controls .drawer")
    drawer.locator("[data-setting=learning_rate]").get_by_role("slider").press("ArrowUp")
    drawer.locator("[data-setting=batch_size]").get_by_role("slider").press("ArrowUp")
    drawer.locator("[data-setting=model]").get_by_role("combobox").select_option("small cnn")
    drawer.locator("[data-setting=seed]").get_by_role("textbox").fill("7")
    drawer.get_by_role("heading", name="Settings").click()
    drawer.get_by_role("button", name="Begin anew").click()
    opened.settled("(run.settings.model, run.settings.seed)", ("small cnn", 7))
    drawer.get_by_role("button", name="Close").click()
    last = opened.python("run.wait('ready') and run.watched.map_layers[-1][0]")
    opened.python(f"run.watch(layer={last!r}, channel=2)")
    page.get_by_role("button", name="Next image").first.click()
    opened.python("latent_space.set_trait('method', 'lda')")
    looks = "(run.settings.table(), run.wanted.sample, run.wanted.layer, run.wanted.channel)"
    until(lambda: opened.python("run.wanted.sample") > 0, "the next image")
    held: Any = opened.python(looks)
    assert (held[2], held[3]) == (last, 2)
    assert held[0]["pace"] == 8
    page.get_by_role("button", name="Start training").click()
    page.locator('.run-controls[data-state="running"]').wait_for()

    opened.kernel_process().kill()
    said = notice(page, "has stopped")
    assert said.get_by_text("a training begins anew").is_visible()
    reload(opened)
    opened.settled(looks, held)
    page.locator('.run-controls[data-state="ready"]').wait_for()
    expect(page.get_by_role("radio", name="slow", exact=True)).to_be_checked()
    opened.settled("latent_space.method", "lda")


TWO_VIEWS = """from widgets.neuron import Neuron
neuron = Neuron()
heard = []
neuron.on_msg(lambda *message: heard.append(message))
display(neuron)
display(neuron)"""


def test_a_lab_that_ends_is_waited_for_and_two_views_stay_one(
    browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(folder / "1_twice.ipynb", "# Twice", TWO_VIEWS)
    with open_lab(folder, tmp_path / "one") as lab:
        opened = open_page(lab, browser, "voila/render/1_twice.ipynb")
        page = opened.page
        chromium.wait_until_complete(page)
        page.get_by_role("slider", name="Weight 1").first.press("End")
        for weight in page.get_by_role("slider", name="Weight 1").all():
            expect(weight).to_have_attribute("aria-valuenow", "4")
        opened.settled("neuron.weights[0]", 4)
        kernels = lab.kernel_processes()
        lab.process.kill()
        for one in kernels:
            one.kill()
        notice(page, "The connection to Python is lost.")
        page.get_by_role("button", name=BUTTON).click()
        said = notice(page, "The lab does not answer yet")
        assert said.is_visible()
    with open_lab(folder, tmp_path / "two", port=urlsplit(lab.url).port) as again:
        opened.lab = again
        with page.expect_navigation(wait_until="load"):
            pass
        chromium.wait_until_complete(page)
        opened.settled("neuron.weights[0]", 4)
        weights = page.get_by_role("slider", name="Weight 1")
        for weight in weights.all():
            expect(weight).to_have_attribute("aria-valuenow", "4")
        page.wait_for_function(f"() => {KEPT} === 0")
        assert weights.count() == 2
        weights.nth(1).press("Home")
        expect(weights.nth(0)).to_have_attribute("aria-valuenow", "-4")
        opened.settled("neuron.weights[0]", -4)
        heard = opened.python("len(heard)")
        for _ in range(10):  # one view's news is no other's hand
            page.evaluate("new Promise(requestAnimationFrame)")
        assert opened.python("len(heard)") == heard
        assert opened.console_errors == [] or not any(
            "uncaught" in e for e in opened.console_errors
        )
        opened.close()
        page.context.close()


def test_a_network_that_breaks_and_comes_back_leaves_all_as_it_is(
    dashboard: OpenDashboard, lab: Lab
) -> None:
    with relay(lab.url) as between:
        opened = dashboard("01_neuron", lab=replace(lab, url=between.url))
        page, kernel = opened.page, opened.kernel
        weight = page.get_by_role("slider", name="Weight 1", exact=True)
        weight.press("ArrowUp")
        opened.settled("round(neuron.weights[0], 3)", 1.3)
        between.cut()
        notice(page, "Trying to connect again")
        weight.press("ArrowUp")  # the page can be used meanwhile
        expect(weight).to_have_attribute("aria-valuenow", "1.4")
        between.mend()
        expect(page.locator(".lab-lost")).to_have_count(0)
        opened.settled("round(neuron.weights[0], 3)", 1.4)
        x, y = middle(weight)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 20, steps=5)
        page.mouse.up()
        opened.settled("neuron.weights[0] != 1.4", value=True)
        now = float(weight.get_attribute("aria-valuenow") or "nan")
        assert opened.python("neuron.weights[0]") == pytest.approx(now, abs=0.001)
        assert opened.kernel == kernel
        opened.close()


IMPATIENT = """from widgets import _presence
_presence.LOOKS_EVERY, _presence.GRACE, _presence.RESTS_AFTER = 2.0, 6.0, 12.0
from lab.training import Run
from widgets.run_controls import RunControls
run = Run(pace=20, epochs=10_000)
run.start()
RunControls(run)"""


def test_where_no_socket_ends_a_kernel_a_lost_browser_pauses_the_run_and_then_frees_its_memory(
    dashboard: OpenDashboard, voila_for: Callable[..., Lab], tmp_path: Path
) -> None:
    write_notebook(tmp_path / "1_run.ipynb", "# A run", IMPATIENT)
    plain = "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection"
    lab = voila_for(tmp_path, f"--Voila.kernel_websocket_connection_class={plain}")
    opened = dashboard("1_run", lab=lab)
    opened.page.locator('.run-controls[data-state="running"]').wait_for()
    kernel = opened.kernel_process()
    connection = lab.connection_file(opened.kernel)
    workers = [one for one in kernel.children(recursive=True) if one.is_running()]
    assert workers
    assert opened.python("run.latest.state") == "running"
    opened.page.close()  # as when a browser crashes: no farewell is sent
    until(lambda: ask(connection, "run.latest.state") == "paused", "the pause")
    until(lambda: ask(connection, "run.latest.state") == "stopped", "the rest")
    assert "memory is free" in ask(connection, "run.latest.message")
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert len(alive) < len(workers)
    kernel.kill()
