"""Routes about the app as a whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crewlab.api.answers import About
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import SpendQuery
from crewlab.engine.tracing.export import TraceExportState
from crewlab.executions.cassette import CassetteInfo
from crewlab.executions.engine_state import EngineState
from crewlab.settings import PROJECT

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _about(lab: Lab, call: Call) -> About:
    settings = lab.settings
    return About(
        data=str(settings.data),
        owner=settings.owner,
        project=str(PROJECT),
        pid=os.getpid(),
        store_health=lab.store_health,
    )


OPERATIONS = (
    Operation("GET", "/about", "The process that answers", _about, About),
    Operation("GET", "/engine", "What the engine is doing", lambda lab, call: lab.engine_state(), EngineState),
    Operation("POST", "/engine/warm-up", "Begin to load crewAI", lambda lab, call: lab.warm_up()),
    Operation("GET", "/trace-export", "Where traces go", lambda lab, call: lab.trace_export(), TraceExportState),
    Operation("GET", "/counts", "Executions by status", lambda lab, call: lab.counts(), dict[str, int]),
    Operation(
        "GET",
        "/spend",
        "US dollars spent, null when no call was priced",
        lambda lab, call: lab.spend_usd(call.query.since),
        float | None,
        query=SpendQuery,
    ),
    Operation("GET", "/cassettes", "All recordings", lambda lab, call: lab.cassettes(), list[CassetteInfo]),
)
