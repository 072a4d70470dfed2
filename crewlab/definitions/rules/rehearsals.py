"""The rehearsal model: its voices, and what may be set about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crewlab.definitions.models import ModelChoice, model_of, named_llms
from crewlab.definitions.problem import Problem
from crewlab.definitions.providers import REHEARSAL, VOICES
from crewlab.definitions.rules.subject import Subject, error


def parameters(subject: Subject) -> Iterable[Problem]:
    """A rehearsal model has a voice that there is, and settings that it understands."""
    for where, llm in named_llms(subject.document, subject.overlay):
        choice = model_of(llm)
        if choice.is_rehearsal:
            yield from _of_voice(where, choice)
            yield from _of_parameters(where, choice)


def _of_voice(where: str, choice: ModelChoice) -> Iterable[Problem]:
    voice = choice.model.partition("/")[2]
    if voice and voice not in VOICES:
        names = ", ".join(f"{REHEARSAL}/{name}" for name in VOICES)
        yield error(
            "llm.rehearsal.voice", where, f"There is no rehearsal model {choice.model!r}.", f"There are {names}."
        )


def _of_parameters(where: str, choice: ModelChoice) -> Iterable[Problem]:
    for name, (is_right, expected) in _EXPECTED.items():
        value = choice.parameters.get(name)
        if value is not None and not is_right(value):
            what = f"{name} is {value!r}, which is not {expected}."
            yield error("llm.rehearsal.parameter", f"{where}.{name}", what, "Correct it, or leave it out.")


def _number(value: Any) -> float | None:
    """The number that crewAI would read, too, out of a text such as `"0.5"`."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _is_seconds(value: Any) -> bool:
    number = _number(value)
    return number is not None and 0 <= number < float("inf")


def _is_share(value: Any) -> bool:
    number = _number(value)
    return number is not None and 0 <= number <= 1


def _is_whole(value: Any) -> bool:
    number = _number(value)
    return number is not None and number.is_integer()


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "latency_seconds": (_is_seconds, "a number of seconds, 0 or more"),
    "error_rate": (_is_share, "a share from 0 to 1"),
    "seed": (_is_whole, "a whole number"),
}
