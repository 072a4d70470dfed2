"""A flow with every definition that it uses, directly or not: what is launched, stored and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from crewlab.definitions.flows.flow import CrewAction, FlowAction
from crewlab.definitions.flows.references import (
    PlacedAction,
    Reference,
    reference_key,
    reference_of,
    references_of,
    with_placed_actions,
)
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DocumentError

Find = Callable[[str, int | None], DefinitionVersion]
"""Gives the version of a definition of this name, the latest for `None`; raises `DefinitionNotFoundError`."""
MOST_DEFINITIONS = 1_000
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Closure:
    """A flow whose references all have their number, and the versions that they name."""

    document: dict[str, Any]
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By `market-brief@3`: kind, name, number, definition_id, content_hash and document."""

    @classmethod
    def resolve(cls, document: Mapping[str, Any], find: Find) -> Closure:
        """The flow with the versions that `find` gives now; what is written in a step without a name is called like it.

        Raises:
            DefinitionNotFoundError: A definition, or that version of it, does not exist.
            DocumentError: A definition uses itself (with the path), or a step names a definition of the other kind.
        """
        return _Resolution(find, str(document.get("name"))).closure(document)

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> Closure:
        """What `snapshot` was made of."""
        document = {key: value for key, value in snapshot.items() if key != "definitions"}
        return cls(document, dict(snapshot.get("definitions") or {}))

    def snapshot(self) -> dict[str, Any]:
        """The flow with the definitions in it, as an execution stores it."""
        return {**self.document, "definitions": self.definitions}

    def entry(self, action: CrewAction | FlowAction) -> dict[str, Any] | None:
        """The version that an action names; `None` for a crew or flow that is written in the step.

        Raises:
            DocumentError: It names one that is not in the closure.
        """
        if action.definition is None:
            return None
        key = reference_key(action.definition, action.version)
        if key not in self.definitions:
            raise DocumentError(f"{key!r} is not among the definitions of this flow.", "Launch the flow again.")
        return self.definitions[key]

    def used(self, action: CrewAction | FlowAction) -> dict[str, Any]:
        """The document of the crew or flow that an action runs.

        Raises:
            DocumentError: It names none, or one that is not in the closure.
        """
        entry = self.entry(action)
        document = action.with_ if entry is None else entry["document"]
        if not isinstance(document, dict):
            what = f"The step names no {action.call} to run."
            raise DocumentError(what, "Name a definition, or write one in `with`.")
        return document

    def within(self, action: FlowAction) -> Closure:
        """The nested flow that an action runs, with the definitions that it uses."""
        found: dict[str, dict[str, Any]] = {}
        document = self.used(action)
        pending = [document]
        while pending:
            for reference in references_of(pending.pop()):
                entry = self.definitions.get(reference.key)
                if entry is not None and reference.key not in found:
                    found[reference.key] = entry
                    pending.append(entry["document"])
        return Closure(document, found)


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """The content hash of a flow with all that it uses: the same flow over another version of a crew has another.

    Of a flow that uses nothing, that of its document.
    """
    entries = snapshot.get("definitions")
    if not isinstance(entries, Mapping) or not entries:
        return content_hash({key: value for key, value in snapshot.items() if key != "definitions"})
    hashes = {key: content_hash(entry["document"]) for key, entry in entries.items()}
    return content_hash({**snapshot, "definitions": hashes})


def brought_by(document: Mapping[str, Any], find: Find) -> Find:
    """Like `find`, but what a snapshot brings under `definitions` comes from there."""
    entries = document.get("definitions")
    if not isinstance(entries, Mapping) or not entries:
        return find

    def found(name: str, number: int | None) -> DefinitionVersion:
        entry = entries.get(reference_key(name, number)) if number is not None else None
        version = _version_of(entry) if isinstance(entry, Mapping) else None
        return version if version is not None else find(name, number)

    return found


def _version_of(entry: Mapping[str, Any]) -> DefinitionVersion | None:
    """The version that an entry of a snapshot describes; nothing for an entry of another shape."""
    try:
        return DefinitionVersion.model_validate({"owner": "", "created_at": _UNKNOWN_TIME, **entry})
    except ValidationError:
        return None


class _Resolution:
    """One walk over everything that a flow uses; each version is looked up once."""

    def __init__(self, find: Find, root: str) -> None:
        self._find, self._root = find, root
        self._versions: dict[tuple[str, int | None], DefinitionVersion] = {}
        self._entries: dict[str, dict[str, Any]] = {}

    def closure(self, document: Mapping[str, Any]) -> Closure:
        return Closure(self._resolved(document, ()), self._entries)

    def _resolved(self, document: Mapping[str, Any], path: tuple[DefinitionVersion, ...]) -> dict[str, Any]:
        for reference in references_of(document):
            version = self._version(reference)
            self._require_usable(reference, version, path)
            self._add(reference, version, path)
        return self._numbered(document)

    def _version(self, reference: Reference) -> DefinitionVersion:
        asked = (reference.name, reference.number)
        if asked not in self._versions:
            self._versions[asked] = self._find(*asked)
        return self._versions[asked]

    def _add(self, reference: Reference, version: DefinitionVersion, path: tuple[DefinitionVersion, ...]) -> None:
        key = reference_key(reference.name, version.number)
        if key in self._entries:
            return
        if len(self._entries) >= MOST_DEFINITIONS:
            raise DocumentError(f"The flow uses more than {MOST_DEFINITIONS} definitions.", "Use fewer.")
        document = version.document
        if version.kind == "flow":
            document = self._resolved(document, (*path, version))
        described = version.model_dump(include={"kind", "name", "number", "definition_id", "content_hash"})
        self._entries[key] = {**described, "document": document}

    def _require_usable(
        self, reference: Reference, version: DefinitionVersion, path: tuple[DefinitionVersion, ...]
    ) -> None:
        if version.kind != reference.kind:
            what = (
                f"{reference.where}: {reference.name!r} is a {version.kind}, and the step asks for a {reference.kind}."
            )
            raise DocumentError(what, f"Write `call: {version.kind}`, or name a {reference.kind}.")
        is_root = version.name == self._root and reference.number is None
        seen = [step for step in path if (step.definition_id, step.number) == (version.definition_id, version.number)]
        if seen or is_root:
            begin = [] if seen else [self._root]
            names = [*begin, *(step.name for step in path[path.index(seen[0]) if seen else 0 :]), version.name]
            what = f"{reference.where}: these flows use each other without end: {' → '.join(names)}."
            raise DocumentError(what, "Take the step out of one of them.")

    def _numbered(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return with_placed_actions(document, self._with_number)

    def _with_number(self, placed: PlacedAction) -> Mapping[str, Any]:
        action = placed.action
        inline, reference = action.get("with"), reference_of(placed)
        if reference is not None:
            return {**action, "version": self._version(reference).number}
        if not isinstance(inline, Mapping) or placed.call not in ("crew", "flow"):
            return action
        named = inline if inline.get("name") else {**inline, "name": placed.step}
        return {**action, "with": self._numbered(named) if placed.call == "flow" else dict(named)}
