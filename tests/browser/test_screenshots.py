"""Every page draws in both themes and both widths, and CI keeps a picture of each."""

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
WIDTHS = {"wide": 1280, "narrow": 420}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
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
