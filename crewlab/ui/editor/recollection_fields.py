"""What a crew or an agent remembers and may look up: memory, knowledge files, knowledge texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.knowledge import sources_of_item
from crewlab.definitions.memory import memory_of
from crewlab.ui.components.add_button import add_button
from crewlab.ui.editor.fields import Change, Fields
from crewlab.ui.editor.model_field import model_field
from crewlab.ui.editor.refusals import refusals

SHOWN = frozenset({"memory", "knowledge_sources", "knowledge_config"})
"""Fields of a crew or an agent that have a widget here."""
_OFF = "off"
_MEMORY = {_OFF: "Off", "execution": "Within an execution", "definition": "From run to run"}


def recollection_fields(fields: Fields, path: Path, *, of_agent: bool) -> None:
    """Draw the fields of the crew (an empty `path`) or of an agent; those that are filled are open."""
    body = fields.value(path) if path else fields.draft.document
    refused = any(set(place[len(path) :]) & SHOWN for place in refusals(fields.draft.draft_id))
    is_used = refused or any((body or {}).get(name) for name in SHOWN)
    key = fields.key_of((*path, "recollection"))
    with st.expander("Memory and knowledge", expanded=is_used, icon=":material/psychology:", key=key):
        first, second = st.columns(2)
        with first:
            _memory(fields, (*path, "memory"), of_agent)
            if of_agent:
                _limits(fields, (*path, "knowledge_config"))
        with second:
            _files(fields, (*path, "knowledge_sources"))
            _texts(fields, (*path, "knowledge_sources"))
            fields.notes((*path, "knowledge_sources"))


def _memory(fields: Fields, path: Path, of_agent: bool) -> None:
    value = fields.value(path)
    labels = {**_MEMORY, _OFF: "As the crew"} if of_agent else _MEMORY
    fields.one_of(
        path,
        "Memory of its own" if of_agent else "Memory of the crew",
        list(labels),
        value=_scope(value),
        change=lambda document, scope: _remember(document, path, scope),
        format_func=lambda scope: labels.get(scope, str(scope)),
        help="*From run to run*: executions recall what earlier, completed ones of this definition have learned.",
    )
    if value:
        fields.switch(
            (*path, "extract"),
            "Pick out what is worth remembering",
            value=not (isinstance(value, Mapping) and value.get("extract") is False),
            change=lambda document, is_on: _with(document, path, "extract", None if is_on else False),
            help="A model call after each task. Without it the whole result is remembered, at no cost.",
        )
    if isinstance(value, Mapping):
        fields.text(
            (*path, "storage"),
            "Shared storage",
            is_optional=True,
            placeholder="None: of this definition alone",
            help="A name, such as *shipping/parcels*: all definitions that name it recall what is kept there.",
        )
        model_field(fields, (*path, "llm"), "Model that memories ask", empty="As the agent")


def _scope(value: Any) -> str:
    if not value:
        return _OFF
    if isinstance(value, Mapping) and "scope" in value:
        return str(value["scope"])
    try:
        how = memory_of(value)
    except ValidationError:
        how = None
    return how.scope if how else "execution"


def _remember(document: dict[str, Any], path: Path, scope: str) -> dict[str, Any]:
    return set_value(document, path, None) if scope == _OFF else _with(document, path, "scope", scope)


def _with(document: dict[str, Any], path: Path, name: str, value: Any) -> dict[str, Any]:
    """The document with one field of its memory changed; `true` becomes the object that it means."""
    current = value_at(document, path)
    before = dict(current) if isinstance(current, Mapping) else {"scope": "execution"}
    after = {**before, name: value}
    return set_value(document, path, {key: item for key, item in after.items() if item is not None})


def _limits(fields: Fields, path: Path) -> None:
    if not fields.value(path) and not _sources(fields, (*path[:-1], "knowledge_sources")):
        return
    with st.container(horizontal=True):
        fields.number((*path, "results_limit"), "Most pieces found", min_value=1, placeholder="5")
        fields.number(
            (*path, "score_threshold"),
            "Lowest score",
            step=0.05,
            min_value=0.0,
            max_value=1.0,
            placeholder="0.6",
            help="From 0 to 1; pieces of knowledge that score less are left out.",
        )


def _files(fields: Fields, path: Path) -> None:
    there = [file.path for file in fields.draft.lab.knowledge_files()]
    fields.choices(
        path,
        "Knowledge files",
        there,
        value=[name for source in _sources(fields, path) for name in _paths(source)],
        change=lambda document, chosen: _choose_files(document, path, chosen),
        placeholder="None" if there else "Upload files under Library > Knowledge",
        help="Looked up before each task; the best pieces stand in its prompt.",
    )


def _choose_files(document: dict[str, Any], path: Path, chosen: list[str]) -> dict[str, Any]:
    """The document with these files, among the other sources; what is said of a file that stays is kept."""
    current = [source for source in value_at(document, path) or [] if not _paths(source)]
    before = {name: source for source in value_at(document, path) or [] for name in _paths(source)}
    files = [before[name] if len(_paths(before.get(name))) == 1 else {"type": "file", "path": name} for name in chosen]
    return set_value(document, path, [*files, *current] or None)


def _texts(fields: Fields, path: Path) -> None:
    for number, source in enumerate(_sources(fields, path)):
        if isinstance(source, Mapping) and "content" in source:
            fields.text(
                (*path, number, "content"),
                "Knowledge text",
                height=110,
                change=_writer(path, number),
                help="Emptied, it is removed.",
            )
        fields.notes((*path, number))
    add_button(
        "Add a text",
        lambda: fields.draft.edit_field(path, lambda document: _add(document, path)),
        key=fields.key_of((*path, "add")),
        type="tertiary",
    )


def _writer(path: Path, number: int) -> Change:
    """Writes the text of a source, or removes the source when nothing is left of it."""

    def write(document: dict[str, Any], text: str) -> dict[str, Any]:
        if text.strip():
            return set_value(document, (*path, number, "content"), text)
        sources = [source for index, source in enumerate(value_at(document, path)) if index != number]
        return set_value(document, path, sources or None)

    return write


def _add(document: dict[str, Any], path: Path) -> dict[str, Any]:
    return set_value(document, path, [*(value_at(document, path) or []), {"type": "string", "content": ""}])


def _sources(fields: Fields, path: Path) -> list[Any]:
    value = fields.value(path)
    return value if isinstance(value, list) else []


def _paths(source: Any) -> list[str]:
    """The files that a source names; none of a text, or of what is no source."""
    try:
        return [found.path for found in sources_of_item(source) if found.path is not None]
    except (TypeError, ValidationError):
        return []
