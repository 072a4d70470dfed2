"""What a rule looks at: a document of any shape, with the parts that have the right type laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crewlab.definitions.known import Known
from crewlab.definitions.overlay import Overlay
from crewlab.definitions.problem import Problem
from crewlab.definitions.shape import in_crew_shape

MAX_TEXT = 1000
KINDS = {
    "str": "text",
    "bool": "yes or no",
    "int": "a number",
    "float": "a number",
    "list": "a list",
    "NoneType": "nothing",
}


@dataclass(frozen=True)
class Part:
    """One agent or task: its name, its path in the document, and what is written there."""

    name: str
    where: str
    body: Mapping[str, Any]

    def text(self, field: str) -> str:
        """The field where it is text, stripped; otherwise an empty text."""
        value = self.body.get(field)
        return value.strip() if isinstance(value, str) else ""

    def names(self, field: str) -> list[str]:
        """The texts in the list at `field`."""
        value = self.body.get(field)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@dataclass(frozen=True)
class Subject:
    """The document under check. Parts of the wrong type are absent here; the rule about types reports them."""

    raw: Mapping[str, Any]
    known: Known
    overlay: Overlay = field(default_factory=Overlay)
    """The models chosen at launch, and the profiles that there are."""

    @cached_property
    def document(self) -> dict[str, Any]:
        return in_crew_shape(self.raw)

    @cached_property
    def crew(self) -> Part:
        name = self.document.get("name")
        return Part(name if isinstance(name, str) else "", "", self.document)

    @cached_property
    def agents(self) -> dict[str, Part]:
        agents = self.document.get("agents")
        if not isinstance(agents, Mapping):
            return {}
        return {
            str(name): Part(str(name), f"agents.{name}", body)
            for name, body in agents.items()
            if isinstance(body, Mapping)
        }

    @cached_property
    def tasks(self) -> list[Part]:
        tasks = self.document.get("tasks")
        bodies = [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []
        names = [str(body.get("name") or f"task_{number}") for number, body in enumerate(bodies, start=1)]
        return [Part(name, f"tasks.{name}", body) for name, body in zip(names, bodies, strict=True)]

    @cached_property
    def workers(self) -> list[Part]:
        """All agents, and the manager where it is written in its own place."""
        own = self.document.get("manager_agent") if self.process == "hierarchical" else None
        is_agent = isinstance(own, Mapping) and not is_python_reference(own)
        return [*self.agents.values(), *([Part("manager", "manager_agent", own or {})] if is_agent else [])]

    @property
    def parts(self) -> list[Part]:
        """All agents and tasks."""
        return [*self.workers, *self.tasks]

    @cached_property
    def process(self) -> str:
        return self.crew.text("process") or "sequential"

    @cached_property
    def manager(self) -> str:
        """The name of the manager agent of a hierarchical crew, or an empty text."""
        return self.crew.text("manager_agent") if self.process == "hierarchical" else ""


def is_python_reference(value: Any) -> bool:
    """Whether crewAI would import and use Python code for this value."""
    return isinstance(value, Mapping) and isinstance(value.get("python"), str)


def is_on(value: Any) -> bool:
    """Whether a field asks for something; switched off or empty, it may as well be absent."""
    return value not in (None, False, 0, "", "false", "no", "off", [], {})


Rule = Callable[[Subject], Iterable[Problem]]


def error(id: str, where: str, what: str, hint: str = "") -> Problem:
    """A problem that a run may not start with."""
    return Problem(id=id, where=_sayable(where), what=_sayable(what), hint=_sayable(hint))


def warning(id: str, where: str, what: str, hint: str = "") -> Problem:
    """A problem that a run may start with."""
    return Problem(id=id, where=_sayable(where), what=_sayable(what), severity="warning", hint=_sayable(hint))


def _sayable(text: str) -> str:
    """Half a surrogate cannot be printed; a text of a megabyte in the place of a name must not be."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def listed(names: Iterable[str]) -> str:
    """Names for a hint: sorted, the first twelve."""
    found = sorted(names)
    return ", ".join(found[:12]) + (", ..." if len(found) > 12 else "") if found else "none"


def kind_of(value: Any) -> str:
    """The type of a value in an analyst's words."""
    return "an object" if isinstance(value, Mapping) else KINDS.get(type(value).__name__, "something else")
