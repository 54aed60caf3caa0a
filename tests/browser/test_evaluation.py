"""What a network gets wrong, in a real browser: cells, images, scores, and how they go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

TABLE = """() => {
    const cells = [...document.querySelectorAll(".confusion [role=gridcell]")];
    return cells.map((cell) => Number(cell.textContent || "0"));
}"""

PIXELS = """async (place) => {
    const card = `.confusion [role=option][title^="Test image ${place}:"]`;
    const image = document.querySelector(`${card} img`);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return [...data.filter((_, i) => i % 4 === 0)];
}"""


@pytest.fixture
def trained(dashboard: OpenDashboard) -> Dashboard:
    """Three epochs: much is right by now, but not all."""
    opened = dashboard("07_mistakes")
    page = opened.page
    page.get_by_role("radio", name="full").click()
    page.get_by_role("button", name="Start training", exact=True).click()
    page.wait_for_function(
        "() => Number(document.querySelectorAll('.confusion [data-right]')[4].textContent) > 20"
    )
    page.get_by_role("button", name="Pause", exact=True).click()
    page.locator('.run-controls[data-state="paused"]').wait_for()
    page.wait_for_function(f"counts => ({TABLE})().join() === counts.join()", arg=counts(opened))
    return opened


def counts(opened: Dashboard) -> list[int]:
    found: list[int] = opened.python("run.latest.confusion.ravel().tolist()")
    return found


def cell(page: Page, row: int, column: int) -> None:
    page.locator(".confusion [role=gridcell]").nth(5 * row + column).click()


def shown(page: Page, widget: str) -> list[int]:
    """The places of the images in the order of the page."""
    titles = page.locator(f".{widget} [role=option]").evaluate_all(
        "nodes => nodes.map((node) => Number(/\\d+/.exec(node.title)[0]))"
    )
    return list(titles)


def test_it_starts_alive_and_whole(dashboard: OpenDashboard) -> None:
    opened = dashboard("07_mistakes")
    page = opened.page
    assert page.evaluate(TABLE) == counts(opened)
    assert page.locator(".confusion [role=rowheader]").all_text_contents() == opened.python(
        "list(run.watched.class_names)"
    )
    for widget in ("confusion", "mistakes"):
        page.locator(f'.{widget} .gallery img[src^="data:"]').first.wait_for()
    assert page.locator(".class-scores .class").count() == 5
    for widget in ("confusion", "class-scores", "mistakes"):
        box = page.locator(f".{widget}").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.body.textContent").count("NaN") == 0
    assert opened.console_errors == []


def test_a_cell_shows_its_images_and_an_image_goes_to_every_view(trained: Dashboard) -> None:
    page = trained.page
    table = counts(trained)
    row, column = max(
        ((r, c) for r in range(5) for c in range(5) if r != c),
        key=lambda at: table[5 * at[0] + at[1]],
    )
    assert list(trained.python("confusion.gallery['cell']")) == [row, column]  # the most frequent
    cell(page, row, row)
    expected = trained.python(
        f"[i for i in range(500) if run.watched.test_labels[i] == {row} "
        f"== run.latest.test_predictions[i]]"
    )
    page.wait_for_function(
        "n => document.querySelectorAll('.confusion [role=option]').length === n",
        arg=min(24, len(expected)),
    )
    names: Any = trained.python("run.watched.class_names")
    assert page.locator(".confusion h4").text_content() == f"{names[row]} recognised"
    assert set(shown(page, "confusion")) <= set(expected)
    page.get_by_role("button", name="More images").click()
    page.wait_for_function(
        "n => document.querySelectorAll('.confusion [role=option]').length === n",
        arg=min(48, len(expected)),
    )
    place = trained.python("confusion.gallery['items'][-1]['place']")
    image = page.locator(f'.confusion [role=option][title^="Test image {place}:"]')
    image.locator('img[src^="data:"]').wait_for()
    assert page.evaluate(PIXELS, place) == trained.python(
        f"run.watched.test_images[{place}, 0].ravel().tolist()"
    )
    image.click()
    page.locator(".confusion .large").get_by_text(f"Test image {place}", exact=True).wait_for()
    assert trained.python("run.wait().sample") == place
    assert trained.python("confusion.image") == place

    diagonal = page.locator(".confusion [role=gridcell]").nth(5 * row + row)
    key, other = ("ArrowRight", row + 1) if row < 4 else ("ArrowLeft", row - 1)
    diagonal.press(key)
    page.get_by_text(f"{names[row]} taken for {names[other]}", exact=True).wait_for()
    page.get_by_role("radio", name="% of the row").click()
    share = 100 * table[5 * row + row] / sum(table[5 * row : 5 * row + 5])
    assert float(diagonal.text_content() or "") == pytest.approx(share, abs=0.51)
    page.get_by_role("button", name="Most frequent mistake").click()
    page.get_by_text("Most frequent mistake: ").wait_for()
    assert trained.python("(confusion.cell, confusion.values)") == ((), "shares")


def test_mistakes_and_scores_are_those_of_the_run(trained: Dashboard) -> None:
    page = trained.page
    wrong = (
        "[i for i in range(500) if run.watched.test_labels[i] != run.latest.test_predictions[i]{}]"
    )
    worst = trained.python(
        f"sorted({wrong.format('')}, key=lambda i: float(run.latest.test_true[i]))[:24]"
    )
    assert shown(page, "mistakes") == worst
    page.get_by_role("radio", name="Surest first").click()
    page.locator(".mistakes select").select_option(index=3)
    surest = trained.python(
        f"sorted({wrong.format(' and run.watched.test_labels[i] == 2')}, "
        "key=lambda i: -float(run.latest.test_confidences[i]))[:24]"
    )
    page.wait_for_function(
        """expected => [...document.querySelectorAll('.mistakes [role=option]')]
            .map((node) => Number(/\\d+/.exec(node.title)[0])).join() === expected.join()""",
        arg=surest,
    )
    recalls: Any = trained.python(
        "(run.latest.confusion.diagonal() / run.latest.confusion.sum(axis=1)).tolist()"
    )
    values = page.locator(
        ".class-scores .class [role=cell]:nth-child(3) .value"
    ).all_text_contents()
    assert [float(value.strip("%> ")) for value in values] == pytest.approx(
        [100 * recall for recall in recalls], abs=1
    )
    page.locator(".class-scores").get_by_role("radio", name="Worst first").click()
    names: Any = trained.python("run.watched.class_names")
    scores: Any = trained.python("rows[0][1].frame['measures']['f1']['value']")
    assert page.locator(".class-scores .class .name").all_text_contents() == [
        name for _, name in sorted(zip(scores, names, strict=True))
    ]
    assert trained.console_errors == []


def test_the_pictures_of_the_last_data_set_go_with_it(dashboard: OpenDashboard) -> None:
    opened = dashboard("07_mistakes")
    page = opened.page
    opened.python("setattr(rows[1][1], 'many', 240)")  # so many that the next have some places too
    page.wait_for_function(
        "() => document.querySelectorAll('.mistakes img[src^=\"data:\"]').length === 240"
    )
    page.locator(".confusion [role=option]").first.click()
    page.locator('.confusion .large img[src^="data:"]').wait_for()
    opened.python(
        "[setattr(view, '_send_images', lambda *_: None) for view in (confusion, rows[1][1])]"
    )
    opened.python("run.renew(dataset='digits')")
    page.wait_for_function(
        """() => document.querySelectorAll('.confusion [role=rowheader]').length === 10
            && document.querySelectorAll('.mistakes [role=option]').length === 240
            && document.querySelector('.confusion .large').hidden
            && document.querySelector(':is(.confusion, .mistakes) .gallery img[src]') === null"""
    )
    assert opened.console_errors == []
