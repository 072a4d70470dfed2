"""Model profiles: a model with its parameters, server and limits, under a name that definitions and launches say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

LlmText = str | dict[str, Any]


class ModelProfile(BaseModel):
    """One profile. It holds no key: `api_key` refers to a stored secret as `${secret:NAME}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    model: str
    """Provider and name, such as `openai/gpt-4o-mini`."""
    base_url: str | None = None
    """A server of one's own; `None` is the provider's."""
    api_key: str | None = None
    """A reference to a secret; `None` is the usual key of the provider."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """What else a model may say: `temperature`, `max_tokens`, `timeout`, ..."""
    requests_per_minute: int | None = Field(default=None, gt=0)
    """Over all executions of this process."""
    tokens_per_minute: int | None = Field(default=None, gt=0)
    note: str = ""

    def llm(self, overrides: Mapping[str, Any] | None = None) -> LlmText:
        """The model as a document would write it out, with `overrides` over its fields."""
        own = {"base_url": self.base_url, "api_key": self.api_key}
        fields = {**self.parameters, **{name: value for name, value in own.items() if value}, **(overrides or {})}
        return {"model": self.model, **fields} if fields else self.model


def profile_named(llm: Any, profiles: Mapping[str, ModelProfile]) -> ModelProfile | None:
    """The profile that the `llm` of a document or a launch names, alone or as its `model`; `None` for a plain model.

    A model with a provider or a server of its own is never a profile.
    """
    if isinstance(llm, str):
        return profiles.get(llm.strip())
    if not isinstance(llm, Mapping) or any(llm.get(field) for field in ("base_url", "api_base", "provider")):
        return None
    model = llm.get("model")
    return profiles.get(model.strip()) if isinstance(model, str) else None
