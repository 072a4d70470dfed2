"""What a step is given, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from crewlab.definitions.expressions.flow_expression import EACH_ROOTS, FlowExpression, flow_expression
from crewlab.definitions.flows.flow import (
    AgentAction,
    AnyAction,
    CodeAction,
    CrewAction,
    ExpressionAction,
    FlowAction,
    ToolAction,
)
from crewlab.definitions.flows.templates import text_template, texts_in

SourceKind = Literal["constant", "state", "step", "task", "item", "output"]
TASK_KEYS = ("tasks", "tasks_output")


@dataclass(frozen=True)
class Source:
    """One place that a value comes from."""

    kind: SourceKind
    where: str = ""
    """Within the value: `.0.topic`; empty where the value is one text."""
    expression: str = ""
    """As it is written, without `${` and `}`."""
    field: str = ""
    """Of the state."""
    step: str = ""
    task: str = ""
    """Of the crew that the step ran."""
    path: tuple[str, ...] = ()
    """The names behind the field, the step or the task: `json_dict`, `url`."""

    def __str__(self) -> str:
        """As a person says it."""
        behind = f".{'.'.join(self.path)}" if self.path else ""
        if self.kind == "state":
            return f"state.{self.field}{behind}" if self.field else "the whole state"
        if self.kind == "task":
            return f"task {self.task} of {self.step}{behind}"
        return f"step {self.step}{behind}" if self.step else f"{self.kind}{behind}"


@dataclass(frozen=True)
class StepInput:
    """One value that a step is given, as it is written."""

    name: str
    value: Any
    sources: tuple[Source, ...]
    task: str | None = None
    """The task of a crew that is given the value as context."""

    @property
    def source(self) -> str:
        """Every source in words."""
        return ", ".join(dict.fromkeys(str(source) for source in self.sources))


def action_inputs(action: AnyAction) -> tuple[StepInput, ...]:
    """What an action is given: a crew its inputs and contexts, an agent its input, a tool its arguments.

    Raises:
        ExpressionError: A template in it cannot be read.
    """
    if isinstance(action, CrewAction):
        contexts = (StepInput(task, texts, sources_of(texts), task) for task, texts in action.context.items())
        return (*_each_input(action.inputs), *contexts)
    if isinstance(action, FlowAction):
        return _each_input(action.inputs)
    if isinstance(action, AgentAction):
        prompt = action.with_.get("input")
        return (StepInput("input", prompt, sources_of(prompt)),)
    if isinstance(action, ToolAction | CodeAction):
        return _each_input(action.with_ or {})
    if isinstance(action, ExpressionAction):
        return (StepInput("expr", action.expr, _read(action.expr)),)
    return ()


def sources_of(value: Any) -> tuple[Source, ...]:
    """Where a value comes from; a constant for one without expressions.

    Raises:
        ExpressionError: A template in it cannot be read.
    """
    found = [
        source
        for where, text in texts_in(value)
        for expression in text_template(text, EACH_ROOTS).expressions
        for source in _sources(expression, where)
    ]
    return tuple(found) or (Source("constant"),)


def _each_input(values: dict[str, Any]) -> tuple[StepInput, ...]:
    return tuple(StepInput(name, value, sources_of(value)) for name, value in values.items())


def _read(text: str) -> tuple[Source, ...]:
    return tuple(_sources(flow_expression(text, EACH_ROOTS), "")) or (Source("constant"),)


def _sources(expression: FlowExpression, where: str) -> Iterator[Source]:
    for path in dict.fromkeys(expression.paths):
        yield _source(path, where, expression.text)


def _source(path: tuple[str, ...], where: str, written: str) -> Source:
    root, *behind = path
    if root == "state":
        return Source("state", where, written, field=behind[0] if behind else "", path=tuple(behind[1:]))
    if root == "outputs" and behind:
        step, *rest = behind
        if len(rest) > 1 and rest[0] in TASK_KEYS:
            return Source("task", where, written, step=step, task=rest[1], path=tuple(rest[2:]))
        return Source("step", where, written, step=step, path=tuple(rest))
    if root == "outputs":
        return Source("step", where, written)
    return Source("item" if root == "item" else "output", where, written, path=tuple(behind))
