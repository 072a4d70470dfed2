"""From spawning the server to Home's heading in a browser, against an app that only imports its libraries."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.report import Figure, benchmark
from tests.browser.chromium import browser, find_chromium
from tests.server import ROOT, AppServer

PLAIN = """
import duckdb, pandas, plotly.express
import streamlit as st
st.title("Plain")
"""


def paint_seconds(script: Path, heading: str) -> float:
    """One cold start: a new process, an empty data folder, a new browser page."""
    path = find_chromium()
    if path is None:
        raise SystemExit("first_paint needs Chromium")
    with tempfile.TemporaryDirectory() as folder, browser(path) as chromium:
        page = chromium.new_page()
        server = AppServer(Path(folder) / "data", script=script)
        begin = time.perf_counter()
        server.start()
        try:
            page.goto(server.url)
            page.get_by_role("heading", name=heading, exact=True).first.wait_for(timeout=60_000)
            return time.perf_counter() - begin
        finally:
            server.kill()


@benchmark
def first_paint() -> Iterable[Figure]:
    """Median of five cold starts each, taken in turn."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.py"
        plain.write_text(PLAIN, "utf-8")
        pairs = [(paint_seconds(ROOT / "app.py", "Home"), paint_seconds(plain, "Plain")) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield Figure("first_paint.ours", ours, "s")
    yield Figure("first_paint.libraries_only", theirs, "s")
    yield Figure("first_paint.ours / libraries_only", ours / theirs, "x", 1.5, "at most")
