"""What was asked of CrewLab in a way that it cannot take, or where nobody answers."""

from __future__ import annotations

from collections.abc import Iterable

from crewlab.errors.base import CrewLabError


class SettingsError(CrewLabError):
    """A `CREWLAB_*` variable has a value that cannot be used."""

    title = "A setting is not usable"


class ArgumentError(CrewLabError):
    """A method was given something that it cannot take: of another type, or none of its choices."""

    title = "An argument cannot be used"


class CommandError(CrewLabError):
    """A command line cannot be carried out as it was typed."""

    title = "The command cannot be carried out"


class RemoteError(CrewLabError):
    """The running app could not be reached, or cannot do this for another process yet."""

    title = "The running app cannot do that"


class AppUnreachableError(RemoteError):
    """The running app does not answer, or its connection was cut."""

    title = "The app cannot be reached"


class RequestError(CrewLabError):
    """The HTTP API does not take a request; `.status` is the HTTP status of the answer."""

    title = "The request cannot be answered"

    def __init__(self, status: int, message: str, hint: str = "", allowed: Iterable[str] = ()) -> None:
        self.status = status
        self.allowed = tuple(allowed)
        """The HTTP methods that this path takes, when it does not take the one that was used."""
        super().__init__(message, hint)
