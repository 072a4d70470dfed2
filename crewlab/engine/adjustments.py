"""Settings that can be changed while CrewLab runs: `settings.json` in the data folder, below the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crewlab.definitions.library.in_force import ModelLimit, SettingInfo, Source
from crewlab.errors import SettingsError
from crewlab.secrets.file_content import FileContent
from crewlab.secrets.private_file import alone, read_private, write_private
from crewlab.settings import Settings

POOL = ("workers", "admission", "dedicated_workers", "owner_limit", "batch_limit")
LIMITS = (
    "timeout_seconds",
    "model_timeout_seconds",
    "model_attempts",
    "retry_wait_seconds",
    "tool_timeout_seconds",
)
ADJUSTABLE = (*POOL, *LIMITS)
"""The settings that count at once when they are changed; the others are read once, at the start."""

_ADJUSTABLE_ARE = f"What can be changed is {', '.join(ADJUSTABLE)}."


class Adjusted(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = False
    settings: dict[str, Any] = Field(default={})
    models: dict[str, ModelLimit] = Field(default={})


class Adjustments:
    """The settings as they stand. What the environment sets wins, and cannot be changed here. Safe from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._started_with = settings
        self.path: Path = settings.data / "settings.json"
        self._content = FileContent(self.path, self._read)

    @property
    def now(self) -> Settings:
        """All settings, those that were changed among them.

        Raises:
            SettingsError: The file holds something else than settings.
        """
        return self._load()[1]

    @property
    def is_paused(self) -> bool:
        """Whether the pool shall start nothing."""
        return self._load()[0].paused

    @property
    def models(self) -> Mapping[str, ModelLimit]:
        """The limits of models, by the name that definitions use."""
        return self._load()[0].models

    def source(self, name: str) -> Source:
        """Where the value of the setting `name` comes from."""
        if name in self._started_with.model_fields_set:
            return "environment"
        return "changed here" if name in self._load()[0].settings else "default"

    def every(self) -> list[SettingInfo]:
        """All settings."""
        now = self.now
        return [
            SettingInfo(
                name=name,
                variable=variable_of(name),
                description=field.description or "",
                value=_plain(getattr(now, name)),
                default=_plain(field.default),
                source=self.source(name),
                is_adjustable=name in ADJUSTABLE and name not in self._started_with.model_fields_set,
            )
            for name, field in Settings.model_fields.items()
        ]

    def change(self, name: str, value: Any) -> None:
        """Set a setting from now on; `None` goes back to the default.

        Raises:
            SettingsError: It cannot be changed while CrewLab runs, the environment sets it, or the value does not fit.
        """
        if name not in ADJUSTABLE:
            raise SettingsError(f"{name!r} cannot be changed while CrewLab runs.", _ADJUSTABLE_ARE)
        if self.source(name) == "environment":
            variable = variable_of(name)
            raise SettingsError(f"{variable} sets it, and that wins.", f"Remove {variable}, and start again.")
        with alone(self.path):
            adjusted = self._load()[0]
            others = {known: kept for known, kept in adjusted.settings.items() if known != name}
            changed = others if value is None else {**others, name: value}
            self._merged(changed)
            self._write(adjusted.model_copy(update={"settings": changed}))

    def limit_model(self, model: str, requests_per_minute: int | None, tokens_per_minute: int | None) -> None:
        """Limit what is asked of a model from now on; without a number the limit is lifted. Raises `SettingsError`."""
        if not model.strip() or model != model.strip() or len(model) > 200 or not model.isprintable():
            raise SettingsError(f"{model[:200]!r} is not a name of a model.", "Write it as a definition does.")
        numbers = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
        wrong = [number for number in numbers.values() if number is not None and number < 1]
        if wrong:
            raise SettingsError(f"{wrong[0]} a minute is no limit.", "Give a whole number of 1 or more, or none.")
        limit = ModelLimit(**numbers) if any(numbers.values()) else None
        with alone(self.path):
            adjusted = self._load()[0]
            others = {name: kept for name, kept in adjusted.models.items() if name != model}
            models = others if limit is None else {**others, model: limit}
            self._write(adjusted.model_copy(update={"models": dict(sorted(models.items()))}))

    def pause(self, *, paused: bool) -> None:
        """Remember whether the pool is paused, over a restart too."""
        with alone(self.path):
            self._write(self._load()[0].model_copy(update={"paused": paused}))

    def _merged(self, changed: Mapping[str, Any]) -> Settings:
        kept = {name: value for name, value in changed.items() if name not in self._started_with.model_fields_set}
        try:
            return Settings.model_validate({**self._started_with.model_dump(), **kept})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0])
            raise SettingsError(
                f"{name.replace('_', ' ')}: {first['msg']}.", f"Correct it under Settings, or in {self.path}."
            ) from None

    def _load(self) -> tuple[Adjusted, Settings]:
        return self._content.value

    def _read(self) -> tuple[Adjusted, Settings]:
        adjusted = self._parsed()
        return adjusted, self._merged(adjusted.settings)

    def _parsed(self) -> Adjusted:
        try:
            text = read_private(self.path)
            adjusted = Adjusted() if text is None else Adjusted.model_validate_json(text)
        except (OSError, ValueError) as error:
            what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise SettingsError(f"{self.path} cannot be read: {what}.", "Correct it, or remove it.") from None
        if unknown := adjusted.settings.keys() - set(ADJUSTABLE):
            raise SettingsError(f"{self.path} sets {', '.join(sorted(unknown))}.", _ADJUSTABLE_ARE)
        return adjusted

    def _write(self, adjusted: Adjusted) -> None:
        try:
            write_private(self.path, adjusted.model_dump_json(indent=1, exclude_defaults=True) + "\n")
        except OSError as error:
            raise SettingsError(f"{self.path} cannot be written: {error.strerror}.", "Nothing was changed.") from error


def variable_of(name: str) -> str:
    """The variable of the environment that sets `name`."""
    return f"CREWLAB_{name.upper()}"


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)
