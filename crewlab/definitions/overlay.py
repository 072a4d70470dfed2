"""The models of a launch over those of a definition, and the profiles that either may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.library.model_profiles import ModelProfile, profile_named


@dataclass(frozen=True)
class Chosen:
    """A model written out, and the profile that it came from."""

    llm: Any
    profile: ModelProfile | None = None


@dataclass(frozen=True)
class Overlay:
    """What a launch says of models. An agent's own choice wins over `llm`, and `llm` over what is defined."""

    llm: Any = None
    """A model for all agents and the manager; `None` is as defined."""
    llms: Mapping[str, Any] = field(default_factory=dict)
    """A model by the name of an agent; a manager whom nobody describes is called `manager`."""
    profiles: Mapping[str, ModelProfile] = field(default_factory=dict)
    """The profiles that there are, by name."""

    def choose(self, agent: str | None, defined: Any) -> Chosen:
        """The model of `agent`, whose definition says `defined`."""
        return self.resolved(self.llms.get(agent or "") or self.llm or defined)

    def covers(self, agent: str) -> bool:
        """Whether the launch names a model for `agent`."""
        return bool(self.llms.get(agent) or self.llm)

    def resolved(self, llm: Any) -> Chosen:
        """`llm` with the name of a profile replaced by what the profile says."""
        profile = profile_named(llm, self.profiles)
        if profile is None:
            return Chosen(llm)
        said = llm if isinstance(llm, Mapping) else {}
        return Chosen(profile.llm({name: value for name, value in said.items() if name != "model"}), profile)


def as_overlay(override: Any) -> Overlay:
    """`override` if it is one, or the overlay that puts this model in the place of all."""
    return override if isinstance(override, Overlay) else Overlay(override)
