"""A lab behind real HTTP, on a free port of this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from crewlab.api import Api
from crewlab.lab import Lab
from crewlab.remote import Endpoint, RemoteLab, connect
from tests.api.serving import Serving


@pytest.fixture
def lab(data: Path) -> Iterator[Lab]:
    """An open lab with the examples in it, serving its queue."""
    with Lab.open(data, serve_queue=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    """The server, which knows no lab."""
    with Serving() as begun:
        yield begun


@pytest.fixture
def endpoint(lab: Lab, serving: Serving) -> Iterator[Endpoint]:
    """Where the lab answers; `endpoint.json` is in its data folder."""
    api = Api(lambda: lab)
    with serving.of(Starlette(routes=api.routes)):
        api.publish(serving.url)
        found = Endpoint.read(lab.settings.endpoint)
        assert found is not None
        yield found
        api.withdraw()


@pytest.fixture
def remote(endpoint: Endpoint) -> Iterator[RemoteLab]:
    """The same lab, seen from another process."""
    with connect(endpoint.url, endpoint.token) as opened:
        yield opened
