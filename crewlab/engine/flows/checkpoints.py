"""Checkpoints of a flow: written one after the other, while its steps go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from crewlab.definitions.checkpoints import flow_checkpoint_plan
from crewlab.definitions.flows.restoring import FlowHalfway, obstacle
from crewlab.definitions.flows.step_part import graph_in
from crewlab.engine.awaiting import result_of
from crewlab.engine.flows.apart import until_over
from crewlab.engine.flows.desk import Desk

if TYPE_CHECKING:
    from crewlab.bridge.step_contract import FlowSaving


class FlowCheckpoints:
    """Those of one attempt, where the flow asks for them and crewAI could go on from them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        document = desk.closure.document
        plan = flow_checkpoint_plan(desk.flow.config.checkpoint)
        self._plan = None if plan is None or obstacle(document, graph_in(document)) else plan
        self._routers = frozenset(name for name, step in desk.flow.steps.items() if step.is_router)
        self._outputs: dict[str, Any] = {}
        self._files: FlowSaving | None = None
        self._last: asyncio.Task[None] | None = None

    def keep(self, step: str, output: Any) -> None:
        """A step is done; all checkpoints from now on say so."""
        self._outputs[step] = output

    def at(self, *events: str, is_over: bool = False) -> None:
        """Write one of how things stand now, if the flow asks for it at one of these events, which happen at once."""
        trigger = self._plan.first_of(events) if self._plan else None
        if trigger is not None:
            document, state = self._desk.closure.document, dict(self._desk.state.values)
            halfway = FlowHalfway(document, state, dict(self._outputs), self._routers, is_over)
            self._last = asyncio.create_task(self._save(self._last, trigger, halfway))

    async def settled(self) -> None:
        """All are written."""
        if self._last is not None:
            await until_over({self._last})

    async def _save(self, before: asyncio.Task[None] | None, trigger: str, halfway: FlowHalfway) -> None:
        assert self._plan is not None  # `at` has asked
        if before is not None:
            await before
        if self._files is None:
            crewai = await result_of(self._desk.equipment.loading.begin())
            self._files = crewai.flow_files(self._desk.request)
        await self._files.save(self._plan, trigger, halfway)
