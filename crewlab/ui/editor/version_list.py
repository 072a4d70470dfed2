"""The tab *Versions*: every saved state, what it changed, and a way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.documents import write_document
from crewlab.definitions.shape import in_crew_shape
from crewlab.ui.components.change_list import change_list
from crewlab.ui.components.formats import ago, clock
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.refusals import forget_all
from crewlab.ui.links import link
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion


def version_list(draft: OpenDraft) -> None:
    """Draw the versions, newest first."""
    if draft.definition_id is None:
        st.caption("Nothing saved yet. *Save version* makes version 1.")
        return
    versions = sorted(draft.lab.definitions.versions(draft.definition_id), key=lambda version: -version.number)
    st.caption("A version never changes. Executions name the version that they ran.")
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        _one(draft, version, before)


def _one(draft: OpenDraft, version: DefinitionVersion, before: DefinitionVersion | None) -> None:
    is_latest = draft.latest is not None and version.number == draft.latest.number
    label = f"**Version {version.number}** · {ago(version.created_at)}"
    label += f" · {escape(version.note)}" if version.note else ""
    label += " :gray-badge[latest]" if is_latest else ""
    with st.expander(label, key=f"definition.version.{version.number}", on_change="rerun") as box:
        if not box.open:
            return
        author = f" by {escape(version.author)}" if version.author else ""
        st.caption(f"Saved {clock(version.created_at)}{author} · content {version.content_hash[:12]}")
        _changes(before, version)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Edit from here",
                icon=":material/restore:",
                key=f"definition.version.{version.number}.restore",
                on_click=attempt,
                args=(lambda: _restore(draft, version),),
                help="Put this version's content into the forms, as unsaved edits",
                disabled=is_latest and not draft.has_edits,
            )
            link("executions", "Executions", ":material/list_alt:", definition=version.name)
        st.code(write_document(version.document), language="yaml", height=320, line_numbers=True, wrap_lines=True)


def _changes(before: DefinitionVersion | None, version: DefinitionVersion) -> None:
    if before is None:
        st.caption("The first version.")
        return
    st.markdown(f"Changed since version {before.number}:")
    change_list(before.document, version.document)


def _restore(draft: OpenDraft, version: DefinitionVersion) -> None:
    forget_all(draft.draft_id)
    draft.edit(lambda _: in_crew_shape(version.document))
    toast_next(f"Version {version.number} is in the forms, unsaved.", ":material/restore:")
