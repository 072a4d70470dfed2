"""Model profiles of the running app, and trying its models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.executions.model_test import ModelTest
from crewlab.remote.connection import Connection
from crewlab.remote.records import records


class RemoteProfiles:
    """The methods of `Lab` about model profiles; a part of `RemoteLab`."""

    _connection: Connection

    def model_profiles(self) -> list[ModelProfile]:
        """All model profiles, by name."""
        return records(ModelProfile, self._connection.get("model-profiles"))

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
        """Add a profile, or put it in the place of `instead_of`. Raises as `Lab.save_model_profile` does."""
        body = {
            "name": name,
            "model": model,
            "base_url": base_url,
            "api_key": api_key,
            "parameters": dict(parameters or {}),
            "requests_per_minute": requests_per_minute,
            "tokens_per_minute": tokens_per_minute,
            "note": note,
            "instead_of": instead_of,
        }
        return ModelProfile.model_validate(self._connection.post("model-profiles", body=body))

    def delete_model_profile(self, name: str, *, even_if_used: bool = False) -> ModelProfile:
        """Remove a profile, and return it. Raises as `Lab.delete_model_profile` does."""
        query = {"even_if_used": "true"} if even_if_used else {}
        return ModelProfile.model_validate(self._connection.delete("model-profiles", name, **query))

    def model_profile_users(self, name: str) -> list[str]:
        """Where definitions name a profile."""
        return list(self._connection.get("model-profiles", name, "users"))

    def test_model(self, llm: str | dict[str, Any]) -> ModelTest:
        """Ask a model, or the model of a profile, one short question from within the app."""
        return ModelTest(**self._connection.post("test-model", body={"llm": llm}))
