"""The pool of the app, its storage, and the settings that can be changed while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from crewlab.engine.storage import StorageReport
from crewlab.remote.records import records
from crewlab.remote.remote_running import RemoteRunning

if TYPE_CHECKING:
    from crewlab.definitions.library.in_force import ModelLimit, SettingInfo

Value = str | int | float | None


_STORAGE = TypeAdapter(StorageReport)


class RemotePool(RemoteRunning):
    """What may start in the app, in which order, and how fast."""

    def pause(self) -> None:
        """Start nothing new from now on, over a restart too; what runs goes on."""
        self._connection.post("engine", "pause")

    def unpause(self) -> None:
        """Go on with the queue."""
        self._connection.post("engine", "unpause")

    def set_priority(self, execution_or_batch_id: str, priority: int) -> int:
        """Change the priority of what is pending. Raises as `Lab.set_priority` does."""
        return int(self._connection.put("priorities", execution_or_batch_id, body={"priority": priority}))

    def settings_in_force(self) -> list[SettingInfo]:
        """Every setting of the app: its value, where that comes from, and whether it can be changed."""
        from crewlab.definitions.library.in_force import SettingInfo

        return records(SettingInfo, self._connection.get("settings"))

    def change_setting(self, name: str, value: Value) -> None:
        """Change a setting of the app from now on; `None` goes back to the default. Raises as `Lab` does."""
        self._connection.put("settings", name, body={"value": value})

    def model_limits(self) -> dict[str, ModelLimit]:
        """What all executions together may ask of a model within a minute."""
        from crewlab.definitions.library.in_force import ModelLimit

        found = self._connection.get("model-limits")
        return {model: ModelLimit.model_validate(limit) for model, limit in found.items()}

    def limit_model(
        self, model: str, *, requests_per_minute: int | None = None, tokens_per_minute: int | None = None
    ) -> None:
        """Limit a model for the executions that begin from now on. Raises as `Lab.limit_model` does."""
        limit = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
        self._connection.put("model-limits", body={"model": model, **limit})

    def storage(self) -> StorageReport:
        """What the data folder of the app holds, and what is left on its disk."""
        return _STORAGE.validate_python(self._connection.get("storage"))

    def snapshot(self) -> str:
        """Copy the app's database to a new file, where the app runs; its path. Raises `StoreError`."""
        return str(self._connection.post("snapshots"))

    def remove_artifacts(self, older_than_days: float) -> int:
        """Delete files that tasks wrote long ago, as `Lab.remove_artifacts` does; how many bytes that freed."""
        return int(self._connection.post("artifacts", "remove", body={"older_than_days": older_than_days}))
