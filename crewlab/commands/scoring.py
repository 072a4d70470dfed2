"""`test`: a crew several times over, scored by a model."""

from __future__ import annotations

import json
from typing import Annotated

import typer

import crewlab
from crewlab.commands.running import AgentModels, AsJson, Inputs, MaxCost, MaxTokens, Model, Name, Timeout, pairs
from crewlab.commands.terminal import answer, say

Judge = Annotated[str, typer.Option("--judge", "-j", help="The model that scores each output.", show_default=False)]
Iterations = Annotated[int, typer.Option("--iterations", "-n", min=1, help="How often to run.")]


def run_test(
    name: Name,
    judge: Judge,
    iterations: Iterations = 3,
    inputs: Inputs = None,
    model: Model = None,
    agent_models: AgentModels = None,
    timeout: Timeout = None,
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    as_json: AsJson = False,
) -> None:
    """Run a definition several times and let a model score the output of each task from 1 to 10."""
    with crewlab.open() as lab:
        say(f"Running {name} {iterations} times ...")
        report = lab.test(
            name,
            pairs(inputs, "--input"),
            iterations=iterations,
            judge=judge,
            llm=model,
            llms=pairs(agent_models, "--agent-model"),
            timeout_seconds=timeout,
            max_tokens=max_tokens,
            max_cost_usd=max_cost,
        )
    answer(json.dumps(json.loads(report.table.to_json(orient="index")), indent=2) if as_json else str(report))
    say(f"Batch {report.batch_id}.")
    raise typer.Exit(1 if report.missing else 0)
