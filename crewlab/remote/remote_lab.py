"""The lab of the running app, with the same methods as `Lab` for reading and launching."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from crewlab.engine.people.chats import Chat
from crewlab.engine.people.conversations import Conversation, chat_with
from crewlab.engine.tracing.export import TraceExportState
from crewlab.errors import RemoteError
from crewlab.executions.engine_state import EngineState
from crewlab.remote.connection import Connection
from crewlab.remote.endpoint import Endpoint
from crewlab.remote.remote_library import RemoteLibrary
from crewlab.remote.remote_memory import RemoteMemory
from crewlab.remote.remote_pool import RemotePool
from crewlab.remote.remote_profiles import RemoteProfiles
from crewlab.remote.remote_running import Inputs
from crewlab.remote.remote_tools import RemoteTools
from crewlab.remote.remote_trials import RemoteTrials
from crewlab.settings import Settings

_ENGINE_STATE = TypeAdapter(EngineState)


def connect(url: str, token: str) -> RemoteLab:
    """Talk to the app at `url`.

    Raises:
        RemoteError: It cannot be reached, or does not accept the token.
    """
    lab = RemoteLab(Connection(url, token))
    try:
        lab.about()
    except RemoteError:
        lab.close()
        raise
    return lab


class RemoteLab(RemoteLibrary, RemoteMemory, RemoteProfiles, RemotePool, RemoteTools, RemoteTrials):
    """What the running app knows and does, asked over HTTP. Safe to use from any thread; close it when done.

    What is launched here runs in the app: it goes on when this process ends.
    """

    @classmethod
    def find(cls, endpoint: Path) -> RemoteLab | None:
        """The lab of the app that left the file `endpoint`; `None` when none did, or when it is gone."""
        known = Endpoint.read(endpoint)
        if known is None:
            return None
        try:
            return connect(known.url, known.token)
        except RemoteError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"RemoteLab({self._connection.url!r})"

    def close(self, timeout_seconds: float = 2.0) -> None:
        """End the connection and the subscriptions; the app and what it runs go on. Idempotent."""
        for subscription in self._subscriptions:
            subscription.close()
        self._connection.close()

    def chat(
        self, definition: str, inputs: Inputs | None = None, *, execution_id: str | None = None
    ) -> Chat | Conversation:
        """`Lab.chat` in the app. Raises as it does."""
        return chat_with(self, self.definitions.version(definition), inputs, execution_id)

    def start(self) -> None:
        """Nothing to do: the app serves its queue."""

    def warm_up(self) -> None:
        """Have the app begin to import crewAI."""
        self._connection.post("engine", "warm-up")

    def about(self) -> dict[str, Any]:
        """Version, process id, data folder and owner of the app."""
        return dict(self._connection.get("about"))

    @cached_property
    def settings(self) -> Settings:
        """The settings of this process, with the data folder and the owner of the app."""
        about = self.about()
        return Settings.from_environment(None, data=Path(about["data"]), owner=about["owner"])

    def engine_state(self) -> EngineState:
        """Whether crewAI is loaded in the app, and how much is running and pending."""
        return _ENGINE_STATE.validate_python(self._connection.get("engine"))

    def trace_export(self) -> TraceExportState:
        """Where the traces of the app go, how many were taken there, and what is wrong."""
        return TraceExportState(**self._connection.get("trace-export"))

    @property
    def store_health(self) -> str:
        """`ok`, or what is wrong with the store."""
        return str(self.about()["store_health"])
