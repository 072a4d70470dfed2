"""The rehearsal model as crewAI sees it: an LLM that needs no key, no network and no luck."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
from crewai.events.types.llm_events import LLMCallType
from crewai.llms.base_llm import BaseLLM, llm_call_context
from pydantic import BaseModel, Field

from crewlab.bridge.llms.request_number import REQUEST_NUMBER
from crewlab.bridge.rehearsal.answers import Answer, answer, estimated_tokens
from crewlab.bridge.rehearsal.draws import Draws
from crewlab.bridge.rehearsal.openai_format import words
from crewlab.bridge.rehearsal.prompt import whole_text

CONTEXT_TOKENS = 200_000
_PAUSES = 8
"""A streamed answer arrives in at most this many chunks, so that it costs about the same as a whole one."""


class RehearsalLLM(BaseLLM):
    """Answers from the prompt alone. Equal content and seed give equal answers; nothing is kept between calls.

    `latency_seconds` is how long an answer takes; `error_rate` is the share of requests that fail like an
    overloaded provider (HTTP 503), and content, seed and the number of the request decide which.
    """

    llm_type: str = "rehearsal"
    latency_seconds: float = Field(default=0.0, ge=0)
    error_rate: float = Field(default=0.0, ge=0, le=1)

    @property
    def voice(self) -> str:
        """The part of the model string after `rehearsal/`."""
        return self.model.partition("/")[2]

    def supports_function_calling(self) -> bool:
        return True

    def supports_stop_words(self) -> bool:
        return False

    def get_context_window_size(self) -> int:
        return CONTEXT_TOKENS

    def get_input_tokens_count(self, messages: Any, tools: Any = None, response_model: Any = None) -> int:
        """The same estimate that the usage of a call reports: four characters make a token."""
        return estimated_tokens(whole_text(messages))

    def call(
        self,
        messages: Any,
        tools: Any = None,
        callbacks: Any = None,
        available_functions: Any = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> Any:
        """Answer on the caller's thread, which sleeps meanwhile."""
        with llm_call_context():
            about = {"from_task": from_task, "from_agent": from_agent}
            self._emit_call_started_event(
                messages, tools, callbacks=callbacks, available_functions=available_functions, **about
            )
            try:
                reply = self._reply(messages, tools, response_model)
                for pause, chunk in self._pauses(reply):
                    time.sleep(pause)
                    self._emit_chunk(chunk, about)
                return self._finished(reply, messages, response_model, about)
            except (openai.APIError, ValueError) as error:
                self._emit_call_failed_event(error=str(error), **about)
                raise

    async def acall(
        self,
        messages: Any,
        tools: Any = None,
        callbacks: Any = None,
        available_functions: Any = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> Any:
        """Answer without blocking the loop. A cancelled call ends silently, as with every provider of crewAI."""
        with llm_call_context():
            about = {"from_task": from_task, "from_agent": from_agent}
            self._emit_call_started_event(
                messages, tools, callbacks=callbacks, available_functions=available_functions, **about
            )
            try:
                reply = self._reply(messages, tools, response_model)
                for pause, chunk in self._pauses(reply):
                    await asyncio.sleep(pause)
                    self._emit_chunk(chunk, about)
                return self._finished(reply, messages, response_model, about)
            except (openai.APIError, ValueError) as error:
                self._emit_call_failed_event(error=str(error), **about)
                raise

    def _reply(self, messages: Any, tools: Any, response_model: type[BaseModel] | None) -> Answer | openai.APIError:
        """What will come back once the latency has passed: an answer, or the failure that `error_rate` has drawn."""
        if self.error_rate and self._fails(messages):
            return _overloaded(self.model, self.error_rate)
        schema = response_model.model_json_schema() if response_model is not None else None
        return answer(messages, tools=tools, schema=schema, seed=self.seed or 0, voice=self.voice)

    def _fails(self, messages: Any) -> bool:
        number = REQUEST_NUMBER.get() or 1
        return Draws(f"{self.seed or 0}\n{number}\n{whole_text(messages)}").share() < self.error_rate

    def _pauses(self, reply: Answer | openai.APIError) -> Iterator[tuple[float, str | None]]:
        """Seconds to wait and then the chunk to show, if any; all waits add up to the latency."""
        if isinstance(reply, openai.APIError) or not reply.text or not self._effective_stream():
            yield self.latency_seconds, None
            return
        parts = _joined(words(reply.text), _PAUSES)
        for part in parts:
            yield self.latency_seconds / len(parts), part

    def _emit_chunk(self, chunk: str | None, about: dict[str, Any]) -> None:
        if chunk is not None:
            self._emit_stream_chunk_event(chunk=chunk, call_type=LLMCallType.LLM_CALL, **about)

    def _finished(
        self,
        reply: Answer | openai.APIError,
        messages: Any,
        response_model: type[BaseModel] | None,
        about: dict[str, Any],
    ) -> Any:
        """Report the end of the call and hand the answer over in the shape that crewAI expects."""
        if isinstance(reply, openai.APIError):
            raise reply
        calls = [call.as_message() for call in reply.tool_calls]
        usage = self._usage(messages, reply.text or json.dumps(calls))
        self._track_token_usage_internal(usage)
        self._emit_call_completed_event(
            response=calls or reply.text,
            call_type=LLMCallType.TOOL_CALL if calls else LLMCallType.LLM_CALL,
            messages=messages,
            usage=usage,
            finish_reason=reply.finish_reason,
            **about,
        )
        return calls or (response_model.model_validate_json(reply.text) if response_model else reply.text)

    def _usage(self, messages: Any, written: str) -> dict[str, Any]:
        prompt, completion = self.get_input_tokens_count(messages), estimated_tokens(written)
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _overloaded(model: str, error_rate: float) -> openai.APIError:
    request = httpx.Request("POST", "rehearsal:///chat/completions")
    message = f"{model} failed on purpose, its error_rate is {error_rate:g}"
    response = httpx.Response(503, request=request)
    return openai.InternalServerError(message, response=response, body={"message": message})


def _joined(parts: list[str], most: int) -> list[str]:
    """`parts` in order, joined into at most `most` pieces of about equal length."""
    size = -(-len(parts) // most)
    return ["".join(parts[start : start + size]) for start in range(0, len(parts), size)]
