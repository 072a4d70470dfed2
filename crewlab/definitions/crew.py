"""What a crew is: the document of crewAI's own declarative shape, with types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from crewlab.definitions.expressions.names import Names
from crewlab.definitions.human_input import HumanInputDocument
from crewlab.definitions.processes import PROCESSES
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DocumentError, ExpressionError


def _known_process(name: str) -> str:
    if name not in PROCESSES:
        raise ValueError(f"there is no process {name[:80]!r}")
    return name


Process = Annotated[str, AfterValidator(_known_process)]
"""The name of one of `PROCESSES`."""


EXECUTORS = ("crewlab", "crewai")
"""Our agent loop, and crewAI's own."""


def _known_executor(name: str) -> str:
    if name not in EXECUTORS:
        raise ValueError(f"there is no executor {name[:80]!r}; choose one of {', '.join(EXECUTORS)}")
    return name


Executor = Annotated[str, AfterValidator(_known_executor)]
"""One of `EXECUTORS`."""


def _text_or_object(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "object" if isinstance(value, Mapping | BaseModel) else None


_EITHER = Discriminator(
    _text_or_object, custom_error_type="text_or_object", custom_error_message="Input should be text or an object"
)


class LlmDocument(BaseModel):
    """A model with parameters such as `temperature` or `base_url`; parameters it does not name are kept."""

    model_config = ConfigDict(extra="allow")

    model: str


Llm = Annotated[Annotated[str, Tag("text")] | Annotated[LlmDocument, Tag("object")], _EITHER]
Reference = Annotated[Annotated[str, Tag("text")] | Annotated[dict[str, Any], Tag("object")], _EITHER]
"""A name, or an object. Objects are kept, and refused by the checks where they could run code."""


def _switch_or_object(value: Any) -> str:
    return "object" if isinstance(value, Mapping | BaseModel) else "switch"


HumanInput = Annotated[
    Annotated[bool, Tag("switch")] | Annotated[HumanInputDocument, Tag("object")], Discriminator(_switch_or_object)
]
"""Whether a person is asked, or what about."""
_EFFORTS = ("low", "medium", "high")


def _known_effort(effort: str) -> str:
    if effort not in _EFFORTS:
        raise ValueError(f"there is no effort {effort[:80]!r}; choose one of {', '.join(_EFFORTS)}")
    return effort


class PlanningDocument(BaseModel):
    """How an agent plans before and while it works. Fields of crewAI that are not listed here are kept."""

    model_config = ConfigDict(extra="allow")

    reasoning_effort: Annotated[str, AfterValidator(_known_effort)] | None = None
    """`low` carries the plan out as it is, `medium` plans again when a step fails, `high` looks at every step."""
    observe_steps: bool | None = None
    max_attempts: int | None = Field(default=None, ge=1)
    max_steps: int | None = Field(default=None, ge=1)
    max_replans: int | None = Field(default=None, ge=0)
    max_step_iterations: int | None = Field(default=None, ge=1)
    step_timeout: int | None = Field(default=None, ge=1)
    """Seconds."""
    llm: Llm | None = None
    """The model that plans; the agent's own when it names none."""


SCHEMA_FIELDS = ("output_json", "output_pydantic", "response_model")
"""The names that crewAI has for the schema of an answer; a task has one of them."""


class AgentDocument(BaseModel):
    """Who does the work. Fields of crewAI that are not listed here are kept."""

    model_config = ConfigDict(extra="allow")

    role: str
    goal: str
    backstory: str
    llm: Llm | None = None
    tools: list[Reference] | None = None
    mcps: list[Reference] | None = None
    """Records of MCP servers, or single tools of them as `server.tool`."""
    allow_delegation: bool | None = None
    max_iter: int | None = Field(default=None, ge=1)
    max_rpm: int | None = Field(default=None, ge=1)
    """Model requests that the agent may make within a minute, in all tasks of an execution together."""
    verbose: bool | None = None
    memory: Any = None
    """See `definitions.memory`; absent is the memory of the crew."""
    knowledge_sources: Any = None
    """See `definitions.knowledge`; they join those of the crew."""
    knowledge_config: Any = None
    embedder: Any = None
    step_callback: Reference | None = None
    """Code that is called after each step, where an administrator allows it."""
    guardrail: Reference | None = None
    """A rule that the output of each of the agent's tasks has to obey."""
    guardrail_max_retries: int = Field(default=3, ge=0)
    planning: bool | None = None
    planning_config: PlanningDocument | None = None
    """Its presence alone makes the agent plan."""


class TaskDocument(BaseModel):
    """One piece of work. Fields of crewAI that are not listed here are kept."""

    model_config = ConfigDict(extra="allow")

    name: str
    description: str
    expected_output: str
    agent: str | None = None
    context: list[str] | None = None
    """Names of the tasks whose outputs this one reads; `None` is all tasks before it, `[]` is none."""
    condition: Reference | None = None
    """A CEL expression over earlier outputs and the inputs: where it is false, the task is skipped."""
    tools: list[Reference] | None = None
    output_json: dict[str, Any] | None = None
    """A JSON Schema, or (refused by the checks) a Python reference."""
    output_pydantic: dict[str, Any] | None = None
    response_model: dict[str, Any] | None = None
    output_file: str | None = None
    markdown: bool | None = None
    guardrail: Reference | None = None
    guardrails: list[Reference] | None = None
    guardrail_max_retries: int = Field(default=3, ge=0)
    human_input: HumanInput | None = None
    """A person accepts the answer of the agent, or sends it back with feedback."""

    @property
    def question(self) -> HumanInputDocument | None:
        """What a person is asked, or `None` when nobody is."""
        if isinstance(self.human_input, HumanInputDocument):
            return self.human_input
        return HumanInputDocument() if self.human_input else None

    callback: Reference | None = None
    """Code that is called with the finished task's output, where an administrator allows it."""

    @property
    def answer_schema(self) -> dict[str, Any] | None:
        """The JSON Schema that the answer has to fit, under whichever of crewAI's names it is written."""
        return self.output_json or self.output_pydantic or self.response_model

    @property
    def every_guardrail(self) -> tuple[str | dict[str, Any], ...]:
        """Every guardrail, the single one first: rules in words, and references to code."""
        return tuple(guardrail for guardrail in [self.guardrail, *(self.guardrails or [])] if guardrail)


class CrewDocument(BaseModel):
    """Agents, the tasks that they work on, and how. Fields that are not listed here are kept."""

    model_config = ConfigDict(extra="allow")

    name: str
    description: str | None = None
    process: Process | None = None
    executor: Executor | None = None
    """Whose agent loop runs the agents; absent is that of the settings."""
    agents: dict[str, AgentDocument]
    tasks: list[TaskDocument]
    inputs: dict[str, Any] = {}
    """Values of placeholders that a launch does not give."""
    llm: Llm | None = None
    """The model of agents that name none."""
    manager_llm: Llm | None = None
    manager_agent: Reference | None = None
    max_rpm: int | None = Field(default=None, ge=1)
    """Model requests that an execution may make within a minute."""
    planning: bool | None = None
    planning_llm: Llm | None = None
    memory: Any = None
    """See `definitions.memory`."""
    knowledge_sources: Any = None
    """See `definitions.knowledge`."""
    embedder: Any = None
    step_callback: Reference | None = None
    """Code that is called after each step of the agents that name none of their own, where it is allowed."""
    task_callback: Reference | None = None
    """Code that is called with the output of every task, where an administrator allows it; so are the next two."""
    before_kickoff_callbacks: list[Reference] | None = None
    after_kickoff_callbacks: list[Reference] | None = None


def parse_crew(document: Mapping[str, Any]) -> CrewDocument:
    """The document with types; agents given as a list and tasks without a name are accepted as crewAI does.

    Raises:
        DocumentError: A required field is missing or a field has the wrong type. `check` lists all of them.
    """
    try:
        return CrewDocument.model_validate(in_crew_shape(document))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DocumentError(f"{where}: {first['msg']}.", "A check of the document lists every problem.") from error


def default_process(document: Mapping[str, Any]) -> str:
    """The process that a document asks for; one that names none is sequential."""
    return str(document.get("process") or "sequential")


def dependencies(document: Mapping[str, Any] | CrewDocument) -> list[list[int]]:
    """For each task the indices of the tasks whose outputs it reads, ascending.

    An absent `context` means every task before it, in each process. Names of unknown tasks are left out.
    """
    tasks = _contexts(document)
    index_of = {name: index for index, (name, _) in reversed(list(enumerate(tasks)))}
    return [
        list(range(index)) if context is None else sorted({index_of[name] for name in context if name in index_of})
        for index, (_, context) in enumerate(tasks)
    ]


def waits(document: Mapping[str, Any] | CrewDocument) -> list[list[int]]:
    """For each task the indices of the tasks that end before it begins: those it reads, and those its condition names.

    Names of unknown tasks are left out, and conditions that cannot be read.
    """
    reads, bodies = dependencies(document), _bodies(document)
    index_of = {str(body.get("name")): index for index, body in reversed(list(enumerate(bodies)))}
    named = [condition_names(body.get("condition")).outputs for body in bodies]
    return [
        sorted({*reads[index], *(index_of[name] for name in names if name in index_of)})
        for index, names in enumerate(named)
    ]


def condition_names(condition: Any) -> Names:
    """The outputs and inputs that a condition uses; none where it cannot be read."""
    if not isinstance(condition, str) or not condition.strip():
        return Names()
    from crewlab.definitions.expressions.expression import compiled  # only where there is one: CEL takes time to load

    try:
        return compiled(condition).names
    except ExpressionError:
        return Names()


def _contexts(document: Mapping[str, Any] | CrewDocument) -> list[tuple[str, list[str] | None]]:
    if isinstance(document, CrewDocument):
        return [(task.name, task.context) for task in document.tasks]
    return [(str(task.get("name")), _names(task.get("context"))) for task in _bodies(document)]


def _bodies(document: Mapping[str, Any] | CrewDocument) -> list[Mapping[str, Any]]:
    if isinstance(document, CrewDocument):
        return [{"name": task.name, "condition": task.condition} for task in document.tasks]
    tasks = in_crew_shape(document).get("tasks")
    return [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []


def _names(context: Any) -> list[str] | None:
    return [name for name in context if isinstance(name, str)] if isinstance(context, list) else None
