"""In which order a flow begins anew where nothing of it runs: once; or turn by turn, where it holds a conversation."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from crewlab.definitions.flows.conversation import (
    CONVERSE,
    END,
    LISTEN,
    REPLY,
    ROUTE,
    ConversationAction,
    added_steps,
)
from crewlab.definitions.flows.flow import FlowDocument, StepDocument
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.graph import Call, Graph

_NO_ANSWER = ("conversation", "route_to_flow")
"""Names that crewAI takes for a route besides."""


class Course(Protocol):
    """Asked whenever all is over that was begun. The same story gives the same calls, as with `Graph`."""

    def next(self) -> list[Call]:
        """What begins; nothing is the end of the flow."""
        ...

    def note(self, call: Call, output: Any) -> bool:
        """A call is over. Whether its output counts as the flow's own, until there is a later one."""
        ...


class Once:
    """A flow that runs from its beginnings to its end."""

    def __init__(self, graph: Graph) -> None:
        self._graph: Graph | None = graph

    def next(self) -> list[Call]:
        graph, self._graph = self._graph, None
        return [] if graph is None else graph.begin()

    def note(self, call: Call, output: Any) -> bool:
        return True


class Turns:
    """A conversation: a person speaks, what starts runs one after the other, the route last, and an answer remains."""

    def __init__(self, desk: Desk, graph: Graph) -> None:
        self._desk, self._graph = desk, graph
        starts = [name for name, step in desk.flow.steps.items() if step.starts]
        self._starts = sorted(starts, key=lambda name: name == ROUTE)
        self._left: deque[str] = deque()
        self._is_replied = True

    def next(self) -> list[Call]:
        state = self._desk.state.values
        if not self._left and not self._is_replied and self._desk.answer is not None:
            self._left.append(REPLY)
        elif state.get("ended"):
            return []
        elif not self._left:
            self._begin_turn()
        return [self._graph.start(self._left.popleft())]

    def _begin_turn(self) -> None:
        self._graph.begin_turn()
        self._desk.outputs.clear()
        self._desk.answer, self._is_replied = None, False
        self._left.extend([LISTEN, *self._starts])

    def note(self, call: Call, output: Any) -> bool:
        step = self._desk.flow.steps[call.step]
        if isinstance(step.do, ConversationAction):
            self._is_replied |= call.step in (CONVERSE, END, REPLY)
            self._desk.answer = None
            return call.step in (CONVERSE, END)
        text = _text(step, output)
        self._desk.answer = None if text in self._routes() else text
        return True

    def _routes(self) -> tuple[Any, ...]:
        """Names of routes, which are no answer."""
        block = self._desk.flow.conversational
        named = [*block.builtin_routes, *block.internal_routes] if block else []
        return (*named, *_NO_ANSWER, self._desk.state.values.get("last_intent"))


def _text(step: StepDocument, output: Any) -> str | None:
    """What a step says to the person: its text, or what its crew or agent has written. Data is no answer."""
    if step.human_feedback is not None and step.human_feedback.emit:
        output = output["output"]
    if step.do.call in ("crew", "agent") and isinstance(output, Mapping):
        output = output.get("raw")
    return output if isinstance(output, str) else None


def course_of(desk: Desk, graph: Graph) -> Course:
    """What the flow of `desk` goes by."""
    return Turns(desk, graph) if desk.flow.is_conversation else Once(graph)


def with_added_steps(flow: FlowDocument, document: Mapping[str, Any]) -> FlowDocument:
    """The flow with the steps that a conversation adds to it."""
    added = {
        name: StepDocument.model_construct(**{"do": ConversationAction(part=name), **body})
        for name, body in added_steps(document).items()
    }
    return flow.model_copy(update={"methods": {**flow.methods, **added}}) if added else flow
