"""What may be kept of a crewAI event: plain data; of live objects only the kind, of secrets nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.crew import Crew
from crewai.llms.base_llm import BaseLLM
from crewai.task import Task
from crewai.tools.base_tool import BaseTool
from pydantic import BaseModel

_LIVE = (BaseAgent, BaseLLM, BaseTool, Crew, Task)
"""They hold keys and headers in clear, and cost a hundred times the rest."""
_LEFT_OUT = frozenset(
    {"agent", "task", "crew", "from_agent", "from_task", "callbacks", "available_functions", "source"}
)
_SECRET = re.compile(r"(?i)(api_?key|token$|secret|password|passwd|credential|authorization|headers$|^auth$|cookie)")
_DEEPEST = 8


def payload_of(event: BaseModel) -> dict[str, Any]:
    """The fields of an event as JSON. Never raises, whatever they hold."""
    return {name: value for name, value in _fields(event, 0) if name not in _LEFT_OUT}


def _plain(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {_text(value)}"
    if isinstance(value, date | timedelta | UUID | PurePath | Enum):
        return str(value)
    if depth >= _DEEPEST or isinstance(value, (*_LIVE, type, bytes)):
        return _kind(value)
    if isinstance(value, Mapping):
        return dict(_entries(value.items(), depth))
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, BaseModel) or dataclasses.is_dataclass(value):
        return dict(_fields(value, depth))
    return _kind(value)


def _fields(value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The fields that are set; a property may compute, and raise."""
    return _entries(list(vars(value).items()), depth)


def _entries(entries: Iterable[tuple[Any, Any]], depth: int) -> Iterator[tuple[str, Any]]:
    for name, item in entries:
        text = name if isinstance(name, str) else str(_plain(name, depth + 1))
        if not text.startswith("_"):
            yield text, "•••" if _SECRET.search(text) and item and not _is_number(item) else _plain(item, depth + 1)


def _is_number(value: Any) -> bool:
    """A count of tokens is none of the tokens that open doors."""
    return isinstance(value, int | float)


def _kind(value: Any) -> str:
    return f"<{getattr(value if isinstance(value, type) else type(value), '__name__', 'object')}>"


def _text(error: BaseException) -> str:
    """What an exception says of itself, if it can: its arguments may be anything."""
    return ", ".join(item for item in error.args if isinstance(item, str))
