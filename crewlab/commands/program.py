"""All commands together, and what becomes of an error."""

from __future__ import annotations

import errno
from collections.abc import Callable

import typer
from typer.core import TyperGroup

from crewlab.commands.again import cancel, fork, rerun, resume
from crewlab.commands.chatting import chat
from crewlab.commands.checking import check
from crewlab.commands.definitions import (
    archive,
    collect,
    definitions,
    delete,
    diff,
    duplicate,
    rename,
    restore,
    tag,
    unarchive,
    versions,
)
from crewlab.commands.doctor import doctor
from crewlab.commands.documents import export, import_file
from crewlab.commands.events import events
from crewlab.commands.gallery import gallery, new
from crewlab.commands.memory import knowledge, memory
from crewlab.commands.models import models
from crewlab.commands.people import answer, waiting
from crewlab.commands.pool import engine, pause, priority, unpause
from crewlab.commands.reading import executions, steps
from crewlab.commands.rehearsing import rehearsal_server
from crewlab.commands.running import INTERRUPTED, batch, run
from crewlab.commands.scoring import run_test
from crewlab.commands.secrets import secrets
from crewlab.commands.terminal import say, show_error
from crewlab.commands.tools import mcp, tools
from crewlab.commands.training import train
from crewlab.errors import CommandError, CrewLabError

REFUSED = 2
"""Exit status when a command could not be carried out."""

FULL = "No space is left where it writes: what came out is not complete."


class Commands(TyperGroup):
    """Ends a command with a sentence instead of a traceback, where a person can do something about it."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer passes its own context
        try:
            return super().invoke(ctx)
        except CrewLabError as error:
            show_error(error)
            raise typer.Exit(REFUSED) from None
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            show_error(CommandError(FULL, hint="Make room, or write it elsewhere; what was stored before stays."))
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            say("Interrupted.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    name="crewlab",
    help="A low-code laboratory for CrewAI. The data is in the folder that CREWLAB_DATA names.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_COMMANDS: dict[str, dict[str, Callable[..., object]]] = {
    "Run": {"run": run, "batch": batch, "test": run_test, "train": train, "chat": chat},
    "Executions": {
        "executions": executions,
        "steps": steps,
        "events": events,
        "rerun": rerun,
        "fork": fork,
        "resume": resume,
        "cancel": cancel,
        "waiting": waiting,
        "answer": answer,
    },
    "Pool": {"engine": engine, "pause": pause, "unpause": unpause, "priority": priority},
    "Definitions": {
        "definitions": definitions,
        "check": check,
        "versions": versions,
        "diff": diff,
        "restore": restore,
        "rename": rename,
        "duplicate": duplicate,
        "archive": archive,
        "unarchive": unarchive,
        "delete": delete,
        "tag": tag,
        "collect": collect,
        "import": import_file,
        "export": export,
        "gallery": gallery,
        "new": new,
    },
    "This machine": {"doctor": doctor, "rehearsal-server": rehearsal_server},
}
"""By the heading under which the help lists them."""
_LIBRARY = {"models": models, "secrets": secrets, "memory": memory, "knowledge": knowledge, "tools": tools, "mcp": mcp}
for _heading, _commands in _COMMANDS.items():
    for _name, _command in _commands.items():
        app.command(_name, rich_help_panel=_heading)(_command)
for _name, _group in _LIBRARY.items():
    app.add_typer(_group, name=_name, rich_help_panel="Library")
