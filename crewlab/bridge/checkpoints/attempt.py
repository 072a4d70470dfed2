"""Checkpoints that a crew asks for: files in the folder of its execution, from which crewAI alone could go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.bridge.checkpoints.saving import CheckpointSaving, records_of
from crewlab.bridge.contract import BuildRequest, TaskOutcome
from crewlab.bridge.journal import Journal
from crewlab.definitions.checkpoints import checkpoint_plan
from crewlab.definitions.crew import CrewDocument
from crewlab.definitions.interchange.as_launched import crew_as_launched
from crewlab.definitions.interchange.crew_checkpoint import Halfway, crew_checkpoint


class Checkpoints:
    """Those of one attempt. One that cannot be written is told, and ends nothing that was paid for."""

    def __init__(self, request: BuildRequest, journal: Journal) -> None:
        self._request = request
        self._saving = CheckpointSaving(request, journal)
        self._done: dict[str, Mapping[str, Any]] = {}

    def keep(self, task: str, outcome: TaskOutcome) -> None:
        """A task is done; all checkpoints from now on say so."""
        self._done[task] = {"raw": outcome.output, "json_dict": outcome.output_json, "agent": outcome.agent}

    async def at(self, *events: str, crew: CrewDocument, inputs: Mapping[str, Any], agent: str | None = None) -> None:
        """Write one, if the crew, or the agent at work, asks for it at one of these events, which happen at once."""
        plan = checkpoint_plan(crew, crew.agents.get(agent or ""))
        trigger = plan.first_of(events) if plan else None
        if plan is None or trigger is None:
            return
        request = self._request
        halfway = Halfway(request.execution_id, request.document, inputs, dict(self._done))

        def entity() -> dict[str, Any]:
            document = crew.model_dump(mode="json", exclude_unset=True)
            return crew_checkpoint(crew_as_launched(document, request.overlay), records_of(request), halfway)

        await self._saving.save(plan, trigger, entity)
