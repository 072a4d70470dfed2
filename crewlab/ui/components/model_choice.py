"""The models that a person is offered, and the own models that this process was told about."""

from __future__ import annotations

from typing import Any

from crewlab.ui import holder

REHEARSAL_MODELS = ("rehearsal/plain", "rehearsal/terse", "rehearsal/careful")
"""The voices of the rehearsal model."""


def remember_model(llm: str | dict[str, Any]) -> None:
    """Offer a model from now on, until the process ends."""
    name = llm if isinstance(llm, str) else str(llm["model"])
    holder.own_models()[name] = llm


def own_models() -> dict[str, str | dict[str, Any]]:
    """The models entered under *Use your own model*: name to what a document or a launch says for it."""
    return dict(holder.own_models())


def model_names() -> list[str]:
    """Every model to offer: own ones first, then the rehearsal model's voices."""
    return list(dict.fromkeys([*own_models(), *REHEARSAL_MODELS]))
