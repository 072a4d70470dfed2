"""What a command prints of an execution that has come to rest: its output, how it went, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from crewlab.commands.terminal import answer, answer_json, note_of, say
from crewlab.definitions.flows.conversation import FAREWELL, is_conversation
from crewlab.engine.people.conversations import last_words
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.executions.person import Question
    from crewlab.lab import Lab
    from crewlab.remote import RemoteLab

    AnyLab = Lab | RemoteLab

FAILED = 1
"""Exit status when an execution did not complete."""
WAITS = 3
"""Exit status when an execution waits for a person."""


def hand_over(lab: AnyLab, execution: Execution, *, as_json: bool) -> None:
    """Print the output of one execution, or what it has said, say how it went, and end with its exit status."""
    output = last_words(lab, execution) if execution.output is None else execution.output
    if as_json:
        answer_json(as_record(execution))
    elif output is not None:
        answer(output)
    say(_sentence(execution))
    if execution.status is ExecutionStatus.WAITING:
        for line in _ways_on(lab, execution):
            say(line)
        raise typer.Exit(WAITS)
    raise typer.Exit(0 if execution.status is ExecutionStatus.COMPLETED else FAILED)


def _ways_on(lab: AnyLab, execution: Execution) -> Iterator[str]:
    """How to answer what is asked, a line each."""
    command = f"python -m crewlab answer {execution.execution_id}"
    if is_conversation(execution.document):
        yield f'It waits for what you say: {command} "..."; --outcome {FAREWELL} ends the conversation. Or talk to it:'
        yield f"python -m crewlab chat {execution.definition_name} --continue {execution.execution_id}"
        return
    yield "A person is asked: see `python -m crewlab waiting`, and answer with"
    questions = lab.waiting(execution.execution_id)
    for question in questions:
        which = f" --task {question.task_name}" if len(questions) > 1 else ""
        yield f"{command}{which} {_answers_to(question)}"


def _answers_to(question: Question) -> str:
    if question.outcomes:
        return f"--outcome {', or '.join(question.outcomes)}; words may go with it."
    return "--accept, or with feedback instead of --accept."


def as_record(execution: Execution) -> dict[str, Any]:
    """An execution as JSON, its document left out."""
    record = execution.model_dump(mode="json", exclude={"document"})
    note = note_of(execution)
    return {**record, "note": note} if note else record


def _sentence(execution: Execution) -> str:
    """How it ended, how long it took and what it used, in one line."""
    usage = execution.usage
    parts = [f"{execution.status.value} in {execution.duration_seconds or 0:.1f} s"]
    if usage.total_tokens is not None:
        parts.append(f"{usage.input_tokens or 0} + {usage.output_tokens or 0} tokens")
    parts.append(f"${usage.cost_usd:.4f}" if usage.cost_usd is not None else "no known cost")
    if note := note_of(execution):
        parts[-1] = note
    error = f"\n{execution.error.title}: {execution.error.message} {execution.error.hint}" if execution.error else ""
    return f"{', '.join(parts)}. Execution {execution.execution_id}.{error.rstrip()}"
