"""The check of a flow. What is the same as in the last check is not looked at again.

A step is known again by its content, and so is a crew within a flow: an edit of one step of a flow costs the rules of
that step, and those about the steps together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from crewlab.definitions.flows.step_part import REMEMBERED, StepPart
from crewlab.definitions.known import Known
from crewlab.definitions.overlay import Overlay
from crewlab.definitions.plain import plain
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows import (
    checkpoints,
    conversations,
    definitions,
    inputs,
    lessons,
    reads,
    triggers,
    values,
    whole,
    within,
)
from crewlab.definitions.rules.flows.steps import STEP_RULES
from crewlab.definitions.rules.flows.subject import FlowRule, FlowSubject

CrewProblems = Callable[[Mapping[str, Any], Known, Overlay], Iterable[Problem]]
MOST_CREWS = 1_024
MOST_MACHINES = 4

FLOW_RULES: tuple[FlowRule, ...] = (
    whole.names,
    whole.document_types,
    whole.state,
    whole.settings,
    checkpoints.checkpoint,
    lessons.lessons,
    conversations.conversation,
    triggers.beginnings,
    triggers.names,
    triggers.endless,
    triggers.unreachable,
    triggers.outcomes,
    definitions.sources,
    definitions.named,
    definitions.circles,
    inputs.crew_inputs,
    inputs.flow_inputs,
    reads.outputs,
    reads.state_fields,
    values.routes,
    values.lists,
    values.written,
    values.handed_on,
    values.made_texts,
    within.tools,
    whole.document_fields,
)


def flow_problems(
    document: Mapping[str, Any], known: Known, overlay: Overlay, crew_problems: CrewProblems
) -> Iterator[Problem]:
    """Every problem of a flow and of what is within it; `crew_problems` checks a crew."""
    name = document.get("name")
    own = {str(key): value if key == "methods" else plain(value) for key, value in document.items()}
    subject = FlowSubject(own, known, overlay, name if isinstance(name, str) else "")
    check_crew = _CREWS.check(known, overlay, crew_problems)
    yield from _problems(subject, check_crew)


def _problems(subject: FlowSubject, check_crew: within.CrewCheck) -> Iterator[Problem]:
    for step in subject.steps.values():
        yield from _step_problems(step)
    for rule in FLOW_RULES:
        yield from rule(subject)
    yield from within.crews(subject, check_crew)
    yield from within.agents(subject, check_crew)
    yield from within.readers(subject, check_crew)
    yield from within.talkers(subject, check_crew)
    yield from within.flows(subject, lambda inner: _problems(inner, check_crew))


@lru_cache(maxsize=REMEMBERED)
def _step_problems(step: StepPart) -> tuple[Problem, ...]:
    return tuple(problem for rule in STEP_RULES for problem in rule(step))


class _CrewResults:
    """What was found in crews, for the last few machines and launches. Safe over threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: list[tuple[Known, Overlay, dict[str, tuple[Problem, ...]]]] = []

    def check(self, known: Known, overlay: Overlay, crew_problems: CrewProblems) -> within.CrewCheck:
        """A check of crews on this machine and for this launch that remembers."""
        results = self._results(known, overlay)

        def check_crew(document: Mapping[str, Any]) -> tuple[Problem, ...]:
            text = json.dumps(document, default=str)
            found = results.get(text)
            if found is None:
                found = tuple(crew_problems(document, known, overlay))
                if len(results) >= MOST_CREWS:
                    results.clear()
                results[text] = found
            return found

        return check_crew

    def _results(self, known: Known, overlay: Overlay) -> dict[str, tuple[Problem, ...]]:
        with self._lock:
            entry = next((entry for entry in self._found if entry[:2] == (known, overlay)), None)
            if entry is None:
                entry = (replace(known, definitions=None), overlay, {})  # no rule of crews asks them: they hold a lab
            else:
                self._found.remove(entry)
            self._found = [*self._found, entry][-MOST_MACHINES:]
            return entry[2]


_CREWS = _CrewResults()
