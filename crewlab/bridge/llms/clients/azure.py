"""Azure AI Inference: the base URL is its endpoint; the SDK's own retries are off."""

from __future__ import annotations

from typing import Any

from crewai.llms.providers.azure.completion import AzureCompletion
from pydantic import model_validator

from crewlab.bridge.llms.clients.discreet import Discreet


class AzureClient(Discreet, AzureCompletion):
    """crewAI's client, which calls each request once."""

    @model_validator(mode="before")
    @classmethod
    def _endpoint_of_base_url(cls, data: Any) -> Any:
        url = data.pop("base_url", None) if isinstance(data, dict) else None
        return {**data, "endpoint": data.get("endpoint") or url} if url else data

    def _effective_stream(self) -> bool | None:
        """Not for the Responses API, as with OpenAI's own client."""
        return False if self.api == "responses" else super()._effective_stream()

    def _make_client_kwargs(self) -> dict[str, Any]:
        once = {"retry_total": 0, "connection_timeout": self.timeout, "read_timeout": self.timeout}
        return {**super()._make_client_kwargs(), **once}

    @staticmethod
    def _extract_azure_token_usage(response: Any) -> dict[str, Any]:
        """crewAI looks for the details among attributes, where the SDK does not put them."""
        found = AzureCompletion._extract_azure_token_usage(response)
        usage = getattr(response, "usage", None) or {}
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
        reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens")
        return found | ({"cached_prompt_tokens": cached or 0, "reasoning_tokens": reasoning or 0} if usage else {})
