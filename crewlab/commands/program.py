"""All commands together, and what becomes of an error."""

from __future__ import annotations

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
from crewlab.errors import CrewLabError

REFUSED = 2
"""Exit status when a command could not be carried out."""


class Commands(TyperGroup):
    """Ends a command with a sentence instead of a traceback, where a person can do something about it."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer passes its own context
        try:
            return super().invoke(ctx)
        except CrewLabError as error:
            show_error(error)
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
app.command()(run)
app.command()(batch)
app.command("test")(run_test)
app.command()(train)
app.command()(chat)
app.command()(executions)
app.command()(steps)
app.command()(events)
app.command()(rerun)
app.command()(fork)
app.command()(resume)
app.command()(cancel)
app.command()(priority)
app.command()(engine)
app.command()(pause)
app.command()(unpause)
app.command()(waiting)
app.command()(answer)
app.command()(definitions)
app.command()(versions)
app.command()(diff)
app.command()(restore)
app.command()(rename)
app.command()(duplicate)
app.command()(archive)
app.command()(unarchive)
app.command()(delete)
app.command()(tag)
app.command()(collect)
app.command("import")(import_file)
app.command()(export)
app.command()(gallery)
app.command()(new)
app.command()(check)
app.command()(doctor)
app.command("rehearsal-server")(rehearsal_server)
app.add_typer(models, name="models")
app.add_typer(secrets, name="secrets")
app.add_typer(memory, name="memory")
app.add_typer(knowledge, name="knowledge")
app.add_typer(tools, name="tools")
app.add_typer(mcp, name="mcp")
