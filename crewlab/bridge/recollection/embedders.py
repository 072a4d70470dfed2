"""The embedder that a document asks for: the offline one, or a server that is asked over HTTP and recorded."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.bridge.llms.call import ModelCall
from crewlab.bridge.llms.desk import shown
from crewlab.bridge.llms.failures import unreadable
from crewlab.bridge.llms.retry import RetryPolicy
from crewlab.definitions.memory import EmbedderConfig, EmbedderDocument
from crewlab.errors import MissingCredentialError
from crewlab.memory.embedding import unit
from crewlab.secrets.references import filled

if TYPE_CHECKING:
    from crewlab.memory.embedding import Embedder, Vectors

_SHOWN_TEXTS, _SHOWN_CHARACTERS = 20, 500
_NO_KEY = "not-needed"
_MOST_KNOWN = 500


def embedder_for(document: EmbedderDocument, request: BuildRequest, journal: Journal, offline: Embedder) -> Embedder:
    """What `document` names. A replay asks nobody, so it makes its vectors offline.

    Raises:
        MissingCredentialError: The key that the server needs is not set.
    """
    is_replay = request.cassette is not None and request.cassette.cassette.is_replay
    if document.provider == "offline" or is_replay:
        return offline
    return ServerEmbedder(document.config, request, journal)


class ServerEmbedder:
    """A server that speaks the OpenAI protocol; every call is a model call of the execution, of purpose `embedding`.

    Belongs to one attempt. Blocks, so it is called from threads only.
    """

    slope = 0.5

    def __init__(self, config: EmbedderConfig, request: BuildRequest, journal: Journal) -> None:
        self._config, self._request, self._journal = config, request, journal
        self._key = _key(config, request)
        self._known: dict[str, Any] = {}
        host = urlsplit(config.base_url).netloc.rpartition("@")[2] if config.base_url else "openai"
        self.name = f"{host}/{config.model}-{config.dimensions or 'all'}"
        self._policy = RetryPolicy(request.model_attempts, request.retry_wait_seconds, request.model_timeout_seconds)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`.

        Raises:
            ModelCallError: No request succeeded.
        """
        import numpy as np

        known = self._known
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known = {**known, **dict(zip(missing, self._asked(missing), strict=True))}
            self._known = known if len(known) <= _MOST_KNOWN else {}
        return np.stack([known[text] for text in texts])

    def _asked(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        given = [text if text.strip() else " " for text in texts]
        self._request.require_stored()
        call = self._call(given)
        with call.recorded():
            answer = self._policy.send_blocking(partial(self._ask, given), call)
            if len(answer.data) != len(given):
                raise unreadable(call.model).as_error(1)
            call.tokens.add({"prompt_tokens": answer.usage.prompt_tokens} if answer.usage else None)
            rows = np.array([item.embedding for item in sorted(answer.data, key=lambda item: item.index)], np.float32)
            call.response = f"{len(rows)} vectors of {rows.shape[1]} numbers"
        return unit(rows)

    def _ask(self, texts: Sequence[str]) -> Any:
        more = {"dimensions": self._config.dimensions} if self._config.dimensions else {}
        model, listed = self._config.model, list(texts)
        return self._client.embeddings.create(model=model, input=listed, encoding_format="float", **more)  # type: ignore[arg-type]  # numbers only

    @cached_property
    def _client(self) -> openai.OpenAI:
        timeout = self._request.model_timeout_seconds
        client = openai.OpenAI(api_key=self._key, base_url=self._config.base_url, max_retries=0, timeout=timeout)
        weakref.finalize(self, client.close)  # nobody else has it: its connections end with the attempt
        return client

    def _call(self, texts: Sequence[str]) -> ModelCall:
        """The call with the beginnings of its texts: a whole book would be in the database once more."""
        messages = [{"role": "user", "content": text[:_SHOWN_CHARACTERS]} for text in texts[:_SHOWN_TEXTS]]
        if len(texts) > _SHOWN_TEXTS:
            messages.append({"role": "user", "content": f"[{len(texts) - _SHOWN_TEXTS} more texts]"})
        return ModelCall(
            journal=self._journal,
            prices=self._request.prices,
            model=f"openai/{self._config.model}",
            purpose="embedding",
            agent=None,
            messages=messages,
            parameters=shown(self._config.model_dump(exclude_none=True)),
        )


def _key(config: EmbedderConfig, request: BuildRequest) -> str:
    def secret(name: str) -> str:
        value = request.credentials(name)
        if value is None:
            raise MissingCredentialError(name, "The embedder")
        return value

    given = filled(config.api_key, secret) if config.api_key else request.credentials("OPENAI_API_KEY")
    if not given and not config.base_url:
        raise MissingCredentialError("OPENAI_API_KEY", "The embedder")
    return given or _NO_KEY
