"""`rerun`, `fork`, `resume` and `cancel`: what can be done with an execution that is in the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import crewlab
from crewlab.commands.ctrl_c import waiting_for
from crewlab.commands.handing_over import hand_over
from crewlab.commands.launch_values import typed_values
from crewlab.commands.running import AsJson, Inputs, MaxCost, MaxTokens, Timeout, pairs
from crewlab.commands.terminal import say
from crewlab.errors import CommandError

Id = Annotated[str, typer.Argument(metavar="ID", help="An execution.", show_default=False)]
Outputs = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", help="TASK=TEXT or TASK=@FILE: what the task shall have produced."),
]


def rerun(execution_id: Id, as_json: AsJson = False) -> None:
    """Run the snapshot of an execution once more, as a new one, and print its output."""
    with crewlab.open() as lab:
        with waiting_for(lab):
            execution = lab.rerun(execution_id).wait()
        hand_over(lab, execution, as_json=as_json)


def fork(
    execution_id: Id,
    from_task: Annotated[
        str | None, typer.Option("--from", help="Run this task, or step, again, and all that read it.")
    ] = None,
    outputs: Outputs = None,
    inputs: Inputs = None,
    as_json: AsJson = False,
) -> None:
    """Run an execution again with something changed; only what that changes is paid for."""
    texts = {name: _text(value) for name, value in pairs(outputs, "--output").items()}
    with crewlab.open() as lab:
        source, values = lab.execution(execution_id), pairs(inputs, "--input")
        given = typed_values(source.document, values) if source.kind == "flow" else values
        with waiting_for(lab):
            execution = lab.fork(execution_id, from_task=from_task, outputs=texts, inputs=given).wait()
        hand_over(lab, execution, as_json=as_json)


def resume(
    execution_id: Id,
    timeout: Timeout = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    as_json: AsJson = False,
) -> None:
    """Go on with an execution that failed or was stopped; finished tasks are not paid again."""
    with crewlab.open() as lab:
        with waiting_for(lab):
            lab.resume(execution_id, timeout_seconds=timeout, max_tokens=max_tokens, max_cost_usd=max_cost)
            execution = lab.wait([execution_id])[0]
        hand_over(lab, execution, as_json=as_json)


def cancel(execution_id: Id) -> None:
    """Stop an execution at once; finished tasks are kept."""
    with crewlab.open() as lab:
        execution = lab.cancel(execution_id)
    say(f"Execution {execution.execution_id} is {execution.status.value}.")


def _text(value: str) -> str:
    if not value.startswith("@"):
        return value
    try:
        return Path(value[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{value[1:]} cannot be read: {error}.", "Give a text file in UTF-8.") from error
