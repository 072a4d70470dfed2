"""What the menus of a definition offer besides running and editing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.definitions.dialogs import ask_add_to_flow, ask_labels, ask_rename
from crewlab.ui.components.definitions.exporting import ask_export
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.saving import duplicate
from crewlab.ui.links import go_once
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab

ADD_TO_FLOW, LABELS, RENAME, DUPLICATE = "Add to flow…", "Tags and collections…", "Rename…", "Duplicate"
EXPORT, ARCHIVE, UNARCHIVE = "Export", "Archive", "Take out of the archive"


def order_options(summary: DefinitionSummary) -> list[str]:
    """What a menu lists."""
    shelf = ARCHIVE if summary.archived_at is None else UNARCHIVE
    return [ADD_TO_FLOW, LABELS, RENAME, DUPLICATE, EXPORT, shelf]


def put_in_order(lab: Lab, summary: DefinitionSummary, chosen: str) -> None:
    """Do what was chosen, or ask what it needs; other choices are somebody else's."""
    if chosen == DUPLICATE:
        document = lab.definitions.version(summary.definition_id).document
        go_once("definition", draft=duplicate(lab, document, summary.name))
    if chosen in (ARCHIVE, UNARCHIVE):
        _shelve(lab, summary, into_archive=chosen == ARCHIVE)
    if chosen == EXPORT:
        ask_export(lab, summary.definition_id)
    asking = {ADD_TO_FLOW: ask_add_to_flow, LABELS: ask_labels, RENAME: ask_rename}
    if chosen in asking:
        asking[chosen](lab, summary)


def _shelve(lab: Lab, summary: DefinitionSummary, *, into_archive: bool) -> None:
    if into_archive:
        lab.definitions.archive(summary.definition_id)
        toast_next(f"{escape(summary.name)} is in the archive. It can still be run.", ":material/archive:")
    else:
        lab.definitions.unarchive(summary.definition_id)
        toast_next(f"{escape(summary.name)} is in use again.", ":material/unarchive:")
    st.rerun()
