"""Everything that can be set from outside, read once from `CREWLAB_*` variables into one frozen record."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from crewlab.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseModel):
    """The settings of one lab. Field `x_y` is read from the variable `CREWLAB_X_Y`."""

    model_config = ConfigDict(frozen=True)

    data: Path = Field(
        default=PROJECT / "data",
        description="Folder of the store, of files that executions write, and of `endpoint.json`",
    )
    examples: Path = Field(
        default=PROJECT / "data" / "examples", description="Folder of the example crews that seed an empty store"
    )
    gallery: Path = Field(
        default=PROJECT / "data" / "gallery", description="Folder of the crews, flows, agents and tools to begin from"
    )
    executor: Literal["crewlab", "crewai"] = Field(
        default="crewlab",
        description="Whose agent loop runs agents where a crew names none: `crewlab`, or `crewai` for its own",
    )
    owner: str = Field(default="local", description="Who owns what this process makes")
    workers: int = Field(default=4, ge=1, le=64, description="Worker threads of the pool, each with its own event loop")
    admission: int = Field(default=64, ge=1, le=1024, description="Executions that one worker hosts at a time")
    dedicated_workers: int = Field(
        default=4, ge=1, le=64, description="Workers for executions that block, one each, beside the shared ones"
    )
    owner_limit: int = Field(default=0, ge=0, description="Executions of one owner that run at a time; 0 is no cap")
    batch_limit: int = Field(default=0, ge=0, description="Executions of one batch that run at a time; 0 is no cap")
    tool_threads: int = Field(default=32, ge=1, le=512, description="Threads for tool bodies")
    tool_timeout_seconds: float = Field(default=120.0, gt=0, description="Longest time one tool call may take")
    timeout_seconds: float = Field(default=3600.0, gt=0, description="Wall-clock limit of an execution that names none")
    model_timeout_seconds: float = Field(default=120.0, gt=0, description="Longest time one model request may take")
    model_attempts: int = Field(
        default=4, ge=1, le=10, description="Requests for one model call, the first included, on 429, 5xx and timeouts"
    )
    retry_wait_seconds: float = Field(
        default=1.0, ge=0, description="First wait between requests of one model call; doubles each time, with jitter"
    )
    confirm_rows: int = Field(default=1000, ge=1, description="Rows of a table above which a launch asks first")
    confirm_calls: int = Field(
        default=200, ge=1, description="Executions x tasks on a real model above which a launch asks first"
    )
    max_cell_bytes: int = Field(
        default=1_000_000, ge=1000, description="Largest single value in an input table, in bytes"
    )
    max_file_bytes: int = Field(default=50_000_000, ge=1, description="Largest file that a task may write, in bytes")
    allowed_code: str = Field(
        default="",
        description="Python code that crews may call, as `module:function` separated by commas; nothing else is run",
    )
    max_table_bytes: int = Field(default=50_000_000, ge=1000, description="Largest input table file, in bytes")
    max_request_bytes: int = Field(
        default=100_000_000, ge=1000, description="Largest body of a request to the HTTP API, in bytes"
    )
    hosts: str = Field(
        default="",
        description="Names, separated by commas, under which the HTTP API may be asked; addresses and localhost always",
    )

    max_knowledge_bytes: int = Field(default=20_000_000, ge=1000, description="Largest knowledge file, in bytes")
    otlp_endpoint: str = Field(
        default="", description="URL of an OpenTelemetry receiver (OTLP over HTTP) that gets traces; empty exports none"
    )
    otlp_headers: SecretStr = Field(
        default=SecretStr(""), description="Headers for it: `NAME=VALUE,…`; a value may be `${secret:NAME}`"
    )
    otlp_content: bool = Field(
        default=False, description="Whether traces hold prompts, answers, arguments and results of tools"
    )

    @property
    def allowed_references(self) -> frozenset[str]:
        """The references to Python code that crews may call."""
        return frozenset(reference.strip() for reference in self.allowed_code.split(",") if reference.strip())

    @property
    def database(self) -> Path:
        """The DuckDB file. Nothing but the store may open it."""
        return self.data / "crewlab.duckdb"

    @property
    def endpoint(self) -> Path:
        """Where a running app leaves its URL and token for other processes (mode 0600)."""
        return self.data / "endpoint.json"

    def execution_folder(self, execution_id: str) -> Path:
        """The folder that holds what the tasks of one execution write."""
        return self.data / "executions" / execution_id

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Read `CREWLAB_*` variables, of which an empty one counts as not set; `overrides` win.

        Raises:
            SettingsError: A variable has an unusable value, or no such setting exists.
        """
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {
            name: value for name in cls.model_fields if (value := source.get(f"CREWLAB_{name.upper()}", "").strip())
        }
        values.update(overrides)
        try:
            settings = cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = f"CREWLAB_{str(first['loc'][0]).upper()}"
            raise SettingsError(
                f"{name}={first['input']!r}: {first['msg']}.", "The README lists every setting."
            ) from error
        return settings.model_copy(update={"data": settings.data.expanduser().resolve()})
