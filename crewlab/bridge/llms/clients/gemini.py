"""Gemini: a base URL and a time limit reach the SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crewai.llms.providers.gemini.completion import GeminiCompletion

from crewlab.bridge.llms.clients.discreet import Discreet


class GeminiClient(Discreet, GeminiCompletion):
    """crewAI's client, at the base URL of the document."""

    timeout: float | None = None

    def _initialize_client(self, use_vertexai: bool = False) -> Any:
        limits = {"timeout": int(self.timeout * 1000)} if self.timeout else {}  # the SDK counts milliseconds
        server = {"base_url": self.base_url} if self.base_url else {}
        options = {**limits, **server, **(self.client_params.get("http_options") or {})}
        self.client_params = {**self.client_params, **({"http_options": options} if options else {})}
        return super()._initialize_client(use_vertexai)

    def closers(self) -> list[Callable[[], Any]]:
        """What closes the connections of both of its clients."""
        return [self._client.close, self._client.aio.aclose] if self._client is not None else []
