"""Embedders that ask a server."""

from __future__ import annotations

import gc

from crewlab.bridge.journal import Journal
from crewlab.bridge.recollection.embedders import ServerEmbedder
from crewlab.definitions.memory import EmbedderConfig
from tests.bridge.attempts import request_for
from tests.model_server import ModelServer


def test_its_connections_end_with_it():
    """What nobody uses any more holds no socket until somebody collects garbage in another place."""
    with ModelServer() as server:
        request, journal = request_for({}), Journal(lambda _: None, "execution-1", 1)
        embedder = ServerEmbedder(EmbedderConfig(model="embed-1", base_url=server.url), request, journal)
        assert embedder.embed(["boxes"]).shape[0] == 1
        client = embedder._client
        assert not client.is_closed()
        del embedder
        gc.collect()
        assert client.is_closed()
