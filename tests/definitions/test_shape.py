"""crewAI's other spellings of a crew come to one shape."""

from __future__ import annotations

from crewlab.definitions.shape import in_crew_shape


def test_agents_may_be_a_list():
    """By `name`, or as objects with one key."""
    shaped = in_crew_shape({"agents": [{"name": "a", "role": "r"}, {"b": {"role": "s"}}]})
    assert shaped["agents"] == {"a": {"role": "r"}, "b": {"role": "s"}}


def test_a_list_of_agents_with_one_name_twice_is_left_for_the_checks():
    """Nobody is dropped silently."""
    agents = [{"name": "a", "role": "r"}, {"name": "a", "role": "s"}]
    assert in_crew_shape({"agents": agents})["agents"] == agents


def test_settings_of_an_agent_are_its_fields():
    """They win over a field beside the block, as when crewAI loads a project."""
    shaped = in_crew_shape({"agents": {"a": {"role": "r", "settings": {"role": "x", "llm": "m"}}}})
    assert shaped["agents"]["a"] == {"role": "x", "llm": "m"}


def test_tasks_may_be_an_object_or_have_no_name():
    """Names come from the keys, or are counted."""
    assert in_crew_shape({"tasks": {"a": {"description": "d"}}})["tasks"] == [{"name": "a", "description": "d"}]
    assert in_crew_shape({"tasks": [{}, {"name": "b"}]})["tasks"] == [{"name": "task_1"}, {"name": "b"}]


def test_the_document_given_is_not_changed():
    """A version that is stored stays what it is."""
    document = {"agents": {"a": {"settings": {"llm": "m"}}}, "tasks": [{}]}
    in_crew_shape(document)
    assert document == {"agents": {"a": {"settings": {"llm": "m"}}}, "tasks": [{}]}


def test_a_tool_is_named_as_in_the_catalogue():
    """crewAI writes where its class is; what is no text is left as it is."""
    tools = ["crewai_tools:FileReadTool", "own", {"name": "x"}]
    document = {"agents": {"a": {"role": "r", "tools": tools}}, "tasks": [{"name": "t", "tools": tools}]}
    shaped = in_crew_shape(document)
    assert shaped["agents"]["a"]["tools"] == shaped["tasks"][0]["tools"] == ["FileReadTool", "own", {"name": "x"}]
    assert document["agents"]["a"]["tools"] == tools
