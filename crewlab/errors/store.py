"""Why the database file cannot be used."""

from __future__ import annotations

from crewlab.errors.base import CrewLabError


class StoreError(CrewLabError):
    """The database file cannot be used as asked."""

    title = "The store cannot be used"


class StoreLockedError(StoreError):
    """Another process holds the store."""

    title = "The store is in use"


class SchemaTooNewError(StoreError):
    """The file was made by a newer CrewLab."""

    title = "The store is newer than this program"


class MigrationEditedError(StoreError):
    """A migration was changed after it had been applied to this file."""

    title = "A migration was edited after it was applied"


class StoreClosedError(StoreError):
    """The store is closing or closed."""

    title = "The store is closed"
