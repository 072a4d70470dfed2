"""`waiting` and `answer`: what a person is asked, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

import crewlab
from crewlab.commands.handing_over import hand_over
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import answer as print_answer
from crewlab.commands.terminal import answer_json, say
from crewlab.definitions.flows.conversation import FAREWELL, LISTEN
from crewlab.errors import CommandError
from crewlab.executions.person import Question

Id = Annotated[str, typer.Argument(metavar="ID", help="An execution that waits.", show_default=False)]


def waiting(as_json: AsJson = False) -> None:
    """List what waits for a person, the oldest first."""
    with crewlab.open() as lab:
        questions = lab.waiting()
    if as_json:
        answer_json([question.model_dump(mode="json") for question in questions])
    else:
        for question in questions:
            print_answer(_told(question))
    say(f"{len(questions)} waiting." if questions else "Nothing waits for a person.")


def answer(
    execution_id: Id,
    text: Annotated[
        str | None, typer.Argument(help="Feedback, which the agent works in; or what you say in a conversation.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="Which task, where several wait.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Accept the answer as it is.")] = False,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Which outcome is chosen, where a step of a flow asks.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Accept the answer of a task that waits, or send it back with feedback; then wait for what comes of it."""
    feedback = (text or "").strip()
    if accept == bool(feedback) and (accept or not outcome):
        raise CommandError("Give feedback, --accept or --outcome.", 'For example: answer ID "Shorter, please."')
    with crewlab.open() as lab:
        if accept and outcome is None:
            _refuse_choices(lab.waiting(execution_id), task)
        answered = lab.answer(execution_id, feedback, task=task, outcome=outcome)
        execution = lab.wait([answered.tree_id])[0]
        hand_over(lab, execution, as_json=as_json)


def _refuse_choices(questions: Sequence[Question], task: str | None) -> None:
    """Where outcomes are offered, saying nothing is one of them: maybe the one that sends the answer back."""
    for question in questions:
        if question.outcomes and task in (None, question.task_name):
            raise CommandError(f"{question.task_name} asks which way to go on, not for a yes.", _choice(question))


def _choice(question: Question) -> str:
    if question.task_name == LISTEN:
        return f"Say anything, or end the conversation with --outcome {FAREWELL}."
    return f"Choose with --outcome one of: {', '.join(question.outcomes)}."


def _told(question: Question) -> str:
    asked = f"{question.prompt}\n" if question.prompt else ""
    until = (
        f", until {question.deadline:%Y-%m-%d %H:%M:%S} UTC, then {question.on_timeout}" if question.deadline else ""
    )
    asking = f"{'task' if question.agent else 'step'} {question.task_name}"
    head = f"{question.execution_id}  {question.definition_name}, {asking}"
    asked += f"{_choice(question)}\n" if question.outcomes else ""
    return f"{head} (asked {question.asked_at:%Y-%m-%d %H:%M:%S} UTC{until})\n{asked}{question.output}\n"
