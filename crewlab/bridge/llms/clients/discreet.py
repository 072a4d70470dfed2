"""What every client gets: secrets stay out of `repr`, and tokens are counted without asking the provider."""

from __future__ import annotations

from typing import Any

_KEPT_BACK = frozenset(
    {"api_key", "default_headers", "client_params", "default_query", "aws_access_key_id", "aws_secret_access_key"}
    | {"aws_session_token", "credential", "interceptor", "additional_params", "thread_private_key"}
)
"""Fields that may hold a secret and are left out of `repr`."""


class Discreet:
    """Mixed into a client of crewAI."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        arguments = super().__repr_args__()  # type: ignore[misc]  # pydantic's, from the class it is mixed into
        return [(name, value) for name, value in arguments if name not in _KEPT_BACK]

    def get_input_tokens_count(self, messages: Any, tools: Any = None, response_model: Any = None) -> int:
        """An estimate (four characters make a token): crewAI's own costs a blocking request, or logs a warning."""
        texts = [messages] if isinstance(messages, str) else [str(message.get("content") or "") for message in messages]
        return sum(len(text) + 3 for text in texts) // 4
