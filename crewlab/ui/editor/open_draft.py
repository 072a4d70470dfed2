"""A definition as it is being edited: what is saved, and what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.kinds import Kind, kind_of
from crewlab.definitions.models import is_rehearsal
from crewlab.definitions.part_places import carry_over, require_place
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DefinitionNotFoundError, DocumentError

if TYPE_CHECKING:
    from crewlab.definitions.editing import Path
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab

Document = dict[str, Any]


@dataclass(frozen=True)
class OpenDraft:
    """The document on the screen. Every edit is in the store at once, so leaving the page loses nothing."""

    lab: Lab
    draft_id: str
    document: Document
    latest: DefinitionVersion | None = None
    """The newest saved version; `None` where nothing was ever saved."""
    base: DefinitionVersion | None = None
    """The version that the edits began from."""
    edited_at: datetime | None = None
    """When the last unsaved edit was made; `None` when there is none."""

    @classmethod
    def of_definition(cls, lab: Lab, name_or_id: str) -> Self:
        """Open a saved definition with its unsaved edits. Raises `DefinitionNotFoundError`."""
        latest = lab.definitions.version(name_or_id)
        draft = lab.definitions.draft(latest.definition_id)
        if draft is None:
            return cls(lab, latest.definition_id, in_crew_shape(latest.document), latest, latest)
        number = draft.base_number or latest.number
        base = latest if number == latest.number else lab.definitions.version(latest.definition_id, number)
        return cls(lab, draft.draft_id, in_crew_shape(draft.document), latest, base, draft.updated_at)

    @classmethod
    def of_draft(cls, lab: Lab, draft_id: str) -> Self:
        """Open what was never saved. Raises `DefinitionNotFoundError` when its draft is gone."""
        draft = lab.definitions.draft(draft_id)
        if draft is None:
            raise DefinitionNotFoundError(draft_id, (summary.name for summary in lab.definitions.list()))
        if draft.definition_id:
            return cls.of_definition(lab, draft.definition_id)
        return cls(lab, draft_id, in_crew_shape(draft.document), edited_at=draft.updated_at)

    @property
    def definition_id(self) -> str | None:
        """The id of the saved definition, if there is one."""
        return self.latest.definition_id if self.latest else None

    @property
    def address(self) -> dict[str, str]:
        """What leads to it in the address of the page *Definition*."""
        return {"id": self.latest.definition_id} if self.latest else {"draft": self.draft_id}

    @property
    def kind(self) -> Kind:
        """Whether it is a crew or a flow."""
        return kind_of(self.document)

    @property
    def name(self) -> str:
        """The name on the screen, which may not be saved yet."""
        return str(self.document.get("name") or f"{self.kind.capitalize()} without a name")

    @property
    def is_rehearsal(self) -> bool:
        """Whether it, or anything that it uses, names the rehearsal model."""
        whole = self.document
        if self.kind == "flow":
            with suppress(DefinitionNotFoundError, DocumentError):  # the check says what is wrong
                whole = Closure.resolve(self.document, self.lab.definitions.version).snapshot()
        return is_rehearsal(whole)

    @property
    def has_edits(self) -> bool:
        """Whether the screen differs from the version that the edits began from."""
        return self.edited_at is not None

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody saved a newer version after these edits began."""
        return bool(self.has_edits and self.latest and self.base and self.base.number < self.latest.number)

    @property
    def next_number(self) -> int:
        """The number that saving gives."""
        return self.latest.number + 1 if self.latest else 1

    def edit(self, change: Callable[[Document], Document]) -> None:
        """Change the document as it is stored now; edits that lead back to the saved version leave no draft."""
        current = self.of_definition(self.lab, self.definition_id) if self.definition_id else self.of_draft(
            self.lab, self.draft_id
        )  # fmt: skip
        document = change(current.document)
        if current.base and document == in_crew_shape(current.base.document):
            self.lab.definitions.discard_draft(current.draft_id)
        else:
            number = current.base.number if current.base else None
            self.lab.definitions.save_draft(current.draft_id, document, current.definition_id, number)

    def edit_part(self, path: Path, change: Callable[[Document, Path], Document]) -> None:
        """Change what `path` names on the screen, wherever it is by now: `change` is given its place.

        Raises:
            PartGoneError: It was removed meanwhile.
        """
        self.edit(lambda document: change(document, require_place(self.document, document, path)))

    def edit_field(self, path: Path, write: Callable[[Document], Document]) -> None:
        """Enter a value: `write` puts it into the document as it is on the screen, at `path`.

        Raises:
            PartGoneError: What the field belongs to was removed meanwhile, or is elsewhere and cannot be found.
        """
        self.edit(lambda document: carry_over(self.document, document, path, write))

    def discard(self) -> None:
        """Forget the unsaved edits."""
        self.lab.definitions.discard_draft(self.draft_id)

    def save(self, note: str, *, over_newer: bool = False) -> DefinitionVersion:
        """Make the edits as stored now a version and drop the draft; `over_newer` saves on top of what others saved.

        Stored now, because the field that the cursor was in may have been taken over after this was read.

        Raises:
            DuplicateNameError: Another definition has this name.
            VersionConflictError: Somebody saved a newer version meanwhile.
        """
        basis = self.latest if over_newer else self.base
        stored = self.lab.definitions.draft(self.draft_id)
        version = self.lab.definitions.save(
            in_crew_shape(stored.document) if stored else self.document,
            definition_id=self.definition_id,
            note=note,
            expected_number=basis.number if basis else None,
        )
        self.lab.definitions.discard_draft(self.draft_id)
        return version
