"""`train`: a person judges outputs on the terminal, and the agents learn from it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import crewlab
from crewlab.commands.running import AsJson, Inputs, MaxCost, MaxTokens, Model, Name, Timeout, pairs
from crewlab.commands.terminal import answer, answer_json, say
from crewlab.errors import CommandError
from crewlab.executions.person import Question
from crewlab.executions.status import ExecutionStatus

Iterations = Annotated[int, typer.Option("--iterations", "-n", min=1, help="How often each task is run and judged.")]


def train(
    name: Name,
    iterations: Iterations = 2,
    inputs: Inputs = None,
    model: Model = None,
    timeout: Timeout = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    as_json: AsJson = False,
) -> None:
    """Run a definition several times, ask what to do better after each task, and print what the agents learned."""
    with crewlab.open() as lab:
        say("Press Enter to accept an output as it is. Ctrl-C stops asking; the training then waits for `answer`.")
        trained = lab.train(
            name,
            pairs(inputs, "--input"),
            feedback=_asked,
            iterations=iterations,
            llm=model,
            timeout_seconds=timeout,
            max_tokens=max_tokens,
            max_cost_usd=max_cost,
        )
        if trained.status is not ExecutionStatus.COMPLETED:
            hint = f"Go on with: python -m crewlab resume {trained.execution_id}"
            raise CommandError(f"The training is {trained.status.value}: {trained.status_message}", hint)
        lessons = lab.lessons(trained.execution_id)
    if as_json:
        answer_json({"execution_id": trained.execution_id, "lessons": lessons})
    else:
        answer("\n".join(f"{who}: {what}" for who, told in lessons.items() for what in told) or "Nothing to learn.")
    say(f"Follow it with: python -m crewlab run {name} --training {trained.execution_id}")


def _asked(question: Question) -> str:
    """What the person at the terminal says of an output.

    Raises:
        CommandError: Nobody is there.
    """
    say(f"\n{question.task_name}, by {question.agent}:\n{question.output}\n\nWhat should be better? ")
    line = sys.stdin.readline()
    if not line:
        how = f'python -m crewlab answer {question.execution_id} "..."'
        raise CommandError("Nobody is there to judge; the training waits.", f"Answer with: {how}")
    return line.strip()
