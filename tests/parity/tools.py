"""The tools of the cases: both sides get new ones for each run."""

from __future__ import annotations

from collections.abc import Iterable

from crewai.tools import BaseTool
from pydantic import BaseModel


class _Words(BaseModel):
    words: str


class _Tool(BaseTool):
    args_schema: type[BaseModel] = _Words


class Lookup(_Tool):
    """Says something of what it is asked."""

    name: str = "Look up"
    description: str = "Says what is known about some words"

    def _run(self, words: str) -> str:
        return f"known about {words}"


class Broken(_Tool):
    """Always raises."""

    name: str = "Broken"
    description: str = "Does not work"

    def _run(self, words: str) -> str:
        raise ValueError(f"no {words} today")


class Verdict(_Tool):
    """What it says is the answer of the task."""

    name: str = "Verdict"
    description: str = "Decides"
    result_as_answer: bool = True

    def _run(self, words: str) -> str:
        return f"the verdict on {words}"


class Once(_Tool):
    """May be used once."""

    name: str = "Once"
    description: str = "Works one time"
    max_usage_count: int | None = 1

    def _run(self, words: str) -> str:
        return f"once {words}"


TOOLS: dict[str, type[_Tool]] = {tool.__name__: tool for tool in (Lookup, Broken, Verdict, Once)}


def made(names: Iterable[object]) -> list[BaseTool]:
    """New tools of these names."""
    return [TOOLS[str(name)]() for name in names]
