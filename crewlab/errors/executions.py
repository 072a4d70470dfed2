"""What an execution cannot do, and why one failed."""

from __future__ import annotations

from crewlab.errors.base import CrewLabError


class ExecutionError(CrewLabError):
    """Something is wrong with a request about an execution."""

    title = "The execution cannot do that"


class ExecutionNotFoundError(ExecutionError, LookupError):
    """No execution or batch has this id."""

    title = "There is no such execution"

    def __init__(self, execution_id: str) -> None:
        self.execution_id = execution_id
        super().__init__(
            f"There is no execution or batch {execution_id!r}.", "`python -m crewlab executions` lists them."
        )


class BatchNotFoundError(ExecutionNotFoundError):
    """No batch has this id."""

    title = "There is no such batch"


class IllegalTransitionError(ExecutionError):
    """An execution cannot go from its current status to the one asked for."""

    title = "The execution is past that"

    def __init__(self, execution_id: str, current: str, wanted: str) -> None:
        self.execution_id, self.current, self.wanted = execution_id, current, wanted
        verb = {"pending": "be resumed", "cancelled": "be cancelled"}.get(wanted, f"become {wanted}")
        super().__init__(
            f"Execution {execution_id!r} is {current} and cannot {verb}.", "Run it once more with rerun or fork."
        )


class GuardrailError(ExecutionError):
    """A guardrail refused an output, and every retry that the task allows was used."""

    title = "A guardrail refused the output"


class NobodyAnsweredError(ExecutionError):
    """A task asked a person, nobody answered in time, and the task says that it fails then."""

    title = "Nobody answered in time"

    def __init__(self, task_name: str, seconds: float | None) -> None:
        self.task_name, self.seconds = task_name, seconds
        super().__init__(
            f"Nobody answered the question of task {task_name!r} within {seconds or 0:g} s.",
            "Resume to ask again: the answer of the agent is kept and not paid again.",
        )


class AnswerError(ExecutionError):
    """An answer that cannot be taken: there is no such question, or somebody answered it first."""

    title = "The answer was not taken"


class OverBudgetError(ExecutionError):
    """An execution used more tokens or money than it may, or nobody can tell how much."""

    title = "The budget is used up"

    def __init__(
        self, message: str, hint: str = "Resume with a higher limit: finished tasks are not paid again."
    ) -> None:
        super().__init__(message, hint)


class StepFailedError(ExecutionError):
    """A part of a flow failed; `.report` says why, where that has been told already."""

    title = "A step failed"

    def __init__(self, where: str, message: str, hint: str = "", report: object = None) -> None:
        self.report = report
        super().__init__(f"{where}: {message}", hint)


class CodeError(ExecutionError):
    """A guardrail or a callback in Python fails, or gives no usable answer."""

    title = "The crew's own code failed"


class ToolCallError(ExecutionError):
    """A tool call ended its task: its failure policy says so, or the agent kept repeating it."""

    title = "A tool call failed"


class OutputError(ExecutionError):
    """What an agent wrote is not what the task asks for: empty, not of its schema, or not storable."""

    title = "The output cannot be used"


class EngineClosedError(ExecutionError):
    """The engine is stopping, or was never started in this process."""

    title = "The engine is not running"


class PoolPausedError(CrewLabError):
    """The pool is paused: nothing that somebody waits for may start."""

    title = "The pool is paused"
