"""A model whose answers are recorded on a cassette, or come from one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crewai.llms.base_llm import BaseLLM
from pydantic import BaseModel, PrivateAttr

from crewlab.bridge.agents.message_copies import copied, plain
from crewlab.bridge.cassettes import Deck
from crewlab.bridge.cassettes.recording import Answer, Failure, Recording, Request, Traits, model_request
from crewlab.bridge.llms.call import ModelCall
from crewlab.bridge.llms.failures import failure_of
from crewlab.bridge.llms.overrides import as_asked
from crewlab.bridge.llms.structured import structured
from crewlab.bridge.llms.tokens import Tokens
from crewlab.bridge.llms.whole_text import whole
from crewlab.bridge.scope import MODEL_CALL
from crewlab.errors import ModelCallError

REFUSED = 400
"""The status of a request that is refused for what it says. Other failures are of the moment, and not recorded."""


class TapedModel(BaseLLM):
    """Stands where a provider's client would. That is made only when something has to be asked of it."""

    llm_type: str = "taped"
    _deck: Deck = PrivateAttr()
    _make: Callable[[], BaseLLM] = PrivateAttr()
    _live: BaseLLM | None = PrivateAttr(default=None)
    _traits: Traits = PrivateAttr()
    _parameters: dict[str, Any] = PrivateAttr()

    @classmethod
    def around(cls, make: Callable[[], BaseLLM], deck: Deck, *, name: str, parameters: dict[str, Any]) -> TapedModel:
        """`make` makes the client of the model that the document calls `name`. Raises what `make` raises."""
        live, traits = None, deck.traits(name)
        if traits is None and deck.cassette.needs_no_model:
            traits = deck.closest_traits(name)
        elif traits is None:
            live = make()
            traits = _traits_of(live, name)
            deck.keep_traits(traits)
        model = cls(model=traits.model, provider=traits.provider, stop=list(traits.stop), stream=traits.stream)
        model._deck, model._make, model._live = deck, make, live
        model._traits, model._parameters = traits, parameters
        return model

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
        """The recorded answer, or the model's own, which is then recorded.

        Raises:
            CassetteMissError: There is no recording, and the model may not be asked.
            ModelCallError: The recorded answer is a refusal.
        """
        asked = self._asked(messages, tools, response_model)
        recording = self._deck.answer("model_call", asked, _call().task_name)
        if recording is not None:
            return _again(recording, response_model)
        inner, schema = structured(self._client(), response_model)
        whose = {"available_functions": available_functions, "from_task": from_task, "from_agent": from_agent}
        with self._asking(inner, asked):
            answer = await inner.acall(messages, tools=tools, response_model=schema, **whose)
        return self._kept(asked, answer)

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
        """`acall` on a thread that may block."""
        asked = self._asked(messages, tools, response_model)
        recording = self._deck.answer("model_call", asked, _call().task_name)
        if recording is not None:
            return _again(recording, response_model)
        inner, schema = structured(self._client(), response_model)
        whose = {"available_functions": available_functions, "from_task": from_task, "from_agent": from_agent}
        with self._asking(inner, asked):
            answer = inner.call(messages, tools=tools, response_model=schema, **whose)
        return self._kept(asked, answer)

    def supports_function_calling(self) -> bool:
        return self._traits.function_calling

    def supports_stop_words(self) -> bool:
        return self._traits.stop_words

    def supports_multimodal(self) -> bool:
        return self._traits.multimodal

    def get_context_window_size(self) -> int:
        return self._traits.context_window

    def _client(self) -> BaseLLM:
        if self._live is None:
            self._live = self._make()
        return self._live

    def _asked(self, messages: Any, tools: Any, response_model: type[BaseModel] | None) -> Request:
        schema = response_model.model_json_schema() if response_model else None
        return model_request(self._traits.name, copied(messages), plain(tools), schema, self._parameters)

    @contextmanager
    def _asking(self, inner: BaseLLM, asked: Request) -> Iterator[None]:
        """A request that is refused for what it says is refused again when it is replayed."""
        try:
            with as_asked(self, inner):
                yield
        except Exception as error:  # raised again: a provider's client may raise anything, and only a refusal is kept
            failure = failure_of(error, self._traits.name, 0.0)
            if failure.status == REFUSED:
                refusal = Failure(message=failure.message, hint=failure.hint, status=failure.status)
                self._deck.keep(self._recording(asked, Answer(failure=refusal)))
            raise

    def _kept(self, asked: Request, answer: Any) -> Any:
        call, packed = _call(), _packed(answer)
        if answer or call.finish_reason is not None:  # else crewAI made an empty text of a garbled stream
            self._deck.keep(
                self._recording(
                    asked,
                    packed,
                    response=_other_than(packed.text, call.response),
                    finish_reason=call.finish_reason,
                    usage=call.tokens.counts(),
                    streamed=bool(self._effective_stream()),
                )
            )
        return answer

    def _recording(self, asked: Request, answer: Answer, **more: Any) -> Recording:
        call = _call()
        whose = {"task": call.task_name, "agent": call.agent, "row": self._deck.row}
        return Recording(kind="model_call", request=asked, answer=answer, **whose, **more)


def _again(recording: Recording, response_model: type[BaseModel] | None) -> Any:
    """The recorded answer as the client gave it, and what it used."""
    call, answer = _call(), recording.answer
    call.is_replay = True
    if answer.failure is not None:
        raise ModelCallError(answer.failure.message, answer.failure.hint, answer.failure.status)
    usage = recording.usage
    call.tokens = Tokens(*(usage.get(f"{name}_tokens") for name in ("input", "output", "cached", "reasoning")))
    call.finish_reason, call.response = recording.finish_reason, recording.response or answer.text
    if answer.tool_calls is not None:
        return list(answer.tool_calls)
    if answer.fields is not None and response_model is not None:
        return response_model.model_validate_json(answer.fields)
    return answer.text if answer.text is not None else answer.fields


def _packed(answer: Any) -> Answer:
    if isinstance(answer, BaseModel):
        return Answer(fields=answer.model_dump_json())
    if isinstance(answer, list):
        return Answer(tool_calls=json.loads(whole(json.dumps(plain(answer), ensure_ascii=False))))
    return Answer(text=whole(str(answer)))


def _other_than(text: str | None, response: str | None) -> str | None:
    """The provider's own text, where it is another one than the answer."""
    response = None if response is None else whole(response)
    return None if response == text else response


def _call() -> ModelCall:
    call = MODEL_CALL.get()
    assert call is not None  # a taped model is only ever asked by a recorded one
    return call


def _traits_of(model: BaseLLM, name: str) -> Traits:
    supports = getattr(model, "supports_function_calling", None)
    return Traits(
        name=name,
        model=model.model,
        provider=str(model.provider),
        stop=list(model.stop or []),
        stream=bool(model.stream),
        function_calling=bool(supports()) if callable(supports) else False,
        stop_words=model.supports_stop_words(),
        multimodal=model.supports_multimodal(),
        context_window=model.get_context_window_size(),
    )
