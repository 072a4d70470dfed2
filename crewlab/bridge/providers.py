"""Which of crewAI's own clients serves a provider, changed in two ways: it keeps secrets and asks nothing extra."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, cast

from crewai.llms.base_llm import BaseLLM

from crewlab.definitions.providers import PROVIDERS
from crewlab.errors import UnknownModelError

_KEPT_BACK = frozenset(
    {"api_key", "default_headers", "client_params", "default_query", "aws_access_key_id", "aws_secret_access_key"}
    | {"aws_session_token", "credential", "interceptor", "additional_params", "thread_private_key"}
)
"""Fields that may hold a secret and are left out of `repr`."""


_HOME = "crewai.llms.providers"
_COMPATIBLE = f"{_HOME}.openai_compatible.completion:OpenAICompatibleCompletion"

CLIENTS = {
    "openai": f"{_HOME}.openai.completion:OpenAICompletion",
    "anthropic": f"{_HOME}.anthropic.completion:AnthropicCompletion",
    "gemini": f"{_HOME}.gemini.completion:GeminiCompletion",
    "azure": f"{_HOME}.azure.completion:AzureCompletion",
    "bedrock": f"{_HOME}.bedrock.completion:BedrockCompletion",
    "snowflake": f"{_HOME}.snowflake.completion:SnowflakeCompletion",
    **dict.fromkeys(
        ("openrouter", "deepseek", "ollama", "ollama_chat", "hosted_vllm", "cerebras", "dashscope", "deepinfra"),
        _COMPATIBLE,
    ),
}
"""`module:class` of crewAI's own client, by provider."""


class Discreet:
    """Mixed into a client of crewAI: it does not print secrets, and counts tokens without asking the provider."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        arguments = super().__repr_args__()  # type: ignore[misc]  # pydantic's, from the class it is mixed into
        return [(name, value) for name, value in arguments if name not in _KEPT_BACK]

    def get_input_tokens_count(self, messages: Any, tools: Any = None, response_model: Any = None) -> int:
        """An estimate (four characters make a token): crewAI's own costs a blocking request, or logs a warning."""
        texts = [messages] if isinstance(messages, str) else [str(message.get("content") or "") for message in messages]
        return sum(len(text) + 3 for text in texts) // 4


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
    return cast("type[BaseLLM]", type(name, (Discreet, native), {"__module__": __name__}))
