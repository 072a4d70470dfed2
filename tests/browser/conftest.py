"""One server with believable content and one browser for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.chromium import browser, require_chromium
from tests.server import AppServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ARTIFACTS = Path(os.environ.get("CREWLAB_TEST_ARTIFACTS", Path(__file__).parents[2] / "artifacts"))


class FilledLab(NamedTuple):
    """A running app and the ids of what is in it."""

    server: AppServer
    definition_id: str
    execution_ids: tuple[str, ...]
    batch_ids: tuple[str, ...]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A headless Chromium for this folder: Playwright keeps a loop in this thread, which other tests must not meet."""
    with browser(require_chromium()) as running:
        yield running


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledLab]:
    """The app over a store with two batches and one execution of the examples; no test edits what another reads."""
    from crewlab.definitions.tables.rows import read_table
    from crewlab.lab import Lab

    require_chromium()
    data = tmp_path_factory.mktemp("browser") / "data"
    examples = Path(__file__).parents[2] / "data" / "examples"
    with Lab.open(data) as lab:
        table = (examples / "ticket-triage.csv").read_bytes()
        rows = read_table(table, "ticket-triage.csv").rows[:6]
        batches = []
        for seed in (7, 8):
            llm = {"model": "rehearsal/plain", "seed": seed, "latency_seconds": 0.05 * (seed - 6)}
            done = lab.run_each("ticket-triage", rows, name=f"triage, seed {seed}", llm=llm)
            batches.append(str(done[0].batch_id))
        brief = read_table((examples / "market-brief.csv").read_bytes(), "market-brief.csv").rows[0]
        single = lab.run("market-brief", brief)
        ids = (single.execution_id, *(e.execution_id for e in lab.executions(batch_id=batches[0])))
        definition = lab.definitions.get("market-brief").definition_id
    with AppServer(data, OPENAI_API_KEY="test-key") as server:
        yield FilledLab(server, definition, ids, tuple(batches))
