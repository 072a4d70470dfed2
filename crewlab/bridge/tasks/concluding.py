"""What follows a task that is done: code that is called with its output, and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.bridge.callables import Callables
from crewlab.bridge.contract import BuildRequest, TaskOutcome
from crewlab.bridge.tasks.native_output import as_output
from crewlab.bridge.tasks.output_files import write_output
from crewlab.definitions.crew import CrewDocument, TaskDocument


async def concluded(
    crew: CrewDocument, task: TaskDocument, outcome: TaskOutcome, code: Callables, request: BuildRequest
) -> None:
    """Call the callbacks of the task, of the agent that did it and of the crew, and write the task's file.

    Raises:
        CodeError: A callback fails.
        OutputError: The file cannot be written, or is too large.
    """
    for callback in _callbacks(crew, task, outcome.agent):
        await code.call(callback, f"The callback of task {task.name!r}", as_output(outcome, task))
    if task.output_file:
        makes_folder = task.create_directory is not False
        await write_output(task.output_file, outcome, request, makes_folder=makes_folder)


def _callbacks(crew: CrewDocument, task: TaskDocument, agent: str) -> Iterator[Mapping[str, Any]]:
    described = crew.agents.get(agent)
    of_agent = (described.callbacks or []) if described else []
    yield from (callback for callback in (task.callback, *of_agent, crew.task_callback) if isinstance(callback, dict))
