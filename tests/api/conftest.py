"""A lab behind real HTTP, on a free port of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from crewlab.api import Api
from crewlab.lab import Lab
from crewlab.remote import Endpoint, RemoteLab, connect
from tests.conftest import wait_until


@pytest.fixture
def lab(data: Path) -> Iterator[Lab]:
    """An open lab with the examples in it, serving its queue."""
    with Lab.open(data, serve_queue=True) as opened:
        yield opened


@pytest.fixture
def endpoint(lab: Lab) -> Iterator[Endpoint]:
    """Where the lab answers; `endpoint.json` is in its data folder."""
    listener = socket.create_server(("127.0.0.1", 0))
    api = Api(lambda: lab)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=api.routes), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started, "the server to start")
    api.publish(f"http://127.0.0.1:{listener.getsockname()[1]}")
    found = Endpoint.read(lab.settings.endpoint)
    assert found is not None
    yield found
    api.withdraw()
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def remote(endpoint: Endpoint) -> Iterator[RemoteLab]:
    """The same lab, seen from another process."""
    with connect(endpoint.url, endpoint.token) as opened:
        yield opened
