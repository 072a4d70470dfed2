"""The fields that crewAI has, against those that were looked at, and against our own documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.definitions.crew import AgentDocument, CrewDocument, LlmDocument, PlanningDocument, TaskDocument
from crewlab.definitions.crew.values import CheckpointDocument, SecurityDocument
from crewlab.definitions.knowledge import KnowledgeConfig
from tests.definitions.crewai_fields import CLASSES, class_of, differences, installed, recorded

OURS: dict[str, type[BaseModel]] = {
    "crew": CrewDocument,
    "agent": AgentDocument,
    "task": TaskDocument,
    "llm": LlmDocument,
    "openai": LlmDocument,
    "planning": PlanningDocument,
    "knowledge config": KnowledgeConfig,
    "checkpoint": CheckpointDocument,
    "security": SecurityDocument,
}
OF_A_RUN = {
    "crew": "checkpoint_inputs checkpoint_kickoff_event_id checkpoint_train entity_type execution_context "
    "execution_logs id knowledge task_execution_output_json_files token_usage usage_metrics",
    "agent": "adapted_agent agent_executor agent_knowledge_context cache_handler checkpoint_kickoff_event_id crew "
    "crew_knowledge_context entity_type execution_context executor_class id knowledge knowledge_search_query "
    "knowledge_storage tools_handler tools_results",
    "task": "checkpoint_original_description checkpoint_original_expected_output delegations end_time id output "
    "processed_by_agents prompt_context retry_count start_time tools_errors used_tools max_retries",
    "llm": "callbacks completion_cost interceptor is_anthropic is_litellm llm_type",
    "openai": "custom_openai interceptor is_gpt4_model is_litellm is_o1_model llm_type",
}
"""Fields that crewAI fills in itself, that only Python can fill, or (`max_retries`) that its documentation gives up."""
SAMPLES: tuple[Any, ...] = (
    True, 0, 1, -1, 2.5, 1_000_000, "x", "warn", "%Y", "low", "completions", "sequential", [], ["x"], [1], {},
    {"x": 1}, {"x": "y"},
)  # fmt: skip
WIDER = {
    ("task", "human_input"): "an object says what is asked",
    ("crew", "process"): "crewAI knows no parallel process",
    ("openai", "logprobs"): "a number is read as yes",
    ("openai", "stop"): "one text is a list of one",
    ("llm", "stop"): "one text is a list of one",
}
"""What a document may say here and not there, and why; the bridge translates it."""
PLAIN = ("str", "int", "float", "bool")


@pytest.fixture(scope="module", autouse=True)
def _crewai() -> None:
    quiet_environment()
    with importing():
        for place in CLASSES.values():
            class_of(place)


def test_crewai_has_the_fields_that_were_looked_at():
    """An upgrade that brings, changes or drops a field says so by name; see `crewai_fields.py` for what to do then."""
    assert list(differences(recorded(), installed())) == []


def test_a_new_a_changed_and_a_missing_field_are_named():
    """The report says which, and what they were."""
    before = {"agent": {"role": "str, required", "cache": "bool, default True"}}
    after = {"agent": {"role": "str, default 'x'", "mood": "str, required"}}
    assert list(differences(before, after)) == [
        "gone: agent.cache (bool, default True)",
        "new: agent.mood (str, required)",
        "changed: agent.role from str, required to str, default 'x'",
    ]


@pytest.mark.parametrize("kind", OURS)
def test_every_field_that_a_document_may_have_is_typed(kind: str):
    """What crewAI has not given up, and does not fill in itself, is a field of our models."""
    theirs = {name for name, about in recorded()[kind].items() if not about.endswith("deprecated")}
    run = OF_A_RUN.get(kind, "").split()
    assert sorted(theirs - set(run) - set(OURS[kind].model_fields)) == []


@pytest.mark.parametrize("kind", OURS)
def test_what_our_models_take_crewai_takes(kind: str):
    """A value of a plain type that passes here is no surprise there."""
    for field, theirs in plain_fields(kind):
        ours = OURS[kind].model_fields[field].rebuild_annotation()
        for value in SAMPLES:
            if takes(ours, value) and (kind, field) not in WIDER:
                assert takes(theirs, value), (field, value)


def plain_fields(kind: str) -> Iterator[tuple[str, Any]]:
    """The fields of both whose type in crewAI is made of texts, numbers and switches."""
    for field, info in class_of(CLASSES[kind]).model_fields.items():
        if field in OURS[kind].model_fields and not info.deprecated:
            words = str(info.annotation).replace("<class '", "").replace("'>", "").replace(" | None", "")
            if words in PLAIN or words.startswith(("list[str]", "dict[str, str]", "typing.Literal", "bool | str")):
                yield field, info.annotation


def takes(annotation: Any, value: Any) -> bool:
    """Whether pydantic accepts the value."""
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True
