"""The models that a person is offered: profiles of the Library, and the voices of the rehearsal model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.definitions.providers import REHEARSAL, VOICES

if TYPE_CHECKING:
    from crewlab.lab import Lab

REHEARSAL_MODELS = tuple(f"{REHEARSAL}/{voice}" for voice in VOICES)
"""The voices of the rehearsal model."""


def profile_names(lab: Lab) -> list[str]:
    """The names of the model profiles."""
    return [profile.name for profile in lab.model_profiles()]


def model_names(lab: Lab) -> list[str]:
    """Every model to offer: profiles first, then the rehearsal model's voices."""
    return [*profile_names(lab), *REHEARSAL_MODELS]
