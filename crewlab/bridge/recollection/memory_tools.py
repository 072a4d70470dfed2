"""crewAI's two memory tools, over the memory of one attempt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crewai.tools.base_tool import BaseTool
from crewai.tools.memory_tools import RecallMemoryTool, create_memory_tools

from crewlab.bridge.tools.asks_server import AsksServer
from crewlab.memory.ranking import Match

_MOST_FOUND = 20
"""For a query, as in crewAI."""


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
    """What crewAI's tools take for a memory. Searching is awaited on the loop; saving runs in a tool's thread."""

    search: Callable[[str, int], Awaitable[Sequence[Match]]]
    learn: Callable[[Sequence[str]], None]
    read_only: bool = False

    def remember(self, content: str) -> _Record:
        self.learn([content])
        return _Record(content)

    def remember_many(self, contents: Sequence[str]) -> None:
        self.learn(contents)


class SearchMemory(RecallMemoryTool, AsksServer):
    """crewAI's tool to search memories, which may ask a model."""

    async def ask(self, arguments: dict[str, Any]) -> str:
        given = self._validate_kwargs(arguments)
        found = {query: await self.memory.search(query, _MOST_FOUND) for query in dict.fromkeys(given["queries"])}
        return RecallMemoryTool(memory=_Looked(found), description=self.description)._run(**given)


@dataclass(frozen=True)
class _Looked:
    """What has been found, by query."""

    found: Mapping[str, Sequence[Match]]

    def recall(self, query: str, limit: int) -> list[_Found]:
        return [_Found(match) for match in self.found[query][:limit]]


def memory_tools(memory: ToolMemory) -> list[BaseTool]:
    """`Search memory` and `Save to memory`, as crewAI describes them to the model, whose results are never reused."""
    search, *others = create_memory_tools(memory)
    tools: list[BaseTool] = [SearchMemory(memory=memory, description=search.description), *others]
    for tool in tools:
        tool.cache_function = _never
    return tools


def _never(*_: Any) -> bool:
    return False


def line_of(match: Match) -> str:
    """A memory as crewAI writes it into a prompt."""
    return f"- (score={match.score:.2f}) {match.content}"
