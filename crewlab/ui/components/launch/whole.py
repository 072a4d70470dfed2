"""What a launch runs as a whole: a crew, or a flow with every crew and flow that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.kinds import kind_of
from crewlab.errors import CrewLabError

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab


def whole_document(lab: Lab, version: DefinitionVersion) -> Mapping[str, Any]:
    """The document with the definitions that it uses as they are now; without them where one is missing."""
    if kind_of(version.document) == "crew":
        return version.document
    try:
        return Closure.resolve(version.document, lab.definitions.version).snapshot()
    except CrewLabError:  # what is missing is among the problems of the launch
        return version.document
