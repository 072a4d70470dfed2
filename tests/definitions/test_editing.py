"""Edits keep a document's references in step and leave the original alone."""

from __future__ import annotations

import copy

import pytest

from crewlab.definitions import editing


@pytest.fixture
def crew():
    """Two agents, two tasks, the second given the first."""
    return editing.new_crew("demo")


def test_an_edit_leaves_the_original_alone(crew):
    """Undo and comparison with the saved version need the old document."""
    before = copy.deepcopy(crew)
    editing.set_value(crew, ("agents", "writer", "role"), "Editor")
    editing.remove_task(crew, 0)
    editing.rename_agent(crew, "writer", "editor")
    assert crew == before


def test_renaming_an_agent_keeps_its_place_and_its_tasks(crew):
    """A rename is not a removal: order, tasks and the manager follow."""
    crew["manager_agent"] = "researcher"
    changed = editing.rename_agent(crew, "researcher", "analyst")
    assert list(changed["agents"]) == ["analyst", "writer"]
    assert changed["tasks"][0]["agent"] == "analyst"
    assert changed["manager_agent"] == "analyst"


def test_renaming_a_task_keeps_what_waits_for_it(crew):
    """Contexts name the task by its new name."""
    assert editing.rename_task(crew, 0, "facts")["tasks"][1]["context"] == ["facts"]


def test_removing_a_task_removes_it_from_contexts(crew):
    """No context names a task that is gone."""
    assert editing.remove_task(crew, 0)["tasks"][0]["context"] == []


def test_removing_an_agent_leaves_its_tasks_without_one(crew):
    """The task stays; the problem list then says that it needs an agent."""
    changed = editing.remove_agent(crew, "writer")
    assert "agent" not in changed["tasks"][1]
    assert "writer" not in changed["agents"]


def test_a_new_task_is_given_the_one_before(crew):
    """The usual next step: a free name, and the previous result as context."""
    task = editing.add_task(crew, "report")["tasks"][-1]
    assert task["name"] == "report_2"
    assert task["context"] == ["report"]


@pytest.mark.parametrize(("index", "by", "order"), [(0, 1, ["report", "research"]), (0, -1, ["research", "report"])])
def test_tasks_move_within_the_list(crew, index, by, order):
    """Moving past an end changes nothing."""
    assert editing.task_names(editing.move_task(crew, index, by)) == order


def test_none_removes_a_field(crew):
    """An emptied optional field is absent, not an empty value."""
    assert "inputs" not in editing.set_value(crew, ("inputs",), None)
    assert editing.set_value(crew, ("memory", "scope"), None) == crew
    assert editing.set_value({"a": {"b": None}}, ("a", "b"), None) == {"a": {}}
    assert editing.set_value({"a": ["b", "c"]}, ("a", 0), None) == {"a": ["c"]}


def test_a_copy_of_a_task_stands_after_it(crew):
    """A duplicate has a name of its own and the same content."""
    changed = editing.duplicate_task(crew, 0)
    assert editing.task_names(changed) == ["research", "research_2", "report"]
    assert changed["tasks"][1]["description"] == crew["tasks"][0]["description"]


@pytest.mark.parametrize("document", [{"agents": []}, {"agents": {"a": 1}}, {"tasks": {}}, {"tasks": ["x"]}])
def test_forms_refuse_shapes_they_cannot_show(document):
    """Such a document can still be edited as text."""
    assert not editing.is_editable(document)


def test_parameters_stay_with_their_kind_of_model():
    """A real model never gets the rehearsal model's latency; another voice keeps it."""
    slow = {"model": "rehearsal/plain", "latency_seconds": 0.5}
    assert editing.with_model(slow, "rehearsal/terse") == {"model": "rehearsal/terse", "latency_seconds": 0.5}
    assert editing.with_model(slow, "openai/gpt-4o-mini") == "openai/gpt-4o-mini"
    assert editing.with_model("openai/gpt-4o-mini", None) is None


def test_a_model_without_parameters_is_text():
    """The document stays as short as a person would write it."""
    assert editing.with_parameters({"model": "openai/x", "temperature": 0}, {}) == "openai/x"
    assert editing.with_parameters("openai/x", {"temperature": 0}) == {"model": "openai/x", "temperature": 0}


def test_a_rename_reaches_conditions():
    """A condition goes on to read the same task."""
    document = {"tasks": [{"name": "a"}, {"name": "b", "condition": "outputs.a != ''"}]}
    assert editing.rename_task(document, 0, "first")["tasks"][1]["condition"] == "outputs.first != ''"
