"""Where our own models and rules say what crewAI does, an upgrade that does otherwise is noticed here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.definitions.crew import parse_crew
from crewlab.definitions.examples import example_documents
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import model_of
from crewlab.definitions.placeholders import PLACEHOLDER
from crewlab.definitions.providers import ALIASES, PROVIDERS
from crewlab.definitions.rules.fields import AGENT_FIELDS, CREW_FIELDS, TASK_FIELDS
from crewlab.settings import PROJECT

EXAMPLES = [document for document, _ in example_documents(PROJECT / "data" / "examples") if kind_of(document) == "crew"]
OURS = {
    "crew": {"description", "inputs", "llm", "executor"},
    "agent": {"type", "settings", "goals", "description"},
    "task": {"type", "condition"},
}
"""Fields of documents that are none of crewAI's classes."""


@cache
def crewai() -> SimpleNamespace:
    """The parts of crewAI that are compared with ours, imported once and quietly."""
    quiet_environment()
    with importing():
        crew, definition = import_module("crewai"), import_module("crewai.project.crew_definition")
        return SimpleNamespace(
            LLM=crew.LLM,
            classes={"crew": crew.Crew, "agent": crew.Agent, "task": crew.Task},
            aliases=import_module("crewai.llm").PROVIDER_ALIASES,
            loader=import_module("crewai.project.json_loader"),
            definition=definition.CrewDefinition,
            placeholder=import_module("crewai.utilities.string_utils")._VARIABLE_PATTERN,
        )


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: document["name"])
def test_our_documents_are_crewais(document: dict[str, Any]):
    """crewAI's own model takes every crew of the examples, and sees the same agents, tasks and contexts."""
    theirs = crewai().definition.model_validate(document)
    ours = parse_crew(document)
    assert list(theirs.agents) == list(ours.agents)
    assert [(task.name, task.agent, task.context) for task in theirs.tasks] == [
        (task.name, task.agent, task.context) for task in ours.tasks
    ]


def test_placeholders_follow_one_rule():
    """The pattern is crewAI's."""
    text = '{a} {a-1} {_b} {1a} {a b} {{c}} {"d": 1} {ä} {E}'
    assert PLACEHOLDER.findall(text) == crewai().placeholder.findall(text)


@pytest.mark.parametrize(
    ("kind", "known"),
    [("crew", CREW_FIELDS), ("agent", AGENT_FIELDS), ("task", TASK_FIELDS)],
    ids=["crew", "agent", "task"],
)
def test_every_field_of_crewai_is_known(kind: str, known: frozenset[str]):
    """A field that a new crewAI brings is looked at before it is called unknown; one that went is dropped."""
    modules = crewai()
    fields = set(modules.classes[kind].model_fields)
    runtime = getattr(modules.loader, f"_{kind.upper()}_RUNTIME_FIELDS")
    assert fields - runtime - known - UNUSED[kind] == set()
    assert known - fields - OURS[kind] == set()


UNUSED = {
    "crew": {"entity_type", "execution_context", "knowledge", "usage_metrics"},
    "agent": {"entity_type", "agent_executor", "executor_class", "i18n"},
    "task": {"prompt_context"},
}
"""Fields that a document has no reason to name."""


def test_providers_are_those_of_crewai():
    """Every prefix that crewAI serves itself is here, under the same name, and none besides but the rehearsal's."""
    theirs = crewai().aliases
    assert {**{name: name for name in PROVIDERS if name != "rehearsal"}, **ALIASES} == theirs


@pytest.mark.parametrize(
    "llm",
    [
        {"model": "gpt-4o-mini"},
        {"model": "openai/gpt-4o-mini"},
        {"model": "openai/my-own"},
        {"model": "openai/my-own", "base_url": "http://127.0.0.1:1/v1"},
        {"model": "my-own", "base_url": "http://127.0.0.1:1/v1"},
        {"model": "google/gemini-2.5-flash"},
        {"model": "gemini-2.5-flash"},
        {"model": "claude-sonnet-4-5"},
        {"model": "ollama/llama3"},
        {"model": "deepseek/deepseek-chat"},
        {"model": "deepseek/other"},
        {"model": "groq/llama-3"},
        {"model": "openrouter/a/b"},
    ],
    ids=lambda llm: "-".join(llm.values()),
)
def test_models_are_routed_as_in_crewai(llm: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    """The provider is the one whose class crewAI would make; `None` where it would need its catch-all."""
    monkeypatch.setattr(crewai().LLM, "_get_native_provider", classmethod(lambda cls, provider: object))
    route = crewai().LLM._resolve_route(llm["model"], {key: value for key, value in llm.items() if key != "model"})
    expected = crewai().aliases.get(route.provider) if route.native_class else None
    assert model_of(llm).provider == expected
