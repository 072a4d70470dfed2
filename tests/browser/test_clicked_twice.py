"""Somebody who clicks again before the answer is there does not act twice."""

from __future__ import annotations

import pytest

import crewlab
from tests.browser.chromium import wait_idle
from tests.browser.conftest import OpenWindow, ToldServer
from tests.browser.test_fast_hands import HeldLine

pytestmark = pytest.mark.browser


def test_run_launches_once_and_leads_to_what_it_launched(told: ToldServer, open_window: OpenWindow):
    """The second click comes from a page that was left already: it makes nothing, and shows no other page."""
    page = open_window()
    with crewlab.open(told.data) as lab:
        line = HeldLine(page)
        page.goto(f"{told.url}/launch?definition=market-brief")
        run = page.get_by_role("button", name="Run", exact=True)
        run.wait_for()
        wait_idle(page)
        before = lab.count_executions()
        line.hold()
        run.click()
        line.wait_for_the_end_of_a_run()
        run.click()
        line.release()
        page.wait_for_url("**/execution?id=*")
        page.get_by_role("heading", name="market-brief").wait_for()
        wait_idle(page)
        (launched, *_) = lab.executions(limit=2)
        assert lab.count_executions() == before + 1
        assert page.url.endswith(launched.execution_id)
