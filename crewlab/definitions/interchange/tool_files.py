"""Configured tools as the files that crewAI loads them from: each a class of its own, without secrets in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.for_crewai import ForCrewai
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_text import call, identifiers
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.secrets.references import names_in

_TOOL = '''"""{title}, as it is set up in CrewLab."""

import os

import crewai_tools


class Configured(crewai_tools.{type}):
    """{type} with its settings."""

    def __init__(self) -> None:
        super().__init__({settings})
'''


def tool_files(tools: Mapping[str, ToolRecord], records: Records, notes: list[Note]) -> dict[str, bytes]:
    """A file for each of these tools, in the folder `tools`; what they need to be told is noted."""
    names = identifiers(records.tools)
    return {
        f"tools/{names[name]}.py": _text(record, notes).encode("utf-8", "replace") for name, record in tools.items()
    }


def with_custom_tools(body: Any, tools: Mapping[str, str]) -> Any:
    """Configured tools by the files that make them."""
    if not isinstance(body, Mapping) or not isinstance(body.get("tools"), list):
        return body
    named = [f"custom:{tools[tool]}" if isinstance(tool, str) and tool in tools else tool for tool in body["tools"]]
    return {**body, "tools": named}


def secrets_of(made: ForCrewai) -> list[str]:
    """The names of all secrets that a definition and its tools refer to."""
    settings = [[record.configuration, record.environment] for record in made.tools.values()]
    return sorted(set(names_in([dict(made.document), settings])))


def _text(record: ToolRecord, notes: list[Note]) -> str:
    given = {name: value for name, value in record.configuration.items() if value not in (None, "")}
    limits = {"max_usage_count": record.max_usage_count, "result_as_answer": record.result_as_answer}
    settings = {**given, **{name: value for name, value in limits.items() if value}}
    if record.environment:
        what = f"{record.name} needs the variables {', '.join(record.environment)}: set them"
        notes.append(Note(f"tools.{record.name}", what))
    return _TOOL.format(title=record.type, type=record.type, settings=call("", settings, 8)[1:-1])
