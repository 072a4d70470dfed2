"""Code that an administrator allowed, and some that nobody should import; says so when it is imported."""

from __future__ import annotations

import threading
from typing import Any

CALLS: list[tuple[str, Any, str]] = []
"""What was called, with what, on which thread."""


def _note(name: str, value: Any) -> None:
    CALLS.append((name, value, threading.current_thread().name))


def no_exclamation(output: Any) -> tuple[bool, Any]:
    _note("guardrail", output.raw)
    return ("!" not in output.raw, "Do not shout!" if "!" in output.raw else output.raw)


def in_capitals(output: Any) -> tuple[bool, Any]:
    return True, output.raw.upper()


def nonsense(output: Any) -> str:
    return "perhaps"


def note(output: Any) -> None:
    _note("callback", output.raw)


def step(taken: Any) -> None:
    _note("step", (type(taken).__name__, taken.text))


def leaves(output: Any) -> None:
    raise SystemExit(3)


def hangs(output: Any) -> None:
    threading.Event().wait(5)


def other_topic(inputs: dict[str, Any]) -> dict[str, Any]:
    _note("before", dict(inputs))
    return {**inputs, "topic": "coffee"}


def signed(output: Any) -> Any:
    _note("after", len(output.tasks_output))
    output.raw += " Signed."
    return output
