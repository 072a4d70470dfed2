"""Every field of a document: kept as it is written, and refused where its value makes no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.crew import AgentDocument, CrewDocument, LlmDocument, TaskDocument, parse_crew
from crewlab.definitions.models import model_of
from tests.definitions.documents import agent, crew, task

FULL_LLM = {
    "model": "openai/gpt-4o-mini", "temperature": 0.2, "top_p": 0.9, "max_tokens": 300, "stop": ["END"], "seed": 7,
    "timeout": 30, "default_headers": {"x-team": "ops"}, "additional_params": {"user": "u"},
    "x_future": [1, {"a": None}],
}  # fmt: skip
FULL_AGENT: dict[str, Any] = {
    "role": "Analyst", "goal": "Find", "goals": ["Check", "Tell"], "backstory": "b", "description": "ours",
    "llm": FULL_LLM, "max_execution_time": 60, "max_iter": 3, "cache": False, "tool_failure_policy": "raise",
    "use_system_prompt": False, "inject_date": True, "date_format": "%d.%m.%Y", "respect_context_window": False,
    "planning_config": {"reasoning_effort": "low", "plan_prompt": "p", "llm": "rehearsal/plain", "x_new": 1},
    "security_config": {"fingerprint": {"metadata": {"team": "ops"}}}, "x_note": {"kept": True},
}  # fmt: skip
FULL_TASK: dict[str, Any] = {
    "name": "t", "description": "d", "expected_output": "e", "agent": "a", "context": [], "markdown": True,
    "create_directory": False, "output_file": "out/{topic}.md", "guardrails": ["Short"], "guardrail_max_retries": 1,
    "human_input": {"prompt": "Fine?", "x_colour": "red"}, "tool_failure_policy": "warn", "x_days": 2,
}  # fmt: skip
FULL = {
    "name": "full", "process": "sequential", "agents": {"a": FULL_AGENT}, "tasks": [FULL_TASK],
    "inputs": {"topic": "x"},
    "max_rpm": 30, "verbose": True, "llm": "rehearsal/plain", "manager_llm": {"model": "rehearsal/plain", "seed": 2},
    "security_config": {"fingerprint": {"metadata": {}}}, "x_team": "ops",
}  # fmt: skip


def test_a_round_trip_through_the_models_changes_nothing():
    """Known and unknown fields, at every level, come out as they went in; absent ones stay absent."""
    assert parse_crew(FULL).as_written() == FULL


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("agents.researcher.max_execution_time", 0, "1 or more, and it is 0"),
        ("agents.researcher.max_execution_time", "soon", "a whole number"),
        ("agents.researcher.tool_failure_policy", "shout", "no policy 'shout'; choose one of ignore, warn, raise"),
        ("agents.researcher.date_format", "today", "%Y-%m-%d"),
        ("agents.researcher.inject_date", "perhaps", "yes or no"),
        ("agents.researcher.goals", "one", "a list"),
        ("agents.researcher.goals.1", ["a", 2], "text, and it is a number"),
        ("agents.researcher.max_tokens", 0, "1 or more"),
        ("agents.researcher.skills", "folder", "a list"),
        ("agents.researcher.system_template", 3, "text"),
        ("agents.researcher.llm.temperature", 3, "2 or less, and it is 3"),
        ("agents.researcher.llm.top_p", -0.5, "0 or more"),
        ("agents.researcher.llm.timeout", 0, "more than 0"),
        ("agents.researcher.llm.stop", 4, "text or a list of texts"),
        ("agents.researcher.llm.default_headers", ["x"], "an object"),
        ("agents.researcher.llm.api", "telepathy", "completions, responses"),
        ("agents.researcher.planning_config.step_timeout", -1, "1 or more"),
        ("agents.researcher.security_config", "none", "an object"),
        ("tasks.facts.input_files", ["a.png"], "an object"),
        ("tasks.facts.create_directory", 7, "yes or no"),
        ("tasks.facts.tool_failure_policy", 1, "text"),
        ("tasks.facts.guardrail_max_retries", -1, "0 or more"),
        ("max_rpm", 0, "1 or more"),
        ("prompt_file", 5, "text"),
        ("chat_llm", 5, "text or an object"),
        ("checkpoint", "sometimes", "yes or no"),
        ("output_log_file", 5, "yes or no"),
    ],
)
def test_a_wrong_value_is_an_error_at_its_place(path: str, value: Any, says: str):
    """It says what belongs there, and what is there."""
    problems = check(with_value(path, value))
    found = [problem for problem in problems if problem.id == "field.type"]
    assert [problem.where for problem in found] == [path]
    assert says in found[0].what
    assert found[0].severity == "error"


@pytest.mark.parametrize("field", ["function_calling_llm", "max_reasoning_attempts", "code_execution_mode"])
def test_a_field_that_crewai_gave_up_is_a_warning_with_what_to_use(field: str):
    """It is kept, does nothing, and is not called unknown."""
    problems = check(crew(agents={"researcher": agent(**{field: "safe"}), "writer": agent()}))
    [found] = [problem for problem in problems if problem.where == f"agents.researcher.{field}"]
    assert (found.id, found.severity) == ("field.deprecated", "warning")
    assert found.hint


def test_parameters_of_a_model_are_those_that_are_written():
    """A field that nobody set reaches no provider."""
    assert model_of(LlmDocument(model="gpt-4o", temperature=0)).parameters == {"temperature": 0}


def test_fields_beside_a_config_win():
    """As in crewAI: `config` fills in what an agent or a task does not say itself."""
    who = {"backstory": "b", "goal": None, "config": {"role": "Clerk", "goal": "Count", "backstory": "other", "x_y": 1}}
    parsed = parse_crew(crew(agents={"researcher": who}, tasks=[task("a", config={"markdown": True, "name": "b"})]))
    found = parsed.agents["researcher"]
    assert (found.role, found.goal, found.backstory, found.model_extra) == ("Clerk", "Count", "b", {"x_y": 1})
    assert (parsed.tasks[0].name, parsed.tasks[0].markdown) == ("a", True)


@pytest.mark.parametrize("as_text", [False, True], ids=["object", "json"])
def test_a_config_of_the_crew_brings_agents_and_tasks(as_text: bool):
    """There, a task names its agent by role."""
    config: Any = {
        "process": "hierarchical",
        "agents": [{"role": "Clerk", "goal": "g", "backstory": "b"}],
        "tasks": [{"description": "d", "expected_output": "e", "agent": "Clerk"}],
    }
    if as_text:
        config = json.dumps(config)
    parsed = parse_crew({"name": "old", "process": "sequential", "config": config})
    assert (list(parsed.agents), parsed.tasks[0].agent, parsed.process) == (["Clerk"], "Clerk", "hierarchical")


def test_a_config_that_is_none_is_an_error():
    """Half of one says nothing about the crew."""
    problems = check(crew(config={"agents": []}))
    assert ("crew.config", "config") in [(problem.id, problem.where) for problem in problems]


def test_a_config_in_json_may_not_be_nested_without_end():
    """The limit of a document holds within its texts, too."""
    deep = "[" * 200 + "]" * 200
    config = f'{{"agents": [{{"role": "r", "memory": {deep}}}], "tasks": [{{"description": "d"}}]}}'
    assert "crew.config" in [problem.id for problem in check({"name": "deep", "config": config})]


def test_models_know_their_fields_by_name():
    """Typing them is what editors and readers get from this."""
    assert {"tool_failure_policy", "skills", "prompt_file"} <= CrewDocument.model_fields.keys()
    assert {"goals", "description", "inject_date", "max_execution_time"} <= AgentDocument.model_fields.keys()
    assert {"input_files", "create_directory", "converter_cls"} <= TaskDocument.model_fields.keys()


def with_value(path: str, value: Any) -> dict[str, Any]:
    """A crew without problems, with one value at a path; a list in place of an item stands for the whole list."""
    document = crew(agents={"researcher": agent(llm={"model": "rehearsal/plain"}), "writer": agent()})
    steps = path.split(".")
    place: Any = document
    if steps[0] == "tasks":
        place, steps = document["tasks"][0], steps[2:]
    if steps[-1].isdigit():
        steps = steps[:-1]
    for step in steps[:-1]:
        place = place.setdefault(step, {})
    place[steps[-1]] = value
    return document
