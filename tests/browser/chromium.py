"""A real Chromium for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


SETTLED = """() => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
  && !document.querySelector('[data-testid="stSkeleton"]')
  && [...document.querySelectorAll('[data-testid="stDataFrame"]')]
    .every(f => !f.offsetParent || f.querySelector('canvas'))
  && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
    .every(c => !c.offsetParent || c.querySelector('svg.main-svg'))"""


def wait_idle(page: Page, timeout_seconds: float = 30.0) -> None:
    """Return once the script has finished and every table and chart is drawn; what a tab hides need not be."""
    page.wait_for_function(SETTLED, timeout=timeout_seconds * 1000)
