"""`gallery` and `new`: what one can begin from."""

from __future__ import annotations

from typing import Annotated

import typer

import crewlab
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import answer_json, say
from crewlab.definitions.flows.conversation import is_conversation


def gallery(
    words: Annotated[list[str] | None, typer.Argument(help="Words to look for.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """List the crews, flows, agents and tools to begin from; `new NAME` makes a definition of one."""
    with crewlab.open() as lab:
        found = lab.gallery.search(" ".join(words or []))
    if as_json:
        answer_json([template.model_dump(mode="json") for template in found])
        return
    for template in found:
        typer.echo(f"{template.kind:6}{template.name:26}{template.about}")
    if not found:
        say("Nothing in the gallery holds these words. Leave them out to see all.")


def new(
    template: Annotated[str, typer.Argument(help="A crew or flow of the gallery.")],
    as_name: Annotated[str | None, typer.Option("--as", help="Its name; that of the template by default.")] = None,
) -> None:
    """Make a definition of a crew or flow of the gallery, and of the crews that a flow needs."""
    with crewlab.open() as lab:
        saved = lab.gallery.save(template, as_name=as_name)
    typer.echo(saved.name)
    verb, does = ("chat", "talks to") if is_conversation(saved.document) else ("run", "runs")
    next_ = f"`python -m crewlab {verb} {saved.name}` {does} it."
    say(f"Saved as {saved.kind} {saved.name!r}, version {saved.number}. {next_}")
