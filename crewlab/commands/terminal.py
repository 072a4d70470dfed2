"""What a person sees: results on the standard output, everything else on the error output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crewlab.definitions.problem import Problem
from crewlab.errors import CommandError, CrewLabError, InvalidDefinitionError
from crewlab.executions.execution import Execution

REHEARSAL = "rehearsal: not evidence"
REPLAY = "replay: recorded answers"
_WIDE = 400
STANDARD_OUTPUT = "-"
"""A file name that stands for the standard output."""


def say(text: str) -> None:
    """A line for the person in front of the terminal; it does not mix with results."""
    typer.echo(text, err=True)


def answer(text: str) -> None:
    """A result, which another program may read."""
    typer.echo(text)


def answer_json(value: Any) -> None:
    """A result as JSON."""
    answer(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_error(error: CrewLabError) -> None:
    """Title, message and hint; every problem of a definition that has several."""
    console = error_console()
    console.print(f"[bold red]{escape(error.title)}:[/] {escape(error.message)}", soft_wrap=True)
    if isinstance(error, InvalidDefinitionError):
        for problem in error.problems[1:]:
            console.print(f"  and {escape(problem.where)}: {escape(problem.what)}", soft_wrap=True)
    if error.hint:
        console.print(f"[dim]→[/] {escape(error.hint)}", soft_wrap=True)


def show_problems(problems: Iterable[Problem]) -> None:
    """Each problem with its place, and what to do about it."""
    console = error_console()
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        where = f"{problem.where}: " if problem.where else ""
        console.print(f"[{colour}]{problem.severity}[/] {escape(where + problem.what)}", soft_wrap=True)
        if problem.hint:
            console.print(f"      [dim]→[/] {escape(problem.hint)}", soft_wrap=True)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows in columns on the standard output, a line each: a terminal may wrap them, nothing is left out."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    plain = Console(width=_WIDE, no_color=True)
    with plain.capture() as captured:
        plain.print(table)
    answer("\n".join(line.rstrip() for line in captured.get().splitlines()))


def error_console() -> Console:
    """The error output, with colours only where it is a terminal."""
    return Console(stderr=True, highlight=False)


def refuse_unwritable(target: str) -> None:
    """See that `write_bytes` will find a place to write; an existing file stays as it is.

    Raises:
        CommandError: The file cannot be written.
    """
    path = Path(target)
    if target == STANDARD_OUTPUT:
        return
    if path.is_dir():
        raise CommandError(f"{target} is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise CommandError(f"{target} cannot be written: there is no folder {path.parent}.", "Choose another place.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{target} cannot be written: Permission denied.", "Choose another place.")


def write_bytes(target: str, data: bytes) -> None:
    """Write a file, or the standard output for `-`.

    Raises:
        CommandError: The file cannot be written.
    """
    if target == STANDARD_OUTPUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        Path(target).write_bytes(data)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.", "Choose another place.") from error


def note_of(execution: Execution) -> str:
    """What to say beside its results: that they are made up, or given again. Empty for a real model's."""
    notes = ((REHEARSAL, execution.is_rehearsal), (REPLAY, execution.is_replay))
    return "; ".join(note for note, applies in notes if applies)
