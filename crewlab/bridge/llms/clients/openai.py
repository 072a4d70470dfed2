"""OpenAI and everybody who speaks its protocol: a rehearsal server is recognised by what it says of itself."""

from __future__ import annotations

from typing import Any

from crewlab.bridge.llms.clients.discreet import Discreet
from crewlab.bridge.rehearsal.openai_format import REHEARSAL_HEADER
from crewlab.bridge.scope import MODEL_CALL


class Openai(Discreet):
    """Mixed into a client of crewAI that speaks OpenAI's protocol."""

    def _effective_stream(self) -> bool | None:
        """Not for the Responses API: read as a stream, crewAI loses the calls of tools. The answer comes as a whole."""
        is_lossy = getattr(self, "api", None) == "responses"
        return False if is_lossy else super()._effective_stream()  # type: ignore[misc]  # of the class it is mixed into

    def _build_sync_client(self) -> Any:
        client = super()._build_sync_client()  # type: ignore[misc]  # of the class it is mixed into
        client._client.event_hooks = {"request": [], "response": [_note_rehearsal]}
        return client

    def _build_async_client(self) -> Any:
        client = super()._build_async_client()  # type: ignore[misc]  # of the class it is mixed into
        client._client.event_hooks = {"request": [], "response": [_note_rehearsal_async]}
        return client


def _note_rehearsal(response: Any) -> None:
    """A server that makes its answers up says so; the call in flight is labelled, whatever the model is called."""
    call = MODEL_CALL.get()
    if call is not None and REHEARSAL_HEADER in response.headers:
        call.is_rehearsal = True


async def _note_rehearsal_async(response: Any) -> None:
    _note_rehearsal(response)
