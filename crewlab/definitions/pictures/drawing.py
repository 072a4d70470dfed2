"""The picture of one definition, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.pictures.crews import crew_graph
from crewlab.definitions.pictures.flows import flow_graph
from crewlab.definitions.pictures.graph import Graph


def is_flow(document: Mapping[str, Any]) -> bool:
    """Whether a document describes a flow."""
    return "methods" in document or str(document.get("schema", "")).startswith("crewai.flow/")


def graph_of(document: Mapping[str, Any]) -> Graph:
    """The tasks of a crew, or the steps of a flow."""
    return flow_graph(document) if is_flow(document) else crew_graph(document)
