"""What a hand does on a page: with the mouse, and with a finger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def middle(locator: Locator) -> tuple[float, float]:
    """Where the middle of an element is on the screen, which it is brought to."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, locator: Locator, dx: float, dy: float) -> None:
    """Drag an element with the mouse."""
    x, y = middle(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=12)
    page.mouse.up()


def swipe(page: Page, locator: Locator, dx: float, dy: float = 0) -> None:
    """Drag an element with a finger, through Chromium's own touch events."""
    x, y = middle(locator)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": px, "y": py} for px, py in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + dx * step / 8, y + dy * step / 8))
    touch("touchEnd")
