"""Every page draws wide in the light theme and narrow in the dark one, and CI keeps a picture of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser.chromium import wait_idle
from tests.browser.conftest import ARTIFACTS, FilledLab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


@pytest.mark.parametrize(("theme", "width"), [("light", "wide"), ("dark", "narrow")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_cold_and_draws(
    name: str, theme: Literal["light", "dark"], width: str, filled: FilledLab, chromium: Browser
):
    """A deep link to any page works in a fresh browser: a heading, no traceback, no sideways scrolling."""
    context = chromium.new_context(viewport={"width": WIDTHS[width], "height": 1000}, color_scheme=theme)
    page = context.new_page()
    try:
        page.goto(filled.server.url + PAGES[name].format(lab=filled))
        page.get_by_role("heading", level=1).first.wait_for(timeout=30_000)
        wait_idle(page)
        folder = ARTIFACTS / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        assert page.locator('[data-testid="stException"], :text("This page failed")').count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        context.close()


@pytest.mark.parametrize(("name", "tabs"), [("library", LIBRARY), ("settings", SETTINGS)])
def test_every_tab_draws(name: str, tabs: list[str], filled: FilledLab, chromium: Browser):
    """Behind each tab there is something to see, on a narrow dark screen too, and nothing that failed."""
    context = chromium.new_context(viewport={"width": WIDTHS["narrow"], "height": 1000}, color_scheme="dark")
    page = context.new_page()
    try:
        page.goto(filled.server.url + PAGES[name])
        page.get_by_role("heading", level=1).first.wait_for(timeout=30_000)
        for tab in tabs:
            page.get_by_role("tab", name=tab, exact=True).click()
            panel = page.get_by_role("tabpanel").filter(visible=True)
            panel.locator('[data-testid="stMarkdown"], [data-testid="stWidgetLabel"]').first.wait_for(timeout=10_000)
            file = f"{name}-{tab.lower().replace(' ', '-')}-dark-narrow.png"
            page.screenshot(path=ARTIFACTS / "screenshots" / file, full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator('[data-testid="stException"], :text("This page failed")').count() == 0
    finally:
        context.close()
