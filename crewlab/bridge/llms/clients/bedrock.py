"""Amazon Bedrock: a base URL and a time limit reach the SDK, whose own retries are off."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

from crewai.llms.providers.bedrock.completion import BedrockCompletion
from pydantic import PrivateAttr

from crewlab.bridge.llms.clients.discreet import Discreet

_SERVICE = "bedrock-runtime"


class BedrockClient(Discreet, BedrockCompletion):
    """crewAI's client, which calls each request once."""

    timeout: float | None = None
    _making: asyncio.Lock = PrivateAttr(default_factory=asyncio.Lock)

    def _effective_stream(self) -> bool:
        """Never: read as a stream, crewAI loses the tokens, and the calls of tools. The answer comes as a whole."""
        return False

    def _build_sync_client(self) -> Any:
        session = importlib.import_module("boto3.session").Session(**self._account())
        config = importlib.import_module("botocore.config").Config(**self._settings())
        return session.client(_SERVICE, config=config, endpoint_url=self.base_url)

    async def _ensure_async_client(self) -> Any:
        async with self._making:  # two first calls at once would make two, and lose one of them
            if not self._async_client_initialized:
                self._async_client = await self._async_exit_stack.enter_async_context(self._opened())
                self._async_client_initialized = True
        return self._async_client

    def closers(self) -> list[Callable[[], Any]]:
        """What closes the connections of both of its clients, the one that may still be opened among them."""
        return [*([self._client.close] if self._client is not None else []), self._async_exit_stack.aclose]

    def _opened(self) -> Any:
        session = importlib.import_module("aiobotocore.session").get_session()
        config = importlib.import_module("aiobotocore.config").AioConfig(**self._settings())
        return session.create_client(_SERVICE, config=config, endpoint_url=self.base_url, **self._account())

    def _account(self) -> dict[str, str | None]:
        return {
            "region_name": self.region_name,
            "aws_access_key_id": self.aws_access_key_id,
            "aws_secret_access_key": self.aws_secret_access_key,
            "aws_session_token": self.aws_session_token,
        }

    def _settings(self) -> dict[str, Any]:
        limits = {"connect_timeout": self.timeout, "read_timeout": self.timeout} if self.timeout else {}
        return {"retries": {"total_max_attempts": 1}, "tcp_keepalive": True, **limits}
