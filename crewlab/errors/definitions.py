"""What is wrong with a definition, its document, an expression in it, or inputs for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Protocol

from crewlab.errors.base import CrewLabError

_NAMED = 12
"""Names that a hint lists."""
_LONGEST = 200
"""Of a name, compared with others."""


class FoundProblem(Protocol):
    """What an error needs to know of a problem; `crewlab.definitions.problem.Problem` is one."""

    @property
    def where(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def hint(self) -> str: ...


class DefinitionError(CrewLabError):
    """Something is wrong with a definition or a request for one."""

    title = "The definition cannot be used"


class DefinitionNotFoundError(DefinitionError, LookupError):
    """No definition, or no version of it, has this name or id."""

    title = "There is no such definition"

    def __init__(
        self, name: str, known: Iterable[str] = (), *, number: int | None = None, latest: int | None = None
    ) -> None:
        self.name = name
        if number is not None:
            super().__init__(f"{name!r} has no version {number}.", f"Its latest is {latest}.")
            return
        super().__init__(f"There is no definition {name!r}.", _instead_of(name, sorted(known)))


def _instead_of(name: str, known: Sequence[str]) -> str:
    """The definitions that may be meant; all, or the first of many, where none is called alike."""
    if not known:
        return "Import one, or create one on the Definitions page."
    if close := get_close_matches(name[:_LONGEST], known):
        return f"Did you mean {' or '.join(close)}?"
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return f"Known definitions: {', '.join(known[:_NAMED])}{more}."


class InvalidDefinitionError(DefinitionError):
    """A document breaks at least one rule; `.problems` lists every one of them."""

    title = "The definition has problems"

    def __init__(self, name: str, problems: Iterable[FoundProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        rest = f" ({len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{name!r} cannot run: {first.where}: {first.what}{rest}", first.hint)


class DocumentError(DefinitionError):
    """A file or text is not a document that CrewLab can read."""

    title = "The document cannot be read"
    unreadable: tuple[tuple[str, DocumentError], ...] = ()
    """Of several files that cannot be read: the path of each, and why."""


class PartGoneError(DefinitionError):
    """An edit of a part of a definition came too late: the part was removed, moved or renamed meanwhile."""

    title = "The part is not there any more"


class DuplicateNameError(DefinitionError):
    """Another definition of this owner has this name, or had it and is still run under it by flows."""

    title = "The name is taken"

    def __init__(self, name: str, used_by: Sequence[str] = (), hint: str = "") -> None:
        self.name = name
        message = f"There is already a definition named {name!r}."
        hint = hint or "Choose another name, or open the existing one."
        if used_by:
            message = f"A definition that was named {name!r} is still run under that name by {', '.join(used_by)}."
            hint = "Choose another name, or let these flows say its new name first."
        super().__init__(message, hint)


class VersionConflictError(DefinitionError):
    """Somebody saved a newer version while this one was being edited."""

    title = "Somebody saved a newer version"


class InputsError(CrewLabError):
    """The inputs, or a table of them, do not fit the placeholders of the definition."""

    title = "The inputs do not fit"


class ExpressionError(CrewLabError):
    """A CEL expression cannot be read, or cannot be evaluated with the values it was given."""

    title = "A CEL expression does not work"
