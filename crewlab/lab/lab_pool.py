"""The pool and the settings that can be changed while CrewLab runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.definitions.library.in_force import ModelLimit, SettingInfo

Value = str | int | float | None


class LabPool(LabParts):
    """What may start, in which order, and how fast."""

    def pause(self) -> None:
        """Start nothing new from now on, over a restart too. What runs goes on; what is launched waits in the queue."""
        self.engine.pause(paused=True)

    def unpause(self) -> None:
        """Go on with the queue."""
        self.engine.pause(paused=False)

    def set_priority(self, execution_or_batch_id: str, priority: int) -> int:
        """Change the priority of an execution, or of all of a batch, while it is pending; how many that concerned.

        Raises:
            InputsError: It is not between -1000 and 1000.
            BatchNotFoundError: There is neither an execution nor a batch of this id.
        """
        return self._launching.set_priority(execution_or_batch_id, priority)

    def settings_in_force(self) -> list[SettingInfo]:
        """Every setting: its value, where that comes from, and whether it can be changed here."""
        return self.engine.adjustments.every()

    def change_setting(self, name: str, value: Value) -> None:
        """Change a setting from now on, over a restart too; `None` goes back to the default.

        Raises:
            SettingsError: It is read at the start only, the environment sets it, or the value does not fit.
        """
        self.engine.adjustments.change(name, value)
        self.engine.look_at_settings()

    def model_limits(self) -> dict[str, ModelLimit]:
        """What all executions together may ask of a model within a minute, by the name that definitions use."""
        return dict(self.engine.adjustments.models)

    def limit_model(
        self, model: str, *, requests_per_minute: int | None = None, tokens_per_minute: int | None = None
    ) -> None:
        """Limit a model for the executions that begin from now on; with neither number the limit is lifted.

        Raises:
            SettingsError: A number is less than 1, or the model has no usable name.
        """
        self.engine.adjustments.limit_model(model, requests_per_minute, tokens_per_minute)
