"""The model of one agent in one attempt: the provider's own, with every call recorded and retried in one place."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewai.llms.base_llm import BaseLLM
from crewai.llms.providers.openai.completion import ResponsesAPIResult
from crewai.utilities.agent_utils import extract_tool_call_info, parse_tool_call_args
from pydantic import BaseModel, PrivateAttr

from crewlab.bridge.agents.message_copies import copied, plain
from crewlab.bridge.llms.call import ModelCall
from crewlab.bridge.llms.failures import unreadable
from crewlab.bridge.llms.overrides import as_asked
from crewlab.bridge.llms.pace import UNLIMITED, Pace
from crewlab.bridge.llms.retry import RetryPolicy
from crewlab.bridge.llms.structured import structured
from crewlab.bridge.llms.whole_text import whole
from crewlab.bridge.rehearsal.plans import PLAN_FUNCTION
from crewlab.bridge.stock.run import stock_run
from crewlab.executions.events import Purpose

if TYPE_CHECKING:
    from crewlab.bridge.llms.desk import ModelDesk


class RecordedModel(BaseLLM):
    """Looks to crewAI like the model inside. Never shared between attempts; the model inside may be."""

    llm_type: str = "recorded"
    _inner: BaseLLM = PrivateAttr()
    _name: str = PrivateAttr()
    _agent: str | None = PrivateAttr()
    _purpose: Purpose = PrivateAttr()
    _desk: ModelDesk = PrivateAttr()
    _parameters: dict[str, Any] = PrivateAttr()
    _pace: Pace = PrivateAttr()

    @classmethod
    def around(
        cls,
        inner: BaseLLM,
        desk: ModelDesk,
        *,
        name: str,
        agent: str | None,
        purpose: Purpose,
        parameters: dict[str, Any],
        pace: Pace = UNLIMITED,
    ) -> RecordedModel:
        """`name` is the model as the document names it; `agent` and `purpose` say whose calls these are."""
        model = cls(model=inner.model, provider=inner.provider, stop=inner.stop, stream=inner.stream)
        model._inner, model._desk, model._pace = inner, desk, pace
        model._name, model._agent, model._purpose, model._parameters = name, agent, purpose, parameters
        return model

    @property
    def name(self) -> str:
        """The model as the document names it."""
        return self._name

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
        """Answer without blocking the loop.

        Raises:
            ModelCallError: For good, after the retries that make sense.
        """
        whose = {"available_functions": available_functions, "from_task": from_task, "from_agent": from_agent}
        question = self.ask(messages, tools=tools, response_model=response_model, **whose)
        run = stock_run()
        return await (question if run is None else run.asked_elsewhere(question))

    async def ask(self, messages: Any, *, purpose: Purpose | None = None, **arguments: Any) -> Any:
        """`acall` that also says what the call is for. With a `response_model` the answer is one, or its JSON."""
        await self._desk.until_stored()
        call = self._opened(messages, arguments.get("tools"), purpose)
        inner, schema = structured(self._inner, arguments.pop("response_model", None))
        await call.pace.admit(call)
        with call.recorded(), as_asked(self, inner):
            answer = await self._policy.send(lambda: inner.acall(messages, response_model=schema, **arguments), call)
            return _answered(call, answer)

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
        """Answer on the caller's thread, which must not be that of a loop.

        Raises:
            ModelCallError: For good, after the retries that make sense.
        """
        if (run := stock_run()) is not None:
            question = self.ask(
                messages,
                purpose=_purpose_in_stock(tools, response_model),
                tools=tools,
                from_task=from_task,
                from_agent=from_agent,
                response_model=response_model,
            )
            return _called(run.ask(question), available_functions)
        self._desk.require_stored()
        call = self._opened(messages, tools, None if from_agent or from_task else "other")
        inner, schema = structured(self._inner, response_model)
        send = functools.partial(
            inner.call,
            messages,
            tools=tools,
            available_functions=available_functions,
            from_task=from_task,
            from_agent=from_agent,
            response_model=schema,
        )
        call.pace.admit_blocking(call)
        with call.recorded(), as_asked(self, inner):
            return _answered(call, self._policy.send_blocking(send, call))

    def supports_function_calling(self) -> bool:
        supports = getattr(self._inner, "supports_function_calling", None)
        return bool(supports()) if callable(supports) else False

    def supports_stop_words(self) -> bool:
        return self._inner.supports_stop_words()

    def supports_multimodal(self) -> bool:
        return self._inner.supports_multimodal()

    def get_context_window_size(self) -> int:
        return self._inner.get_context_window_size()

    def get_input_tokens_count(self, messages: Any, tools: Any = None, response_model: Any = None) -> int:
        """An estimate made here: some providers would be asked over HTTP, once for each call."""
        text = messages if isinstance(messages, str) else "".join(str(m.get("content") or "") for m in messages)
        return (len(text) + 3) // 4

    @property
    def _policy(self) -> RetryPolicy:
        policy = self._desk.policy.with_timeout(self._parameters.get("timeout"))
        return policy.with_retries(self._parameters.get("max_retries"))

    def _opened(self, messages: Any, tools: Any, purpose: Purpose | None) -> ModelCall:
        return ModelCall(
            journal=self._desk.journal,
            prices=self._desk.prices,
            model=self._name,
            purpose=purpose or self._purpose,
            agent=self._agent,
            messages=copied(messages),
            tools=[_tool_name(tool) for tool in tools or []],
            parameters=self._parameters,
            pace=self._pace,
        )


def _purpose_in_stock(tools: Any, response_model: type[BaseModel] | None) -> Purpose | None:
    """What a call of crewAI's own executor is for: only its planning can be told from the agent's own work."""
    plans = any(_tool_name(tool) == PLAN_FUNCTION for tool in tools or ())
    return "planning" if plans or getattr(response_model, "__name__", "") == "StepObservation" else None


def _called(answer: Any, functions: Mapping[str, Any] | None) -> Any:
    """The result of the function that an answer calls, if it is one of those to be called at once."""
    info = extract_tool_call_info(answer[0]) if functions and isinstance(answer, list) and answer else None
    if info is None or functions is None or info[1] not in functions:
        return answer
    arguments, _ = parse_tool_call_args(info[2], info[1], info[0])
    return functions[info[1]](**(arguments or {}))


def _tool_name(tool: Any) -> str:
    function = tool.get("function", tool) if isinstance(tool, dict) else tool
    return str(function.get("name", "") if isinstance(function, dict) else getattr(function, "name", function))


def _answered(call: ModelCall, answer: Any) -> Any:
    """The answer, once it is sure to be one: of a garbled stream crewAI makes an empty text."""
    if not answer and call.finish_reason is None:
        raise unreadable(call.model).as_error(1)
    if isinstance(answer, ResponsesAPIResult):  # of `parse_tool_outputs`; agents read the text
        answer = answer.text
    if isinstance(answer, str):
        answer = whole(answer)
    call.response = call.response or _as_text(answer)
    return answer


def _as_text(answer: Any) -> str:
    if isinstance(answer, BaseModel):
        return answer.model_dump_json()
    return answer if isinstance(answer, str) else json.dumps(plain(answer), ensure_ascii=False)
