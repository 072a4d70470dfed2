"""What the form of an action can offer: the values that it may be given, and the definitions that it may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.editing_flows.sources import LookUp, SourceChoice, item_choices, source_choices
from crewlab.errors import DefinitionNotFoundError
from crewlab.ui.editor.fields import Fields


@dataclass(frozen=True)
class Around:
    """Where an action stands."""

    choices: Sequence[SourceChoice]
    """Values that it may be given, the likeliest first."""
    look_up: LookUp

    @property
    def labels(self) -> dict[str, str]:
        """What each value is, by its expression."""
        return {choice.expression: choice.label for choice in self.choices}


def look_up_in(fields: Fields) -> LookUp:
    """Documents of saved definitions, each read once."""
    found: dict[tuple[str, int | None], Mapping[str, Any] | None] = {}

    def look_up(name: str, number: int | None) -> Mapping[str, Any] | None:
        if (name, number) not in found:
            try:
                found[name, number] = fields.draft.lab.definitions.version(name, number).document
            except DefinitionNotFoundError:
                found[name, number] = None
        return found[name, number]

    return look_up


def around_step(fields: Fields, step: str) -> Around:
    """For a step of the flow."""
    look_up = look_up_in(fields)
    return Around(source_choices(fields.draft.document, step, look_up), look_up)


def around_item(fields: Fields, step: str, position: int, look_up: LookUp) -> Around:
    """For a step within the each of `step`."""
    return Around(item_choices(fields.draft.document, step, position, look_up), look_up)
