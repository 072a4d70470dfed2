"""What the body of a request may hold."""

from __future__ import annotations

from typing import Any, cast

from pydantic import ConfigDict, Field

from crewlab.api.operation import RequestBody
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.placing import Existing
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.prices import Price
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.executions.cassette import Cassette
from crewlab.executions.launch import MOST_PRIORITY, LaunchArguments

Llm = str | dict[str, Any] | None
Llms = dict[str, str | dict[str, Any]] | None
"""By the name of an agent."""


class RunnableRequest(RequestBody):
    """What to run: a stored definition (and its version, the latest by default), or a whole document."""

    definition: str | None = None
    number: int | None = None
    document: dict[str, Any] | None = None


class LimitsRequest(RequestBody):
    """What an execution may use."""

    timeout_seconds: float | None = None
    max_tokens: int | None = None
    max_cost_usd: float | None = None


class LaunchFields(LimitsRequest):
    """How to run: the fields of `LaunchArguments`."""

    llm: Llm = None
    llms: Llms = None
    priority: int | None = Field(default=None, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    cassette: Cassette | None = None
    judge: Llm = None
    planning: bool | None = None
    training: str | None = None

    def arguments(self) -> LaunchArguments:
        """As keyword arguments of a launch."""
        return cast("LaunchArguments", {name: getattr(self, name) for name in LaunchArguments.__annotations__})


class ForkRequest(RequestBody):
    """What a fork changes."""

    from_task: str | None = None
    outputs: dict[str, str] | None = None
    inputs: dict[str, Any] | None = None


class AnswerRequest(RequestBody):
    """What a person says: no text accepts."""

    text: str = ""
    task: str | None = None
    question_id: str | None = None
    outcome: str | None = None
    """One of the outcomes of the question, where it has some."""


class LaunchRequest(RunnableRequest, LaunchFields):
    """One execution."""

    inputs: dict[str, Any] | None = None


class TrainingRequest(LaunchRequest):
    """A training."""

    iterations: int = 2


class BatchRequest(RunnableRequest, LaunchFields):
    """One execution per row."""

    rows: list[dict[str, Any]]
    name: str | None = None
    concurrency: int | None = None
    """At most so many at a time; such a batch is interrupted, not queued, when the app stops."""


class ForecastRequest(RunnableRequest):
    """A launch that is not made."""

    rows_count: int
    llm: Llm = None
    llms: Llms = None


class SaveRequest(RequestBody):
    """A document to save as a version."""

    document: dict[str, Any]
    definition_id: str | None = None
    note: str = ""
    expected_number: int | None = None


class RestoreRequest(RequestBody):
    """An earlier version to save as the next one."""

    number: int
    note: str = ""


class RenameRequest(RequestBody):
    """Another name."""

    name: str


class DuplicateRequest(RequestBody):
    """What a copy is called."""

    name: str | None = None
    """By default the name with `-copy` behind it."""


class LabelsRequest(RequestBody):
    """Tags, or names of collections, in place of those that there are."""

    labels: list[str]


class CollectionRequest(RequestBody):
    """A collection to make, or to put in the place of another."""

    description: str = ""
    instead_of: str | None = None


class ImportRequest(RequestBody):
    """The text of a YAML or JSON file, and its name."""

    text: str
    source: str


class ImportFilesRequest(RequestBody):
    """Files to import: one document, or the files of a project or a bundle."""

    model_config = ConfigDict(val_json_bytes="base64")

    name: str
    """What they are called together."""
    files: dict[str, bytes]
    """Contents by their paths, written as base64."""
    left_out: tuple[Note, ...] = ()
    """Files that are not sent, and why."""
    existing: Existing = "refuse"
    """What becomes of a definition whose name is taken."""
    accept: tuple[str, ...] = ()
    """Names of records that are wanted although they start a program, are given a secret, or ask a server."""


class CheckRequest(RequestBody):
    """A document to look at."""

    document: dict[str, Any]
    llm: Llm = None
    llms: Llms = None


class DraftRequest(RequestBody):
    """Unsaved edits."""

    document: dict[str, Any]
    definition_id: str | None = None
    base_number: int | None = None


class ValueRequest(RequestBody):
    """A value that no answer ever holds."""

    value: str = Field(repr=False)


class PriceRequest(RequestBody):
    """A row of one's own."""

    price: Price


class PutPriceRequest(PriceRequest):
    """A row to add, or to put in the place of another."""

    instead_of: Price | None = None


class KnowledgeFileRequest(RequestBody):
    """A knowledge file; its content is written as base64."""

    name: str
    content_base64: str
    replace: bool = False


class PriorityRequest(RequestBody):
    """Which place in the queue."""

    priority: int
    """From -1000 to 1000; the highest goes first among the executions of one owner."""


class SettingRequest(RequestBody):
    """The value of a setting."""

    value: str | int | float | None = None
    """Nothing goes back to the default."""


class ModelLimitRequest(RequestBody):
    """What all executions together may ask of a model within a minute; without a number there is no limit."""

    model: str
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class ToolSaveRequest(RequestBody):
    """A tool to keep."""

    record: ToolRecord


class ToolTestRequest(RequestBody):
    """A tool, by its name or as a record, and what to call it with."""

    tool: str | ToolRecord
    arguments: dict[str, Any] | None = None


class ServerSaveRequest(RequestBody):
    """An MCP server to keep."""

    server: McpServer


class ServerTestRequest(RequestBody):
    """An MCP server, by its name or as a record."""

    server: str | McpServer


class ArtifactsRequest(RequestBody):
    """Which files are removed."""

    older_than_days: float = Field(ge=0)
    """Those of executions that ended so many days ago."""
