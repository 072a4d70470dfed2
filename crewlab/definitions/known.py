"""What a check may take for granted about the machine that a document would run on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crewlab.definitions.kinds import Kind
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_records import Obstacle
from crewlab.definitions.version import DefinitionVersion


@dataclass(frozen=True)
class KnownDefinitions:
    """The definitions that the steps of a flow may name."""

    find: Callable[[str, int | None], DefinitionVersion]
    """The version of this name, the latest for `None`; raises `DefinitionNotFoundError`."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Names, archived ones left out, for a hint."""
    archived: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """Tools, keys, providers and prices that there are. `None` means that nobody asked: those rules are left out."""

    tools: frozenset[str] | None = None
    """Names of the tools that an agent may be given."""
    tool_obstacles: Mapping[str, Obstacle] | None = None
    """Why some of them cannot be used here, by name."""
    offers: Mapping[str, tuple[str, ...]] | None = None
    """MCP servers, each with the tools that it was found to have."""
    keys: frozenset[str] | None = None
    """Names of the variables that hold a key; never the keys."""
    providers: frozenset[str] | None = None
    """Names of the model providers that can be built here; see `providers.installed_providers`."""
    priced_models: frozenset[str] | None = None
    """Model names that have a price; see `PriceTable.models`."""
    allowed_code: frozenset[str] = frozenset()
    """References to Python code that an administrator allows crews to call."""
    secrets: frozenset[str] | None = None
    """Names that a document may refer to as `${secret:NAME}`; never the secrets."""
    profiles: Mapping[str, ModelProfile] | None = None
    """Model profiles that a document or a launch may name."""
    knowledge_files: frozenset[str] | None = None
    """Paths of the files that knowledge sources may name."""
    definitions: KnownDefinitions | None = field(default=None, compare=False)
    """What the crew and flow steps of a flow may name."""
