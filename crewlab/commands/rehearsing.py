"""`rehearsal-server`: the rehearsal model for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from crewlab.commands.terminal import answer, say
from crewlab.errors import CommandError


def rehearsal_server(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8199,
    latency: Annotated[float, typer.Option(min=0, help="Seconds that an answer takes.")] = 0.5,
    error_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of requests that fail.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Another seed gives other answers.")] = 0,
) -> None:
    """Serve the rehearsal model over the OpenAI protocol until Ctrl-C."""
    from crewlab.bridge.rehearsal.server import RehearsalServer, serve

    def announce(url: str) -> None:
        answer(url)
        say("The rehearsal model answers there, to any key. Ctrl-C ends it.")

    try:
        serve(RehearsalServer(latency, error_rate, seed), port, announce)
    except OSError as error:
        raise CommandError(
            f"Port {port} cannot be used: {error.strerror}.", "Choose another one with --port."
        ) from error
