"""What a step waits for: a name, all of several, any of several, or those within each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crewlab.errors import DocumentError

MOST_LEVELS = 32
HOW = 'Write the name of a step or outcome, or {"and": [...]} or {"or": [...]} of them.'


@dataclass(frozen=True)
class Trigger:
    """What has to have happened before a step runs: steps that ended, and outcomes that were taken."""

    operator: Literal["name", "and", "or"]
    name: str = ""
    """Of a step or an outcome, where the operator is `name`."""
    parts: tuple[Trigger, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in it once, in order of appearance."""
        if self.operator == "name":
            return (self.name,)
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))

    def is_fired_by(self, seen: Collection[str]) -> bool:
        """Whether the names seen so far are enough."""
        if self.operator == "name":
            return self.name in seen
        met = (part.is_fired_by(seen) for part in self.parts)
        return all(met) if self.operator == "and" else any(met)

    def __str__(self) -> str:
        """As a person says it: `good and (left or right)`."""
        if self.operator == "name":
            return self.name
        said = [f"({part})" if len(part.parts) > 1 else str(part) for part in self.parts]
        return f" {self.operator} ".join(said)


def trigger_of(condition: Any) -> Trigger | None:
    """What a `listen`, or a `start` that is no switch, waits for; nothing for an absent one, or a switch.

    Raises:
        DocumentError: It is neither a name nor a list of names joined by `and` or `or`.
    """
    if condition is None or isinstance(condition, bool) or condition == "":
        return None
    return _trigger(condition, MOST_LEVELS)


def with_renamed_trigger(condition: Any, old: str, new: str) -> Any:
    """A copy of a condition in which the step or outcome `old` is called `new`; the wrong shape stays as it is."""
    if isinstance(condition, str):
        return new if condition == old else condition
    if isinstance(condition, Mapping):
        return {key: with_renamed_trigger(parts, old, new) for key, parts in condition.items()}
    return [with_renamed_trigger(part, old, new) for part in condition] if isinstance(condition, list) else condition


def _trigger(condition: Any, levels: int) -> Trigger:
    if isinstance(condition, str) and condition:
        return Trigger("name", condition)
    if not isinstance(condition, Mapping):
        raise DocumentError("A trigger is neither a name nor an object.", HOW)
    if levels == 0:
        raise DocumentError(f"A trigger is nested more than {MOST_LEVELS} levels deep.", HOW)
    operator: Literal["and", "or"] = "and" if "and" in condition else "or"
    parts = condition.get(operator)
    if len(condition) != 1 or not isinstance(parts, list):
        raise DocumentError("A trigger has to be either an `and` or an `or` of a list.", HOW)
    if not parts:
        raise DocumentError(f"The `{operator}` of a trigger is empty.", HOW)
    return Trigger(operator, parts=tuple(_trigger(part, levels - 1) for part in parts))
