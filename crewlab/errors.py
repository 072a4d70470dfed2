"""Every exception that CrewLab raises on purpose: what happened, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol


class FoundProblem(Protocol):
    """What an error needs to know of a problem; `crewlab.definitions.problem.Problem` is one."""

    @property
    def where(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def hint(self) -> str: ...


class CrewLabError(Exception):
    """An analyst can act on this: a `title`, one sentence of `message`, and a `hint` for the next step."""

    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(CrewLabError):
    """A `CREWLAB_*` variable has a value that cannot be used."""

    title = "A setting is not usable"


class ArgumentError(CrewLabError):
    """A method was given something that it cannot take: of another type, or none of its choices."""

    title = "An argument cannot be used"


class DefinitionError(CrewLabError):
    """Something is wrong with a definition or a request for one."""

    title = "The definition cannot be used"


class DefinitionNotFoundError(DefinitionError, LookupError):
    """No definition, or no version of it, has this name or id."""

    title = "There is no such definition"

    def __init__(
        self, name: str, known: Iterable[str] = (), *, number: int | None = None, latest: int | None = None
    ) -> None:
        self.name = name
        if number is not None:
            super().__init__(f"{name!r} has no version {number}.", f"Its latest is {latest}.")
            return
        names = ", ".join(sorted(known)[:12])
        hint = f"Known definitions: {names}." if names else "Import one, or create one on the Definitions page."
        super().__init__(f"There is no definition {name!r}.", hint)


class InvalidDefinitionError(DefinitionError):
    """A document breaks at least one rule; `.problems` lists every one of them."""

    title = "The definition has problems"

    def __init__(self, name: str, problems: Iterable[FoundProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        rest = f" ({len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{name!r} cannot run: {first.where}: {first.what}{rest}", first.hint)


class DocumentError(DefinitionError):
    """A file or text is not a document that CrewLab can read."""

    title = "The document cannot be read"
    unreadable: tuple[tuple[str, DocumentError], ...] = ()
    """Of several files that cannot be read: the path of each, and why."""


class DuplicateNameError(DefinitionError):
    """Another definition of this owner has this name, or had it and is still run under it by flows."""

    title = "The name is taken"

    def __init__(self, name: str, used_by: Sequence[str] = (), hint: str = "") -> None:
        self.name = name
        message = f"There is already a definition named {name!r}."
        hint = hint or "Choose another name, or open the existing one."
        if used_by:
            message = f"A definition that was named {name!r} is still run under that name by {', '.join(used_by)}."
            hint = "Choose another name, or let these flows say its new name first."
        super().__init__(message, hint)


class VersionConflictError(DefinitionError):
    """Somebody saved a newer version while this one was being edited."""

    title = "Somebody saved a newer version"


class InputsError(CrewLabError):
    """The inputs, or a table of them, do not fit the placeholders of the definition."""

    title = "The inputs do not fit"


class ExpressionError(CrewLabError):
    """A CEL expression cannot be read, or cannot be evaluated with the values it was given."""

    title = "A CEL expression does not work"


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


class ExecutionFailedError(ExecutionError):
    """Raised only on request, by `.raise_if_failed()`; a failed execution is data."""

    title = "The execution failed"


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


class EngineClosedError(ExecutionError):
    """The engine is stopping, or was never started in this process."""

    title = "The engine is not running"


class BuildError(CrewLabError):
    """A valid definition that crewAI cannot be given on this machine."""

    title = "The crew cannot be built"


class MissingCredentialError(BuildError):
    """A model or tool needs a key; `.variable` is its name, never its value."""

    title = "A key is missing"

    def __init__(self, variable: str, needed_by: str) -> None:
        self.variable = variable
        super().__init__(
            f"{needed_by} needs the key {variable}, and it is not set.",
            f"Store {variable} under Library > Secrets, set it in the environment, or rehearse.",
        )


class UnknownModelError(BuildError):
    """No provider on this machine serves this model string."""

    title = "The model is unknown"


class UnknownToolError(BuildError):
    """A tool name that is not on the allow-list."""

    title = "The tool is unknown"


class ModelCallError(CrewLabError):
    """A model call failed for good; `.status` is the HTTP status if there was one."""

    title = "The model call failed"

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        self.status = status
        super().__init__(message, hint)


class CassetteError(CrewLabError):
    """A cassette is not there, or its file cannot be used."""

    title = "The cassette cannot be used"


class CassetteMissError(CassetteError):
    """A replay asks something that was never recorded."""

    title = "The cassette has no answer"


class CodeError(ExecutionError):
    """A guardrail or a callback in Python fails, or gives no usable answer."""

    title = "The crew's own code failed"


class ToolCallError(ExecutionError):
    """A tool call ended its task: its failure policy says so, or the agent kept repeating it."""

    title = "A tool call failed"


class OutputError(ExecutionError):
    """What an agent wrote is not what the task asks for: empty, not of its schema, or not storable."""

    title = "The output cannot be used"


class SecretError(CrewLabError):
    """The stored secrets cannot be read, or a secret cannot be kept as asked. Never says a value."""

    title = "The secrets cannot be used"


class PriceError(CrewLabError):
    """A price cannot be kept as asked, or the file of own prices changed meanwhile."""

    title = "The price cannot be kept"


class ModelProfileError(CrewLabError):
    """A model profile cannot be kept, renamed or removed as asked."""

    title = "The model profile cannot be kept"


class ModelProfileNotFoundError(ModelProfileError, LookupError):
    """No model profile has this name."""

    title = "There is no such model profile"

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        names = ", ".join(sorted(known)[:12])
        hint = f"Known profiles: {names}." if names else "Add one under Library > Model profiles."
        super().__init__(f"There is no model profile {name!r}.", hint)


class PoolPausedError(CrewLabError):
    """The pool is paused: nothing that somebody waits for may start."""

    title = "The pool is paused"


class RecordError(CrewLabError):
    """A record of the library (a tool, an MCP server) cannot be kept as asked, or is not there."""

    title = "The record cannot be kept"


class StoreError(CrewLabError):
    """The database file cannot be used as asked."""

    title = "The store cannot be used"


class StoreLockedError(StoreError):
    """Another process holds the store."""

    title = "Another process holds the store"


class SchemaTooNewError(StoreError):
    """The file was made by a newer CrewLab."""

    title = "The store is newer than this program"


class MigrationEditedError(StoreError):
    """A migration was changed after it had been applied to this file."""

    title = "A migration was edited after it was applied"


class StoreClosedError(StoreError):
    """The store is closing or closed."""

    title = "The store is closed"


class MemoryStoreError(CrewLabError):
    """The file that agents' memories are kept in cannot be used."""

    title = "The memories cannot be used"


class KnowledgeError(CrewLabError):
    """A knowledge file cannot be added, found or read."""

    title = "The knowledge file cannot be used"


class CommandError(CrewLabError):
    """A command line cannot be carried out as it was typed."""

    title = "The command cannot be carried out"


class RemoteError(CrewLabError):
    """The running app could not be reached, or cannot do this for another process yet."""

    title = "The running app cannot do that"


class RequestError(CrewLabError):
    """The HTTP API does not take a request; `.status` is the HTTP status of the answer."""

    title = "The request cannot be answered"

    def __init__(self, status: int, message: str, hint: str = "", allowed: Iterable[str] = ()) -> None:
        self.status = status
        self.allowed = tuple(allowed)
        """The HTTP methods that this path takes, when it does not take the one that was used."""
        super().__init__(message, hint)


class AppUnreachableError(RemoteError):
    """The running app does not answer, or its connection was cut."""

    title = "The app cannot be reached"
