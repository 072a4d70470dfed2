"""What a flow is: the document of crewAI's own declarative shape (`crewai.flow/v1`) with types, and what we add to it.

We add `definition`, `version` and `context` of a crew step, the step kind `flow`, `concurrency` of each, and
`set`, `on_error` and `timeout_seconds` of any step. Fields that are not listed here are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic_core import PydanticCustomError

from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.crew.values import Checkpoint
from crewlab.definitions.flows.conversation import ConversationDocument
from crewlab.definitions.flows.triggers import Trigger, trigger_of
from crewlab.definitions.kinds import SCHEMA
from crewlab.errors import DocumentError

STEP_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What crewAI allows as the name of a step."""
ATOMIC = ("crew", "flow", "agent", "tool", "expression", "code", "script")
CALLS = (*ATOMIC, "each")
"""What a step may do. `code` and `script` are kept, and refused by the checks."""
MOST_CALLS = 100
"""How often one step may run in an execution, where a flow does not say."""


def _no_switch(value: Any) -> Any:
    """Yes and no would pass for 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "Input should be a number")
    return value


_Count = Annotated[int, BeforeValidator(_no_switch), Field(ge=1)]
_Seconds = Annotated[float, BeforeValidator(_no_switch), Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)


class StateDocument(_Part):
    """What the steps of a flow share."""

    type: str = "dict"
    """`json_schema` or `dict`; `pydantic` names Python code beside its schema, `unknown` is a dict."""
    json_schema: dict[str, Any] | None = None
    default: dict[str, Any] | None = None
    ref: str | None = None


class FlowConfig(_Part):
    """How a flow runs."""

    max_method_calls: _Count = MOST_CALLS
    """How often one step may run in an execution."""
    stream: bool = False
    memory: Any = None
    """How lessons are kept, as the `memory` of a crew says it; false is not at all."""
    suppress_flow_events: bool = False
    """Whether the log tells of steps as of details only."""
    tracing: bool | None = None
    checkpoint: Checkpoint | None = None
    """At which of its events a file is written from which crewAI could go on."""


class FeedbackDocument(_Part):
    """What a person is asked after a step, and the outcomes to choose from."""

    message: str
    emit: list[str] | None = None
    llm: Llm | None = None
    """Reads an outcome out of a person's words where they choose none, and learns."""
    default_outcome: str | None = None
    metadata: dict[str, Any] | None = None
    learn: bool = False
    """Whether `llm` draws lessons from what people say, and applies them before the next one looks."""
    learn_source: str = "hitl"
    """Lessons of one source are for all steps that name it."""
    learn_strict: bool = False
    """Whether the step fails when nothing could be learned or applied."""


class OnError(_Part):
    """Where a failure of the step leads instead of ending the flow."""

    emit: str


class CrewAction(_Part):
    """Run a crew: one that is saved, or one that is written here."""

    call: Literal["crew"] = "crew"
    definition: str | None = None
    version: _Count | None = None
    """Absent is the latest at launch."""
    with_: dict[str, Any] | None = Field(default=None, alias="with")
    from_declaration: str | None = None
    """A path in a crewAI project; imports resolve it."""
    inputs: dict[str, Any] = {}
    """Values of the crew's placeholders: constants, or templates."""
    context: dict[str, list[Any]] = {}
    """Texts that tasks of the crew are given besides their own context, by task."""


class FlowAction(_Part):
    """Run a flow within this one."""

    call: Literal["flow"] = "flow"
    definition: str | None = None
    version: _Count | None = None
    with_: dict[str, Any] | None = Field(default=None, alias="with")
    inputs: dict[str, Any] = {}
    """Fields of its state."""


class AgentAction(_Part):
    """Ask one agent; `with` is the agent, and its `input` and `response_format`."""

    call: Literal["agent"] = "agent"
    with_: dict[str, Any] = Field(alias="with")


class ToolAction(_Part):
    """Call one tool."""

    call: Literal["tool"] = "tool"
    ref: str
    """Name of a tool record or of the catalogue; `module:Class` is accepted where the catalogue has it."""
    with_: dict[str, Any] = Field(default={}, alias="with")


class ExpressionAction(_Part):
    """Evaluate CEL over `state` and `outputs`."""

    call: Literal["expression"] = "expression"
    expr: str


class CodeAction(_Part):
    """Python code, which is kept and refused."""

    call: Literal["code"] = "code"
    ref: str = ""
    with_: dict[str, Any] | None = Field(default=None, alias="with")


class ScriptAction(_Part):
    """Python source, which is kept and refused."""

    call: Literal["script"] = "script"
    code: str = ""
    language: str = "python"


def _call_of(value: Any) -> str:
    call = value.get("call", "code") if isinstance(value, Mapping) else getattr(value, "call", None)
    return str(call)


def _named_call(value: Any) -> Any:
    """crewAI takes an action that does not say what it calls for Python code."""
    return {"call": "code", **value} if isinstance(value, Mapping) else value


_KINDS = Discriminator(
    _call_of, custom_error_type="call", custom_error_message=f"`call` should be one of {', '.join(CALLS)}"
)
_EACH_KINDS = Discriminator(
    _call_of, custom_error_type="call", custom_error_message=f"`call` within each should be one of {', '.join(ATOMIC)}"
)
_Crew = Annotated[CrewAction, Tag("crew")]
_Flow = Annotated[FlowAction, Tag("flow")]
_Agent = Annotated[AgentAction, Tag("agent")]
_Tool = Annotated[ToolAction, Tag("tool")]
_Expression = Annotated[ExpressionAction, Tag("expression")]
_Code = Annotated[CodeAction, Tag("code")]
_Script = Annotated[ScriptAction, Tag("script")]
AtomicAction = Annotated[
    _Crew | _Flow | _Agent | _Tool | _Expression | _Code | _Script, _EACH_KINDS, BeforeValidator(_named_call)
]


class EachStep(_Part):
    """One of the steps that each carries out for an item."""

    name: str
    if_: str | None = Field(default=None, alias="if")
    """CEL; where it is false, the step is left out for this item."""
    action: AtomicAction


class EachAction(_Part):
    """Carry out steps for every item of a list."""

    call: Literal["each"] = "each"
    in_: str = Field(alias="in")
    """CEL that gives the list."""
    do: list[EachStep] = Field(min_length=1)
    concurrency: _Count = 1
    """How many items at once."""


Action = Annotated[
    _Crew | _Flow | _Agent | _Tool | _Expression | _Code | _Script | Annotated[EachAction, Tag("each")],
    _KINDS,
    BeforeValidator(_named_call),
]
AnyAction = CrewAction | FlowAction | AgentAction | ToolAction | ExpressionAction | CodeAction | ScriptAction
"""What one step, or one step within each, may do."""


class StepDocument(_Part):
    """One step: when it runs, what it does, and what follows from it."""

    description: str | None = None
    do: Action
    start: bool | str | dict[str, Any] | None = None
    """True, or what it waits for besides."""
    listen: str | dict[str, Any] | None = None
    router: bool = False
    """Its value is the name of the outcome that it takes."""
    emit: list[str] | None = None
    """The outcomes that a router may take."""
    human_feedback: FeedbackDocument | None = None
    persist: Any = None
    set_: dict[str, str] = Field(default={}, alias="set")
    """Fields of the state that are written after the step, each with CEL over `state`, `outputs` and `output`."""
    on_error: OnError | None = None
    """Absent: a failure of the step is a failure of the flow."""
    timeout_seconds: _Seconds | None = None

    @property
    def starts(self) -> bool:
        """Whether it runs as soon as the flow does."""
        return self.start is True

    @cached_property
    def trigger(self) -> Trigger | None:
        """What it waits for; raises `DocumentError` where that has the wrong shape."""
        return trigger_of(self.listen)

    @cached_property
    def start_trigger(self) -> Trigger | None:
        """What makes it start, where that is a condition."""
        return trigger_of(self.start)

    @property
    def is_router(self) -> bool:
        """Whether it takes an outcome: by its value, or by the choice of a person."""
        return self.router or bool(self.human_feedback and self.human_feedback.emit)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that it says it may take; a person's where both are named, as crewAI does."""
        if self.human_feedback and self.human_feedback.emit:
            return tuple(self.human_feedback.emit)
        return tuple(self.emit or ()) if self.router else ()

    @property
    def error_outcome(self) -> str | None:
        """The outcome that a failure leads to."""
        return self.on_error.emit if self.on_error else None


class FlowDocument(_Part):
    """Steps, what starts each of them, and the state that they share."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    name: str
    description: str | None = None
    state: StateDocument | None = None
    config: FlowConfig = FlowConfig()
    persist: Any = None
    conversational: ConversationDocument | None = None
    """How it holds a conversation; absent, it holds none."""
    methods: dict[str, StepDocument] = {}

    @property
    def is_conversation(self) -> bool:
        """Whether it goes on turn by turn, for as long as a person talks to it."""
        return self.conversational is not None and self.conversational.enabled

    @property
    def steps(self) -> dict[str, StepDocument]:
        """What crewAI calls methods."""
        return self.methods


def parse_flow(document: Mapping[str, Any]) -> FlowDocument:
    """The document with types.

    Raises:
        DocumentError: A required field is missing or a field has the wrong type. `check` lists all of them.
    """
    try:
        flow = FlowDocument.model_validate(document)
        for step in flow.methods.values():
            _ = step.trigger, step.start_trigger
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DocumentError(f"{where}: {first['msg']}.", "A check of the document lists every problem.") from error
    return flow
