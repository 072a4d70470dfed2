"""The log file of a crew: a line, or an object, for each task that began and each that was done."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crewlab.bridge.contract import BuildRequest, BuiltTask
from crewlab.bridge.tasks.output_files import inside
from crewlab.errors import OutputError

_WRITE_SECONDS = 30.0


class LogFile:
    """In the folder of the execution. `.json` is a list of objects, others are text; later attempts go on in it."""

    def __init__(self, request: BuildRequest, name: str | bool) -> None:
        """Raises OutputError: the name leads out of the folder."""
        name = "logs.txt" if name is True else str(name)
        name = name if name.endswith((".json", ".txt")) else f"{name}.txt"
        self._request, self._path = request, inside(request.folder, name)
        self._lock = threading.Lock()

    async def began(self, task: BuiltTask, role: str) -> None:
        """Note that an agent began with a task. Raises OutputError: the file cannot be written."""
        await self._add({"task_name": task.name, "task": task.description, "agent": role, "status": "started"})

    async def done(self, task: BuiltTask, role: str, output: str) -> None:
        """Note what came out of a task. Raises OutputError: the file cannot be written."""
        entry = {"task_name": task.name, "task": task.description, "agent": role, "status": "completed"}
        await self._add({**entry, "output": output})

    async def _add(self, entry: Mapping[str, str]) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        masked = {name: self._request.mask(value) for name, value in entry.items()}
        try:
            await self._request.run_blocking(lambda: self._write(now, masked), timeout_seconds=_WRITE_SECONDS)
        except (OSError, ValueError) as error:
            raise OutputError(f"The log file {self._path.name!r} cannot be written: {error}.") from error

    def _write(self, now: str, entry: Mapping[str, str]) -> None:
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            written = self._path.read_text("utf-8") if self._path.exists() else ""
            text = self._json(written, now, entry) if self._path.suffix == ".json" else written + _line(now, entry)
            content, most = text.encode("utf-8", "replace"), self._request.max_file_bytes
            if len(content) > most:
                raise ValueError(f"it would have {len(content)} bytes, and at most {most} are allowed")
            self._path.write_bytes(content)

    def _json(self, written: str, now: str, entry: Mapping[str, str]) -> str:
        entries: list[Any] = [*json.loads(written or "[]"), {"timestamp": now, **entry}]
        return json.dumps(entries, ensure_ascii=False, indent=4) + "\n"


def _line(now: str, entry: Mapping[str, str]) -> str:
    return f"{now}: " + ", ".join(f'{name}="{value}"' for name, value in entry.items()) + "\n"
