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
    ("here", "heard", "went"),
    [
        (LAUNCH, 3, [EXECUTION]),
        (LAUNCH, 5, []),
        (("home", {}), 3, []),
        (EXECUTION, 3, []),
    ],
)
def test_what_is_clicked_before_the_new_page_is_seen_leads_there_too(monkeypatch, session, here, heard, went):
    """Not who comes back later, nor who goes somewhere else."""
    session |= {"address.acted": (LAUNCH, 4), "address.drawn": (here, EXECUTION)}
    monkeypatch.setattr(links, "is_unheard", lambda run: heard <= run)
    links.lead_on()
    assert session["went"] == went
