"""Model profiles: the Library's named models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.library.model_profile_file import profile_of
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.definitions.library.model_profiles import ModelProfile


class LabProfiles(LabParts):
    """Models with their parameters, server and limits, under names that definitions and launches say."""

    def model_profiles(self) -> list[ModelProfile]:
        """All model profiles, by name."""
        return list(self._profiles.by_name.values())

    def save_model_profile(
        self,
        name: str,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        note: str = "",
        instead_of: str | None = None,
    ) -> ModelProfile:
        """Add a profile, or put it in the place of the one called `instead_of`.

        Args:
            name: What definitions and launches say instead of a model.
            model: Provider and name, such as `openai/gpt-4o-mini`.
            base_url: A server of one's own.
            api_key: `${secret:NAME}`; without it the usual key of the provider is used.
            parameters: What else a model may say: `temperature`, `max_tokens`, `timeout`, ...
            requests_per_minute: What all executions together may ask for.
            tokens_per_minute: The same in tokens.
            note: For people.
            instead_of: The profile that this one replaces.

        Raises:
            ModelProfileError: A field cannot be used, the name is taken, or definitions use the name that would go.
        """
        profile = profile_of(
            name=name.strip(),
            model=model.strip(),
            base_url=base_url or None,
            api_key=api_key or None,
            parameters=dict(parameters or {}),
            requests_per_minute=requests_per_minute,
            tokens_per_minute=tokens_per_minute,
            note=note,
        )
        self._profiles.save(profile, instead_of)
        return profile

    def delete_model_profile(self, name: str, *, even_if_used: bool = False) -> ModelProfile:
        """Remove a profile, and return it; what ran with it keeps what it was.

        Raises:
            ModelProfileNotFoundError: There is none of this name.
            ModelProfileError: Definitions name it, and `even_if_used` is not set.
        """
        return self._profiles.delete(name, even_if_used=even_if_used)

    def model_profile_users(self, name: str) -> list[str]:
        """Where definitions name a profile, such as `market-brief: agents.writer.llm`."""
        return self._profiles.users(name)
