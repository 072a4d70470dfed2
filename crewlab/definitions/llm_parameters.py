"""Which parameters of a model its provider takes, as crewAI hands them over."""

from __future__ import annotations

from crewlab.definitions.providers import REHEARSAL

EVERYWHERE = frozenset(
    {
        "temperature",
        "top_p",
        "max_tokens",
        "stream",
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "provider",
        "stop",
    }
    | {"additional_params", "prefer_upload", "timeout", "max_retries", "response_format", "client_params"}
)
_RESPONSES = frozenset(
    {"api", "instructions", "store", "previous_response_id", "include", "builtin_tools", "parse_tool_outputs"}
    | {"auto_chain", "auto_chain_reasoning"}
)
_OPENAI = _RESPONSES | {
    *("organization", "project", "default_headers", "default_query", "max_completion_tokens", "logprobs"),
    *("top_logprobs", "reasoning_effort", "custom_openai"),
}
OF_PROVIDER: dict[str, frozenset[str]] = {
    "openai": _OPENAI,
    "anthropic": frozenset({"thinking", "tool_search"}),
    "gemini": frozenset(
        {"project", "location", "top_k", "max_output_tokens", "safety_settings", "use_vertexai", "thinking_config"}
    ),
    "azure": _RESPONSES | {"endpoint", "api_version", "credential_scopes", "reasoning_effort", "max_completion_tokens"},
    "bedrock": frozenset(
        {"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region_name", "top_k", "guardrail_config"}
        | {"additional_model_request_fields", "additional_model_response_field_paths"}
    ),
    "snowflake": _OPENAI | {"account_url", "account_identifier", "database", "schema_name", "warehouse", "role"},
}
"""What the classes of crewAI have besides `EVERYWHERE`; providers that are not here speak OpenAI's language."""
OF_REQUESTS = frozenset(
    {"extra_body", "extra_headers", "extra_query", "logit_bias", "metadata", "modalities", "parallel_tool_calls"}
    | {"prediction", "prompt_cache_key", "safety_identifier", "service_tier", "tool_choice", "user", "verbosity"}
    | {"web_search_options", "truncation", "reasoning", "top_k", "min_p", "repetition_penalty", "background"}
)
"""What crewAI knows nothing of and hands to the package of OpenAI, which takes it."""
SENT_NOWHERE = frozenset({"n"})
"""Fields that crewAI has and sends to nobody."""


def known_parameters(provider: str) -> frozenset[str]:
    """The parameters that a model of `provider` may have, besides `model`, its address and its key."""
    of_class = OF_PROVIDER.get(provider, _OPENAI)
    return EVERYWHERE | of_class | (OF_REQUESTS if "organization" in of_class else frozenset())


def providers_with(parameter: str) -> list[str]:
    """The providers that do take a parameter."""
    return sorted(name for name in OF_PROVIDER if name != REHEARSAL and parameter in OF_PROVIDER[name])
