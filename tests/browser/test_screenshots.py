"""Every page draws narrow in the dark theme and wide in the light one, and CI keeps a picture of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import wait_idle
from tests.browser.conftest import ARTIFACTS, FilledLab, OpenWindow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "definitions": "/definitions",
    "definition": "/definition?id={lab.definition_id}",
    "inbox": "/inbox",
    "library": "/library",
    "settings": "/settings",
    "launch": "/launch?definition={lab.definition_id}",
    "executions": "/executions",
    "execution": "/execution?id={lab.execution_ids[0]}",
    "compare": "/compare?batches={lab.batch_ids[0]},{lab.batch_ids[1]}",
}
LIBRARY = ["Tools", "MCP servers", "Knowledge", "Secrets", "Model prices"]
SETTINGS = ["Limits", "Storage", "About"]
NARROW = 420
FAILED = '[data-testid="stException"], :text("This page failed")'


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_cold_and_draws(name: str, filled: FilledLab, open_window: OpenWindow):
    """A deep link to any page works in a fresh window: a heading, no traceback, no sideways scrolling."""
    page = open_window(width=NARROW, theme="dark")
    page.goto(filled.server.url + PAGES[name].format(lab=filled))
    page.get_by_role("heading", level=1).first.wait_for()
    _look(page, f"{name}-dark-narrow")
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.emulate_media(color_scheme="light")
    _look(page, f"{name}-light-wide")


@pytest.mark.parametrize(("name", "tabs"), [("library", LIBRARY), ("settings", SETTINGS)])
def test_every_tab_draws(name: str, tabs: list[str], filled: FilledLab, open_window: OpenWindow):
    """Behind each tab there is something to see, on a narrow dark screen too, and nothing that failed."""
    page = open_window(width=NARROW, theme="dark")
    page.goto(filled.server.url + PAGES[name])
    page.get_by_role("heading", level=1).first.wait_for()
    wait_idle(page)
    for tab in tabs:
        page.get_by_role("tab", name=tab, exact=True).click()
        panel = page.get_by_role("tabpanel").filter(visible=True)
        panel.locator('[data-testid="stMarkdown"], [data-testid="stWidgetLabel"]').first.wait_for()
        _look(page, f"{name}-{tab.lower().replace(' ', '-')}-dark-narrow")


def _look(page: Page, picture: str) -> None:
    """Keep a picture of what is drawn, in which nothing failed and nothing is too wide."""
    wait_idle(page)
    page.screenshot(path=ARTIFACTS / "screenshots" / f"{picture}.png", full_page=True)
    assert page.locator(FAILED).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
