"""Stored definitions: the list, their versions, and the order that they are kept in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import crewlab
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import answer, answer_json, say, show_table
from crewlab.definitions.named_version import named_version
from crewlab.definitions.notation.text import read_document_file
from crewlab.definitions.version import DefinitionSummary, DefinitionVersion
from crewlab.engine.library.catalogue import FILE_ENDINGS
from crewlab.errors import CommandError

Stored = Annotated[str, typer.Argument(help="A stored definition.", show_default=False)]
_LISTED = ("name", "kind", "version", "last", "executions", "tags", "collections", "used by")
_SAVED = ("version", "saved", "author", "content", "executions", "note")


def definitions(
    kind: Annotated[Literal["crew", "flow"] | None, typer.Option(help="Only crews, or only flows.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only those that have this tag.")] = None,
    collection: Annotated[str | None, typer.Option(help="Only those in this collection.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only those in the archive.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the stored crews and flows."""
    with crewlab.open() as lab:
        found = lab.definitions.list(kind=kind, tag=tag, collection=collection, archived=archived)
    if as_json:
        answer_json([summary.model_dump(mode="json") for summary in found])
    else:
        show_table(_LISTED, map(_listed, found))
    say(f"{len(found)} definition{'' if len(found) == 1 else 's'}.")


def versions(name: Stored, as_json: AsJson = False) -> None:
    """List the versions of a definition, newest first."""
    with crewlab.open() as lab:
        found = lab.definitions.versions(name)
        counts = {
            version.number: lab.count_executions(content_hash=version.content_hash, within_flows=True)
            for version in found
        }
    if as_json:
        answer_json([{**version.model_dump(mode="json"), "executions": counts[version.number]} for version in found])
    else:
        show_table(_SAVED, [_saved(version, counts[version.number]) for version in found])


def diff(
    before: Annotated[str, typer.Argument(help="A version such as market-brief@1, or a file.", show_default=False)],
    after: Annotated[
        str | None, typer.Argument(help="Another; by default the latest version of the same.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed, by agent, task and step, with prompts by word."""
    with crewlab.open() as lab:
        found = lab.definitions.diff(_comparable(before), None if after is None else _comparable(after))
    if as_json:
        answer_json([{**one.change._asdict(), "told": str(one)} for one in found.told])
    else:
        for one in found.told:
            answer(str(one))
    say(f"{found.title}.")


def restore(
    name: Annotated[str, typer.Argument(help="An earlier version, such as market-brief@2.", show_default=False)],
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Save an earlier version as the next one."""
    wanted = named_version(name)
    if wanted.number is None:
        raise CommandError(f"{name!r} does not say which version.", f"Write {name}@2, for instance.")
    with crewlab.open() as lab:
        before = lab.definitions.version(wanted.name)
        saved = lab.definitions.restore(wanted.name, wanted.number, note=note)
    if saved.number == before.number:
        say(f"{saved.name}: version {saved.number} has the content of version {wanted.number} already.")
    else:
        say(f"{saved.name}, version {saved.number}: the content of version {wanted.number}.")


def rename(
    name: Stored, new_name: Annotated[str, typer.Argument(help="What it is called from now on.", show_default=False)]
) -> None:
    """Rename a definition; its old name goes on leading to it."""
    with crewlab.open() as lab:
        saved = lab.definitions.rename(name, new_name)
    say(f"{saved.name}, version {saved.number}.")


def duplicate(
    name: Stored,
    new_name: Annotated[str | None, typer.Argument(help="By default NAME-copy.", show_default=False)] = None,
) -> None:
    """Save the latest version as a definition of its own."""
    with crewlab.open() as lab:
        saved = lab.definitions.duplicate(name, new_name)
    say(f"{saved.name}, version {saved.number}.")


def archive(names: Annotated[list[str], typer.Argument(help="Stored definitions.", show_default=False)]) -> None:
    """Take definitions out of the lists. They keep their names and can still be run."""
    with crewlab.open() as lab:
        for name in names:
            say(f"{lab.definitions.archive(name).name} is in the archive.")


def unarchive(names: Annotated[list[str], typer.Argument(help="Archived definitions.", show_default=False)]) -> None:
    """Put definitions back into the lists."""
    with crewlab.open() as lab:
        for name in names:
            say(f"{lab.definitions.unarchive(name).name} is in use again.")


def delete(
    name: Stored,
    force: Annotated[bool, typer.Option("--force", help="Delete it although flows have it as a step.")] = False,
) -> None:
    """Remove a definition with its versions; its executions stay. One that flows use stays, unless --force is said."""
    with crewlab.open() as lab:
        summary = lab.definitions.get(name)
        users = [parent for parent in summary.parents if parent != summary.name]
        if users and not force:
            what = f"{summary.name} is a step of {', '.join(users)}, which could not run any more."
            raise CommandError(what, "Take the step out first, or say --force.")
        lab.definitions.delete(summary.definition_id, even_if_used=force)
    say(f"{summary.name}: deleted." + (f" {', '.join(users)} cannot run without it." if users else ""))


def tag(
    name: Stored,
    tags: Annotated[
        list[str] | None, typer.Argument(help="All its tags; none removes them.", show_default=False)
    ] = None,
) -> None:
    """Give a definition these tags and no others."""
    with crewlab.open() as lab:
        summary = lab.definitions.tag(name, tags or ())
    say(f"{summary.name}: {', '.join(summary.tags) or 'no tags'}.")


def collect(
    name: Stored,
    collections: Annotated[
        list[str] | None, typer.Argument(help="All its collections; none takes it out.", show_default=False)
    ] = None,
) -> None:
    """Put a definition into these collections and no others; new names make new collections."""
    with crewlab.open() as lab:
        summary = lab.definitions.collect(name, collections or ())
    say(f"{summary.name}: {', '.join(summary.collections) or 'in no collection'}.")


def _comparable(text: str) -> str | dict[str, Any]:
    return read_document_file(Path(text)) if text.endswith(FILE_ENDINGS) else text


def _listed(summary: DefinitionSummary) -> tuple[object, ...]:
    last = "running" if summary.running_count else summary.last_status or "never run"
    labels = (", ".join(texts) for texts in (summary.tags, summary.collections, summary.parents))
    return (summary.name, summary.kind, summary.latest_number, last, summary.executions_count, *labels)


def _saved(version: DefinitionVersion, executions: int) -> tuple[object, ...]:
    at = version.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    note = version.note.partition("\n")[0]
    return (version.number, at, version.author or "", version.content_hash[:12], executions, note)
