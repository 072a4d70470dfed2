"""CrewLab's errors as JSON and back, so that a caller far away catches the same classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab import errors
from crewlab.definitions.problem import Problem
from crewlab.errors import CrewLabError, RemoteError


def error_to_json(error: CrewLabError) -> dict[str, Any]:
    """Class, message, hint and the simple attributes of an error."""
    values = {name: value for name, value in vars(error).items() if name not in ("message", "hint")}
    return {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "values": {name: _plain(value) for name, value in values.items()},
    }


def error_from_json(data: Mapping[str, Any]) -> CrewLabError:
    """The error again; one whose class is unknown here becomes a `RemoteError`."""
    kind = getattr(errors, str(data.get("type")), RemoteError)
    if not (isinstance(kind, type) and issubclass(kind, CrewLabError)):
        kind = RemoteError
    error = kind.__new__(kind)
    CrewLabError.__init__(error, str(data.get("message", "")), str(data.get("hint", "")))
    for name, value in dict(data.get("values") or {}).items():
        setattr(error, name, tuple(map(Problem.model_validate, value)) if name == "problems" else value)
    return error


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Problem):
        return value.model_dump()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
