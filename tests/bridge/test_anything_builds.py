"""Whatever passes the check builds: crews, agents of steps, and flows written for crewAI."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hypothesis import given, settings

from crewlab.bridge import load
from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.known import Known
from crewlab.definitions.placeholders import missing_inputs, with_defaults
from crewlab.definitions.providers import installed_providers
from crewlab.errors import DocumentError
from tests.bridge.attempts import request_for
from tests.definitions.documents import agent, crew, task
from tests.definitions.flow_documents import FLOW, KNOWN, found
from tests.definitions.mutations import mutated

HERE = Known(
    tools=frozenset(),
    keys=frozenset(),
    secrets=frozenset(),
    providers=installed_providers(),
    knowledge_files=frozenset(),
)
CREW = crew(
    process="parallel",
    agents={
        "researcher": agent(max_iter=5, llm={"model": "rehearsal/plain", "temperature": 0.2}),
        "writer": agent(role="Writer", goals=["Write", "Check"], allow_delegation=True, max_rpm=10),
    },
    tasks=[
        task(
            "facts", "researcher", context=[], output_json={"type": "object", "properties": {"a": {"type": "string"}}}
        ),
        task("figures", "researcher", context=[], guardrail="It has figures", markdown=True),
        task(
            "report", "writer", context=["facts", "figures"], condition='outputs.facts.json.a == "x"', human_input=True
        ),
    ],
    inputs={"topic": "tea"},
    planning=False,
)

load()
import_module("celpy").Environment()  # raises the limit of recursion; hypothesis minds that within an example


@given(document=mutated(CREW))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_crew_that_passes_the_check_builds(document: dict[str, Any]):
    """With a value for each placeholder; nothing that a run would need is left for it to find out."""
    if errors_of(check(document, HERE)):
        return
    values = with_defaults(document, dict.fromkeys(missing_inputs(document, {}), "x"))
    built = load().build(request_for(document, values))
    assert len(built.tasks) == len(document["tasks"])


@given(document=mutated(FLOW, most=2))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_flow_that_passes_the_check_is_one_for_crewai_when_it_is_written_out(document: dict[str, Any]):
    """Its own reader takes it; what cannot be written is refused in words."""
    from crewai.flow.flow_definition import FlowDefinition

    if errors_of(check(document, KNOWN)):
        return
    try:
        lowered = lower(Closure.resolve(document, found)).document
    except DocumentError:
        return
    assert list(FlowDefinition.from_declaration(contents=lowered).methods) == list(lowered["methods"])
