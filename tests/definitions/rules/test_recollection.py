"""What a check says of memory, knowledge and embedders."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.known import Known

KNOWN = Known(knowledge_files=frozenset({"handbook.md"}), keys=frozenset(), secrets=frozenset({"MINE"}))


def found(known: Known = KNOWN, agent: dict[str, Any] | None = None, **fields: Any) -> list[tuple[str, str]]:
    """Id and place of each problem of a sound crew with these fields."""
    document = {
        "name": "c",
        "process": "sequential",
        "llm": "rehearsal/plain",
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b", **(agent or {})}},
        "tasks": [{"name": "t", "description": "d", "expected_output": "e", "agent": "a"}],
        **fields,
    }
    return [(problem.id, problem.where) for problem in check(document, known)]


@pytest.mark.parametrize("memory", [None, False, {"scope": "execution"}, {"scope": "definition", "extract": False}, {}])
def test_memory_is_off_or_says_how(memory: Any):
    """These can run, for a crew and for an agent."""
    assert found(memory=memory) == found(agent={"memory": memory}) == []


@pytest.mark.parametrize(
    ("memory", "where"),
    [("yes", "memory"), (3, "memory"), ({"scope": "for ever"}, "memory.scope"), ({"half_life": 3}, "memory.half_life")],
)
def test_memory_that_cannot_be_carried_out_is_an_error(memory: Any, where: str):
    """The place is that of the wrong value."""
    assert found(memory=memory) == [("memory.invalid", where)]
    assert found(agent={"memory": memory}) == [("memory.invalid", f"agents.a.{where}")]


def test_all_that_crewai_can_tell_a_memory_is_understood():
    """Each field within its limits."""
    numbers = {"consolidation_threshold": 0.9, "consolidation_limit": 3, "exploration_budget": 2}
    shares = dict.fromkeys(("confidence_threshold_low", "confidence_threshold_high", "complex_query_threshold"), 0.5)
    assert found(memory={"memory_kind": "memory", **numbers, **shares}) == []
    for field in (*numbers, *shares):
        assert found(memory={field: 100}) == [("memory.invalid", f"memory.{field}")]


@pytest.mark.parametrize(
    "memory",
    [{"memory_kind": "slice"}, {"scopes": ["/a"], "read_only": False}, {"memory_kind": "memory", "scopes": ["/a"]}],
)
def test_a_slice_has_scopes_and_is_read_only(memory: dict[str, Any]):
    """What is learned is kept in one place."""
    assert found(memory=memory) == [("memory.invalid", "memory")]


@pytest.mark.parametrize("storage", ["lancedb", "qdrant-edge", "parcels", "./a/b c/", "größe-1.0"])
def test_a_storage_is_a_name(storage: str):
    """crewAI's own two are the usual place."""
    assert found(memory={"storage": storage}) == []
    within = found(memory={"storage": storage, "scope": "execution"})
    assert within == ([] if storage in ("lancedb", "qdrant-edge") else [("memory.storage.idle", "memory.storage")])


@pytest.mark.parametrize(
    "storage", ["../x", "/etc/x", "a/../../x", "~/x", "C:\\x", ".x", ".", "a//b", "a\x00", "\ud800", 3]
)
def test_a_storage_leads_nowhere_else(storage: Any):
    """Nothing that is imported can write outside of the folder."""
    assert found(agent={"memory": {"storage": storage}}) == [("memory.invalid", "agents.a.memory.storage")]


def test_the_memory_of_a_flow_is_looked_at_too():
    """Its lessons are kept as a crew's memories are."""
    flow = {
        "schema": "crewai.flow/v1",
        "name": "f",
        "methods": {"a": {"start": True, "do": {"call": "expression", "expr": "1"}}},
    }
    bad = {"storage": "../x", "embedder": {"provider": "openai", "config": {"api_key": "sk-1"}}}
    problems = check({**flow, "config": {"memory": bad}})
    assert [(problem.id, problem.where) for problem in problems] == [
        ("memory.invalid", "config.memory.storage"),
        ("llm.api_key.written", "config.memory.embedder.config.api_key"),
    ]
    assert check({**flow, "config": {"memory": {"enabled": True, "storage": "shared"}}}) == []


def test_plain_true_says_that_it_differs_from_crewai():
    """crewAI remembers from run to run; who imports a crew is told, and what to write."""
    assert found(memory=True) == [("memory.scope.default", "memory")]


@pytest.mark.parametrize(
    "source",
    [
        {"type": "string", "content": "x"},
        {"source_type": "string", "content": "x", "chunk_size": 500, "chunk_overlap": 50},
        {"content": "x"},
        {"type": "file", "path": "handbook.md"},
        {"source_type": "text_file", "file_paths": ["handbook.md"]},
        {"source_type": "text_file", "file_path": "handbook.md"},
    ],
)
def test_sources_in_both_spellings(source: dict[str, Any]):
    """CrewLab's words and crewAI's."""
    assert found(knowledge_sources=[source]) == found(agent={"knowledge_sources": [source]}) == []


@pytest.mark.parametrize(
    "path",
    [
        "../x.md",
        "/etc/x.md",
        "a/../../x.md",
        "~/x.md",
        "C:\\x.md",
        "..\\x.md",
        ".hidden.md",
        "\ud800.md",
        "a\x00.md",
        "x.exe",
        " x.md",
    ],
)
def test_paths_that_lead_out_are_refused(path: str):
    """Nothing that is imported can read outside the folder, whatever files there are."""
    problems = found(Known(), knowledge_sources=[{"type": "file", "path": path}])
    assert problems == [("knowledge.file.unsafe", "knowledge_sources.0.path")]


@pytest.mark.parametrize(
    ("sources", "where"),
    [
        ("handbook.md", "knowledge_sources"),
        (["handbook.md"], "knowledge_sources.0"),
        ([{"type": "docling", "file_paths": ["x.md"]}], "knowledge_sources.0"),
        ([{"type": "string"}], "knowledge_sources.0"),
        ([{"type": "string", "content": "  "}], "knowledge_sources.0"),
        ([{"type": "string", "content": 3}], "knowledge_sources.0.content"),
        ([{"content": "x"}, {"content": "x", "path": "handbook.md"}], "knowledge_sources.1"),
        ([{"content": "x", "chunk_size": 1}], "knowledge_sources.0.chunk_size"),
        ([{"content": "x", "chunk_size": 200, "chunk_overlap": 200}], "knowledge_sources.0"),
        ([{"content": "x", "colour": "red"}], "knowledge_sources.0.colour"),
    ],
)
def test_sources_that_are_none_are_errors(sources: Any, where: str):
    """Each at its own place, and one after the other."""
    assert found(knowledge_sources=sources) == [("knowledge.source.invalid", where)]


def test_a_missing_file_is_an_error():
    """Where it is known which files there are."""
    source = {"type": "file", "path": "gone.md"}
    assert found(knowledge_sources=[source]) == [("knowledge.file.missing", "knowledge_sources.0")]
    assert found(Known(), knowledge_sources=[source]) == []


def test_python_in_a_source_is_refused_as_code():
    """By the rule about code, once."""
    assert found(knowledge_sources=[{"python": "os.system"}]) == [("code.refused", "knowledge_sources")]


@pytest.mark.parametrize(
    ("config", "where"),
    [({"results_limit": 0}, "results_limit"), ({"score_threshold": 2}, "score_threshold"), ({"k": 1}, "k")],
)
def test_limits_of_knowledge(config: dict[str, Any], where: str):
    """Numbers that make no sense are errors."""
    agent = {"knowledge_config": config, "knowledge_sources": [{"content": "x"}]}
    assert found(agent=agent) == [("knowledge.config.invalid", f"agents.a.knowledge_config.{where}")]


def test_limits_without_sources_do_nothing():
    """And a warning says so."""
    assert found(agent={"knowledge_config": {"results_limit": 2}}) == [
        ("knowledge.config.idle", "agents.a.knowledge_config")
    ]


def test_embedders():
    """The offline one needs nothing, a server of one's own no key, OpenAI's needs one."""
    assert found(embedder={"provider": "offline"}) == []
    assert found(embedder={"provider": "openai", "config": {"base_url": "http://127.0.0.1:1/v1"}}) == []
    assert found(embedder={"provider": "openai", "config": {"api_key": "${secret:MINE}"}}) == []
    assert found(embedder={"provider": "openai"}) == [("embedder.key.missing", "embedder")]
    assert found(embedder={"provider": "cohere"}) == [("embedder.invalid", "embedder.provider")]


def test_the_model_and_the_embedder_of_a_memory():
    """They are looked at like every model and every embedder, at their own place."""
    key = "${secret:MINE}"
    own = {"llm": {"model": "openai/gpt-4o", "api_key": key}, "embedder": {"provider": "openai"}}
    server = {"provider": "openai", "config": {"model": "e", "base_url": "http://127.0.0.1:1/v1", "api_key": key}}
    assert found(memory={**own, "embedder": server}) == []
    assert found(agent={"memory": own}) == [("embedder.key.missing", "agents.a.memory.embedder")]
    assert found(memory={"embedder": {"provider": "cohere"}}) == [("memory.invalid", "memory.embedder.provider")]
    assert ("llm.unknown", "memory.llm") in found(memory={"llm": "nobody/knows"})
    assert ("llm.api_key.written", "memory.llm.api_key") in found(memory={"llm": {**own["llm"], "api_key": "sk-1"}})
    unknown = {"provider": "openai", "config": {"api_key": "${secret:OTHER}"}}
    assert ("secret.unknown", "memory.embedder.config") in found(memory={"embedder": unknown})


def test_secrets_of_embedders_are_references():
    """A key that is written down is refused, and so is the name of a secret that there is none of."""
    written = {"provider": "openai", "config": {"api_key": "sk-123"}}
    unknown = {"provider": "openai", "config": {"api_key": "${secret:OTHER}"}}
    assert ("llm.api_key.written", "embedder.config.api_key") in found(embedder=written)
    assert ("secret.unknown", "embedder.config") in found(embedder=unknown)
