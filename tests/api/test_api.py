"""The file that tells other processes where the app is."""

from __future__ import annotations

import asyncio
import stat
from contextlib import asynccontextmanager

from crewlab.api import Api
from crewlab.remote import Endpoint


def test_the_file_is_there_while_the_app_runs_and_readable_by_its_owner_only(lab):
    """Written when the app is up, gone before the lab closes, never readable by others."""
    seen = []

    @asynccontextmanager
    async def lifespan(app):
        yield {"kept": True}
        seen.append(lab.settings.endpoint.exists())

    async def live():
        async with Api(lambda: lab).published(lifespan, lambda: "http://127.0.0.1:1")(None) as state:
            seen.extend(
                [state, stat.S_IMODE(lab.settings.endpoint.stat().st_mode), Endpoint.read(lab.settings.endpoint)]
            )

    asyncio.run(live())
    state, mode, endpoint, after = seen
    assert (state, mode, endpoint.url, after) == ({"kept": True}, 0o600, "http://127.0.0.1:1", False)
    assert endpoint.token not in repr(endpoint)


def test_an_app_without_the_store_leaves_the_file_of_the_other_alone(lab):
    """A second app on the same folder must not lead notebooks astray."""
    first, second = Api(lambda: lab), Api(lambda: None)
    first.publish("http://127.0.0.1:1")
    second.publish("http://127.0.0.1:2")
    second.withdraw()
    assert Endpoint.read(lab.settings.endpoint).url == "http://127.0.0.1:1"
    first.withdraw()
    assert not lab.settings.endpoint.exists()


def test_a_file_of_a_newer_app_is_not_taken_away(lab):
    """An app that stops late removes only what it wrote."""
    old, new = Api(lambda: lab), Api(lambda: lab)
    old.publish("http://127.0.0.1:1")
    new.publish("http://127.0.0.1:2")
    old.withdraw()
    assert Endpoint.read(lab.settings.endpoint).url == "http://127.0.0.1:2"
