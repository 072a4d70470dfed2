"""Flows that are written for crewAI: its own reader takes them, and its own runtime makes the same of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.examples import example_documents
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.known import Known, KnownDefinitions
from crewlab.definitions.version import DefinitionVersion
from crewlab.errors import DocumentError
from tests.definitions.flow_documents import FLOW, expression, found
from tests.server import ROOT


def _lowered(flow: dict[str, Any]) -> dict[str, Any]:
    return lower(Closure.resolve(flow, found)).document


def _run(flow: dict[str, Any], **inputs: Any) -> Any:
    """What crewAI makes of a flow of expressions."""
    from crewai.flow.flow import Flow
    from crewai.flow.flow_definition import FlowDefinition

    definition = FlowDefinition.from_declaration(contents=flow)
    return asyncio.run(Flow.from_declaration(contents=definition).akickoff(inputs=inputs))


def test_crewai_reads_what_was_written_for_it():
    """Every kind of step, with everything that it uses; what is gone is said by its place."""
    from crewai.flow.flow_definition import FlowDefinition

    document, notes = lower(Closure.resolve(FLOW, found))
    definition = FlowDefinition.from_declaration(contents=document)
    assert definition.methods["research"].do.with_.name == "brief"
    assert document["methods"]["write"]["do"]["with"]["input"] == "Say ${outputs.research.tasks_output[1].raw}"
    assert {note.where for note in notes} >= {
        "methods.research.do.definition",
        "methods.research.do.context.find",
        "methods.research.set",
        "methods.research.on_error",
        "methods.research.timeout_seconds",
        "methods.rows.do.concurrency",
        "methods.side.do",
    }
    assert not [
        problem for problem in check(document) if problem.id not in ("flow.trigger.unknown", "flow.step.unreachable")
    ]


EXAMPLES = {str(document["name"]): document for document, _ in example_documents(ROOT / "data" / "examples")}


@pytest.mark.parametrize("name", [name for name, document in EXAMPLES.items() if kind_of(document) == "flow"])
def test_the_flows_of_the_examples_are_crewais_when_they_are_written_out(name: str):
    """Each passes our check, and crewAI's reader sees the same steps."""
    from crewai.flow.flow_definition import FlowDefinition

    def among_examples(name: str, number: int | None) -> DefinitionVersion:
        return found("brief", number).model_copy(
            update={"name": name, "document": EXAMPLES[name], "kind": kind_of(EXAMPLES[name])}
        )

    assert not check(EXAMPLES[name], Known(definitions=KnownDefinitions(among_examples)))
    lowered = lower(Closure.resolve(EXAMPLES[name], among_examples)).document
    assert list(FlowDefinition.from_declaration(contents=lowered).methods) == list(lowered["methods"])
    assert set(EXAMPLES[name]["methods"]) <= set(lowered["methods"])


INNER: dict[str, Any] = {
    "name": "inner",
    "state": {"type": "dict", "default": {"plus": 1}},
    "methods": {
        "double": {"start": True, "do": expression("[state.number * 2, state.plus]")},
        "judge": {
            "listen": "double",
            "router": True,
            "emit": ["small", "large"],
            "do": expression("outputs.double[0] > 5 ? 'large' : 'small'"),
        },
        "s": {"listen": "small", "do": expression("'small ' + string(outputs['double'][0])")},
        "l": {"listen": "large", "do": expression("'large ' + state.text")},
    },
}


@pytest.mark.parametrize(("number", "output"), [(1, "<small 2>"), (4, "<large n is 4>")])
def test_a_flow_within_a_flow_gives_the_same_when_it_is_written_out(number: int, output: str):
    """Its state, its routers and its ends; whoever listens to the step or reads it still does."""
    outer = {
        "name": "outer",
        "methods": {
            "first": {"start": True, "do": expression("state.number")},
            "side": {
                "listen": "first",
                "do": {
                    "call": "flow",
                    "with": INNER,
                    "inputs": {"number": "${outputs.first}", "text": "n is ${outputs.first}"},
                },
            },
            "last": {"listen": "side", "do": expression("'<' + outputs.side + '>'")},
        },
    }
    assert _run(_lowered(outer), number=number) == output


def test_a_flow_for_each_item_cannot_be_written_out():
    """It says so, with the place, instead of writing something else."""
    each = {"call": "each", "in": "[1]", "do": [{"name": "a", "action": {"call": "flow", "with": INNER}}]}
    with pytest.raises(DocumentError, match=r"methods.a.do.do.0.action: a flow .* each item"):
        _lowered({"name": "f", "methods": {"a": {"start": True, "do": each}}})


def test_names_of_tasks_become_numbers_only_where_a_crew_has_them():
    """In each way of writing them, and after the tasks were put in order."""
    crew = {
        "name": "c",
        "process": "parallel",
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b"}},
        "tasks": [
            {"name": "late", "description": "d", "expected_output": "e", "agent": "a", "context": ["early"]},
            {"name": "early", "description": "d", "expected_output": "e", "agent": "a", "context": []},
        ],
    }
    text = "outputs.c.tasks.late.raw + outputs['c'].tasks[\"early\"].raw + outputs.other.tasks.late + string(now())"
    flow = {
        "name": "f",
        "methods": {
            "other": {"start": True, "do": expression("{'tasks': {'late': 'x'}}")},
            "c": {"start": True, "do": {"call": "crew", "with": crew}},
            "end": {"listen": {"and": ["c", "other"]}, "do": expression(text)},
        },
    }
    assert _lowered(flow)["methods"]["end"]["do"]["expr"] == (
        "outputs.c.tasks_output[1].raw + outputs.c.tasks_output[0].raw + outputs.other.tasks.late + string(now())"
    )
