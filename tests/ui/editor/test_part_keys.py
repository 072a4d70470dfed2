"""Keys of widgets that stay with what they belong to."""

from __future__ import annotations

import pytest
import streamlit as st

from crewlab.definitions import editing
from crewlab.ui.editor.part_keys import keep_keys, key_of, see

CREW = {"agents": {"digger": {}, "writer": {}}, "tasks": [{"name": "find"}, {"name": "weigh"}]}


@pytest.fixture(autouse=True)
def _clear():
    st.session_state.clear()
    yield
    st.session_state.clear()


def task_keys(document):
    see("draft", document)
    return [key_of("draft", ("tasks", index, "name")) for index in range(len(document["tasks"]))]


def test_a_task_keeps_its_keys_when_it_is_moved():
    """And a new one gets none that another had."""
    assert task_keys(CREW) == ["definition.tasks.0.name", "definition.tasks.1.name"]
    assert task_keys(editing.move_task(CREW, 0, 1)) == ["definition.tasks.1.name", "definition.tasks.0.name"]
    rest = editing.remove_task(CREW, 0)
    assert task_keys(rest) == ["definition.tasks.1.name"]
    assert task_keys(editing.add_task(rest)) == ["definition.tasks.1.name", "definition.tasks.1~2.name"]


def test_an_agent_keeps_its_keys_when_it_is_renamed():
    """And another that gets its old name has its own."""
    see("draft", CREW)
    renamed = editing.rename_agent(CREW, "digger", "finder")
    see("draft", renamed)
    assert key_of("draft", ("agents", "finder", "role")) == "definition.agents.digger.role"
    see("draft", editing.add_agent(renamed, "digger"))
    assert key_of("draft", ("agents", "digger", "role")) == "definition.agents.digger~2.role"


def test_no_two_drafts_share_a_key():
    """A draft that is saved for the first time keeps its own."""
    see("draft", CREW)
    assert key_of("other", ("name",)) == "definition~2.name"
    keep_keys("draft", "saved")
    assert key_of("saved", ("name",)) == "definition.name"
    assert key_of("draft", ("name",)) == "definition~3.name"
