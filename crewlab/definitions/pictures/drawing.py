"""The picture of one definition, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.kinds import kind_of
from crewlab.definitions.pictures.crews import crew_graph
from crewlab.definitions.pictures.flows import flow_graph
from crewlab.definitions.pictures.graph import Graph


def graph_of(document: Mapping[str, Any]) -> Graph:
    """The tasks of a crew, or the steps of a flow."""
    return flow_graph(document) if kind_of(document) == "flow" else crew_graph(document)
