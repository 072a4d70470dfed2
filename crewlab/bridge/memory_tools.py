"""crewAI's two memory tools, over the memory of one attempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crewai.tools.base_tool import BaseTool
from crewai.tools.memory_tools import create_memory_tools

from crewlab.memory.ranking import Match


@dataclass(frozen=True)
class _Record:
    """As much of crewAI's record as its tools read."""

    id: str
    scope: str = "/"
    importance: float = 0.5


@dataclass(frozen=True)
class _Found:
    """As much of crewAI's match as its tools read."""

    match: Match

    @property
    def record(self) -> _Record:
        return _Record(self.match.content)

    def format(self) -> str:
        return line_of(self.match)


@dataclass(frozen=True)
class ToolMemory:
    """What crewAI's tools take for a memory. Runs in a tool's thread."""

    search: Callable[[str, int], Sequence[Match]]
    learn: Callable[[Sequence[str]], None]
    read_only: bool = False

    def recall(self, query: str, limit: int) -> list[_Found]:
        return [_Found(match) for match in self.search(query, limit)]

    def remember(self, content: str) -> _Record:
        self.learn([content])
        return _Record(content)

    def remember_many(self, contents: Sequence[str]) -> None:
        self.learn(contents)


def memory_tools(memory: ToolMemory) -> list[BaseTool]:
    """`Search memory` and `Save to memory`, as crewAI describes them to the model, whose results are never reused."""
    tools = create_memory_tools(memory)
    for tool in tools:
        tool.cache_function = _never
    return tools


def _never(*_: Any) -> bool:
    return False


def line_of(match: Match) -> str:
    """A memory as crewAI writes it into a prompt."""
    return f"- (score={match.score:.2f}) {match.content}"
