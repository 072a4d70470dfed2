"""From an agent's text to an object of the task's schema."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from crewai.utilities.converter import get_conversion_instructions
from pydantic import BaseModel

from crewlab.bridge.llms.whole_text import whole
from crewlab.errors import OutputError

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


async def converted(text: str, schema: type[BaseModel], model: RecordedModel) -> BaseModel:
    """The object that `text` holds; if it holds none, one call asks `model` to make it.

    Raises:
        OutputError: The model's conversion does not fit the schema either.
        ModelCallError: The call failed for good.
    """
    found = _read(text, schema)
    if found is not None:
        return found
    messages = [
        {"role": "system", "content": get_conversion_instructions(schema, model)},
        {"role": "user", "content": text},
    ]
    wanted = schema if model.supports_function_calling() else None
    answer = await model.ask(messages, purpose="converter", response_model=wanted)
    made = answer if isinstance(answer, schema) else _read(str(answer), schema)
    if made is None:
        raise _unfit(text, schema)
    return made


def _read(text: str, schema: type[BaseModel]) -> BaseModel | None:
    match = _OBJECT.search(text)
    try:
        made = schema.model_validate(_parsed(match.group())) if match else None
        if made is not None:
            made.model_dump_json()  # what is too deep to be printed is of no use to anybody
    except (ValueError, RecursionError):  # not JSON, not of the schema, too deep, or a number without end
        return None
    return made


def _parsed(text: str) -> Any:
    """The value of JSON text, whose escapes may stand for half a character."""
    return json.loads(whole(json.dumps(json.loads(text, strict=False), ensure_ascii=False)))


def _unfit(text: str, schema: type[BaseModel]) -> OutputError:
    fields = ", ".join(schema.model_fields)
    return OutputError(
        f"The output does not fit the task's schema ({fields}): {text[:200]}",
        "Say in the expected output which fields you want, or make the schema less strict.",
    )
