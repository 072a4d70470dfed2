"""What the engine and the bridge say to each other. Light: knows no crewAI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from crewlab.bridge.llms.rates import RateLimit, RateLimiter
from crewlab.bridge.step_contract import StepsOfFlows
from crewlab.definitions.human_input import HumanInputDocument
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.memory import MemoryDocument
from crewlab.definitions.overlay import Overlay
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import StoredTask
from crewlab.executions.model_test import ModelTest
from crewlab.executions.score import Score
from crewlab.executions.tool_test import ServerTest, ToolTest

if TYPE_CHECKING:
    from crewlab.bridge.cassettes import Deck
    from crewlab.definitions.library.prices import PriceTable
    from crewlab.executions.events import TaskPlan
    from crewlab.executions.person import ParkedTask
    from crewlab.memory.library import Library

T = TypeVar("T")

Message = Mapping[str, Any]
"""One message of a conversation with a model, as plain JSON: `role`, `content`, and what belongs to tool calls."""

Llm = str | dict[str, Any]
"""A model as a document names it: a model string, or an object with `model` and parameters."""

Credentials = Callable[[str], str | None]
"""The value of a key by the name of its variable, or `None`."""


class RunBlocking(Protocol):
    """Runs something that blocks on another thread, with the caller's context variables."""

    async def __call__(self, function: Callable[[], T], *, timeout_seconds: float) -> T:
        """The result of `function()`.

        Raises:
            TimeoutError: It took longer than `timeout_seconds`; its thread is given up.
        """
        ...


class ModelAccess(Protocol):
    """What it takes to make a model: who knows the keys, and how long a request may last."""

    @property
    def credentials(self) -> Credentials: ...

    @property
    def model_timeout_seconds(self) -> float: ...


@dataclass(frozen=True)
class BuildRequest:
    """Everything one attempt of one execution needs to become crewAI objects."""

    execution_id: str
    attempt: int
    document: Mapping[str, Any]
    inputs: Mapping[str, Any]
    folder: Path
    """Where the files that tasks write go."""
    files: Path
    """What file tools may read, and nothing above it."""
    credentials: Credentials
    record: Callable[[BaseEvent], None]
    """Takes every event of the bridge, with sequence 0, from any thread."""
    run_blocking: RunBlocking
    prices: PriceTable
    model_attempts: int
    retry_wait_seconds: float
    model_timeout_seconds: float
    tool_timeout_seconds: float
    llm: Llm | None = None
    """A model for all agents and the manager; `None` is as defined."""
    llms: Mapping[str, Llm] = field(default_factory=dict)
    """Models by the name of an agent, which win over `llm`."""
    profiles: Mapping[str, ModelProfile] = field(default_factory=dict)
    """The model profiles that the launch, or the document, names."""
    mask: Callable[[str], str] = str
    """Takes secrets out of a text that is written to a file."""
    tools: Mapping[str, Any] = field(default_factory=dict)
    """Records of tools that the document names, as they stood at launch; secrets are references."""
    mcp_servers: Mapping[str, Any] = field(default_factory=dict)
    """Records of MCP servers that the document names, as they stood at launch; secrets are references."""
    cassette: Deck | None = None
    """Where answers are recorded, or come from."""
    rate_limiter: RateLimiter | None = None
    """Says when a request may be sent; `None` is at once."""
    allowed_code: frozenset[str] = frozenset()
    """References to Python code that an administrator allows to be called; nothing else is even imported."""
    max_file_bytes: int = 50_000_000
    """The largest file that a task may write."""
    model_limit: Callable[[str], RateLimit | None] = lambda _: None
    """What all executions together may ask of a model, by its name in the document."""
    executor: str = "crewlab"
    """Whose agent loop is used where the document names none: `crewlab` or `crewai`."""
    judge: Llm | None = None
    """The model that scores the output of each task; `None` is nobody."""
    owner: str = "local"
    definition: str = ""
    """Whose memories are shared, where memory is for all executions of a definition."""
    began_at: datetime | None = None
    """When the execution began; `None` is now."""
    knowledge_files: Mapping[str, str] = field(default_factory=dict)
    """The knowledge files that were named at the launch, each with the SHA-256 of its content."""
    library: Callable[[], Library] | None = None
    """What agents remember and may look up; asked for only when the document has memory or knowledge sources."""
    instructions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What agents have learned in a training, by name."""
    feedback: Sequence[ParkedTask] = ()
    """In a training: what a person has sent back so far."""
    extra_context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Texts that tasks are given to read beside the outputs they depend on, by the name of the task."""
    stored: Future[Any] | None = None
    """No model is asked before the execution is stored, nor if it cannot be; `None` is that it is."""

    @property
    def overlay(self) -> Overlay:
        """The models of the launch over those of the document."""
        return Overlay(self.llm, self.llms, self.profiles)

    def require_stored(self) -> None:
        """Block until the execution is stored, if it is not. Raises `StoreError`."""
        if self.stored is not None:
            self.stored.result()


@dataclass(frozen=True)
class Learning:
    """How a step of a flow learns from people."""

    llm: Llm
    source: str = "hitl"
    """Lessons are told apart by it."""
    how: MemoryDocument = field(default_factory=lambda: MemoryDocument(scope="definition"))
    index: int = 0
    """Stands for the call, as `question_index`."""
    finished: tuple[int, ...] = ()
    """The calls of this execution whose lessons may be recalled."""


@dataclass(frozen=True)
class TaskOutcome:
    """What a task produced. `native` belongs to the bridge."""

    output: str
    output_json: Any
    agent: str
    native: Any = field(default=None, repr=False, compare=False)
    conversation: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Every message of the agent's conversation, the answer included; `run_task` can go on from it."""


@dataclass(frozen=True)
class GuardrailVerdict:
    """What a guardrail thinks of an outcome; `feedback` says what to do better."""

    passed: bool
    feedback: str
    outcome: TaskOutcome | None = None
    """What stands in for the outcome, when a guardrail in code gave another one."""


@dataclass(frozen=True)
class BuiltTask:
    """A task as it will run."""

    index: int
    name: str
    agent: str | None
    """`None` under a manager, who picks the agent."""
    description: str
    expected_output: str
    depends_on: tuple[int, ...]
    """The tasks whose outputs it is given."""
    guardrails: tuple[str, ...]
    guardrail_max_retries: int
    guardrail_retries: tuple[int, ...] = ()
    """How often the task is done again for each guardrail; empty is `guardrail_max_retries` for all."""
    question: HumanInputDocument | None = None
    """What a person is asked about the outcome; `None` when nobody is."""
    condition: str | None = None
    """A CEL expression; where it is false the task is skipped."""
    waits_for: tuple[int, ...] = ()
    """What else has to be done first: tasks that its condition names, and those that have their turn before it."""

    def retries_for(self, guardrail: int) -> int:
        """How often the task is done again when guardrail number `guardrail` (from 0) says no."""
        return self.guardrail_retries[guardrail] if self.guardrail_retries else self.guardrail_max_retries


class BuiltCrew(Protocol):
    """One attempt's crewAI crew. Every method is called in the attempt's own `contextvars.Context`, on one loop."""

    process: str
    """`sequential`, `hierarchical` or `parallel`."""
    tasks: tuple[BuiltTask, ...]
    """In the order of the document; the inputs are filled in after `open()`."""
    is_scored: bool
    """Whether `score` is wanted for the outcome of each task."""

    inputs: Mapping[str, Any]
    """As they are filled in, after `open()`."""
    is_planned: bool
    """Whether the tasks are planned before they run."""

    async def open(self) -> None:
        """Prepare crewAI for this attempt; call once, before any task."""
        ...

    async def run_task(
        self,
        index: int,
        outcomes: Mapping[int, TaskOutcome],
        *,
        feedback: str | None = None,
        previous: TaskOutcome | None = None,
        conversation: Sequence[Message] | None = None,
        rounds: int = 0,
    ) -> TaskOutcome:
        """Run one task; `outcomes` holds at least those it depends on.

        `feedback` and `previous` are given when a guardrail refused the previous outcome. With a `conversation`
        the agent goes on from these messages, and `feedback` is what a person says to the last of them;
        `rounds` are those of its agent that are in it, where an interrupted task goes on.

        Raises:
            CrewLabError: A model, tool or task failed, in words for a person.
        """
        ...

    async def check_guardrail(self, index: int, number: int, outcome: TaskOutcome) -> GuardrailVerdict:
        """Ask whether `outcome` obeys guardrail `number` (from 0): the model of the task's agent, or allowed code.

        Raises:
            CodeError: The code fails, or gives no answer.
        """
        ...

    async def plan(self) -> tuple[TaskPlan, ...]:
        """Ask a model, once, how the tasks are best done; the call belongs to no task.

        Raises:
            CrewLabError: The call failed for good, or the answer holds no plan.
        """
        ...

    def follow(self, plans: Sequence[TaskPlan]) -> None:
        """Add to the description of each task what was planned for it. Call once, before any task."""
        ...

    async def conclude(self, index: int, outcome: TaskOutcome) -> None:
        """Do what follows a task that is done: its file is written, its callbacks are called.

        Raises:
            OutputError: The file cannot be written, or is too large.
            CodeError: A callback fails.
        """
        ...

    async def score(self, index: int, outcome: TaskOutcome) -> Score:
        """What the judging model of the request thinks of `outcome`.

        Raises:
            CrewLabError: The call failed for good, or there is no usable score in the answer.
        """
        ...

    def restore(self, task: StoredTask) -> TaskOutcome:
        """The outcome of an earlier attempt, as if the task had just run."""
        ...

    async def remember(self, index: int, outcome: TaskOutcome, *, is_accepted: bool) -> None:
        """Keep what was learned in a task, where the crew has a memory, in place of what another try had left.

        Until the output `is_accepted` nobody recalls it; a later attempt that restores the task does.
        """
        ...

    async def publish(self) -> None:
        """The execution is completed: what it learned is shared with later ones, where its memory says so."""
        ...

    async def finish(self, outcomes: Mapping[int, TaskOutcome]) -> TaskOutcome:
        """The crew's final output: that of the last task that was not skipped.

        Raises:
            OutputError: All were skipped.
            CodeError: Code that is called with the final output fails.
        """
        ...

    async def close(self, error: BaseException | None) -> None:
        """End the attempt: calls that are still open are recorded as cancelled."""
        ...

    def let_go(self) -> None:
        """End the attempt from another thread, because its own hangs: open calls are recorded as cancelled."""
        ...


class CrewAI(StepsOfFlows, Protocol):
    """The loaded crewAI."""

    def build(self, request: BuildRequest) -> BuiltCrew:
        """Make crewAI objects of a document. CPU only, some milliseconds.

        Raises:
            BuildError: A key is missing, or a model, tool or field cannot be used on this machine.
        """
        ...

    def build_agent(
        self, request: BuildRequest, step: str, agent: Mapping[str, Any], prompt: str | Sequence[Message]
    ) -> BuiltCrew:
        """One agent outside a crew, and the question that it is asked: a crew with one task, both called `step`.

        Everything but the document comes from `request`. The `prompt` is said as it is; of a conversation, the last
        message of a user is the question. `agent` may have a `response_format`, a JSON Schema.

        Raises:
            BuildError: As `build`.
        """
        ...

    async def test_model(self, llm: Llm, *, credentials: Credentials, timeout_seconds: float) -> ModelTest:
        """Ask a model one short question, once; a failure is a result, not an exception."""
        ...

    async def test_tool(
        self,
        record: ToolRecord,
        arguments: Mapping[str, Any],
        *,
        files: Path,
        credentials: Credentials,
        run_blocking: RunBlocking,
        timeout_seconds: float,
    ) -> ToolTest:
        """Make a tool and call it once; a failure is a result, not an exception."""
        ...

    async def test_server(
        self, server: McpServer, *, credentials: Credentials, run_blocking: RunBlocking
    ) -> ServerTest:
        """Ask an MCP server what it offers; a failure is a result, not an exception."""
        ...

    async def close_models(self) -> None:
        """Close the HTTP clients that were made on the running loop; await it before the loop ends."""
        ...

    def unload(self) -> None:
        """Put back what loading took off crewAI's event bus; `load()` may be called again afterwards."""
        ...
