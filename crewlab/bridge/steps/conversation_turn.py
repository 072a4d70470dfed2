"""What crewAI asks models in a conversation: which route a turn takes, and what to say. Its own words, our calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewai.flow.conversational import ConversationState, RouterConfig, message_to_llm_dict
from crewai.flow.conversational_mixin import _ConversationalMixin
from crewai.flow.flow_definition import FlowDefinition
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.contract import BuildRequest, Learning, Llm, Message
from crewlab.bridge.scope import working_on
from crewlab.bridge.steps.outcome_choice import ModelOfStep
from crewlab.definitions.flows.conversation import routes_to_offer

_LISTENING = ("description", "listen", "router", "emit", "start")
_SEEN = ("messages", "current_user_message", "last_intent", "events")
_NOT_HERE = ("llm", "intent_llm")
"""What names models: they are asked by the bridge."""


async def choose_route(
    request: BuildRequest, step: str, flow: Mapping[str, Any], state: Mapping[str, Any], llm: Llm
) -> str | None:
    """See `contract.CrewAI.choose_route`."""
    router = _Router(flow, state)
    async with ModelOfStep.at_work(request, step, Learning(llm)) as asked:
        with working_on(step):
            messages, schema = router.question()
            answer = await asked.model.ask(messages, purpose="other", response_model=schema)
            return router.read(answer)


async def converse(
    request: BuildRequest, step: str, system_prompt: str | None, messages: Sequence[Message], llm: Llm
) -> str:
    """See `contract.CrewAI.converse`."""
    prompt = I18N_DEFAULT.slice("conversational_system_prompt") if system_prompt is None else system_prompt
    before = [{"role": "system", "content": prompt}] if prompt else []
    async with ModelOfStep.at_work(request, step, Learning(llm)) as asked:
        with working_on(step):
            answer = await asked.model.ask([*before, *map(_told, messages)], purpose="other")
            return str(answer)


def _told(message: Mapping[str, Any]) -> Any:
    return message_to_llm_dict({name: value for name, value in message.items() if value is not None})


class _Router(_ConversationalMixin):
    """crewAI's conversation as far as it words the question of the router; no flow of crewAI runs."""

    def __init__(self, flow: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        self._definition = self._extend_definition(FlowDefinition.model_validate(_as_crewai(flow)))
        said = {name: state[name] for name in _SEEN if state.get(name) is not None}
        self.state = self._state = ConversationState.model_validate(said)
        config = self._conversation_config
        self._config = (config.router if config is not None else None) or RouterConfig()

    def question(self) -> tuple[Any, Any]:
        """The messages, and the schema of the answer."""
        messages = self._build_router_messages(self._config, self.build_router_context())
        return messages, self._router_response_format(self._config)

    def read(self, answer: Any) -> str | None:
        """The route that an answer names."""
        return self._extract_router_intent(answer, self._config.intent_field)


def _as_crewai(flow: Mapping[str, Any]) -> dict[str, Any]:
    """The flow as far as its routes go."""
    block = {name: value for name, value in flow["conversational"].items() if name not in _NOT_HERE}
    router = {name: value for name, value in (block.get("router") or {}).items() if name != "llm"}
    block["router"] = {**router, "routes": routes_to_offer(flow)}
    steps = flow.get("methods") or {}
    nothing = {"call": "expression", "expr": "null"}
    methods = {
        name: {"do": nothing, **{field: step[field] for field in _LISTENING if field in step}}
        for name, step in steps.items()
    }
    return {"schema": "crewai.flow/v1", "name": "conversation", "conversational": block, "methods": methods}
