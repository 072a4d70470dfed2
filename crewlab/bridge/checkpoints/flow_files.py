"""Checkpoints that a flow asks for: files in the folder of its execution, from which crewAI alone could go on."""

from __future__ import annotations

from crewlab.bridge.checkpoints.saving import CheckpointSaving, records_of
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.definitions.checkpoints import CheckpointPlan
from crewlab.definitions.flows.restoring import FlowHalfway
from crewlab.definitions.interchange.flow_checkpoint import flow_checkpoint, flow_to_restore


class FlowFiles:
    """Those of one attempt of a flow, with the flow itself beside them; implements `step_contract.FlowSaving`."""

    def __init__(self, request: BuildRequest) -> None:
        self._request = request
        self._saving = CheckpointSaving(request, Journal(request.record, request.execution_id, request.attempt))

    async def save(self, plan: CheckpointPlan, trigger: str, halfway: FlowHalfway) -> None:
        """See `step_contract.FlowSaving`."""
        await self._saving.save(plan, trigger, lambda: flow_checkpoint(halfway), self._flow)

    def _flow(self) -> str:
        request = self._request
        return flow_to_restore(request.document, records_of(request), request.overlay)
