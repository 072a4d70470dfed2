"""What cannot be kept or found in the library: secrets, prices, profiles, tools, knowledge, memories."""

from __future__ import annotations

from collections.abc import Iterable

from crewlab.errors.base import CrewLabError


class SecretError(CrewLabError):
    """The stored secrets cannot be read, or a secret cannot be kept as asked. Never says a value."""

    title = "The secrets cannot be used"


class SecretNotFoundError(SecretError, LookupError):
    """No secret has this name."""

    title = "There is no such secret"


class PriceError(CrewLabError):
    """A price cannot be kept as asked, or the file of own prices changed meanwhile."""

    title = "The price cannot be kept"


class ModelProfileError(CrewLabError):
    """A model profile cannot be kept, renamed or removed as asked."""

    title = "The model profile cannot be kept"


class ModelProfileNotFoundError(ModelProfileError, LookupError):
    """No model profile has this name."""

    title = "There is no such model profile"

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        names = ", ".join(sorted(known)[:12])
        hint = f"Known profiles: {names}." if names else "Add one under Library > Model profiles."
        super().__init__(f"There is no model profile {name!r}.", hint)


class RecordError(CrewLabError):
    """A record of the library (a tool, an MCP server) cannot be kept as asked."""

    title = "The record cannot be kept"


class RecordNotFoundError(RecordError, LookupError):
    """No tool, MCP server or template of the gallery has this name."""

    title = "There is nothing of that name"


class KnowledgeError(CrewLabError):
    """A knowledge file cannot be added, found or read."""

    title = "The knowledge file cannot be used"


class MemoryStoreError(CrewLabError):
    """The file that agents' memories are kept in cannot be used."""

    title = "The memories cannot be used"
