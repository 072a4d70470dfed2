"""A real Chromium for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Chromium as root in a machine without a network: no sandbox, and no attempts to call home."""


def find_chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def require_chromium() -> str:
    """The path of Chromium; a user without one skips, CI never does."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Chromium")
        pytest.skip("no Chromium on this machine")
    return path


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """A headless browser that is closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def profile_in(folder: Path, path: str) -> Iterator[BrowserContext]:
    """A headless browser that keeps in `folder` what it loaded and compiled: each window but the first is quicker."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(folder, executable_path=path, args=QUIET)
        try:
            yield context
        finally:
            context.close()


ANSWERS = Path(__file__).with_name("answers.js")

IDLE = """() => {
  const answers = window.crewlabAnswers;
  const all = selector => [...document.querySelectorAll(selector)].filter(shown => shown.offsetParent);
  return (!answers || answers.sent.asked === answers.drawn.asked)
    && document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stSkeleton"]')
    && all('[data-testid="stDataFrame"]').every(table => table.querySelector('canvas'))
    && all('[data-testid="stPlotlyChart"]').every(chart => chart.querySelector('svg.main-svg'));
}"""
ASKED_AFTER = "before => crewlabAnswers.sent.asked > before"
SENT_REFRESH_AFTER = "before => crewlabAnswers.sent.refreshed > before"
REFRESHED_AFTER = "before => crewlabAnswers.drawn.refreshed > before"


def wait_idle(page: Page) -> None:
    """Return once all that was sent is answered, and every table and chart is drawn; what a tab hides need not be."""
    page.wait_for_function(IDLE)


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Do what makes the browser ask the server, perhaps a moment later; it ends when that is answered and drawn."""
    before = page.evaluate("crewlabAnswers.sent.asked")
    yield
    page.wait_for_function(ASKED_AFTER, arg=before)
    wait_idle(page)


def choose(page: Page, name: str) -> None:
    """Choose what has this name in the list of agents, tasks or steps."""
    page.get_by_test_id("stRadio").get_by_text(name, exact=True).click()


def wait_for_refreshes(page: Page, number: int) -> None:
    """Return once so many updates of what keeps itself up to date were asked for, answered and drawn."""
    page.wait_for_function(REFRESHED_AFTER, arg=page.evaluate("crewlabAnswers.sent.refreshed") + number - 1)


def wait_for_sent_refresh(page: Page) -> None:
    """Return once an update of what keeps itself up to date was asked for."""
    page.wait_for_function(SENT_REFRESH_AFTER, arg=page.evaluate("crewlabAnswers.sent.refreshed"))
