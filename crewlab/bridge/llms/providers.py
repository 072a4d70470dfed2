"""Which of crewAI's own clients serves a provider, changed where that is needed."""

from __future__ import annotations

import importlib
from functools import cache
from typing import cast

from crewai.llms.base_llm import BaseLLM
from crewai.llms.providers.openai.completion import OpenAICompletion

from crewlab.bridge.llms.clients.discreet import Discreet
from crewlab.bridge.llms.clients.openai import Openai
from crewlab.definitions.providers import PROVIDERS
from crewlab.errors import UnknownModelError

_HOME = "crewai.llms.providers"
_COMPATIBLE = f"{_HOME}.openai_compatible.completion:OpenAICompatibleCompletion"

CLIENTS = {
    "openai": f"{_HOME}.openai.completion:OpenAICompletion",
    "anthropic": f"{_HOME}.anthropic.completion:AnthropicCompletion",
    "gemini": "crewlab.bridge.llms.clients.gemini:GeminiClient",
    "azure": "crewlab.bridge.llms.clients.azure:AzureClient",
    "bedrock": "crewlab.bridge.llms.clients.bedrock:BedrockClient",
    "snowflake": f"{_HOME}.snowflake.completion:SnowflakeCompletion",
    **dict.fromkeys(
        ("openrouter", "deepseek", "ollama", "ollama_chat", "hosted_vllm", "cerebras", "dashscope", "deepinfra"),
        _COMPATIBLE,
    ),
}
"""`module:class` of the client, by provider: crewAI's own, or ours that is made of it."""


@cache
def client_class(provider: str) -> type[BaseLLM]:
    """The class of crewAI that serves `provider`, made discreet.

    Raises:
        UnknownModelError: The package that it needs is not installed.
    """
    module, _, name = CLIENTS[provider].partition(":")
    try:
        native = getattr(importlib.import_module(module), name)
    except ImportError as error:
        hint = f"Install it with: {PROVIDERS[provider].install_line}, then start CrewLab again."
        raise UnknownModelError(f"The package for models of {provider!r} is not installed.", hint) from error
    is_ours = issubclass(native, Discreet)
    mixin = Openai if issubclass(native, OpenAICompletion) else Discreet
    return cast("type[BaseLLM]", native if is_ours else type(name, (mixin, native), {"__module__": __name__}))
