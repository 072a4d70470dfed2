"""The tab *Flow*: name, description, limits, whether it holds a conversation, and what it uses."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.editing import set_value
from crewlab.definitions.flows.flow import MOST_CALLS
from crewlab.definitions.names import MOST_CHARACTERS
from crewlab.errors import DocumentError
from crewlab.ui.components.definitions.lineage_picture import lineage_around
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.conversation_form import conversation_form

FORM_FIELDS = frozenset({"schema", "name", "description", "config", "conversational", "state", "methods"})


def flow_form(fields: Fields) -> None:
    """Draw the form."""
    left, right = st.columns(2, gap="medium")
    with left:
        fields.text(("name",), "Name", change=_rename, max_chars=MOST_CHARACTERS, help="Unique among your definitions.")
        fields.text(("description",), "Description", height=90, is_optional=True,
                    placeholder="What this flow is for, in a sentence")  # fmt: skip
    with right:
        fields.number(
            ("config", "max_method_calls"),
            "Most runs of one step",
            min_value=1,
            placeholder=str(MOST_CALLS),
            help="A loop ends with an error when a step would run more often than this in one execution.",
        )
        fields.others(("config",), {"max_method_calls"})
    conversation_form(fields)
    fields.notes(("config",))
    fields.others((), FORM_FIELDS)
    lineage_around(fields.draft)


def _rename(document: dict[str, Any], name: str) -> dict[str, Any]:
    if not name.strip():
        raise DocumentError("A flow needs a name.", "The old one was kept.")
    return set_value(document, ("name",), name.strip())
