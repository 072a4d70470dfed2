"""Which of crewAI's own clients serves a model string, and what has to be installed for it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from crewai.llms.base_llm import BaseLLM

from crewlab.errors import UnknownModelError

_KEPT_BACK = frozenset(
    {"api_key", "default_headers", "client_params", "default_query", "aws_access_key_id", "aws_secret_access_key"}
    | {"aws_session_token", "credential", "interceptor", "additional_params", "thread_private_key"}
)
"""Fields that may hold a secret and are left out of `repr`."""


@dataclass(frozen=True)
class Provider:
    """One of crewAI's clients: where it lives, which key it wants, which extra of crewAI brings its package."""

    client: str
    """`module:class`"""
    variable: str = ""
    """The variable of its key; "" where the provider's own package finds the credentials."""
    needs_key: bool = True
    extra: str = ""


_HOME = "crewai.llms.providers"


def _compatible(variable: str, *, needs_key: bool = True) -> Provider:
    return Provider(f"{_HOME}.openai_compatible.completion:OpenAICompatibleCompletion", variable, needs_key)


_ANTHROPIC = Provider(f"{_HOME}.anthropic.completion:AnthropicCompletion", "ANTHROPIC_API_KEY", extra="anthropic")
_GEMINI = Provider(f"{_HOME}.gemini.completion:GeminiCompletion", "GEMINI_API_KEY", extra="google-genai")
_AZURE = Provider(f"{_HOME}.azure.completion:AzureCompletion", "AZURE_API_KEY", extra="azure-ai-inference")
_BEDROCK = Provider(f"{_HOME}.bedrock.completion:BedrockCompletion", extra="bedrock")

PROVIDERS = {
    "openai": Provider(f"{_HOME}.openai.completion:OpenAICompletion", "OPENAI_API_KEY"),
    "openrouter": _compatible("OPENROUTER_API_KEY"),
    "deepseek": _compatible("DEEPSEEK_API_KEY"),
    "cerebras": _compatible("CEREBRAS_API_KEY"),
    "dashscope": _compatible("DASHSCOPE_API_KEY"),
    "deepinfra": _compatible("DEEPINFRA_API_KEY"),
    "ollama": _compatible("OLLAMA_API_KEY", needs_key=False),
    "ollama_chat": _compatible("OLLAMA_API_KEY", needs_key=False),
    "hosted_vllm": _compatible("VLLM_API_KEY", needs_key=False),
    "anthropic": _ANTHROPIC,
    "claude": _ANTHROPIC,
    "gemini": _GEMINI,
    "google": _GEMINI,
    "azure": _AZURE,
    "azure_openai": _AZURE,
    "bedrock": _BEDROCK,
    "aws": _BEDROCK,
}
"""By the part of a model string before the first `/`."""

_BARE = {"claude-": "anthropic", "gemini-": "gemini"}
"""How model names begin that are usually written without a provider; all others are OpenAI's."""


def provider_of(model: str, named: object = None) -> str:
    """The provider of a model string; `named` is the one the document names beside it, if any.

    Raises:
        UnknownModelError: There is no such provider.
    """
    prefix, separator, _ = model.partition("/")
    if named or separator:
        provider = str(named or prefix).lower()
    else:
        provider = next((provider for start, provider in _BARE.items() if model.startswith(start)), "openai")
    if not model or provider not in PROVIDERS:
        raise UnknownModelError(
            f"No provider serves the model {model!r}." if model else "A model has no name.",
            "For any server that speaks the OpenAI protocol write openai/<model> with a base_url; "
            f"otherwise begin with one of {', '.join(sorted(PROVIDERS))}, or rehearsal/plain to try without a model.",
        )
    return provider


class Discreet:
    """Mixed into a client of crewAI: it does not print secrets, and counts tokens without asking the provider."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        arguments = super().__repr_args__()  # type: ignore[misc] - pydantic's, from the class mixed with
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
    known = PROVIDERS[provider]
    module, _, name = known.client.partition(":")
    try:
        native = getattr(importlib.import_module(module), name)
    except ImportError as error:
        hint = f"Install it with: pip install 'crewai[{known.extra}]', then start CrewLab again."
        raise UnknownModelError(f"The package for models of {provider!r} is not installed.", hint) from error
    return cast("type[BaseLLM]", type(name, (Discreet, native), {"__module__": __name__}))
