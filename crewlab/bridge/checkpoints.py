"""Checkpoints that a crew asks for: files in the folder of its execution, from which crewAI alone could go on."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crewai import __version__

from crewlab.bridge.checkpoint_files import PROVIDERS
from crewlab.bridge.contract import BuildRequest, TaskOutcome
from crewlab.bridge.journal import Journal
from crewlab.bridge.output_files import inside
from crewlab.bridge.scope import TASK_NAME
from crewlab.definitions.checkpoints import CheckpointPlan, checkpoint_plan
from crewlab.definitions.crew import CrewDocument
from crewlab.definitions.interchange.crew_checkpoint import Halfway, crew_checkpoint
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.library.mcp_servers import restored_servers
from crewlab.definitions.library.tool_records import restored
from crewlab.errors import CrewLabError, OutputError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import CheckpointFailed, CheckpointSaved

_WRITE_SECONDS = 30.0


class Checkpoints:
    """Those of one attempt. One that cannot be written is told, and ends nothing that was paid for."""

    def __init__(self, request: BuildRequest, journal: Journal) -> None:
        self._request, self._journal = request, journal
        self._done: dict[str, Mapping[str, Any]] = {}
        self._parents: dict[str, str] = {}
        self._lock = threading.Lock()

    def keep(self, task: str, outcome: TaskOutcome) -> None:
        """A task is done; all checkpoints from now on say so."""
        self._done[task] = {"raw": outcome.output, "json_dict": outcome.output_json, "agent": outcome.agent}

    async def at(self, *events: str, crew: CrewDocument, inputs: Mapping[str, Any], agent: str | None = None) -> None:
        """Write one, if the crew, or the agent at work, asks for it at one of these events, which happen at once."""
        plan = checkpoint_plan(crew, crew.agents.get(agent or ""))
        trigger = plan.first_of(events) if plan else None
        if plan is None or trigger is None:
            return
        try:
            saved = await self._request.run_blocking(
                self._writing(plan, trigger, crew, inputs), timeout_seconds=_WRITE_SECONDS
            )
        except (CrewLabError, OSError, sqlite3.Error, TimeoutError) as error:
            report = ErrorReport.from_exception(error)
            message = f"no checkpoint at {trigger}: {report.message}"
            self._journal.note(CheckpointFailed(**self._about, trigger=trigger, error=report, message=message))
        else:
            self._journal.note(saved)

    def _writing(
        self, plan: CheckpointPlan, trigger: str, crew: CrewDocument, inputs: Mapping[str, Any]
    ) -> Callable[[], CheckpointSaved]:
        request, done = self._request, dict(self._done)
        halfway = Halfway(request.execution_id, request.document, inputs, done)

        def write() -> CheckpointSaved:
            state = {"crewai_version": __version__, "trigger": trigger, "event_record": {}}
            entity = crew_checkpoint(_as_launched(crew, request), _records(request), halfway)
            with self._lock:
                return self._written(plan, trigger, {**state, "entities": [entity]})

        return write

    def _written(self, plan: CheckpointPlan, trigger: str, state: Mapping[str, Any]) -> CheckpointSaved:
        request, provider = self._request, PROVIDERS[plan.provider]
        path = str(inside(request.folder, plan.location))
        parent = self._parents.get(path)
        text = request.mask(json.dumps({**state, "parent_id": parent, "branch": "main"}, ensure_ascii=False))
        content = text.encode("utf-8", "replace")  # half a character, as models write at times, is no text
        size, most = len(content), request.max_file_bytes
        if size > most:
            raise OutputError(f"It would have {size} bytes, and at most {most} are allowed.")
        saved = provider.checkpoint(content.decode(), path, parent_id=parent)
        self._parents[path] = provider.extract_id(saved)
        removed = 0 if plan.most is None else provider.prune(path, plan.most)
        where = Path(saved).relative_to(request.folder.resolve()).as_posix()
        told = {**self._about, "trigger": trigger, "message": f"checkpoint {where}"}
        return CheckpointSaved(**told, location=where, bytes=size, removed=removed)

    @property
    def _about(self) -> dict[str, Any]:
        return {**self._journal.key, "task_name": TASK_NAME.get()}


def _records(request: BuildRequest) -> Records:
    return Records(restored(request.tools), restored_servers(request.mcp_servers), request.profiles)


def _as_launched(crew: CrewDocument, request: BuildRequest) -> dict[str, Any]:
    """The document with the models that the launch chose."""
    document = crew.model_dump(mode="json", exclude_unset=True)
    for name, agent in document.get("agents", {}).items():
        if request.overlay.covers(name):
            agent["llm"] = request.overlay.choose(name, None).llm
    if request.overlay.covers("manager") and document.get("manager_llm"):
        document["manager_llm"] = request.overlay.choose("manager", None).llm
    return document
