"""Whether the condition of a task holds, asked off the loop: an expression may take a fifth of a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.errors import ExpressionError

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltTask, RunBlocking, TaskOutcome

_SECONDS = 30.0
"""More than an expression can take; the first one loads CEL."""


class Conditions:
    """Asks the conditions of one execution."""

    def __init__(self, run_blocking: RunBlocking, inputs: Mapping[str, Any]) -> None:
        self._run_blocking, self._inputs = run_blocking, inputs

    async def hold(self, task: BuiltTask, outcomes: Mapping[str, TaskOutcome]) -> bool:
        """Whether `task` is to run; `outcomes` are by task name. A task without a condition is.

        Raises:
            ExpressionError: The condition cannot be evaluated.
        """
        condition = task.condition
        if condition is None:
            return True
        return await self._run_blocking(lambda: self._ask(task.name, condition, outcomes), timeout_seconds=_SECONDS)

    def _ask(self, task_name: str, condition: str, outcomes: Mapping[str, TaskOutcome]) -> bool:
        from crewlab.definitions.expressions.expression import compiled
        from crewlab.definitions.expressions.names import TaskText

        texts = {name: TaskText(outcome.output, outcome.output_json) for name, outcome in outcomes.items()}
        try:
            return compiled(condition).is_true(texts, self._inputs)
        except ExpressionError as error:
            message = f"The condition of task {task_name!r} ({condition[:200]}) does not work: {error.message}"
            raise ExpressionError(message, error.hint) from None
