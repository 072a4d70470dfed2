"""Leaving a page: what the browser sends from the page before leads on."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.ui import links

LAUNCH, EXECUTION = ("launch", {}), ("execution", {"id": "one"})


@pytest.fixture
def session(monkeypatch) -> dict[str, Any]:
    """A session that was led from Launch to an execution; where it is led now is its `went`."""
    state: dict[str, Any] = {"address.left_for": EXECUTION, "address.drawn": (EXECUTION, LAUNCH), "went": []}
    state["address.script"] = "execution"
    monkeypatch.setattr(links, "remembered", lambda key, default=None: state.get(key, default))
    monkeypatch.setattr(links, "go", lambda page, **query: state["went"].append((page, query)))
    return state


@pytest.mark.parametrize(("sent_from", "went"), [("launch", [EXECUTION]), ("execution", [])])
def test_a_part_that_is_redrawn_for_a_page_that_was_left_leads_after_it(monkeypatch, session, sent_from, went):
    """The browser had not heard yet; without this it went on to show neither page."""
    monkeypatch.setattr(links, "_script_of_page", lambda: sent_from)
    links.lead_after()
    assert session["went"] == went


@pytest.mark.parametrize(
    ("drawn", "went"),
    [
        ((LAUNCH, EXECUTION), [EXECUTION]),
        ((LAUNCH, LAUNCH), []),
        ((LAUNCH, ("home", {})), []),
        ((("execution", {"id": "two"}), EXECUTION), [EXECUTION]),
    ],
)
def test_a_second_click_leads_where_the_first_one_led(session, drawn, went):
    """Only one that was sent before anybody saw the page it led to."""
    session["address.drawn"] = drawn
    links.lead_on()
    assert session["went"] == went
