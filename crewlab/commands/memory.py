"""`memory`: what definitions remember. `knowledge`: the files that knowledge sources may name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import crewlab
from crewlab.commands.terminal import answer, answer_json, say
from crewlab.errors import CommandError

memory = typer.Typer(
    help="What executions of a definition have learned for those that follow.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
knowledge = typer.Typer(
    help="Files that agents may look things up in.", no_args_is_help=True, pretty_exceptions_enable=False
)

Definition = Annotated[str, typer.Argument(help="Name or id of a definition.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@memory.command("list")
def list_memories(definition: Definition, as_json: AsJson = False) -> None:
    """Show what the next execution of a definition would recall, the newest first."""
    with crewlab.open() as lab:
        memories = lab.memories(definition)
    if as_json:
        answer_json([found.model_dump(mode="json") for found in memories])
        return
    for found in memories:
        answer(f"{found.created_at:%Y-%m-%d %H:%M}  {found.agent}: {' '.join(found.content.split())}")
    if not memories:
        say(f"{definition} remembers nothing.")


@memory.command("clear")
def clear_memory(definition: Definition) -> None:
    """Forget what a definition remembers."""
    with crewlab.open() as lab:
        count = lab.clear_memory(definition)
    say(f"{count} {'memory' if count == 1 else 'memories'} forgotten.")


@knowledge.command("list")
def list_files(as_json: AsJson = False) -> None:
    """Show the files, with size and hash."""
    with crewlab.open() as lab:
        files = lab.knowledge_files()
    if as_json:
        answer_json([file.model_dump(mode="json") for file in files])
        return
    for file in files:
        answer(f"{file.path}  {file.size:,} bytes  {file.sha256[:12]}")
    if not files:
        say("There are no files. Add one: python -m crewlab knowledge add FILE")


@knowledge.command("add")
def add_file(
    file: Annotated[Path, typer.Argument(help="A .txt, .md, .csv, .json or .pdf file.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file of this name.")] = False,
) -> None:
    """Keep a file for knowledge sources, under its own name."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from error
    with crewlab.open() as lab:
        kept = lab.add_knowledge_file(file.name, data, replace=replace)
    say(f"{kept.path}: {kept.size:,} bytes kept. A source names it as {{type: file, path: {kept.path}}}.")


@knowledge.command("delete")
def delete_file(path: Annotated[str, typer.Argument(help="As `knowledge list` shows it.", show_default=False)]) -> None:
    """Remove a file; definitions that name it cannot run without it."""
    with crewlab.open() as lab:
        lab.delete_knowledge_file(path)
    say(f"{path}: deleted.")
