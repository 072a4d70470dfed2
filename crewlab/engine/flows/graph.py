"""Which steps of a flow are to run next. Pure: knows no loop, no store and no values.

Everything that happens raises events: a step that is over raises its name, and the outcome that it took, if any.
The meaning of `and` and `or` is crewAI's: an `and` counts anew once it has fired; an `or` of several fires at the first
of them, and then not again until some other step runs a second time or a router takes an outcome that it names. Two
things are not crewAI's: nothing is cancelled because something else was first, and what comes back around a loop fires
an `or` again, because it descends from the very run of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from typing import NamedTuple

from crewlab.definitions.flows.flow import FlowDocument
from crewlab.definitions.flows.triggers import Trigger

Rounds = dict[str, int]
"""From which call of each `or` something descends, directly or not."""


class Call(NamedTuple):
    """A step that is to run, and which time that is."""

    step: str
    number: int = 1
    trigger: tuple[str, ...] = ()
    """What it waited for; empty at the beginning of the flow."""
    stage: int | None = None
    """Numbers what set it off: a router's outcome belongs to the stage that the router belongs to."""
    is_beyond: bool = False
    """Whether it is one more than the flow allows."""


class _Waiting(NamedTuple):
    """What a step waits for, by `listen` or by a condition to start."""

    step: str
    trigger: Trigger
    is_start: bool
    fires_once: bool
    """An `or` of several: it fires at the first of them."""


class Graph:
    """Told what is over, it says what begins. The same story gives the same calls: that is how a resume goes on."""

    def __init__(self, flow: FlowDocument) -> None:
        self._steps = flow.steps
        self._most = flow.config.max_method_calls
        self._by_name: defaultdict[str, list[_Waiting]] = defaultdict(list)
        self._seen: defaultdict[tuple[str, bool], dict[str, Rounds]] = defaultdict(dict)
        self._fired: dict[str, int] = {}
        """Steps whose `or` has fired, with the stage in which it did."""
        self._rounds: dict[tuple[str, int], Rounds] = {}
        self._calls: Counter[str] = Counter()
        self._heard: Counter[str] = Counter()
        self._stages = count(1)
        self._choices = {waiting.step for waiting in self._in_order() if waiting.fires_once}
        for waiting in self._in_order():
            for name in waiting.trigger.names:
                self._by_name[name].append(waiting)

    def _in_order(self) -> Iterator[_Waiting]:
        """Routers before the others, as crewAI asks them."""
        for wants_routers in (True, False):
            for name, step in self._steps.items():
                if step.trigger is not None and step.is_router is wants_routers:
                    yield _Waiting(name, step.trigger, False, not step.is_router and _is_choice(step.trigger))
        for name, step in self._steps.items():
            if step.start_trigger is not None:
                yield _Waiting(name, step.start_trigger, True, False)

    def begin(self) -> list[Call]:
        """The steps that a flow starts with: all that start on a condition, where none starts without one."""
        starts = [name for name, step in self._steps.items() if step.starts]
        conditional = [name for name, step in self._steps.items() if step.start_trigger is not None]
        return [self._call(name) for name in starts or conditional]

    def begin_turn(self) -> None:
        """Forget what has happened, but for how often each step was called: another turn of a conversation begins."""
        self._seen.clear()
        self._fired.clear()
        self._rounds.clear()
        self._heard.clear()

    def start(self, step: str) -> Call:
        """Begin with this step."""
        return self._call(step)

    def hears(self, event: str) -> bool:
        """Whether some step waits for this event."""
        return event in self._by_name

    def over(self, call: Call, outcome: str | None = None, *, failed: bool = False) -> list[Call]:
        """What begins because `call` is over; a step that failed raises only its outcome."""
        rounds = self._rounds[call.step, call.number]
        ready = [] if failed else self._raise(call.step, next(self._stages), rounds)
        if outcome is not None:
            stage = call.stage
            if stage is not None:
                self._rearm(outcome, stage)
            ready += self._raise(outcome, next(self._stages) if stage is None else stage, rounds)
        return ready

    def _raise(self, event: str, stage: int, rounds: Rounds) -> list[Call]:
        met: dict[str, dict[str, Rounds]] = {}
        for waiting in self._by_name.get(event, ()):
            if waiting.fires_once and self._is_held(waiting.step, rounds):
                continue
            seen = self._seen[waiting.step, waiting.is_start]
            seen[event] = rounds
            if waiting.trigger.is_fired_by(seen):
                met.setdefault(waiting.step, {name: seen[name] for name in waiting.trigger.names if name in seen})
                seen.clear()
                if waiting.fires_once:
                    self._fired[waiting.step] = stage
                self._heard[waiting.step] += not waiting.is_start
        return [self._call(step, tuple(seen), stage, seen.values()) for step, seen in met.items()]

    def _is_held(self, step: str, rounds: Rounds) -> bool:
        """Whether an `or` that has fired keeps still: what happens does not descend from its newest call."""
        return step in self._fired and rounds.get(step) != self._calls[step]

    def _rearm(self, outcome: str, stage: int) -> None:
        """An outcome lets those fire again that it names, unless they fired in the very stage it belongs to."""
        for waiting in self._by_name.get(outcome, ()):
            if self._fired.get(waiting.step, stage) != stage:
                del self._fired[waiting.step]

    def _call(
        self, step: str, trigger: tuple[str, ...] = (), stage: int | None = None, causes: Iterable[Rounds] = ()
    ) -> Call:
        self._calls[step] += 1
        number = self._calls[step]
        if number > 1:  # a new round, for all but itself
            self._fired = {name: fired for name, fired in self._fired.items() if name == step}
        rounds = self._rounds[step, number] = {}
        for cause in causes:
            rounds.update({name: max(latest, rounds.get(name, 0)) for name, latest in cause.items()})
        if step in self._choices:
            rounds[step] = number
        return Call(step, number, trigger, stage, self._heard[step] > self._most)


def _is_choice(trigger: Trigger) -> bool:
    return trigger.operator == "or" and len(trigger.parts) > 1
