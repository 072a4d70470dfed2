"""Parameters of a model that its provider does not take: probably misspelt, or meant for another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from crewlab.definitions.llm_parameters import SENT_NOWHERE, known_parameters, providers_with
from crewlab.definitions.models import model_of, named_llms
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Subject, is_on, warning


def unknown_parameters(subject: Subject) -> Iterable[Problem]:
    """A provider's package may refuse what it does not know, and then every request fails."""
    for where, llm in named_llms(subject.document, subject.overlay):
        choice = model_of(llm)
        if choice.provider and not choice.is_rehearsal:
            for name in choice.parameters:
                yield from _problems(f"{where}.{name}", str(name), choice.provider)
            yield from _uploads(where, choice.parameters)


def _uploads(where: str, parameters: Mapping[str, Any]) -> Iterable[Problem]:
    if is_on(parameters.get("prefer_upload")):
        what = "No file is uploaded to the provider's store: the agent is told of a file, and reads it with a tool."
        yield warning("llm.parameter.upload", f"{where}.prefer_upload", what, "Remove prefer_upload.")


def _problems(where: str, name: str, provider: str) -> Iterable[Problem]:
    known = known_parameters(provider)
    if name in SENT_NOWHERE:
        yield warning(
            "llm.parameter.unused", where, "crewAI sends this to nobody: an agent uses one answer.", "Remove it."
        )
    elif name not in known:
        elsewhere, close = providers_with(name), get_close_matches(name[:80], known, n=1)
        what = f"{name[:80]!r} is no parameter of {provider}, whose package may refuse it."
        hint = f"It is one of {', '.join(elsewhere)}." if elsewhere else "Remove it, unless you know that it is taken."
        yield warning("llm.parameter.unknown", where, what, f"Did you mean {close[0]!r}?" if close else hint)
