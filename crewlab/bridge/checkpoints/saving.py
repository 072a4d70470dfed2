"""Writes checkpoints into the folder of an execution. One that cannot be written is told, and ends nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crewai import __version__

from crewlab.bridge.checkpoints.files import PROVIDERS
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.bridge.scope import TASK_NAME
from crewlab.bridge.tasks.output_files import inside
from crewlab.definitions.checkpoints import CheckpointPlan
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.library.mcp_servers import restored_servers
from crewlab.definitions.library.tool_records import restored
from crewlab.errors import CrewLabError, OutputError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import CheckpointFailed, CheckpointSaved

_WRITE_SECONDS = 30.0


class CheckpointSaving:
    """The files of one attempt, each naming the one before it."""

    def __init__(self, request: BuildRequest, journal: Journal) -> None:
        self._request, self._journal = request, journal
        self._parents: dict[str, str] = {}
        self._lock = threading.Lock()

    async def save(
        self,
        plan: CheckpointPlan,
        trigger: str,
        entity: Callable[[], Mapping[str, Any]],
        beside: Callable[[], str] | None = None,
    ) -> None:
        """Write one about `entity`, and the first time a document `beside` it. Both are made on another thread."""
        about = {**self._journal.key, "task_name": TASK_NAME.get(), "trigger": trigger}

        def write() -> CheckpointSaved:
            state = {"crewai_version": __version__, "trigger": trigger, "event_record": {}, "entities": [entity()]}
            with self._lock:
                path = inside(self._request.folder, plan.location)
                if beside is not None and str(path) not in self._parents:
                    self._write_beside(_place_beside(path, plan.provider), beside())
                return CheckpointSaved(**about, **self._written(plan, path, state))

        try:
            saved = await self._request.run_blocking(write, timeout_seconds=_WRITE_SECONDS)
        except (CrewLabError, OSError, sqlite3.Error, TimeoutError) as error:
            report = ErrorReport.from_exception(error)
            message = f"no checkpoint at {trigger}: {report.message}"
            self._journal.note(CheckpointFailed(**about, error=report, message=message))
        else:
            self._journal.note(saved)

    def _written(self, plan: CheckpointPlan, path: Path, state: Mapping[str, Any]) -> dict[str, Any]:
        """What there is to say of the file that was written."""
        provider, parent = PROVIDERS[plan.provider], self._parents.get(str(path))
        data, size = self._masked(json.dumps({**state, "parent_id": parent, "branch": "main"}, ensure_ascii=False))
        saved = provider.checkpoint(data, str(path), parent_id=parent)
        self._parents[str(path)] = provider.extract_id(saved)
        removed = 0 if plan.most is None else provider.prune(str(path), plan.most)
        where = Path(saved).relative_to(self._request.folder.resolve()).as_posix()
        return {"location": where, "bytes": size, "removed": removed, "message": f"checkpoint {where}"}

    def _write_beside(self, place: Path, text: str) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self._masked(text)[0], encoding="utf-8")

    def _masked(self, text: str) -> tuple[str, int]:
        """The text without secrets, and its size in bytes."""
        content = self._request.mask(text).encode("utf-8", "replace")  # half a character, as models write at times
        size, most = len(content), self._request.max_file_bytes
        if size > most:
            raise OutputError(f"It would have {size} bytes, and at most {most} are allowed.")
        return content.decode(), size


def _place_beside(path: Path, provider: str) -> Path:
    """In the folder of the files, whose name may have a dot; or with the name of the database, and never over it."""
    if provider != "sqlite":
        return path / "flow.yaml"
    return path.with_suffix(".flow.yaml" if path.suffix == ".yaml" else ".yaml")


def records_of(request: BuildRequest) -> Records:
    """The records of the Library that the document names, as they stood at launch."""
    return Records(restored(request.tools), restored_servers(request.mcp_servers), request.profiles)
