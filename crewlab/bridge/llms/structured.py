"""Asking for an answer of a schema so that a provider which ignores the schema still gives an answer, and its usage."""

from __future__ import annotations

import functools
from typing import Any

from crewai.llms.base_llm import BaseLLM
from crewai.llms.providers.openai.completion import OpenAICompletion
from crewai.utilities.pydantic_schema_utils import generate_model_description
from openai.lib._parsing._completions import type_to_response_format_param
from pydantic import BaseModel


def structured(model: BaseLLM, schema: type[BaseModel] | None) -> tuple[BaseLLM, type[BaseModel] | None]:
    """The model to ask and the `response_model` to pass it.

    OpenAI's client parses the answer itself and, where it does not fit, raises without telling the tokens that were
    paid. So it is asked with the schema as a plain parameter, by a copy that shares its connections, and answers in
    text. Gemini's client remembers the tools of its last call and reads that of the next by them: one for each call.
    """
    if isinstance(model, OpenAICompletion) and schema is not None:
        return model.model_copy(update={"response_format": _response_format(schema)}), None
    return (model.model_copy() if hasattr(model, "tools") else model), schema


@functools.lru_cache(maxsize=256)
def _response_format(schema: type[BaseModel]) -> Any:
    """The schema as OpenAI's client would send it: with its optional fields; some that it cannot say, crewAI can."""
    try:
        return type_to_response_format_param(schema)
    except (TypeError, ValueError, LookupError, AssertionError):
        return generate_model_description(schema)
