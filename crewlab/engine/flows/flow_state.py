"""The state of a flow while it runs: what steps read, and what they have written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.state import StateContract
from crewlab.errors import InputsError
from crewlab.executions.events import StateChange


class FlowState:
    """Fields with values. Values are never changed in place: who has read one keeps it as it was."""

    def __init__(self, contract: StateContract, initial: Mapping[str, Any], execution_id: str) -> None:
        self._contract = contract
        self.values: dict[str, Any] = {"id": execution_id, **initial}

    def write(self, fields: Mapping[str, Any]) -> tuple[StateChange, ...]:
        """Set fields, all or none; what has changed by that.

        Raises:
            InputsError: The state has no such field, or a value does not fit.
        """
        for name, value in fields.items():
            problem = self._contract.field_problem(name, value)
            if problem is not None:
                raise InputsError(f"The state cannot be written: {problem}", "See the state of the flow.")
        changes = tuple(
            StateChange(field=name, before=self.values.get(name), after=value)
            for name, value in fields.items()
            if name not in self.values or not _is_same(self.values[name], value)
        )
        self.values.update(fields)
        return changes

    def restore(self, fields: Mapping[str, Any]) -> None:
        """Set what an earlier attempt had written."""
        self.values.update(fields)


def _is_same(one: Any, other: Any) -> bool:
    """Whether expressions cannot tell them apart: to them 1 is neither 1.0 nor true, as it is to Python."""
    return one == other and repr(one) == repr(other)
