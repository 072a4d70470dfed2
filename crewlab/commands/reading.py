"""`executions`: what there is in the store, as a table, CSV or JSON."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import crewlab
from crewlab.commands.handing_over import as_record
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import STANDARD_OUTPUT, answer_json, note_of, say, show_table, write_bytes
from crewlab.definitions.named_version import named_version
from crewlab.errors import CommandError
from crewlab.executions.execution import Execution
from crewlab.executions.steps import StepRun

_STEP_COLUMNS = ("attempt", "step", "kind", "status", "seconds", "tokens", "outcome", "execution")
_COLUMNS = ("created (UTC)", "definition", "status", "seconds", "tokens", "cost", "note", "execution")


def executions(
    csv: Annotated[str | None, typer.Option("--csv", help="Write a CSV file; - prints it.")] = None,
    status: Annotated[str | None, typer.Option(help="Only this status.")] = None,
    definition: Annotated[str | None, typer.Option(help="Only this definition, by name or id.")] = None,
    version: Annotated[
        str | None, typer.Option(help="Only what ran exactly this content, such as market-brief@2.")
    ] = None,
    batch: Annotated[str | None, typer.Option(help="Only this batch, by id.")] = None,
    text: Annotated[str | None, typer.Option(help="Only those that contain this text.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many; a list shows 50 by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """List executions, newest first."""
    if csv == STANDARD_OUTPUT and as_json:
        raise CommandError("--csv - and --json both print on the standard output.", "Give --csv a file, or leave one.")
    filters = {"status": status, "definition": definition, "batch_id": batch, "text": text}
    chosen: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    with crewlab.open() as lab:
        if version is not None:
            content_hash = lab.definitions.version(*named_version(version)).content_hash
            chosen |= {"content_hash": content_hash, "within_flows": True}
        most = limit if csv is not None or as_json else limit or 50
        found = lab.executions(**chosen, limit=most)
        total = lab.count_executions(**chosen)
        if csv is not None:
            write_bytes(csv, _csv(lab, [execution.execution_id for execution in found]))
    if as_json:
        answer_json([as_record(execution) for execution in found])
    elif csv is None:
        show_table(_COLUMNS, map(_cells, found))
    say(f"{len(found)} of {total} executions.")


def steps(
    execution_id: Annotated[str, typer.Argument(metavar="ID", help="An execution of a flow.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show what became of the steps of a flow, each call of each attempt."""
    with crewlab.open() as lab:
        found = lab.steps(execution_id)
    if as_json:
        answer_json([step.model_dump(mode="json") for step in found])
    else:
        show_table(_STEP_COLUMNS, map(_cells_of_step, found))
    say(f"{len(found)} calls of steps.")


def _cells_of_step(step: StepRun) -> tuple[object, ...]:
    return (
        step.attempt,
        step.step if step.call_number == 1 else f"{step.step} #{step.call_number}",
        step.kind,
        step.status,
        "" if step.duration_seconds is None else f"{step.duration_seconds:.1f}",
        "" if step.usage.total_tokens is None else step.usage.total_tokens,
        step.outcome or "",
        step.child_execution_id or "",
    )


def _csv(lab: Any, execution_ids: list[str]) -> bytes:
    from crewlab.analysis.exports import to_csv

    frame = lab.executions_df(execution_ids=execution_ids)
    order = {execution_id: place for place, execution_id in enumerate(execution_ids)}
    return to_csv(frame.sort_values("execution_id", key=lambda column: column.map(order)))


def _cells(execution: Execution) -> tuple[object, ...]:
    usage = execution.usage
    return (
        f"{execution.created_at:%Y-%m-%d %H:%M:%S}",
        execution.definition_name,
        execution.status.value,
        "" if execution.duration_seconds is None else f"{execution.duration_seconds:.1f}",
        "" if usage.total_tokens is None else usage.total_tokens,
        "" if usage.cost_usd is None else f"${usage.cost_usd:.4f}",
        note_of(execution),
        execution.execution_id,
    )
