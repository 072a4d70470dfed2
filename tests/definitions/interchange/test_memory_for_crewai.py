"""What becomes of memories where crewAI runs alone."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.interchange.crewai_fields import MEMORY
from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.records import Records
from tests.definitions.crewai_fields import recorded
from tests.definitions.documents import crew

OPENAI = {"provider": "openai", "config": {"model": "e", "api_key": "${secret:MINE}"}}


def exported(**fields: Any) -> tuple[Any, str]:
    """The memory of a crew for crewAI, and what is said about it."""
    made = for_crewai(crew(**{"llm": "openai/gpt-4o", **fields}), Records())
    return made.document["memory"], "; ".join(note.what for note in made.notes if "memory" in note.where)


def test_the_fields_are_those_of_crewais_memory():
    """But for what it says of itself."""
    assert set(recorded()["memory"]) - {"memory_kind"} == MEMORY


def test_what_crewai_knows_of_a_memory_is_handed_back():
    """With a model for it, which crewAI would else choose itself, and the embedder of the crew."""
    memory = {"scope": "definition", "extract": False, "consolidation_threshold": 0.9, "root_path": "/a"}
    plain, said = exported(memory=memory, embedder=OPENAI)
    own = {"consolidation_threshold": 0.9, "root_scope": "/a"}
    assert plain == {"memory_kind": "memory", **own, "embedder": OPENAI, "llm": "openai/gpt-4o"}
    assert "without extract" in said
    assert "remembers from run to run" in said
    own_llm = exported(memory={"llm": {"model": "openai/gpt-4o-mini"}, "embedder": {"provider": "offline"}})[0]
    assert own_llm == {"memory_kind": "memory", "llm": "openai/gpt-4o-mini"}


@pytest.mark.parametrize("memory", [{"scope": "definition"}, {}, {"scopes": ["/a"], "llm": None}])
def test_a_memory_that_says_nothing_else_is_crewais_usual_one(memory: dict[str, Any]):
    """It has the model of the crew then."""
    assert exported(memory=memory)[0] is True


def test_a_model_with_parameters_is_none_for_crewais_memory():
    """It would fail in silence there, so the settings are left out with a word."""
    llm = {"model": "openai/any", "base_url": "http://127.0.0.1:1/v1"}
    plain, said = exported(memory={"llm": llm, "read_only": True})
    assert plain is True
    assert "a model's name only" in said
    assert "without read_only" in said
