"""What an import understood and did, in words."""

from __future__ import annotations

from collections.abc import Iterable

from crewlab.commands.terminal import say, show_problems
from crewlab.definitions.interchange.placing import Imported, ImportPreview, PlacedDefinition, PlacedRecord

_OUTCOMES = {
    "new": "new",
    "same": "as it is here already",
    "next version": "the next version of the one that is here",
    "renamed": "renamed, since its name is taken",
    "taken": "its name is taken: --update or --rename",
}


def show_preview(source: str, seen: ImportPreview) -> None:
    """What would be imported: each part that was understood, what was not, and what stands in the way."""
    for placed in seen.definitions:
        say(f"{source}: {placed.found.kind} {placed.name} ({_OUTCOMES[placed.outcome]})")
        for note in placed.found.understood:
            say(f"  understood {note}")
        _say_details(placed)
    _say_records(seen.records)
    for note in seen.left_out:
        say(f"  {note}")


def show_imported(source: str, done: Imported) -> None:
    """What was stored, and what is not as it was."""
    for version, placed in zip(done.versions, done.preview.definitions, strict=True):
        here = ": it is here already with this content" if placed.outcome == "same" else ""
        say(f"{source}: {version.name}, version {version.number}{here}.")
        _say_details(placed)
    _say_records(done.preview.records)
    for note in done.preview.left_out:
        say(f"  {note}")


def _say_details(placed: PlacedDefinition) -> None:
    for note in placed.found.notes:
        say(f"  {note}")
    show_problems(list(placed.problems))


def _say_records(records: Iterable[PlacedRecord]) -> None:
    for record in records:
        what = f" {record.what}" if record.what and record.outcome != "new" else ""
        hint = f"; --accept {record.name} takes it over" if record.outcome == "asks" else ""
        said = {"new": "comes with it", "same": "is here already", "kept": "is not taken over:", "asks": "is left out:"}
        say(f"  {record.kind} {record.name} {said[record.outcome]}{what}{hint}")
