"""What is worth remembering of a task: statements that a model picks out of its result, asked in crewAI's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crewai.memory.analyze import ExtractedMemories
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.errors import CrewLabError
from crewlab.memory.memories import LONGEST

if TYPE_CHECKING:
    from crewlab.bridge.recorded_model import RecordedModel

_MOST = 50


def told(description: str, role: str, expected: str, output: str) -> str:
    """A task and its result as crewAI writes them down."""
    return f"Task: {description}\nAgent: {role}\nExpected result: {expected}\nResult: {output}"


async def statements_in(content: str, model: RecordedModel) -> list[str]:
    """The statements, in one call; the whole content where the model cannot be asked or says something else."""
    messages = [
        {"role": "system", "content": I18N_DEFAULT.memory("extract_memories_system")},
        {"role": "user", "content": I18N_DEFAULT.memory("extract_memories_user").format(content=content)},
    ]
    try:
        schema = ExtractedMemories if model.supports_function_calling() else None
        answer = await model.ask(messages, purpose="memory", response_model=schema)
    except CrewLabError:  # it is on record as a failed call; the task is paid, and its result worth keeping
        return [content]
    found = answer if isinstance(answer, ExtractedMemories) else _read(str(answer))
    if found is None:
        return [content]
    return [text[:LONGEST] for statement in found.memories[:_MOST] if (text := statement.strip())]


def _read(answer: str) -> ExtractedMemories | None:
    start, end = answer.find("{"), answer.rfind("}")
    try:
        return ExtractedMemories.model_validate(json.loads(answer[start : end + 1]))
    except (ValueError, RecursionError):  # not JSON, not a list of statements, or too deep
        return None
