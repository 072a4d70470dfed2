"""The newcomer's journey, in a real browser against the real app."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import wait_idle
from tests.browser.conftest import ARTIFACTS
from tests.server import AppServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.browser

MAX_CLICKS = 12


@pytest.fixture
def server(data: Path) -> Iterator[AppServer]:
    """The app over an empty data folder: what a newcomer has."""
    with AppServer(data) as running:
        yield running


class Visitor:
    """A person in front of a browser, whose clicks are counted."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url, self.clicks = context, url, 0
        self.page = self.open("/")

    def open(self, path: str) -> Page:
        """Type an address into a new tab."""
        self.page = self.context.new_page()
        self.page.goto(self.url + path)
        self.page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
        wait_idle(self.page)
        return self.page

    def click(self, target: Locator) -> None:
        """One click, once the thing is there and the page has settled."""
        target.wait_for(timeout=30_000)
        target.click()
        self.clicks += 1
        wait_idle(self.page, timeout_seconds=60)

    def choose_all_rows(self) -> None:
        """The box in the corner of the table, which is drawn on a canvas."""
        grid = self.page.locator('[data-testid="stDataFrame"]').first
        grid.click(position={"x": 18, "y": 18})
        self.clicks += 1

    def close_tab(self) -> None:
        self.page.close()


def test_the_newcomers_journey(server: AppServer, chromium: Browser):
    """From Home to compared results in at most 12 clicks, with the tab closed while it runs, and a CSV to take away."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, accept_downloads=True)
    try:
        visitor = Visitor(context, server.url)
        visitor.click(visitor.page.get_by_role("button", name="Run the example"))
        visitor.click(visitor.page.get_by_text("A table of inputs"))
        visitor.click(visitor.page.locator("[class*=st-key-launch-run] button"))
        visitor.page.wait_for_url("**/executions?batch=*")
        batch_url = visitor.page.url.removeprefix(server.url)
        rows = int(
            visitor.page.locator(".st-key-batch-header").get_by_text("ended").inner_text().split(" of ")[1].split()[0]
        )
        visitor.close_tab()

        visitor.open(batch_url)
        visitor.page.get_by_text(f"{rows} of {rows} executions ended").wait_for(timeout=90_000)
        wait_idle(visitor.page)
        with visitor.page.expect_download() as download:
            visitor.click(visitor.page.get_by_role("button", name="CSV of the batch").first)
        table = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
        assert len(table) == rows
        assert {row["status"] for row in table} == {"completed"}
        assert {row["note"] for row in table} == {"rehearsal: not evidence"}

        visitor.choose_all_rows()
        visitor.click(visitor.page.locator(".st-key-executions-compare button").first)
        visitor.page.get_by_role("heading", name="What differs").wait_for(timeout=60_000)
        wait_idle(visitor.page, timeout_seconds=60)
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=ARTIFACTS / "journey.png", full_page=True)
        assert visitor.page.locator('[data-testid="stException"], :text("This page failed")').count() == 0
        assert visitor.clicks <= MAX_CLICKS
    finally:
        context.close()
