"""What a model is asked about memories, in crewAI's words: what of a task to remember, and what to search for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from crewai.memory.analyze import ExtractedMemories, QueryAnalysis
from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel

from crewlab.errors import CrewLabError
from crewlab.memory.memories import LONGEST

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

_MOST = 50
_MOST_PHRASES = 3
"""As in crewAI."""
Answer = TypeVar("Answer", bound=BaseModel)


def told(description: str, role: str, expected: str, output: str) -> str:
    """A task and its result as crewAI writes them down."""
    return f"Task: {description}\nAgent: {role}\nExpected result: {expected}\nResult: {output}"


async def statements_in(content: str, model: RecordedModel) -> list[str]:
    """The statements, in one call; the whole content where the model cannot be asked or says something else."""
    messages = [
        {"role": "system", "content": I18N_DEFAULT.memory("extract_memories_system")},
        {"role": "user", "content": I18N_DEFAULT.memory("extract_memories_user").format(content=content)},
    ]
    found = await asked(messages, ExtractedMemories, model)  # if it failed: the task is paid, its result worth keeping
    if found is None:
        return [content]
    return [text[:LONGEST] for statement in found.memories[:_MOST] if (text := statement.strip())]


async def query_analysis(query: str, model: RecordedModel) -> QueryAnalysis | None:
    """What to search memories for, in one call; `None` where the model cannot be asked or says something else."""
    described = I18N_DEFAULT.memory("query_user").format(query=query, available_scopes=["/"], scope_desc="")
    messages = [
        {"role": "system", "content": I18N_DEFAULT.memory("query_system")},
        {"role": "user", "content": described},
    ]
    found = await asked(messages, QueryAnalysis, model)
    if found is None:
        return None
    phrases = [text[:LONGEST] for phrase in found.recall_queries if (text := phrase.strip())]
    return found.model_copy(update={"recall_queries": phrases[:_MOST_PHRASES]})


async def asked(messages: list[dict[str, str]], wanted: type[Answer], model: RecordedModel) -> Answer | None:
    """The answer; `None` where the model says something else, or cannot be asked, which is on record as such a call."""
    try:
        schema = wanted if model.supports_function_calling() else None
        answer = await model.ask(messages, purpose="memory", response_model=schema)
    except CrewLabError:
        return None
    return answer if isinstance(answer, wanted) else _read(str(answer), wanted)


def _read(answer: str, wanted: type[Answer]) -> Answer | None:
    start, end = answer.find("{"), answer.rfind("}")
    try:
        return wanted.model_validate(json.loads(answer[start : end + 1]))
    except (ValueError, RecursionError):  # not JSON, of another shape, or too deep
        return None
