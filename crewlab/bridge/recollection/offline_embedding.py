"""The offline embedder as tools that search in documents want one: no key, no server."""

from __future__ import annotations

from typing import Any

import numpy as np
from chromadb.api.types import EmbeddingFunction
from crewai.rag.embeddings.providers.custom.embedding_callable import CustomEmbeddingFunction

from crewlab.memory.embedding import OfflineEmbedder

SIMILARITY = 0.1
"""The least that a piece must be like the query: offline, texts about the same share a few words and no more."""


class OfflineEmbedding(CustomEmbeddingFunction, EmbeddingFunction):  # type: ignore[type-arg]  # both are asked for
    """Vectors of texts, made here."""

    def __init__(self) -> None:
        self._embedder = OfflineEmbedder()

    def __call__(self, input: Any) -> Any:
        """A vector for each text."""
        texts = [input] if isinstance(input, str) else [str(text) for text in input]
        return [np.asarray(row, dtype=np.float32) for row in self._embedder.embed(texts)]

    @staticmethod
    def name() -> str:
        """Kept with each collection."""
        return "crewlab-offline"

    def get_config(self) -> dict[str, Any]:
        """There is nothing to set."""
        return {}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> OfflineEmbedding:
        """There is only one."""
        return OfflineEmbedding()


CONFIG = {"embedding_model": {"provider": "custom", "config": {"embedding_callable": OfflineEmbedding}}}
