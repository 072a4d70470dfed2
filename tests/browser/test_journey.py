"""The newcomer's journey, in a real browser against the real app."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import answered, wait_idle
from tests.browser.conftest import ARTIFACTS, OpenWindow, ToldServer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.server import AppServer

pytestmark = pytest.mark.browser

MAX_CLICKS = 12


@pytest.fixture
def server(data: Path) -> Iterator[AppServer]:
    """The app over an empty data folder: what a newcomer has."""
    with ToldServer(data) as running:
        yield running


class Visitor:
    """A person in front of a browser, whose clicks are counted."""

    def __init__(self, open_window: OpenWindow, url: str) -> None:
        self._open_window, self._url, self.clicks = open_window, url, 0
        self.page = self.open("/")

    def open(self, path: str) -> Page:
        """Type an address into a new tab."""
        self.page = self._open_window()
        self.page.goto(self._url + path)
        self.page.get_by_role("heading", level=1).first.wait_for()
        wait_idle(self.page)
        return self.page

    def click(self, target: Locator) -> None:
        """One click, and what it leads to is there."""
        target.click()
        self.clicks += 1
        wait_idle(self.page)

    def choose_all_rows(self) -> None:
        """The box in the corner of the table, which is drawn on a canvas."""
        grid = self.page.locator('[data-testid="stDataFrame"]').first
        with answered(self.page):
            grid.click(position={"x": 18, "y": 18})
        self.clicks += 1


def test_the_newcomers_journey(server: AppServer, open_window: OpenWindow):
    """From Home to compared results in at most 12 clicks, with the tab closed while it runs, and a CSV to take away."""
    visitor = Visitor(open_window, server.url)
    visitor.click(visitor.page.get_by_role("button", name="Run the example"))
    visitor.click(visitor.page.get_by_text("A table of inputs"))
    visitor.click(visitor.page.locator("[class*=st-key-launch-run] button"))
    visitor.page.wait_for_url("**/executions?batch=*")
    batch_url = visitor.page.url.removeprefix(server.url)
    ended = visitor.page.locator(".st-key-batch-header").get_by_text("ended").inner_text()
    rows = int(ended.split(" of ")[1].split()[0])
    visitor.page.close()

    visitor.open(batch_url)
    visitor.page.get_by_text(f"{rows} of {rows} executions ended").wait_for()
    wait_idle(visitor.page)
    with visitor.page.expect_download() as download:
        visitor.click(visitor.page.get_by_role("button", name="CSV of the batch").first)
    table = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(table) == rows
    assert {row["status"] for row in table} == {"completed"}
    assert {row["note"] for row in table} == {"rehearsal: not evidence"}

    visitor.choose_all_rows()
    visitor.click(visitor.page.locator(".st-key-executions-compare button").first)
    visitor.page.get_by_role("heading", name="What differs").wait_for()
    wait_idle(visitor.page)
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=ARTIFACTS / "journey.png", full_page=True)
    assert visitor.page.locator('[data-testid="stException"], :text("This page failed")').count() == 0
    assert visitor.clicks <= MAX_CLICKS
