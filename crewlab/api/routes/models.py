"""Routes about models: profiles, and trying one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from crewlab.api.operation import Call, Operation, RequestBody
from crewlab.api.queries import DeleteQuery
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.executions.model_test import ModelTest

if TYPE_CHECKING:
    from crewlab.lab import Lab


class ProfileRequest(RequestBody):
    """A model profile to keep."""

    name: str
    model: str
    base_url: str | None = None
    api_key: str | None = None
    """A reference such as `${secret:NAME}`, never a key."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    note: str = ""
    instead_of: str | None = None
    """The profile that this one replaces."""


class TestModelRequest(RequestBody):
    """A model to ask, or the name of a profile."""

    llm: str | dict[str, Any]


def _save(lab: Lab, call: Call) -> ModelProfile:
    asked: ProfileRequest = call.body
    return lab.save_model_profile(**asked.model_dump())


def _delete(lab: Lab, call: Call) -> ModelProfile:
    return lab.delete_model_profile(call.path["name"], even_if_used=call.query.even_if_used)


OPERATIONS = (
    Operation(
        "GET", "/model-profiles", "All model profiles", lambda lab, call: lab.model_profiles(), list[ModelProfile]
    ),
    Operation("POST", "/model-profiles", "Add or replace a profile", _save, ModelProfile, body=ProfileRequest),
    Operation("DELETE", "/model-profiles/{name}", "Remove a profile", _delete, ModelProfile, query=DeleteQuery),
    Operation(
        "GET",
        "/model-profiles/{name}/users",
        "Where definitions name a profile",
        lambda lab, call: lab.model_profile_users(call.path["name"]),
        list[str],
    ),
    Operation(
        "POST",
        "/test-model",
        "Ask a model one short question",
        lambda lab, call: lab.test_model(call.body.llm),
        ModelTest,
        body=TestModelRequest,
    ),
)
