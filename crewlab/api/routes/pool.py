"""Routes about the pool, the storage, and the settings that can be changed while CrewLab runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.operation import Call, Operation
from crewlab.api.requests import ArtifactsRequest, ModelLimitRequest, PriorityRequest, SettingRequest
from crewlab.definitions.library.in_force import ModelLimit, SettingInfo
from crewlab.engine.storage import StorageReport

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _set_priority(lab: Lab, call: Call) -> int:
    return lab.set_priority(call.path["execution_or_batch_id"], call.body.priority)


def _change_setting(lab: Lab, call: Call) -> None:
    lab.change_setting(call.path["name"], call.body.value)


def _limit_model(lab: Lab, call: Call) -> None:
    lab.limit_model(**call.body.model_dump())


OPERATIONS = (
    Operation("POST", "/engine/pause", "Start nothing new; what runs goes on", lambda lab, call: lab.pause()),
    Operation("POST", "/engine/unpause", "Go on with the queue", lambda lab, call: lab.unpause()),
    Operation(
        "PUT",
        "/priorities/{execution_or_batch_id}",
        "Change the priority of what is pending; how many that concerned",
        _set_priority,
        int,
        body=PriorityRequest,
    ),
    Operation(
        "GET",
        "/settings",
        "Every setting, and where its value comes from",
        lambda lab, call: lab.settings_in_force(),
        list[SettingInfo],
    ),
    Operation("PUT", "/settings/{name}", "Change a setting from now on", _change_setting, body=SettingRequest),
    Operation(
        "GET",
        "/model-limits",
        "Requests and tokens per minute, by model",
        lambda lab, call: lab.model_limits(),
        dict[str, ModelLimit],
    ),
    Operation("GET", "/storage", "What the data folder holds", lambda lab, call: lab.storage(), StorageReport),
    Operation("POST", "/snapshots", "Copy the database to a new file; its path", lambda lab, call: lab.snapshot(), str),
    Operation(
        "POST",
        "/artifacts/remove",
        "Delete files that tasks wrote long ago; how many bytes that freed",
        lambda lab, call: lab.remove_artifacts(call.body.older_than_days),
        int,
        body=ArtifactsRequest,
    ),
    Operation("PUT", "/model-limits", "Limit a model, or lift its limit", _limit_model, body=ModelLimitRequest),
)
