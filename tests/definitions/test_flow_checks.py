"""The check of flows: each rule, where it points to, and what stays unchecked where nothing is known."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crewlab.definitions import checks, flow_checks
from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.known import Known, KnownDefinitions
from crewlab.definitions.version import DefinitionVersion
from tests.definitions.flow_documents import CREW, FLOW, KNOWN, expression, found


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    flow = copy.deepcopy(FLOW)
    change(flow)
    return flow


def at(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Write `value` at a dotted path; `...` removes what is there."""

    def change(flow: dict[str, Any]) -> None:
        *before, last = path.split(".")
        place: Any = flow
        for part in before:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if value is ...:
            del place[last]
        else:
            place[last] = value

    return change


def test_a_flow_with_every_kind_of_step_has_no_problems():
    """Crew, nested flow, agent, tool, expression, each, router, people, error outcome, joins of both kinds."""
    assert check(FLOW, KNOWN) == []


M = "methods."
CASES = [
    ("name", ..., "flow.name.missing", "name"),
    ("name", "a\nflow", "flow.name.unusable", "name"),
    ("schema", "crewai.flow/v9", "flow.schema.unknown", "schema"),
    ("methods", {}, "flow.steps.missing", "methods"),
    ("methods", [1], "field.type", "methods"),
    (M + "end", 7, "field.type", M + "end"),
    (M + "a b", {"start": True, "do": expression()}, "flow.step.name", M + "a b"),
    (M + "end.listen", ..., "flow.step.idle", M + "end"),
    (M + "end.do", ..., "flow.field.missing", M + "end.do"),
    (M + "end.do", {"call": "dance"}, "field.type", M + "end.do"),
    (M + "end.timeout_seconds", -1, "field.type", M + "end.timeout_seconds"),
    (M + "end.timeout_seconds", True, "field.type", M + "end.timeout_seconds"),
    (M + "rows.do.concurrency", True, "field.type", M + "rows.do.concurrency"),
    (M + "research.do.version", True, "field.type", M + "research.do.version"),
    (M + "research.do.version", "new", "field.type", M + "research.do.version"),
    (M + "end.listn", "x", "field.unknown", M + "end.listn"),
    (M + "look.do.wiht", {}, "field.unknown", M + "look.do.wiht"),
    ("confg", {}, "field.unknown", "confg"),
    ("config.max_method_call", 3, "field.unknown", "config.max_method_call"),
    ("config.max_method_calls", True, "field.type", "config.max_method_calls"),
    ("state.json_schema.properties.id", {"type": "integer"}, "flow.state.id", "state.json_schema.properties.id"),
    ("state.json_schema.properties.id", {"type": "integer", "default": 1}, None, ""),
    ("state.json_schema.properties.id", {"type": "string"}, None, ""),
    ("config.max_method_calls", 0, "field.type", "config.max_method_calls"),
    (M + "end.listen", "nobody", "flow.trigger.unknown", M + "end.listen"),
    (M + "end.listen", {"and": []}, "flow.trigger.shape", M + "end.listen"),
    (M + "end.listen", "end", "flow.trigger.self", M + "end.listen"),
    (M + "end.listen", {"or": ["done", "end"]}, "flow.trigger.self", M + "end.listen"),
    (M + "rows.listen", {"or": ["look", "write", "end"]}, None, ""),
    (M + "write.listen", {"and": ["good", "bad"]}, None, ""),  # the loop may bring the other one
    (M + "end.listen", {"and": ["again", "done", {"or": ["side"]}]}, None, ""),
    (M + "side.listen", {"and": ["apology", "decide"]}, None, ""),  # it starts besides
    (M + "end.listen", {"and": ["research", "apology"]}, "flow.join.never", M + "end.listen"),
    (M + "decide.emit", ["good", "bad", "odd"], "flow.outcome.unheard", M + "decide.emit"),
    (M + "apology.listen", "side", "flow.outcome.unheard", M + "research.on_error.emit"),
    (M + "decide.emit", ["good", "bad", "side"], "flow.outcome.name", M + "decide.emit"),
    (M + "decide.emit", ["good", "bad", "decide"], "flow.outcome.name", M + "decide.emit"),
    (M + "decide.router", False, "flow.emit.useless", M + "decide.emit"),
    (M + "repeat.emit", ..., "flow.router.emit", M + "repeat"),
    (M + "ask.emit", ["again"], "flow.emit.both", M + "ask.emit"),
    (
        M + "ask.human_feedback.default_outcome",
        "late",
        "flow.question.default",
        M + "ask.human_feedback.default_outcome",
    ),
    (M + "ask.human_feedback.message", " ", "flow.question.empty", M + "ask.human_feedback.message"),
    (M + "ask.human_feedback.provider", "a:b", "flow.code.refused", M + "ask.human_feedback.provider"),
    (M + "ask.human_feedback.llm", "nobody/x", "llm.unknown", M + "ask.human_feedback.llm"),
    (M + "ask.human_feedback.llm", "rehearsal/plain", None, ""),
    (M + "ask.human_feedback.learn", True, "flow.question.learn", M + "ask.human_feedback.learn"),
    (M + "end.do", expression("outputs.rows +"), "flow.expression.invalid", M + "end.do.expr"),
    (M + "end.do", expression("item"), "flow.expression.invalid", M + "end.do.expr"),
    (M + "look.do.with.query", "${state.topic", "flow.expression.invalid", M + "look.do.with.query"),
    (M + "look.do.with.query", "${secret:KEY}", "flow.secret", M + "look.do.with.query"),
    (M + "look.do.with.api_key", "sk-123456", "flow.key.written", M + "look.do.with.api_key"),
    (M + "look.do.with.api_key", "${state.topic}", None, ""),
    (M + "rows.do.in", "state.", "flow.expression.invalid", M + "rows.do.in"),
    (M + "rows.do.do.1.if", "nope", "flow.expression.invalid", M + "rows.do.do.1.if"),
    (M + "research.set.best", "outputs(", "flow.expression.invalid", M + "research.set.best"),
    (M + "rows.do.do.1.name", "sq", "flow.each.name", M + "rows.do.do.1.name"),
    (M + "rows.do.do.1.name", "a b", "flow.step.name", M + "rows.do.do.1.name"),
    (M + "rows.do.do.1.action", {"call": "each", "in": "[1]", "do": []}, "field.type", M + "rows.do.do.1.action"),
    (M + "end.do", {"call": "code", "ref": "os:system"}, "flow.code.refused", M + "end.do.call"),
    (M + "end.do", {"call": "script", "code": "1"}, "flow.code.refused", M + "end.do.call"),
    (
        M + "rows.do.do.0.action",
        {"call": "code", "ref": "os:system"},
        "flow.code.refused",
        M + "rows.do.do.0.action.call",
    ),
    ("config.input_provider", "a:b", "flow.code.refused", "config.input_provider"),
    ("config.tracing", True, "flow.config.idle", "config.tracing"),
    ("config.checkpoint", True, "flow.checkpoint.obstacle", "config.checkpoint"),
    ("config.checkpoint", 3, "field.type", "config.checkpoint"),
    (M + "write.do.with.checkpoint", {"on_events": ["llm_call_completed"]}, None, ""),
    ("conversational", {"enabled": True}, "flow.conversational.llm", "conversational.llm"),
    ("conversational", {"enabled": False}, None, ""),
    ("conversational", {"llm": "rehearsal/plain"}, "flow.outcome.name", M + "end"),
    (
        "conversational",
        {"llm": "rehearsal/plain", "router": {"fallback_intent": "nowhere"}},
        "flow.conversational.route",
        "conversational.router.fallback_intent",
    ),
    ("conversational", {"llm": "nobody/x"}, "llm.unknown", "conversational.llm"),
    (
        "conversational",
        {"llm": "rehearsal/plain", "router": {"llm": "nobody/x"}},
        "llm.unknown",
        "conversational.router.llm",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "default_intents": ["side"]},
        "flow.conversational.llm",
        "conversational.intent_llm",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "router": {"routes": ["nobody"]}},
        "flow.outcome.unheard",
        "conversational.router.routes",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "router": {"response_format": {"python": "a.B"}}},
        "flow.code.refused",
        "conversational.router.response_format",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "router": {"prompts": "x"}},
        "field.unknown",
        "conversational.router.prompts",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "answer_from_history_llm": "rehearsal/plain"},
        "flow.conversational.outdated",
        "conversational.answer_from_history_llm",
    ),
    (
        "conversational",
        {"llm": "rehearsal/plain", "trace_scope": "turn"},
        "flow.conversational.idle",
        "conversational.trace_scope",
    ),
    ("conversational", {"system_prompt": 3}, "field.type", "conversational.system_prompt"),
    ("persist", {"enabled": True}, "flow.persist", "persist"),
    (M + "end.persist", {"enabled": True}, "flow.persist", M + "end.persist"),
    ("state.type", "maze", "flow.state.type", "state.type"),
    ("state.type", "dict", "flow.state.schema", "state.type"),
    ("state.json_schema", ..., "flow.state.schema", "state.json_schema"),
    ("state.json_schema", {"type": "object"}, "flow.state.schema", "state.json_schema"),
    ("state.json_schema.required", ["colour"], "flow.state.schema", "state.json_schema.required"),
    ("state.json_schema.properties.topic", {"type": "textt"}, "flow.state.schema", "state.json_schema"),
    ("state.json_schema.properties.topic", {"pattern": "(?=x)y"}, "flow.state.pattern", "state.json_schema"),
    ("state", {"type": "pydantic", "ref": "a:B"}, "flow.state.code", "state.ref"),
    ("state.default", {"rows": "many"}, "flow.state.default", "state.default.rows"),
    ("state.default", {"colour": 1}, "flow.state.default", "state.default.colour"),
    ("state.default", [], "field.type", "state.default"),
    ("state.json_schema.properties.best.default", 7, "flow.state.default", "state.json_schema.properties.best"),
    (M + "end.do", expression("state.colour"), "flow.state.field", M + "end.do.expr"),
    (M + "end.do", expression("has(state.colour)"), None, ""),
    (M + "end.do", expression("state.id"), None, ""),
    (M + "research.set", {"colour": "1"}, "flow.state.field", M + "research.set.colour"),
    (M + "end.do", expression("outputs.rowss"), "flow.output.unknown", M + "end.do.expr"),
    (M + "end.do", expression("outputs.look"), "flow.output.uncertain", M + "end.do.expr"),
    (M + "end.do", expression("has(outputs.look) ? outputs.look : null"), None, ""),
    (M + "apology.do", expression("outputs.research.error.message"), None, ""),
    (M + "apology.do", expression("outputs.research.raw"), "flow.output.uncertain", M + "apology.do.expr"),
    (M + "end.do", expression("outputs.research.error"), "flow.output.uncertain", M + "end.do.expr"),
    (M + "end.do", expression("outputs.research.rawr"), "flow.output.field", M + "end.do.expr"),
    (M + "end.do", expression("outputs.research.tasks.fund.raw"), "flow.output.task", M + "end.do.expr"),
    (M + "decide.do.expr", "outputs.research.json_dict.points > 5", "flow.output.json", M + "decide.do.expr"),
    (M + "end.do", expression("outputs.research.tasks.find.json_dict.score"), "flow.output.json", M + "end.do.expr"),
    (M + "end.do", expression("outputs.research.pydantic.score"), "flow.output.json", M + "end.do.expr"),
    (M + "end.do", expression("outputs.research.tasks['find it'].json_dict.score"), None, ""),
    (M + "research.do.definition", "breif", "flow.definition.unknown", M + "research.do.definition"),
    (M + "research.do.definition", ..., "flow.definition.missing", M + "research.do.definition"),
    (M + "research.do.definition", "", "flow.definition.missing", M + "research.do.definition"),
    (M + "research.do.version", 9, "flow.definition.version", M + "research.do.version"),
    (M + "research.do.definition", "inner", "flow.definition.kind", M + "research.do.definition"),
    (M + "research.do.definition", "old", "flow.definition.archived", M + "research.do.definition"),
    (M + "research.do.with", CREW, "flow.definition.both", M + "research.do.with"),
    (M + "research.do.from_declaration", "crews/a", "flow.crew.file", M + "research.do.from_declaration"),
    (
        M + "side.do",
        {"call": "flow", "definition": "back"},
        "flow.definition.cycle",
        M + "side.do.back@1.methods.a.do.definition",
    ),
    (M + "side.do", {"call": "flow", "definition": "whole"}, "flow.definition.cycle", M + "side.do.definition"),
    (
        M + "side.do",
        {"call": "flow", "definition": "round"},
        "flow.definition.cycle",
        M + "side.do.round@1.methods.a.do.definition",
    ),
    (M + "research.do.inputs", {}, "flow.input.missing", M + "research.do.inputs.topic"),
    (M + "research.do.inputs.tpic", "x", "flow.input.unused", M + "research.do.inputs.tpic"),
    (M + "research.do.context", {"fund": ["x"]}, "flow.context.unknown", M + "research.do.context.fund"),
    (M + "side.do.inputs", {}, "flow.input.missing", M + "side.do.inputs.topic"),
    (M + "side.do.inputs.colour", 1, "flow.input.unknown", M + "side.do.inputs.colour"),
    (M + "side.do.inputs.rows", "many", "flow.input.type", M + "side.do.inputs.rows"),
    (M + "side.do.inputs.rows", "${state.rows}", None, ""),
    (M + "look.do.ref", "os:system", "flow.tool.unknown", M + "look.do.ref"),
    (M + "look.do.ref", "", "flow.tool.missing", M + "look.do.ref"),
    (M + "look.do.ref", "Blocked", "tool.key.missing", M + "look.do.ref"),
    (M + "write.do.with.input", ..., "flow.agent.input", M + "write.do.with.input"),
    (M + "write.do.with.input", [{"role": "user"}], "flow.agent.input", M + "write.do.with.input"),
    (M + "write.do.with.checkpoint", True, "flow.agent.checkpoint", M + "write.do.with.checkpoint"),
    (M + "write.do.with.role", ..., "agent.role.missing", M + "write.do.with.role"),
    (M + "write.do.with.tools", ["Hammer"], "agent.tools.unknown", M + "write.do.with.tools"),
    (M + "write.do.with.response_format", {"python": "a:B"}, "code.refused", M + "write.do.with.response_format"),
    (
        M + "write.do.with.response_format",
        {"type": "odd"},
        "task.output_json.invalid",
        M + "write.do.with.response_format",
    ),
]


@pytest.mark.parametrize(("path", "value", "id", "where"), CASES, ids=[f"{case[2]}-{case[0]}" for case in CASES])
def test_each_rule_points_to_the_place(path: str, value: Any, id: str | None, where: str):
    """One change of a sound flow is found by its rule, at its place, with words that say what to do."""
    problems = check(changed(at(path, value)), KNOWN)
    if id is None:
        assert problems == []
        return
    matching = [problem for problem in problems if (problem.id, problem.where) == (id, where)]
    assert matching, [(problem.id, problem.where, problem.what) for problem in problems]
    assert all(problem.what.endswith(".") and problem.what[0] != " " for problem in problems)


def test_a_version_within_the_name_is_told_apart():
    """What has to be written instead is said, not the name that stands there already."""
    (problem,) = check(changed(at("methods.research.do", {"call": "crew", "definition": "brief@1"})), KNOWN)[:1]
    assert (problem.where, problem.hint) == (
        "methods.research.do.definition",
        "Write `definition: brief` and `version: 1`.",
    )


def test_a_loop_that_nothing_decides_about_is_shown_with_its_path():
    """A loop through a router ends when the router says so; others never do."""
    flow = {
        "name": "f",
        "methods": {
            "a": {"start": True, "do": expression()},
            "b": {"listen": {"or": ["a", "d"]}, "do": expression()},
            "c": {"listen": "b", "do": expression()},
            "d": {"listen": "c", "do": expression()},
        },
    }
    problem = errors_of(check(flow))[0]
    assert problem.id == "flow.cycle"
    assert "b → c → d → b" in problem.what


def test_a_join_of_two_outcomes_of_one_step_never_fires():
    """Nor does a join of what follows from them, nor one of a step and of its failure; a loop brings both in turn."""
    steps: dict[str, Any] = {
        "a": {"start": True, "router": True, "emit": ["left", "right"], "do": expression("'left'")},
        "l": {"listen": "left", "do": expression()},
        "r": {"listen": "right", "do": expression()},
        "both": {"listen": {"and": ["l", "r"]}, "do": expression()},
        "either": {"listen": {"or": ["l", "r"]}, "do": expression()},
        "behind": {"listen": "both", "do": expression()},
    }
    flow = {"name": "f", "methods": steps}
    assert [(p.id, p.where) for p in errors_of(check(flow))] == [("flow.join.never", "methods.both.listen")]
    steps["again"] = {"listen": "either", "router": True, "emit": ["a", "over"], "do": expression("'over'")}
    steps["a"] = {**steps["a"], "listen": "again"}
    assert "flow.join.never" not in {p.id for p in check(flow)}


def test_steps_that_nothing_leads_to_are_unreachable():
    """Neither a start nor a step that can run leads there; an island that loops is told by its loop."""
    flow = {
        "name": "f",
        "methods": {
            "a": {"start": True, "do": expression()},
            "lost": {"listen": "found", "do": expression()},
            "found": {"listen": {"and": ["lost", "a"]}, "do": expression()},
            "behind": {"listen": {"and": ["a", "lost"]}, "do": expression()},
        },
    }
    found = {(problem.id, problem.where): problem.what for problem in errors_of(check(flow))}
    assert found.keys() == {("flow.cycle", "methods.lost.listen"), ("flow.step.unreachable", "methods.behind")}
    assert found["flow.step.unreachable", "methods.behind"].endswith("leads to lost.")


def test_a_flow_in_which_nothing_starts_says_that_alone():
    """And not that every step is unreachable."""
    flow = {
        "name": "f",
        "methods": {"a": {"listen": "b", "do": expression()}, "b": {"listen": "x", "do": expression()}},
    }
    assert [problem.id for problem in errors_of(check(flow))] == ["flow.start.missing", "flow.trigger.unknown"]


def test_where_no_step_simply_starts_those_with_a_condition_do():
    """This is what crewAI does."""
    flow = {
        "name": "f",
        "methods": {
            "a": {"start": "again", "router": True, "emit": ["again", "over"], "do": expression("'over'")},
            "b": {"listen": "over", "do": expression()},
        },
    }
    assert check(flow) == []


def test_a_router_that_names_no_outcome_leaves_names_open():
    """What others listen to may come from it; it is a warning, and a run may start."""
    flow = {
        "name": "f",
        "methods": {
            "a": {"start": True, "router": True, "do": expression("'anything'")},
            "b": {"listen": "anything", "do": expression()},
        },
    }
    assert {problem.id for problem in check(flow)} == {"flow.router.emit", "flow.trigger.undeclared"}
    assert errors_of(check(flow)) == []


def test_problems_of_crews_within_lead_through_the_flow():
    """A crew in a step by its path, a saved one by its name and version as well, and only once."""
    inline = copy.deepcopy(CREW)
    inline["tasks"][0]["agent"] = "nobody"
    flow = changed(at("methods.research.do", {"call": "crew", "with": inline, "inputs": {"topic": "x"}}))
    assert [(p.id, p.where) for p in check(flow, KNOWN)] == [
        ("task.agent.unknown", "methods.research.do.with.tasks.find.agent")
    ]
    broken = {"call": "crew", "definition": "broken", "inputs": {"topic": "x"}}
    version = found("brief", None).model_copy(update={"name": "broken", "document": inline})
    known = Known(definitions=KnownDefinitions(lambda name, number: version))
    twice = {"name": "f", "methods": {n: {"start": True, "do": broken} for n in ("a", "b")}}
    assert [(p.id, p.where) for p in check(twice, known)] == [
        ("task.agent.unknown", "methods.a.do.broken@1.tasks.find.agent")
    ]


def test_a_flow_within_a_flow_is_checked_as_deep_as_it_goes():
    """Written in a step or saved; many levels end in a problem and not in a traceback."""
    inner: dict[str, Any] = {"methods": {"a": {"start": True, "do": expression("state.")}}}
    flow = {"name": "f", "methods": {"s": {"start": True, "do": {"call": "flow", "with": inner}}}}
    assert [p.where for p in errors_of(check(flow))] == ["methods.s.do.with.methods.a.do.expr"]
    for _ in range(17):
        inner = {"methods": {"a": {"start": True, "do": {"call": "flow", "with": inner}}}}
    flow["methods"]["s"]["do"]["with"] = inner  # type: ignore[index]  # a plain document
    assert "document.type" in {p.id for p in check(flow)} or "flow.nested" in {p.id for p in check(flow)}


def test_a_flow_within_needs_what_its_steps_read():
    """Also where its state may hold anything; what it asks for with has() need not be given."""
    inner = {"methods": {"a": {"start": True, "do": expression("has(state.y) ? state.y : state.x")}}}
    flow = {"name": "f", "methods": {"s": {"start": True, "do": {"call": "flow", "with": inner}}}}
    assert [(p.id, p.where) for p in check(flow)] == [("flow.input.missing", "methods.s.do.inputs.x")]


def test_where_nobody_knows_of_definitions_only_their_steps_stay_unchecked():
    """A document can be checked without a store."""
    assert check(FLOW) == []
    assert {p.id for p in check(changed(at("methods.end.listen", "nobody")))} >= {"flow.trigger.unknown"}


def test_the_model_of_a_launch_counts_for_agents_within():
    """As it does for a crew."""
    flow = changed(at("methods.write.do.with.llm", ...))
    assert "llm.missing" in {p.id for p in check(flow, KNOWN)}
    assert "llm.missing" not in {p.id for p in check(flow, KNOWN, llm="rehearsal/plain")}


def test_what_is_known_of_the_machine_is_not_remembered_for_another():
    """The same crew with another machine has other problems."""
    inline = {**CREW, "agents": {"writer": {**CREW["agents"]["writer"], "tools": ["Search"]}}}
    flow = changed(at("methods.research.do", {"call": "crew", "with": inline, "inputs": {"topic": "x"}}))
    assert check(flow, KNOWN) == []
    fewer = Known(tools=frozenset({"Other", "Blocked"}), definitions=KNOWN.definitions)
    assert {p.id for p in check(flow, fewer)} == {"agent.tools.unknown", "flow.tool.unknown"}
    assert check(flow, KNOWN) == []


@pytest.mark.parametrize(
    "document",
    [
        {"methods": None},
        {"methods": {"a": None, 7: {"do": []}}},
        {"methods": {"a": {"do": {"call": "each", "in": 7, "do": [None, {"name": 3, "action": {"call": []}}]}}}},
        {
            "methods": {
                "a": {"listen": {"and": [{"or": 7}]}, "emit": 3, "human_feedback": [], "set": [1], "on_error": 1}
            }
        },
        {
            "schema": "crewai.flow/v1",
            "state": {"json_schema": {"properties": {"a": 1}}, "default": {1: 2}},
            "methods": {},
        },
        {"methods": {"a": {"do": {"call": "crew", "with": [], "inputs": 7, "context": 8, "definition": {}}}}},
        {"methods": {"a": {"do": {"call": "agent", "with": {"input": {}}}, "router": "x", "start": [1]}}},
        {"name": object(), "methods": {"a": {"do": {"call": "flow", "with": {"methods": {"b": 7}}}}}},
    ],
)
def test_nonsense_gives_problems_and_no_traceback(document: Any):
    """Every part may have any type."""
    assert errors_of(check(document, KNOWN))


def test_an_edit_of_one_step_looks_at_that_step_alone(monkeypatch: pytest.MonkeyPatch):
    """The rules of the other steps, and the crews within them, are not gone through again."""
    inline = {"call": "crew", "with": {**CREW, "name": "only here"}, "inputs": {"topic": "x"}}
    flow = changed(at("methods.research.do", inline))
    check(flow, KNOWN)
    steps: list[str] = []
    monkeypatch.setattr(flow_checks, "STEP_RULES", (lambda step: steps.append(step.name) or (),))
    crews: list[object] = []
    monkeypatch.setattr(checks, "crew_problems", lambda document, *_: crews.append(document) or iter(()))
    at("methods.end.description", "edited")(flow)
    check(flow, KNOWN)
    assert (steps, crews) == (["end"], [])
    at("methods.research.do.with.tasks.0.description", "Look for {topic}")(flow)
    check(flow, KNOWN)
    assert (steps, len(crews)) == (["end", "research"], 1)


def test_what_is_remembered_of_a_check_holds_nothing_of_the_lab_that_asked():
    """Its database could never be let go."""

    def find(name: str, number: int | None) -> DefinitionVersion:
        return found(name, number)

    here = replace(KNOWN, secrets=frozenset({"ONLY_HERE"}), definitions=KnownDefinitions(find=find))
    assert check(FLOW, here) == []
    lab = weakref.ref(find)
    del find, here
    gc.collect()
    assert lab() is None


SAVING = {"location": "../out", "on_events": ["task_completed", "flow_failed"], "restore_from": "x"}


@pytest.mark.parametrize(
    ("checkpoint", "router", "found"),
    [
        (True, "outputs.a", []),
        (True, {"call": "tool", "ref": "FileReadTool", "with": {}}, [("flow.checkpoint.decision", "methods.r")]),
        (False, {"call": "tool", "ref": "FileReadTool", "with": {}}, []),
        (
            SAVING,
            "outputs.a",
            [
                ("checkpoint.location.unsafe", "config.checkpoint.location"),
                ("checkpoint.restore", "config.checkpoint.restore_from"),
                ("checkpoint.events", "config.checkpoint.on_events"),
            ],
        ),
    ],
)
def test_what_the_checkpoint_of_a_flow_cannot_do_is_said(checkpoint: Any, router: Any, found: list[tuple[str, str]]):
    """Each at its place."""
    steps = {
        "a": {"start": True, "do": expression("'x'")},
        "r": {
            "listen": "a",
            "router": True,
            "emit": ["x"],
            "do": expression(router) if router == "outputs.a" else router,
        },
        "b": {"listen": "x", "do": expression("1")},
    }
    flow = {"schema": "crewai.flow/v1", "name": "f", "config": {"checkpoint": checkpoint}, "methods": steps}
    problems = [(problem.id, problem.where) for problem in check(flow, Known())]
    assert [one for one in problems if "checkpoint" in one[0]] == found
