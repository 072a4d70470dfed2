"""The definitions that the steps of a flow name: those in the store, and those that a snapshot brings with it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from crewlab.definitions.flows.closure import Closure, Find, brought_by
from crewlab.definitions.flows.references import references_of
from crewlab.definitions.known import KnownDefinitions
from crewlab.definitions.version import DefinitionVersion

if TYPE_CHECKING:
    from crewlab.store.definition_store import DefinitionStore
    from crewlab.store.reading.definition_reads import Meaning

REMEMBERED = 512


class SavedDefinitions:
    """Finds what flows name, for one owner. A version that was read is remembered: it never changes."""

    def __init__(self, store: DefinitionStore, owner: str) -> None:
        self._store, self._owner = store, owner
        self._lock = Lock()
        self._read: OrderedDict[tuple[str, int, str], DefinitionVersion] = OrderedDict()

    def known(self, document: Mapping[str, Any]) -> KnownDefinitions:
        """What a check of `document` may take for granted."""
        names = _Names(self._store, self._owner)
        now = names.meanings if references_of(document) else {}
        return KnownDefinitions(
            brought_by(document, lambda name, number: self._found(names, name, number)),
            {meaning.name: meaning.kind for meaning in now.values() if not meaning.is_archived},
            frozenset(meaning.name for meaning in now.values() if meaning.is_archived),
        )

    def snapshot(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A flow with everything that it uses, as it is now; what a snapshot brings stays as it was.

        Raises:
            DefinitionNotFoundError: A definition that it uses does not exist.
            DocumentError: Definitions use each other without end.
        """
        names = _Names(self._store, self._owner)
        find: Find = brought_by(document, lambda name, number: self._found(names, name, number))
        return Closure.resolve(Closure.of(document).document, find).snapshot()

    def _found(self, names: _Names, name: str, number: int | None) -> DefinitionVersion:
        meaning = names.meanings.get(name)
        if meaning is None:
            return self._store.version(name, number, owner=self._owner)  # an id, or nothing
        key = (meaning.definition_id, number or meaning.latest_number, meaning.name)
        with self._lock:
            known = self._read.get(key)
        if known is None:
            known = self._store.version(meaning.definition_id, key[1], owner=self._owner)
            with self._lock:
                self._read[key] = known
                while len(self._read) > REMEMBERED:
                    self._read.popitem(last=False)
        return known


class _Names:
    """What names mean at one moment, read when the first one is asked for."""

    def __init__(self, store: DefinitionStore, owner: str) -> None:
        self._store, self._owner = store, owner

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        return self._store.meanings(owner=self._owner)
