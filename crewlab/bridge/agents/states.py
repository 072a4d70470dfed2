"""The states of an agent at work, and which may follow which. Knows no crewAI.

| | |
|---|---|
| planning | PLAN → CHOOSE_STEPS → RUN_STEPS → OBSERVE → … → SYNTHESISE; only agents that plan |
| thinking | THINK → one of the two ASK states → a tool, an answer, or a way to recover |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum


class State(StrEnum):
    """What an agent does now."""

    PLAN = "plan"
    """Ask for a plan of the task, until the planner says that it is ready."""
    CHOOSE_STEPS = "choose steps"
    """Find the steps of the plan whose dependencies are done."""
    RUN_STEPS = "run steps"
    """Work on those steps at once, each in a conversation of its own."""
    OBSERVE = "observe"
    """Judge what came of them."""
    REPLAN = "replan"
    """Ask for another plan of what is left."""
    SYNTHESISE = "synthesise"
    """Make one answer of what the steps brought."""
    THINK = "think"
    """Begin the next round, if there is one left."""
    ASK_WITH_TOOLS = "ask with tools"
    """Ask the model, which may call functions."""
    ASK_IN_TEXT = "ask in text"
    """Ask a model that has no tools, or writes down which it wants."""
    USE_TOOLS = "use tools"
    """Run every function that the model called."""
    USE_TOOL = "use tool"
    """Run the one tool that a text names."""
    RECOVER = "recover"
    """Tell the model what could not be read."""
    COMPRESS = "compress"
    """Replace a conversation that outgrew the model's window by a summary of it."""
    CONCLUDE = "conclude"
    """The rounds are used up: come to an answer from what is known."""
    DONE = "done"
    """There is an answer."""


LEGAL_MOVES: Mapping[State, frozenset[State]] = {
    State.PLAN: frozenset({State.CHOOSE_STEPS, State.THINK}),
    State.CHOOSE_STEPS: frozenset({State.RUN_STEPS, State.REPLAN}),
    State.RUN_STEPS: frozenset({State.OBSERVE}),
    State.OBSERVE: frozenset({State.CHOOSE_STEPS, State.REPLAN, State.SYNTHESISE}),
    State.REPLAN: frozenset({State.CHOOSE_STEPS, State.SYNTHESISE, State.THINK}),
    State.SYNTHESISE: frozenset({State.DONE, State.THINK}),
    State.THINK: frozenset({State.ASK_WITH_TOOLS, State.ASK_IN_TEXT, State.CONCLUDE}),
    State.ASK_WITH_TOOLS: frozenset({State.USE_TOOLS, State.COMPRESS, State.THINK, State.DONE}),
    State.ASK_IN_TEXT: frozenset({State.USE_TOOL, State.RECOVER, State.COMPRESS, State.DONE}),
    State.USE_TOOLS: frozenset({State.THINK, State.DONE}),
    State.USE_TOOL: frozenset({State.THINK, State.DONE}),
    State.RECOVER: frozenset({State.THINK}),
    State.COMPRESS: frozenset({State.THINK}),
    State.CONCLUDE: frozenset({State.DONE}),
    State.DONE: frozenset(),
}
"""The only table of moves: what is not in it raises."""

Method = Callable[[], Awaitable[State]]
"""What is done in one state; it returns the next one."""


async def run(first: State, methods: Mapping[State, Method]) -> None:
    """Go from state to state until it is done.

    Raises:
        RuntimeError: A method returned a state that may not follow its own.
    """
    state = first
    while state is not State.DONE:
        state = moved(state, await methods[state]())


def moved(before: State, after: State) -> State:
    """`after`, if it may follow `before`.

    Raises:
        RuntimeError: It may not: the loop has a bug, which must not cost money.
    """
    if after not in LEGAL_MOVES[before]:
        raise RuntimeError(f"An agent cannot go from {before.value!r} to {after.value!r}.")
    return after
