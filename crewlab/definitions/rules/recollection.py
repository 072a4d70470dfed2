"""Memory, knowledge sources and embedders that can be carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from crewlab.definitions.knowledge import KnowledgeConfig, all_sources, sources_of_item
from crewlab.definitions.memory import EmbedderDocument, MemoryDocument, embedder_of, first_reason, memory_of
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_python_reference, listed, warning

_MEMORY_HINT = "Write true, false, or an object such as {scope: definition}."
_SOURCE_HINT = 'Write {"type": "string", "content": "..."} or {"type": "file", "path": "handbook.md"}.'
_EMBEDDER_HINT = "Write {provider: offline}, or {provider: openai, config: {model, api_key: ${secret:NAME}, base_url}}."
_CONFIG_HINT = "Its fields are results_limit, score_threshold and rewrite_query."


def memories(subject: Subject) -> Iterable[Problem]:
    """`memory` is yes, no, or says how."""
    for part in _holders(subject):
        value, where = part.body.get("memory"), _place(part, "memory")
        if is_python_reference(value):
            continue
        try:
            how = memory_of(value)
        except ValidationError as failure:
            yield _invalid("memory.invalid", where, failure, _MEMORY_HINT)
        else:
            if how is not None:
                yield from _of_memory(subject, where, how)
        if value is True:
            what = "`true` remembers within one execution only; crewAI would remember from run to run."
            yield warning("memory.scope.default", where, what, "Write {scope: execution} or {scope: definition}.")


def _of_memory(subject: Subject, where: str, how: MemoryDocument) -> Iterator[Problem]:
    if how.embedder is not None:
        yield from _of_embedder(subject, f"{where}.embedder", how.embedder)
    if how.storage and how.scope == "execution":
        what = "What is kept there is recalled within one execution only, by nobody else who names it."
        yield warning("memory.storage.idle", f"{where}.storage", what, "Write {scope: definition}, or remove it.")


def knowledge_sources(subject: Subject) -> Iterable[Problem]:
    """Every source is a text, or a file that is in the folder of knowledge files."""
    for part in _holders(subject):
        value = part.body.get("knowledge_sources")
        if value is not None and not isinstance(value, list):
            yield error("knowledge.source.invalid", _place(part, "knowledge_sources"), "It is no list.", _SOURCE_HINT)
    for where, item in all_sources(subject.document):
        yield from _of_source(subject, where, item)


def _of_source(subject: Subject, where: str, item: Any) -> Iterator[Problem]:
    known = subject.known.knowledge_files
    if is_python_reference(item):
        return
    try:
        sources = sources_of_item(item)
    except TypeError as failure:
        yield error("knowledge.source.invalid", where, str(failure), _SOURCE_HINT)
        return
    except ValidationError as failure:
        unsafe = any("path" in found["loc"] and found["type"] == "value_error" for found in failure.errors())
        yield _invalid("knowledge.file.unsafe" if unsafe else "knowledge.source.invalid", where, failure, _SOURCE_HINT)
        return
    for source in sources:
        if source.path is not None and known is not None and source.path not in known:
            hint = f"Upload it under Library > Knowledge. There are: {listed(known)}."
            yield error("knowledge.file.missing", where, f"There is no knowledge file {source.path!r}.", hint)


def knowledge_configs(subject: Subject) -> Iterable[Problem]:
    """`knowledge_config` limits what is found, and something can be found."""
    for agent in subject.workers:
        value, where = agent.body.get("knowledge_config"), _place(agent, "knowledge_config")
        try:
            KnowledgeConfig.model_validate({} if value is None else value)
        except ValidationError as failure:
            yield _invalid("knowledge.config.invalid", where, failure, _CONFIG_HINT)
        if value and not (agent.body.get("knowledge_sources") or subject.document.get("knowledge_sources")):
            what = "There are no knowledge sources that it could apply to."
            yield warning("knowledge.config.idle", where, what, "Add knowledge_sources, or remove it.")


def embedders(subject: Subject) -> Iterable[Problem]:
    """`embedder` is the offline one, or a server that speaks the OpenAI protocol and has what it needs."""
    for part in _holders(subject):
        value, where = part.body.get("embedder"), _place(part, "embedder")
        if value is None or is_python_reference(value):
            continue
        try:
            yield from _of_embedder(subject, where, embedder_of(value))
        except ValidationError as failure:
            yield _invalid("embedder.invalid", where, failure, _EMBEDDER_HINT)


def _of_embedder(subject: Subject, where: str, embedder: EmbedderDocument) -> Iterator[Problem]:
    keys, config = subject.known.keys, embedder.config
    needs_key = embedder.provider == "openai" and not (config.base_url or config.api_key)
    if needs_key and keys is not None and "OPENAI_API_KEY" not in keys:
        hint = "Store it under Library > Secrets, give a base_url of your own server, or use {provider: offline}."
        yield error("embedder.key.missing", where, "The embedder needs OPENAI_API_KEY, which is not set.", hint)


def _holders(subject: Subject) -> list[Part]:
    return [subject.crew, *subject.workers]


def _place(part: Part, field: str) -> str:
    return ".".join(filter(None, (part.where, field)))


def _invalid(id: str, where: str, failure: ValidationError, hint: str) -> Problem:
    below, reason = first_reason(failure)
    return error(id, ".".join(filter(None, (where, below))), f"{reason[:1].upper()}{reason[1:].rstrip('.')}.", hint)
