"""`run` and `batch`: executions in the foreground, with their results as text, JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import crewlab
from crewlab.commands.ctrl_c import waiting_for
from crewlab.commands.handing_over import FAILED, as_record, hand_over
from crewlab.commands.launch_values import starting_values, table_values
from crewlab.commands.progress import BatchProgress
from crewlab.commands.terminal import (
    STANDARD_OUTPUT,
    answer_json,
    note_of,
    refuse_unwritable,
    say,
    write_bytes,
)
from crewlab.errors import CommandError, RemoteError
from crewlab.executions.cassette import Cassette
from crewlab.executions.execution import Execution
from crewlab.executions.launch import MOST_PRIORITY
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.definitions.library.prices import Price
    from crewlab.lab import Lab
    from crewlab.remote import RemoteLab

    AnyLab = Lab | RemoteLab

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

Name = Annotated[
    str,
    typer.Argument(help="A stored definition, NAME@2 for a version of it, or a YAML or JSON file.", show_default=False),
]
Model = Annotated[str | None, typer.Option("--model", "-m", help="A model or profile for all agents.")]
AgentModels = Annotated[
    list[str] | None, typer.Option("--agent-model", metavar="AGENT=MODEL", help="A model for one agent; repeatable.")
]
Timeout = Annotated[float | None, typer.Option("--timeout", min=0.001, help="Seconds that an execution may take.")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", min=1, help="Tokens that an execution may use.")]
MaxCost = Annotated[float | None, typer.Option("--max-cost", help="US dollars that an execution may spend.")]
Training = Annotated[str | None, typer.Option("--training", metavar="ID", help="Follow the lessons of a training.")]
Priority = Annotated[
    int | None, typer.Option("--priority", min=-MOST_PRIORITY, max=MOST_PRIORITY, help="Higher goes first; default 0.")
]
Planning = Annotated[bool | None, typer.Option("--planning/--no-planning", help="Plan the tasks first, or do not.")]
Inputs = Annotated[
    list[str] | None, typer.Option("--input", "-i", help="NAME=VALUE, as often as needed; for a flow, of its state.")
]
State = Annotated[Path | None, typer.Option("--state", help="JSON or YAML: the state that a flow begins with.")]
Record = Annotated[str | None, typer.Option("--record", metavar="CASSETTE", help="Record every answer.")]
Replay = Annotated[str | None, typer.Option("--replay", metavar="CASSETTE", help="Answer from a recording.")]
Live = Annotated[bool, typer.Option("--live", help="With --replay: ask, and record, what was never recorded.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]


def run(
    name: Name,
    inputs: Inputs = None,
    state: State = None,
    model: Model = None,
    agent_models: AgentModels = None,
    timeout: Timeout = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    priority: Priority = None,
    record: Record = None,
    replay: Replay = None,
    live: Live = False,
    training: Training = None,
    planning: Planning = None,
    as_json: AsJson = False,
) -> None:
    """Run a definition once and print its output."""
    cassette = _cassette(record, replay, live=live)
    texts = pairs(inputs, "--input")
    limits = _limits(timeout, max_tokens, max_cost) | {"priority": priority}
    llms = pairs(agent_models, "--agent-model")
    with crewlab.open() as lab:
        values = starting_values(lab, name, texts, state)
        say(f"Running {name} ...")
        options = {"cassette": cassette, "training": training, "planning": planning, **limits}
        with waiting_for(lab):
            execution = lab.run(name, values, llm=model, llms=llms, **options)
        hand_over(lab, execution, as_json=as_json)


def batch(
    name: Annotated[
        str | None, typer.Argument(help="A stored definition, NAME@2 for a version of it, or a YAML or JSON file.")
    ] = None,
    inputs: Annotated[Path | None, typer.Option("--inputs", help="CSV or .xlsx, one execution a row.")] = None,
    csv: Annotated[str | None, typer.Option("--csv", help="Write a CSV file, one row per input; - prints it.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Executions at a time; default: all the pool.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with a batch that was interrupted.")] = None,
    model: Model = None,
    agent_models: AgentModels = None,
    timeout: Timeout = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    priority: Priority = None,
    record: Record = None,
    replay: Replay = None,
    live: Live = False,
    training: Training = None,
    planning: Planning = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a large launch.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a definition once for each row of a table."""
    _refuse_unusable(csv, as_json=as_json)
    cassette = _cassette(record, replay, live=live)
    with crewlab.open() as lab:
        if resume is not None and name is None and inputs is None:
            executions = _resumed(lab, resume)
        elif resume is None and name is not None and inputs is not None:
            limits = _limits(timeout, max_tokens, max_cost) | {"priority": priority}
            models = {"llm": model, "llms": pairs(agent_models, "--agent-model")}
            options = {**limits, **models, "cassette": cassette, "training": training, "planning": planning}
            executions = _launched(lab, name, inputs, concurrency, options, yes=yes)
        else:
            raise CommandError("A batch needs NAME and --inputs FILE, or --resume ID alone.", "See `batch --help`.")
        _hand_over(lab, executions, csv, as_json=as_json)
    raise typer.Exit(0 if all(e.status is ExecutionStatus.COMPLETED for e in executions) else FAILED)


def pairs(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """What was given as NAME=VALUE, as often as wanted. Raises `CommandError`."""
    values: dict[str, str] = {}
    for text in texts or ():
        name, value = _pair(text, option)
        if name in values:
            raise CommandError(f"{option} {name} is given twice.", "Keep one of the two; a table is for `batch`.")
        values[name] = value
    return values


def _pair(text: str, option: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise CommandError(f"{option} {text!r} is not NAME=VALUE.", f'For example: {option} topic="Heat pumps".')
    return name.strip(), value


def _refuse_unusable(csv: str | None, *, as_json: bool) -> None:
    """Say before anything is paid that the results could not be handed over."""
    if csv == STANDARD_OUTPUT and as_json:
        raise CommandError("--csv - and --json both print on the standard output.", "Give --csv a file, or leave one.")
    if csv is not None:
        refuse_unwritable(csv)


def _limits(timeout: float | None, max_tokens: int | None, max_cost: float | None) -> dict[str, Any]:
    return {"timeout_seconds": timeout, "max_tokens": max_tokens, "max_cost_usd": max_cost}


def _cassette(record: str | None, replay: str | None, *, live: bool) -> Cassette | None:
    if record is not None and replay is not None:
        raise CommandError("--record and --replay exclude each other.", "--replay NAME --live records what is missing.")
    if live and replay is None:
        raise CommandError("--live goes with --replay NAME.")
    if record is not None:
        return Cassette.record(record)
    return None if replay is None else Cassette.replay(replay, on_miss="live" if live else "error")


def _launched(
    lab: AnyLab,
    name: str,
    table: Path,
    concurrency: int | None,
    options: dict[str, Any],
    *,
    yes: bool,
) -> list[Execution]:
    rows = table_values(lab, name, table)
    for note in rows.notes:
        say(note)
    cassette: Cassette | None = options["cassette"]
    if cassette is None or not cassette.needs_no_model:
        _confirm(lab, name, len(rows.inputs), options, yes=yes)
    with BatchProgress(name, len(rows.inputs)) as progress:
        return _or_how_to_go_on(
            lab,
            progress,
            lambda: lab.run_each(
                name,
                rows.inputs,
                name=f"{name}, {table.name}",
                concurrency=concurrency,
                on_progress=progress,
                **options,
            ),
        )


def _resumed(lab: AnyLab, batch_id: str) -> list[Execution]:
    stored = lab.batch(batch_id)
    with BatchProgress(stored.name, stored.size) as progress:
        return _or_how_to_go_on(lab, progress, lambda: lab.resume_batch(stored.batch_id, on_progress=progress))


def _or_how_to_go_on(lab: AnyLab, progress: BatchProgress, go: Callable[[], list[Execution]]) -> list[Execution]:
    """The executions; after Ctrl-C, or when the app is gone, the way to go on, and an exit."""
    from crewlab.lab import Lab

    try:
        return go()
    except KeyboardInterrupt:
        is_here = isinstance(lab, Lab)
        say("Interrupted; what had finished is stored." if is_here else "The app goes on with what it was given.")
        if progress.batch is not None:
            then = "Go on with" if is_here else "Wait for it again with"
            say(f"{then}: python -m crewlab batch --resume {progress.batch.batch_id}")
        raise typer.Exit(INTERRUPTED) from None
    except RemoteError:
        if progress.batch is not None:
            say(f"Go on with: python -m crewlab batch --resume {progress.batch.batch_id}")
        raise


def _confirm(lab: AnyLab, name: str, rows_count: int, options: dict[str, Any], *, yes: bool) -> None:
    """Ask before a large or paid launch; without a terminal to ask on, `--yes` is the answer."""
    forecast = lab.forecast(name, rows_count, llm=options["llm"], llms=options["llms"])
    if not forecast.is_rehearsal:
        say(f"{forecast.executions} executions, at least {forecast.model_calls_at_least} model calls.")
        for model_name, price in forecast.prices.items():
            say(f"{model_name}: {_price(price)}")
    if not forecast.needs_confirmation or yes:
        return
    say(forecast.reason)
    if not typer.get_text_stream("stdin").isatty():
        raise CommandError("A launch of this size has to be confirmed.", "Say --yes, or use fewer rows.")
    typer.confirm("Launch it?", abort=True, err=True)


def _price(price: Price | None) -> str:
    if price is None:
        return "no known price"
    each = f"${price.input_usd_per_million:g} in, ${price.output_usd_per_million:g} out"
    return f"{each} for a million tokens ({price.source})"


def _hand_over(lab: AnyLab, executions: Sequence[Execution], csv: str | None, *, as_json: bool) -> None:
    stored = lab.batch(str(executions[0].batch_id))
    if csv is not None:
        write_bytes(csv, _csv(lab, stored.batch_id, stored.input_columns))
    if as_json:
        answer_json({"batch_id": stored.batch_id, "counts": stored.counts, "executions": [*map(as_record, executions)]})
    counts = ", ".join(f"{count} {status}" for status, count in sorted(stored.counts.items()))
    notes = dict.fromkeys(note for execution in executions if (note := note_of(execution)))
    label = f" ({', '.join(notes)})" if notes else ""
    say(f"{stored.size} executions: {counts}{label}. Batch {stored.batch_id}.")
    first = next((execution.error for execution in executions if execution.error is not None), None)
    if first is not None:
        say(f"First error: {first.message} {first.hint}".rstrip())


def _csv(lab: AnyLab, batch_id: str, input_columns: Sequence[str]) -> bytes:
    from crewlab.analysis.batch_table import command_line_table
    from crewlab.analysis.exports import to_csv

    return to_csv(command_line_table(lab.executions_df(batch_id=batch_id), input_columns))
