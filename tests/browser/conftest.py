"""One server with believable content and one browser for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest
from playwright.sync_api import expect

import crewlab
from tests.browser.chromium import ANSWERS, profile_in, require_chromium
from tests.server import AppServer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

OpenWindow = Callable[..., "Page"]
ARTIFACTS = Path(os.environ.get("CREWLAB_TEST_ARTIFACTS", Path(__file__).parents[2] / "artifacts"))
EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
HANGS_AFTER = 90_000
"""Milliseconds; like those of `wait_until`, they are for what hangs."""


class ToldServer(AppServer):
    """The app, which tells each window when all that it asked for is answered."""

    streamlit = "tests.browser.telling"


class FilledLab(NamedTuple):
    """A running app and the ids of what is in it."""

    server: AppServer
    definition_id: str
    execution_ids: tuple[str, ...]
    batch_ids: tuple[str, ...]


@pytest.fixture(scope="package")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A headless Chromium for this folder: Playwright keeps a loop in this thread, which other tests must not meet."""
    expect.set_options(timeout=HANGS_AFTER)
    with profile_in(tmp_path_factory.mktemp("chromium"), require_chromium()) as context:
        context.set_default_timeout(HANGS_AFTER)
        context.add_init_script(path=ANSWERS)
        yield context


@pytest.fixture
def open_window(profile: BrowserContext) -> Iterator[OpenWindow]:
    """Open a window, which is closed after the test."""
    opened: list[Page] = []

    def open_it(*, width: int = 1280, theme: Literal["light", "dark"] = "light") -> Page:
        page = profile.new_page()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme=theme)
        return page

    yield open_it
    for page in opened:
        page.close()


@pytest.fixture(scope="package")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldServer]:
    """The app of all windows; no test edits what another reads."""
    require_chromium()
    with ToldServer(tmp_path_factory.mktemp("browser") / "data", OPENAI_API_KEY="test-key") as server:
        yield server


@pytest.fixture(scope="package")
def filled(told: ToldServer) -> FilledLab:
    """Two batches and one execution of the examples."""
    from crewlab.definitions.tables.rows import read_table

    with crewlab.open(told.data) as lab:
        rows = read_table((EXAMPLES / "ticket-triage.csv").read_bytes(), "ticket-triage.csv").rows[:6]
        batches = []
        for seed in (7, 8):
            llm = {"model": "rehearsal/plain", "seed": seed, "latency_seconds": 0.05 * (seed - 6)}
            done = lab.run_each("ticket-triage", rows, name=f"triage, seed {seed}", llm=llm)
            batches.append(str(done[0].batch_id))
        brief = read_table((EXAMPLES / "market-brief.csv").read_bytes(), "market-brief.csv").rows[0]
        single = lab.run("market-brief", brief)
        ids = (single.execution_id, *(e.execution_id for e in lab.executions(batch_id=batches[0])))
        return FilledLab(told, lab.definitions.get("market-brief").definition_id, ids, tuple(batches))
