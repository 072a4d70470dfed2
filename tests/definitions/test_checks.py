"""Every rule of crews is found before a run, at its place, with a hint."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.checks import RULES, check, errors_of
from crewlab.definitions.known import Known
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.overlay import Overlay
from crewlab.definitions.rules.subject import Rule, Subject
from tests.definitions.documents import agent, crew, task

KNOWN = Known(
    tools=frozenset({"FileReadTool"}),
    keys=frozenset(),
    providers=frozenset({"rehearsal", "openai", "ollama"}),
    priced_models=frozenset({"gpt-4o-mini"}),
    secrets=frozenset({"OPENAI_API_KEY"}),
    profiles={"fast": ModelProfile(name="fast", model="rehearsal/terse")},
)
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


def with_agent(**changes: Any) -> dict[str, Any]:
    return crew(agents={"researcher": agent(**changes), "writer": agent()})


def with_task(**changes: Any) -> dict[str, Any]:
    return crew(tasks=[task("facts"), task("figures"), {**task("report", "writer"), **changes}])


def hierarchical(**changes: Any) -> dict[str, Any]:
    return crew(process="hierarchical", **changes)


BROKEN = [
    (crew(name=" "), "crew.name.missing", "name"),
    (crew(name="market\nbrief"), "crew.name.unusable", "name"),
    (crew(name="x" * 201), "crew.name.unusable", "name"),
    (crew(name="brief@1"), "crew.name.unusable", "name"),
    (crew(name=7), "field.type", "name"),
    (crew(agents={}), "crew.agents.missing", "agents"),
    (crew(tasks=[]), "crew.tasks.missing", "tasks"),
    ({"schema": "crewai.flow/v1", "methods": {}}, "flow.steps.missing", "methods"),
    (with_agent(llm={"temperature": 0.1}), "llm.missing", "agents.researcher.llm"),
    (crew(agents=["researcher", "writer"]), "crew.agents.files", "agents"),
    (crew(config={"agents": []}), "crew.config", "config"),
    (crew(trained_agents_file="../x.pkl"), "crew.file.unsafe", "trained_agents_file"),
    (with_task(converter_cls="mine"), "code.callback", "tasks.report.converter_cls"),
    (crew(process="swarm"), "crew.process.unknown", "process"),
    (crew(process=["parallel"]), "crew.process.unknown", "process"),
    (crew(agents={"object": agent(role=5)}), "field.type", "agents.object.role"),
    (with_agent(tools=[{"name": "x"}]), "code.refused", "agents.researcher.tools"),
    (with_agent(tools=[["x"]]), "field.type", "agents.researcher.tools.0"),
    (with_agent(llm={"model": 5}), "field.type", "agents.researcher.llm.model"),
    (with_agent(role=""), "agent.role.missing", "agents.researcher.role"),
    (with_agent(goal=None), "agent.goal.missing", "agents.researcher.goal"),
    (with_agent(backstory="  "), "agent.backstory.missing", "agents.researcher.backstory"),
    (with_agent(role=["x"]), "field.type", "agents.researcher.role"),
    (with_agent(tools="FileReadTool"), "field.type", "agents.researcher.tools"),
    (with_agent(tools=["RunShellTool"]), "agent.tools.unknown", "agents.researcher.tools"),
    (crew(output_log_file="\ud800"), "task.output_file.unsafe", "output_log_file"),
    (with_agent(response_template="<r>"), "template.response", "agents.researcher.response_template"),
    (with_agent(response_template="{{ .Response }} "), "template.response", "agents.researcher.response_template"),
    (with_agent(max_iter=0), "field.type", "agents.researcher.max_iter"),
    (with_agent(max_rpm=0), "field.type", "agents.researcher.max_rpm"),
    (with_agent(reasoning=True), "field.deprecated", "agents.researcher.reasoning"),
    (with_agent(planning="often"), "field.type", "agents.researcher.planning"),
    (with_agent(planning_config="low"), "field.type", "agents.researcher.planning_config"),
    (
        with_agent(planning_config={"reasoning_effort": "extreme"}),
        "field.type",
        "agents.researcher.planning_config.reasoning_effort",
    ),
    (with_agent(planning_config={"max_steps": 0}), "field.type", "agents.researcher.planning_config.max_steps"),
    (
        with_agent(planning_config={"llm": "gpt-4o-mini"}),
        "llm.key.missing",
        "agents.researcher.planning_config.llm",
    ),
    (crew(max_rpm="many"), "field.type", "max_rpm"),
    (crew(executor="theirs"), "field.type", "executor"),
    (with_agent(llm=[1]), "field.type", "agents.researcher.llm"),
    (with_agent(llm={"temperature": 1}), "llm.missing", "agents.researcher.llm"),
    (with_agent(llm="groq/llama-3"), "llm.unknown", "agents.researcher.llm"),
    (with_agent(llm="openai/my-own"), "llm.unknown", "agents.researcher.llm"),
    (with_agent(llm="claude-sonnet-4-5"), "llm.package.missing", "agents.researcher.llm"),
    (with_agent(llm="gpt-4o-mini"), "llm.key.missing", "agents.researcher.llm"),
    (with_agent(llm="rehearsal/loud"), "llm.rehearsal.voice", "agents.researcher.llm"),
    (
        with_agent(llm={"model": "rehearsal/plain", "latency_seconds": "abc"}),
        "llm.rehearsal.parameter",
        "agents.researcher.llm.latency_seconds",
    ),
    (
        with_agent(llm={"model": "rehearsal/plain", "error_rate": 7}),
        "llm.rehearsal.parameter",
        "agents.researcher.llm.error_rate",
    ),
    (with_agent(llm="fsat"), "llm.profile.unknown", "agents.researcher.llm"),
    (
        with_agent(llm={"model": "gpt-4o-mini", "api_key": "sk-1"}),
        "llm.api_key.written",
        "agents.researcher.llm.api_key",
    ),
    (with_agent(llm={"model": "gpt-4o", "api_key": "${secret:NO}"}), "secret.unknown", "agents.researcher.llm"),
    (with_agent(mcps=["weather"]), "agent.mcps.unknown", "agents.researcher.mcps"),
    (crew(memory="yes"), "memory.invalid", "memory"),
    (
        with_agent(knowledge_config={"results_limit": 0}),
        "knowledge.config.invalid",
        "agents.researcher.knowledge_config.results_limit",
    ),
    (crew(embedder={"provider": "x"}), "embedder.invalid", "embedder.provider"),
    (crew(knowledge_sources=[{"x": 1}]), "knowledge.source.invalid", "knowledge_sources.0.x"),
    (crew(planning=True, planning_llm="groq/x"), "llm.unknown", "planning_llm"),
    (crew(before_kickoff_callbacks=[{"python": "a.b"}]), "code.refused", "before_kickoff_callbacks"),
    (with_task(name=""), "task.name.missing", "tasks.task_3.name"),
    (with_task(name="facts"), "task.name.duplicate", "tasks.facts.name"),
    (with_task(description=""), "task.description.missing", "tasks.report.description"),
    (with_task(expected_output=None), "task.expected_output.missing", "tasks.report.expected_output"),
    (with_task(description=3), "field.type", "tasks.report.description"),
    (with_task(agent="nobody"), "task.agent.unknown", "tasks.report.agent"),
    (with_task(agent=None), "task.agent.missing", "tasks.report.agent"),
    (with_task(tools=["nothing"]), "task.tools.unknown", "tasks.report.tools"),
    (with_task(context=["nothing"]), "task.context.unknown", "tasks.report.context"),
    (with_task(context=["report"]), "task.context.self", "tasks.report.context"),
    (with_task(context="facts"), "field.type", "tasks.report.context"),
    (with_task(output_json=OBJECT, output_pydantic=OBJECT), "task.output.both", "tasks.report.output_json"),
    (with_task(output_json={"type": "objekt"}), "task.output_json.invalid", "tasks.report.output_json"),
    (with_task(output_json={"type": "array"}), "task.output_json.invalid", "tasks.report.output_json"),
    (
        with_task(output_json={**OBJECT, "properties": {"a": {"$ref": "#/$defs/b"}}}),
        "task.output_json.invalid",
        "tasks.report.output_json",
    ),
    (with_task(output_json={"python": "os.system"}), "code.refused", "tasks.report.output_json"),
    (with_task(guardrail={"python": "os.system"}), "code.refused", "tasks.report.guardrail"),
    (with_task(tools=[{"tool_type": "subprocess.Popen"}]), "code.refused", "tasks.report.tools"),
    (with_task(human_input="perhaps"), "field.type", "tasks.report.human_input"),
    (with_task(human_input={"timeout_seconds": 0}), "field.type", "tasks.report.human_input.timeout_seconds"),
    (
        with_task(human_input={"timeout_seconds": 5, "on_timeout": "acept"}),
        "task.person.timeout",
        "tasks.report.human_input.on_timeout",
    ),
    (
        with_task(human_input={"timeout_seconds": 5, "on_timeout": "feedback"}),
        "task.person.feedback",
        "tasks.report.human_input.feedback",
    ),
    (with_agent(skills=["../skills"]), "file.unsafe", "agents.researcher.skills.0"),
    (with_agent(skills=["---\nname: &a x\nb: *a\n---\nz"]), "skill.text", "agents.researcher.skills.0"),
    (with_agent(skills=["---x/../../up"]), "file.unsafe", "agents.researcher.skills.0"),
    (with_agent(skills=[{"name": "brew"}]), "skill.text", "agents.researcher.skills.0"),
    (with_agent(skills=["@acme/brew"]), "skill.remote", "agents.researcher.skills.0"),
    (with_agent(skills=["---\nname: brew"]), "skill.text", "agents.researcher.skills.0"),
    (with_task(input_files={"notes": "/etc/passwd"}), "file.unsafe", "tasks.report.input_files.notes"),
    (with_task(input_files={"notes": 5}), "file.unsafe", "tasks.report.input_files.notes"),
    (crew(output_log_file="/var/log/x"), "task.output_file.unsafe", "output_log_file"),
    (with_agent(mcps=[{"command": "rm"}]), "mcp.written", "agents.researcher.mcps.0"),
    (with_task(type="SpecialTask"), "type.unknown", "tasks.report.type"),
    (with_task(type="ConditionalTask"), "task.condition.missing", "tasks.report.condition"),
    (
        with_task(type="ConditionalTask", condition={"python": "conds.always"}),
        "task.condition.code",
        "tasks.report.condition",
    ),
    (with_task(condition={"cel": "true"}), "task.condition.invalid", "tasks.report.condition"),
    (with_task(condition="outputs.facts =="), "task.condition.invalid", "tasks.report.condition"),
    (with_task(condition="topic == 'x'"), "task.condition.invalid", "tasks.report.condition"),
    (with_task(condition="outputs.nothing == ''"), "task.condition.unknown", "tasks.report.condition"),
    (with_task(condition="outputs.report == ''"), "task.condition.self", "tasks.report.condition"),
    (with_task(condition="outputs.facts.json.a == 1"), "task.condition.text", "tasks.report.condition"),
    (
        crew(tasks=[task("a", condition="outputs.b == ''"), task("b", "writer")]),
        "task.condition.later",
        "tasks.a.condition",
    ),
    (
        crew(
            process="parallel",
            tasks=[task("a", context=["b"]), task("b", "writer", context=[], condition="outputs.a == ''")],
        ),
        "task.context.cycle",
        "tasks.a.context",
    ),
    (with_task(response_model={"type": "array"}), "task.output_json.invalid", "tasks.report.response_model"),
    (with_task(callback="module:function"), "code.callback", "tasks.report.callback"),
    (with_task(callback={"python": "module:function"}), "code.refused", "tasks.report.callback"),
    (with_task(output_file="../x.md"), "task.output_file.unsafe", "tasks.report.output_file"),
    (with_task(output_file="/etc/passwd"), "task.output_file.unsafe", "tasks.report.output_file"),
    (with_task(output_file="~/x.md"), "task.output_file.unsafe", "tasks.report.output_file"),
    (with_task(output_file="C:\\x.md"), "task.output_file.unsafe", "tasks.report.output_file"),
    (
        with_agent(checkpoint={"location": "../here"}),
        "checkpoint.location.unsafe",
        "agents.researcher.checkpoint.location",
    ),
    (crew(checkpoint={"provider": {"provider_type": "s3"}}), "checkpoint.provider.unknown", "checkpoint.provider"),
    (with_task(output_file="a;b"), "task.output_file.unsafe", "tasks.report.output_file"),
    (with_task(guardrail_max_retries=-1), "field.type", "tasks.report.guardrail_max_retries"),
    (
        crew(process="parallel", tasks=[task("a", context=["b"]), task("b", "writer", context=["a"])]),
        "task.context.cycle",
        "tasks.a.context",
    ),
    (hierarchical(), "crew.manager.missing", "manager_llm"),
    (hierarchical(manager_agent="boss"), "crew.manager.unknown", "manager_agent"),
    (hierarchical(manager_agent="writer"), "task.agent.manager", "tasks.report.agent"),
    (hierarchical(manager_agent={"role": "Boss"}), "agent.goal.missing", "manager_agent.goal"),
    (hierarchical(manager_llm="groq/x"), "llm.unknown", "manager_llm"),
]


@pytest.mark.parametrize(("document", "rule", "where"), BROKEN, ids=[f"{rule}-{where}" for _, rule, where in BROKEN])
def test_a_broken_rule_is_an_error_at_its_place(document: dict[str, Any], rule: str, where: str):
    """What would fail in a run is an error before it, where it can be corrected, and says how."""
    found = {(problem.id, problem.where): problem for problem in errors_of(check(document, KNOWN))}
    assert (rule, where) in found
    assert found[rule, where].hint
    assert found[rule, where].what.endswith(".")


WARNED = [
    (with_agent(system_template="{{ .System }}"), "template.alone", "agents.researcher.system_template"),
    (
        with_agent(system_template="{{ .System }}", prompt_template="Do it."),
        "template.mark",
        "agents.researcher.prompt_template",
    ),
    (
        with_agent(llm={"model": "gpt-4o", "api_key": "${secret:OPENAI_API_KEY}", "base_url": "https://x.example"}),
        "llm.key.foreign_host",
        "agents.researcher.llm.base_url",
    ),
    (
        with_agent(llm={"model": "openai/own", "base_url": "http://127.0.0.1:1/v1", "temprature": 1}),
        "llm.parameter.unknown",
        "agents.researcher.llm.temprature",
    ),
    (
        {**with_task(async_execution=True), "process": "hierarchical", "manager_llm": "rehearsal/plain"},
        "task.async.hierarchical",
        "tasks.report.async_execution",
    ),
    (crew(tracing=True), "not.supported", "tracing"),
    (with_agent(mcps=["https://x.example/mcp"]), "mcp.address", "agents.researcher.mcps.0"),
    (with_agent(checkpoint={"on_events": ["*"]}, planning=True), "checkpoint.within", "agents.researcher.planning"),
    (crew(checkpoint={"on_events": ["tool_usage_finished"]}, executor="crewai"), "checkpoint.within", "executor"),
    (crew(checkpoint={"restore_from": "a.json"}), "checkpoint.restore", "checkpoint.restore_from"),
    (
        crew(checkpoint={"on_events": ["task_completed", "memory_save_completed"]}),
        "checkpoint.events",
        "checkpoint.on_events",
    ),
    (
        with_agent(llm={"model": "openai/own", "base_url": "http://127.0.0.1:1/v1", "prefer_upload": True}),
        "llm.parameter.upload",
        "agents.researcher.llm.prefer_upload",
    ),
    (crew(tasks=[task("a", condition='inputs.topic == "x"')]), "crew.conditional.only", "tasks"),
    (crew(manager_llm="rehearsal/plain"), "crew.manager.unused", "manager_llm"),
    (crew(agents={"researcher": agent(), "writer": agent(), "idle": agent()}), "agent.idle", "agents.idle"),
    (crew(inputs={"topik": "x"}), "inputs.unused", "inputs.topik"),
    (with_task(expected_ouput="x"), "field.unknown", "tasks.report.expected_ouput"),
    (with_task(human_input={"timeout": 5}), "field.unknown", "tasks.report.human_input.timeout"),
    (with_task(human_input={"on_timeout": "accept"}), "task.person.timeout", "tasks.report.human_input.on_timeout"),
    (with_task(human_input={"feedback": "More."}), "task.person.feedback", "tasks.report.human_input.feedback"),
    (with_task(context=["facts", "facts"]), "task.context.duplicate", "tasks.report.context"),
    (with_task(guardrail="Names {topic}"), "task.guardrail.placeholder", "tasks.report.guardrail"),
    (with_agent(llm="ollama/llama3"), "llm.unpriced", "agents.researcher.llm"),
    (
        crew(process="parallel", tasks=[task("facts"), task("report", "writer")]),
        "crew.parallel.nothing",
        "process",
    ),
]


@pytest.mark.parametrize(("document", "rule", "where"), WARNED, ids=[f"{rule}-{where}" for _, rule, where in WARNED])
def test_what_is_harmless_is_a_warning(document: dict[str, Any], rule: str, where: str):
    """What runs, but probably not as meant, is said without standing in the way."""
    problems = check(document, KNOWN)
    assert (rule, where, "warning") in {(problem.id, problem.where, problem.severity) for problem in problems}
    assert not errors_of(problems)


@pytest.mark.parametrize(
    ("field", "value", "instead"),
    [("tracing", True, "CREWLAB_OTLP_ENDPOINT")],
)
def test_what_is_done_another_way_names_it(field: str, value: Any, instead: str):
    """A field that is left out although the thing can be had says how to have it."""
    hints = {problem.where: problem.hint for problem in check(crew(**{field: value}), KNOWN)}
    assert instead in hints[field]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken_somewhere_here(rule: Rule):
    """No rule is in the list that these tests never see at work."""
    documents = [document for document, _, _ in BROKEN + WARNED]
    assert any(list(rule(Subject(document, KNOWN))) for document in documents)


def test_a_sound_crew_has_no_problems():
    """Nothing is reported that is not wrong."""
    assert check(crew(), KNOWN) == []


@pytest.mark.parametrize("process", ["swarm", ["parallel"], 5])
def test_an_unknown_process_is_said_once(process: Any):
    """By its own rule, not by the one about types as well."""
    assert [problem.id for problem in check(crew(process=process), KNOWN)] == ["crew.process.unknown"]


def test_a_later_task_may_be_read_only_in_parallel():
    """In a parallel crew order comes from the contexts, in the others from the list."""
    tasks = [task("report", "writer", context=["facts"]), task("facts", context=[])]
    assert [problem.id for problem in errors_of(check(crew(tasks=tasks)))] == ["task.context.later"]
    assert errors_of(check(crew(tasks=tasks, process="parallel"))) == []


def test_a_cycle_is_shown_as_a_path():
    """Who waits for whom can be read from the message."""
    tasks = [task("a", context=["c"]), task("b", context=["a"]), task("c", "writer", context=["b"])]
    (problem,) = errors_of(check(crew(tasks=tasks, process="parallel")))
    assert problem.id == "task.context.cycle"
    assert "a -> c -> b -> a" in problem.what


def test_a_missing_context_counts_in_a_cycle():
    """A task without a context reads all before it, so an earlier one that reads it waits for ever."""
    tasks = [task("a", context=["b"]), task("b", "writer")]
    assert [problem.id for problem in errors_of(check(crew(tasks=tasks, process="parallel")))] == ["task.context.cycle"]


def test_a_long_chain_of_tasks_is_checked():
    """No number of tasks is too deep for the search for cycles."""
    tasks = [task(f"t{number}", context=[f"t{number + 1}"]) for number in range(2000)]
    tasks.append(task("t2000", "writer", context=[]))
    assert errors_of(check(crew(tasks=tasks, process="parallel"))) == []


def test_a_model_chosen_at_launch_stands_for_all():
    """Models that a launch overrides need no key, and the chosen one is what counts."""
    document = with_agent(llm="gpt-4o-mini")
    assert check(document, KNOWN, llm="rehearsal/plain") == []
    assert [problem.where for problem in errors_of(check(crew(), KNOWN, llm="gpt-4o-mini"))] == ["llm"]


def test_a_profile_is_checked_as_what_it_says():
    """An agent, the crew and a launch may name one; a name that is nearly right is told what was meant."""
    assert check(with_agent(llm="fast"), KNOWN) == []
    assert check(with_agent(llm={"model": "fast", "latency_seconds": 1}), KNOWN) == []
    assert check(crew(), KNOWN, llm=Overlay(llms={"writer": "fast"})) == []
    [problem] = errors_of(check(with_agent(llm="fsat"), KNOWN))
    assert "Did you mean fast?" in problem.hint
    slow = {"fast": ModelProfile(name="fast", model="gpt-4o-mini", api_key="${secret:GONE}")}
    found = check(with_agent(llm="fast"), replace(KNOWN, profiles=slow))
    assert [(problem.id, problem.where) for problem in errors_of(found)] == [
        ("secret.unknown", "agents.researcher.llm")
    ]


def test_a_launch_may_give_each_agent_a_model():
    """The agent's own choice is what counts, and what it replaces is not looked at."""
    document = with_agent(llm="gpt-4o-mini")
    assert check(document, KNOWN, llm=Overlay(llms={"researcher": "rehearsal/plain"})) == []
    found = errors_of(check(document, KNOWN, llm=Overlay("rehearsal/plain", {"writer": "gpt-4o-mini"})))
    assert [(problem.id, problem.where) for problem in found] == [("llm.key.missing", "llms.writer")]


def test_a_model_of_ones_own_server_needs_no_key():
    """`openai/anything` with a base URL runs without a key."""
    document = with_agent(llm={"model": "openai/my-own", "base_url": "http://127.0.0.1:1/v1"})
    assert errors_of(check(document, KNOWN)) == []


def test_any_of_a_providers_keys_will_do():
    """Gemini reads two variables."""
    known = Known(keys=frozenset({"GOOGLE_API_KEY"}))
    assert errors_of(check(with_agent(llm="gemini/gemini-2.5-flash"), known)) == []


def test_agents_as_a_list_and_tasks_without_names_are_fine():
    """crewAI's other spellings are no problems."""
    tasks = [{key: value for key, value in task("x").items() if key != "name"}]
    assert errors_of(check(crew(agents=[{"name": "researcher", **agent()}], tasks=tasks))) == []


@pytest.mark.parametrize("levels", [40, 3000])
def test_no_depth_is_too_much(levels: int):
    """A deep schema is refused as a schema, a bottomless document as a document; neither is followed."""
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    inner = schema
    for _ in range(levels // 2):
        inner["properties"] = {"a": {"type": "object", "properties": {}}}
        inner = inner["properties"]["a"]
    rule = "task.output_json.invalid" if levels < 64 else "document.type"
    assert rule in {problem.id for problem in check(with_task(output_json=schema))}


def test_a_circle_is_refused():
    """A list that holds itself comes from a notebook, not from JSON."""
    circle: list[Any] = []
    circle += [circle, circle]
    assert [problem.id for problem in check(crew(x=circle))] == ["document.type"]


def test_objects_of_a_notebook_are_taken_as_json_would():
    """Tuples are lists, numbers as keys are text, dates are text."""
    document = crew(tasks=(task("a"), task("b", "writer")), x={1: date(2025, 1, 1)})
    assert errors_of(check(document)) == []


ANY_TEXT = st.text(st.characters(), max_size=6)  # half surrogates too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["facts", "report", "writer", "", "researcher", "{topic}", "\ud800"])
FIELDS = st.sampled_from(
    [
        "name",
        "description",
        "expected_output",
        "agent",
        "context",
        "tools",
        "output_json",
        "output_file",
        "guardrail",
        "guardrails",
        "llm",
        "role",
        "goal",
        "backstory",
        "memory",
        "type",
        "async_execution",
        "settings",
        "max_iter",
        "$ref",
        "python",
    ]
)
LOOSE = st.dictionaries(FIELDS, JSON | NAMES | st.lists(NAMES, max_size=3) | st.just(OBJECT), max_size=8)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "name": JSON,
        "process": st.sampled_from(["parallel", "hierarchical", "sequential"]) | JSON,
        "agents": st.dictionaries(NAMES, LOOSE | JSON, max_size=3) | st.lists(LOOSE | JSON, max_size=3) | JSON,
        "tasks": st.lists(LOOSE | JSON, max_size=4) | st.dictionaries(NAMES, LOOSE | JSON, max_size=3) | JSON,
        "inputs": JSON,
        "llm": JSON | LOOSE,
        "manager_llm": JSON,
        "manager_agent": JSON | NAMES | LOOSE,
        "planning": JSON,
    },
)


@given(document=DOCUMENTS | JSON, llm=st.none() | JSON)
@settings(max_examples=300)
def test_nothing_is_raised_for_any_document(document: Any, llm: Any):
    """Whatever was typed or imported, the answer is a list of problems."""
    for problem in check(document, KNOWN, llm=llm):
        assert problem.what


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FileReaderTool", "Did you mean 'FileReadTool'?"),
        ("FireTool", "Make one of that name under Library > Tools, or take it out."),
    ],
)
def test_a_tool_that_is_not_there_is_asked_for_only_where_one_is_called_alike(name, hint):
    """Most names of tools end alike, which says nothing."""
    (problem,) = [each for each in check(with_agent(tools=[name]), KNOWN) if each.id == "agent.tools.unknown"]
    assert problem.hint == hint
