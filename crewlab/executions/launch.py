"""What a launch asks for beside the definition and the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.overlay import Overlay
from crewlab.executions.cassette import Cassette

Origin = Literal["background", "foreground"]
"""`background` survives its process while pending; `foreground` (run, run_each, batch) does not."""


MOST_PRIORITY = 1000


class LaunchOptions(BaseModel):
    """How to run, as opposed to what: part of the execution's snapshot."""

    model_config = ConfigDict(frozen=True)

    llm: str | dict[str, Any] | None = None
    """A model, or a model profile, for all agents (and the manager); `None` is as defined."""
    llms: dict[str, str | dict[str, Any]] = Field(default_factory=dict)
    """A model, or a model profile, by the name of an agent; it wins over `llm`."""
    profiles: dict[str, ModelProfile] = Field(default_factory=dict)
    """The model profiles that are used, as they were at launch."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    max_tokens: int | None = Field(default=None, gt=0)
    """Input and output tokens that all attempts together may use."""
    max_cost_usd: float | None = Field(default=None, gt=0)
    """US dollars that all attempts together may spend."""
    priority: int = Field(default=0, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    """Among the pending executions of one owner those with the highest go first."""
    tools: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Records of tools that the definition names, as they stood at launch, with references to secrets."""
    mcp_servers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Records of MCP servers that the definition names, as they stood at launch, with references to secrets."""
    cassette: Cassette | None = None
    """Where answers are recorded, or come from."""
    knowledge_files: dict[str, str] = {}
    """The knowledge files that the document names, each with the SHA-256 of its content at the launch."""
    judge: str | dict[str, Any] | None = None
    """The model that scores the output of each task from 1 to 10, as `crew.test` of crewAI does; `None` is nobody."""
    planning: bool | None = None
    """Whether a model plans the tasks before they run; `None` is as the document says."""
    training: str | None = None
    """The execution of a completed training whose lessons the agents follow."""
    instructions: dict[str, tuple[str, ...]] = {}
    """Those lessons, by agent: the snapshot is whole without the training."""

    context: dict[str, tuple[str, ...]] = {}
    """Texts that tasks are given besides the outputs of others, by task: a flow hands them to a crew."""

    @property
    def overlay(self) -> Overlay:
        """The models of this launch over those of the definition."""
        return Overlay(self.llm, self.llms, self.profiles)


class LaunchArguments(TypedDict, total=False):
    """The keyword arguments that every way of launching takes, each with the meaning of `LaunchOptions`.

    What is left out, or `None`, is as defined. `cassette` is `Cassette.record(name)` or `Cassette.replay(name)`.
    """

    llm: str | dict[str, Any] | None
    llms: Mapping[str, str | dict[str, Any]] | None
    timeout_seconds: float | None
    max_tokens: int | None
    max_cost_usd: float | None
    priority: int | None
    cassette: Cassette | None
    judge: str | dict[str, Any] | None
    planning: bool | None
    training: str | None


class Limits(TypedDict, total=False):
    """What an execution may use: the keyword arguments of going on with other limits."""

    timeout_seconds: float | None
    max_tokens: int | None
    max_cost_usd: float | None
