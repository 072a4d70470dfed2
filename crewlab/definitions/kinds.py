"""Whether a document describes a crew or a flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

Kind = Literal["crew", "flow"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCHEMA = "crewai.flow/v1"


def kind_of(document: Mapping[str, Any]) -> Kind:
    """`flow` for a document that says so in `schema`, or that has `methods`; anything else is a crew."""
    if not isinstance(document, Mapping):
        return "crew"
    return "flow" if document.get("schema") == SCHEMA or "methods" in document else "crew"
