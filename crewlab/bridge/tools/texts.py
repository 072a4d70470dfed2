"""What a prompt says of tools: crewAI's own words, put together once per tool instead of once per task."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from crewai.tools.structured_tool import CrewStructuredTool, format_description_for_llm
from pydantic import BaseModel


def described(tools: Sequence[CrewStructuredTool]) -> str:
    """The text of crewAI's `render_text_description_and_args`, one tool after the other."""
    return "\n".join(_described(tool.name, tool.args_schema, tool.description) for tool in tools)


@functools.lru_cache(maxsize=256)
def _described(name: str, arguments: type[BaseModel] | None, description: str) -> str:
    """Most of it is the JSON Schema of the arguments, which takes pydantic a millisecond each time."""
    return format_description_for_llm(name, arguments, description)
