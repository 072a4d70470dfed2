"""Every page draws wide in the light theme and narrow in the dark one, and CI keeps a picture of each."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.browser.chromium import wait_idle
from tests.browser.conftest import ARTIFACTS, FilledLab, OpenWindow

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
WIDTHS = {"wide": 1280, "narrow": 420}
FAILED = '[data-testid="stException"], :text("This page failed")'


@pytest.mark.parametrize(("theme", "width"), [("light", "wide"), ("dark", "narrow")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_cold_and_draws(
    name: str, theme: Literal["light", "dark"], width: str, filled: FilledLab, open_window: OpenWindow
):
    """A deep link to any page works in a fresh browser: a heading, no traceback, no sideways scrolling."""
    page = open_window(width=WIDTHS[width], theme=theme)
    page.goto(filled.server.url + PAGES[name].format(lab=filled))
    page.get_by_role("heading", level=1).first.wait_for()
    wait_idle(page)
    folder = ARTIFACTS / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
    assert page.locator(FAILED).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("name", "tabs"), [("library", LIBRARY), ("settings", SETTINGS)])
def test_every_tab_draws(name: str, tabs: list[str], filled: FilledLab, open_window: OpenWindow):
    """Behind each tab there is something to see, on a narrow dark screen too, and nothing that failed."""
    page = open_window(width=WIDTHS["narrow"], theme="dark")
    page.goto(filled.server.url + PAGES[name])
    page.get_by_role("heading", level=1).first.wait_for()
    wait_idle(page)
    for tab in tabs:
        page.get_by_role("tab", name=tab, exact=True).click()
        panel = page.get_by_role("tabpanel").filter(visible=True)
        panel.locator('[data-testid="stMarkdown"], [data-testid="stWidgetLabel"]').first.wait_for()
        wait_idle(page)
        file = f"{name}-{tab.lower().replace(' ', '-')}-dark-narrow.png"
        page.screenshot(path=ARTIFACTS / "screenshots" / file, full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(FAILED).count() == 0
