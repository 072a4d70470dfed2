"""What follows from the triggers of a flow: which steps can run at all, which loops never end, and what is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import NamedTuple

from crewlab.definitions.flows.triggers import Trigger


class Node(NamedTuple):
    """A step as far as triggers go."""

    name: str
    starts: bool
    triggers: tuple[Trigger, ...]
    outcomes: tuple[str, ...] = ()
    """Of which it takes one."""
    error_outcome: str | None = None
    """What follows instead of its name, and of an outcome, where it fails."""
    is_open: bool = False
    """Whether it may take outcomes that it does not name."""
    is_entry: bool = False
    """Whether one of its triggers is a condition to start, which counts as a start where no step simply starts."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it waits for."""
        return tuple(dict.fromkeys(name for trigger in self.triggers for name in trigger.names))

    @property
    def emissions(self) -> frozenset[str]:
        """Every name that may follow from it."""
        return frozenset(filter(None, (self.name, *self.outcomes, self.error_outcome)))

    @property
    def alternatives(self) -> tuple[frozenset[str], ...]:
        """What may follow from it at once: its name with one of the outcomes, or the outcome of a failure."""
        usual = [frozenset({self.name, outcome}) for outcome in self.outcomes] or [frozenset({self.name})]
        return (*usual, *([frozenset({self.error_outcome})] if self.error_outcome else []))


Counts = Callable[[Node, str], bool]
"""Whether a step ended in the way that is looked for, when this name followed from it."""


class Exclusive(NamedTuple):
    """A step that waits for things of which only one can happen."""

    step: str
    router: str
    """The step that decides which."""


@dataclass(frozen=True)
class Graph:
    """The steps of a flow with their triggers. Compute once with `graph_of`."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def listeners(self) -> dict[str, list[Node]]:
        """Who waits for each name."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in node.names:
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def emitters(self) -> dict[str, list[Node]]:
        """From which steps each name may follow."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in node.emissions:
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The steps that run first: those that just start, or where there are none those that start on a condition."""
        found = tuple(node.name for node in self.nodes if node.starts)
        return found or tuple(node.name for node in self.nodes if node.is_entry)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The steps that can run at all."""
        return self._reached({node.name: node.emissions for node in self.nodes})

    @cached_property
    def endless(self) -> tuple[tuple[str, ...], ...]:
        """Loops that nothing decides about, each as the steps that follow each other, the first again at the end."""
        follows = {node.name: [step.name for step in self.listeners.get(node.name, ())] for node in self.nodes}
        order = {name: number for number, name in enumerate(follows)}
        groups = sorted(sorted(group, key=order.__getitem__) for group in _groups(follows) if len(group) > 1)
        return tuple(_loop(group, follows) for group in groups)

    @cached_property
    def exclusive(self) -> tuple[Exclusive, ...]:
        """Steps that can never run because they wait for several outcomes of one step, or for what follows of them."""
        found: dict[str, Exclusive] = {}
        if any(trigger.operator != "name" for node in self.nodes for trigger in node.triggers):
            for node in self.nodes:
                if len(node.alternatives) > 1 and not node.is_open and node.name not in self.repeated:
                    for step in self._never(node):
                        found.setdefault(step, Exclusive(step, node.name))
        return tuple(found.values())

    @cached_property
    def certain(self) -> dict[str, frozenset[str]]:
        """For each step the steps that have ended whenever it begins."""
        return _certainly(self, lambda node, name: name != node.error_outcome)

    @cached_property
    def failed(self) -> dict[str, frozenset[str]]:
        """For each step the steps that have failed whenever it begins."""
        return _certainly(self, lambda node, name: name == node.error_outcome and name not in node.outcomes)

    def _never(self, router: Node) -> list[str]:
        """The joins behind `router` that no outcome of it alone leads to."""
        behind = self._behind(router.name)
        if not any(len(node.names) > 1 for node in self.nodes if node.name in behind):
            return []
        emissions = {node.name: node.emissions for node in self.nodes}
        possible = [self._reached({**emissions, router.name: names}) for names in router.alternatives]
        never = (behind & self.reachable).difference(*possible)
        return [name for name in never if len(self.by_name[name].names) > 1]

    def _behind(self, name: str) -> set[str]:
        return self._reachable_from([name]) - {name}

    def _reachable_from(self, names: Iterable[str]) -> set[str]:
        found, pending = set[str](), list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self._followers.get(name, ())
        return found

    def _reached(self, emissions: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The steps that run when each that runs lets its `emissions` follow."""
        seen, reached, pending = set[str](), set[str](), list(self.beginnings)
        while pending:
            name = pending.pop()
            if name in reached:
                continue
            reached.add(name)
            node = self.by_name[name]
            fresh = (emissions[name] | (self.unclaimed if node.is_open else frozenset())) - seen
            seen |= fresh
            waiting = {step.name: step for said in fresh for step in self.listeners.get(said, ())}
            pending += [step.name for step in waiting.values() if any(t.is_fired_by(seen) for t in step.triggers)]
        return frozenset(reached)

    @cached_property
    def unclaimed(self) -> frozenset[str]:
        """Names that are waited for and that no step is known to emit."""
        return frozenset(self.listeners) - frozenset(self.emitters)

    @cached_property
    def _followers(self) -> dict[str, list[str]]:
        """The steps that may follow each step, by its name or an outcome."""
        return {
            node.name: [step.name for said in node.emissions for step in self.listeners.get(said, ())]
            for node in self.nodes
        }

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Steps within a loop of any kind, which may run more than once."""
        follows = self._followers
        groups = (group for group in _groups(follows) if len(group) > 1 or group[0] in follows[group[0]])
        return frozenset(name for group in groups for name in group)


@lru_cache(maxsize=64)
def graph_of(nodes: tuple[Node, ...]) -> Graph:
    """The graph of these steps; the same object for the same triggers, with what was computed before."""
    return Graph(nodes)


def _certainly(graph: Graph, counts: Counts) -> dict[str, frozenset[str]]:
    """For each step those before it that are over in the way that `counts`, whenever it begins."""
    index = {node.name: 1 << number for number, node in enumerate(graph.nodes)}
    sets = _settled(graph, index, counts)
    return {name: frozenset(other for other, bit in index.items() if bits & bit) for name, bits in sets.items()}


def _settled(graph: Graph, index: Mapping[str, int], counts: Counts) -> dict[str, int]:
    """For each step the certain steps before it as bits, made smaller until nothing changes."""
    everything = (1 << len(index)) - 1
    sets = {node.name: everything for node in graph.nodes}
    pending = list(dict.fromkeys([*graph.beginnings, *sets]))[::-1]
    waiting = set(pending)
    while pending:
        name = pending.pop()
        waiting.discard(name)
        bits = _certain(graph, graph.by_name[name], sets, index, counts)
        if bits != sets[name]:
            sets[name] = bits
            fresh = [step for step in graph._followers[name] if step not in waiting]
            pending += fresh
            waiting.update(fresh)
    return sets


def _certain(graph: Graph, node: Node, sets: Mapping[str, int], index: Mapping[str, int], counts: Counts) -> int:
    if node.name in graph.beginnings or not node.triggers:
        return 0

    def of_name(name: str) -> int:
        ways = [
            sets[step.name] | (index[step.name] if counts(step, name) else 0) for step in graph.emitters.get(name, ())
        ]
        return reduce(int.__and__, ways) if ways else 0

    return reduce(int.__and__, [_of_trigger(trigger, of_name) for trigger in node.triggers])


def _of_trigger(trigger: Trigger, of_name: Callable[[str], int]) -> int:
    if trigger.operator == "name":
        return of_name(trigger.name)
    parts = [_of_trigger(part, of_name) for part in trigger.parts]
    return reduce(int.__or__ if trigger.operator == "and" else int.__and__, parts)


def _groups(follows: Mapping[str, list[str]]) -> list[list[str]]:
    """The steps in groups, within each of which every step leads to every other (Tarjan, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_steps: list[str] = []
    is_open: set[str] = set()
    groups: list[list[str]] = []
    for root in follows:
        if root in order:
            continue
        path = [(root, iter(follows[root]))]
        order[root] = low[root] = len(order)
        open_steps.append(root)
        is_open.add(root)
        while path:
            name, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[name])
                if low[name] == order[name]:
                    groups.append(_closed(name, open_steps, is_open))
            elif following not in order:
                order[following] = low[following] = len(order)
                open_steps.append(following)
                is_open.add(following)
                path.append((following, iter(follows.get(following, ()))))
            elif following in is_open:
                low[name] = min(low[name], order[following])
    return groups


def _closed(name: str, open_steps: list[str], is_open: set[str]) -> list[str]:
    begin = open_steps.index(name)
    group = open_steps[begin:]
    del open_steps[begin:]
    is_open.difference_update(group)
    return group


def _loop(group: list[str], follows: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The shortest way from the first step of a group back to it."""
    inside, first = set(group), group[0]
    ways: dict[str, tuple[str, ...]] = {first: (first,)}
    pending = [first]
    while pending:
        name = pending.pop(0)
        for following in follows[name]:
            if following == first:
                return (*ways[name], first)
            if following in inside and following not in ways:
                ways[following] = (*ways[name], following)
                pending.append(following)
    return tuple(group)
