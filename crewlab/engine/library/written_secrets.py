"""Known secrets that somebody wrote where everything is stored: found before it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crewlab.definitions.problem import Problem
from crewlab.errors import DefinitionError, InputsError
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import Redactor

if TYPE_CHECKING:
    from crewlab.executions.model_test import ModelTest

_REFER = "Remove it. A model's field may say ${secret:NAME}; anywhere else a secret does not belong."


def secret_problems(document: Any, llm: Any, keys: Keys, redactor: Redactor) -> Iterator[Problem]:
    """Secrets written in a document or in the model of a launch; stored secrets that cannot be used."""
    parts = document.items() if isinstance(document, Mapping) else ()
    for where, value in [*parts, ("llm (at launch)", llm)]:
        if redactor.finds(value):
            what = "The value of a known secret is written here."
            yield Problem(id="secret.written", where=redactor.mask(str(where)), what=what, hint=_REFER)
    if (problem := keys.problem) is not None:
        yield Problem(id="secrets.unusable", where="", what=problem.message, severity="warning", hint=problem.hint)


def require_storable(document: Mapping[str, Any], redactor: Redactor) -> None:
    """Raises `DefinitionError` when a document holds a known secret: every version and export would have it."""
    places = [redactor.mask(str(key)) for key, value in document.items() if redactor.finds(value)]
    if places:
        raise DefinitionError(f"The value of a known secret is written under {', '.join(places)}.", _REFER)


def require_no_secrets(inputs: Sequence[Mapping[str, Any]], redactor: Redactor) -> None:
    """Raises `InputsError` when a value of an input is, or holds, a known secret."""
    if not redactor.forms:
        return
    for number, row in enumerate(inputs, start=1):
        names = [str(name) for name, value in row.items() if redactor.finds(value)]
        if names:
            where = f"Row {number}: the input" if len(inputs) > 1 else "The input"
            raise InputsError(
                f"{where} {redactor.mask(names[0])!r} holds the value of a known secret.",
                "Inputs are sent to models, stored and shown. Leave secrets out of them.",
            )


_TEXTS_OF_TEST = ("answer", "error", "hint", "raw_error")


def masked_test(test: ModelTest, redactor: Redactor) -> ModelTest:
    """The outcome of a test without secrets that a server may have sent back."""
    return replace(test, **{name: redactor.mask(getattr(test, name)) for name in _TEXTS_OF_TEST})
