"""The tab *Versions*: every saved state, what is different between any two, and ways back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.notation.text import write_document
from crewlab.definitions.shape import in_crew_shape
from crewlab.ui.components.compare.change_list import change_list
from crewlab.ui.components.formats import ago, clock, plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.refusals import forget_all
from crewlab.ui.editor.saving import TAB
from crewlab.ui.state import remember, remembered
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion

UNSAVED = 0
"""Stands for the unsaved edits among the numbers of versions."""
_BEFORE, _AFTER = "definition.versions.before", "definition.versions.after"
CONTENT = "definition.executions.content"
"""The key of the choice of a version on the tab *Executions*."""


def version_list(draft: OpenDraft) -> None:
    """Draw the comparison of two versions, then all of them, newest first."""
    if draft.definition_id is None:
        st.caption("Nothing saved yet. *Save version* makes version 1.")
        return
    versions = draft.lab.definitions.versions(draft.definition_id)
    if len(versions) > 1 or draft.has_edits:
        _compare(draft, versions)
    st.caption("A version never changes. Executions name the version that they ran.")
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        _one(draft, version, before)


def _compare(draft: OpenDraft, versions: Sequence[DefinitionVersion]) -> None:
    """Any two, at first the last two states."""
    documents: dict[int, Mapping[str, Any]] = {version.number: version.document for version in versions}
    if draft.has_edits:
        documents = {UNSAVED: draft.document, **documents}
    numbers = list(documents)
    with st.container(border=True, key="definition.versions.compare"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Compare**", width="content")
            before = _choose(_BEFORE, numbers, numbers[1] if len(numbers) > 1 else numbers[0])
            st.markdown("with", width="content")
            after = _choose(_AFTER, numbers, numbers[0])
        if before == after:
            st.caption("Choose two different ones.")
        else:
            left, right = (in_crew_shape(documents[number]) for number in (before, after))
            change_list(left, right, key="definition.versions.changes")


def _choose(key: str, numbers: Sequence[int], default: int) -> int:
    if remembered(key) not in numbers:
        remember(key, default)  # a new default would not reach a field that the browser shows already
    return st.selectbox(
        "Version", numbers, key=key, format_func=_label, width=200, label_visibility="collapsed"
    )  # fmt: skip


def _label(number: int) -> str:
    return f"Version {number}" if number else "Unsaved edits"


def _one(draft: OpenDraft, version: DefinitionVersion, before: DefinitionVersion | None) -> None:
    is_latest = draft.latest is not None and version.number == draft.latest.number
    label = f"**Version {version.number}** · {ago(version.created_at)}"
    label += f" · {escape(shorten(version.note, 120))}" if version.note else ""
    label += " :gray-badge[latest]" if is_latest else ""
    with st.expander(label, key=f"definition.version.{version.number}", on_change="rerun") as box:
        if not box.open:
            return
        author = f" by {escape(version.author)}" if version.author else ""
        st.caption(f"Saved {clock(version.created_at)}{author} · content {version.content_hash[:12]}")
        _note(version)
        _changes(before, version)
        with st.container(horizontal=True, vertical_alignment="center"):
            _actions(draft, version, is_latest=is_latest)
        st.code(write_document(version.document), language="yaml", height=320, line_numbers=True, wrap_lines=True)


def _note(version: DefinitionVersion) -> None:
    """A long note, such as that of an import, which says what was changed line by line."""
    if len(version.note) > 120 or "\n" in version.note:
        st.markdown("\n".join(f"- {escape(line)}" for line in version.note.splitlines() if line.strip()))


def _actions(draft: OpenDraft, version: DefinitionVersion, *, is_latest: bool) -> None:
    key = f"definition.version.{version.number}"
    st.button(
        "Restore", icon=":material/settings_backup_restore:", key=f"{key}.restore", disabled=is_latest,
        on_click=attempt, args=(lambda: _restore(draft, version),),
        help=f"Save this content as version {draft.next_number}; the versions between stay",
    )  # fmt: skip
    st.button(
        "Edit from here", icon=":material/edit:", key=f"{key}.edit", disabled=is_latest and not draft.has_edits,
        on_click=attempt, args=(lambda: _edit(draft, version),),
        help="Put this content into the forms, as unsaved edits",
    )  # fmt: skip
    count = draft.lab.count_executions(content_hash=version.content_hash, within_flows=True)
    st.button(
        plural(count, "execution"), icon=":material/list_alt:", key=f"{key}.executions", disabled=not count,
        on_click=_show_executions, args=(version.number,), help="All executions of exactly this content",
    )  # fmt: skip


def _show_executions(number: int) -> None:
    remember(CONTENT, number)
    remember(TAB, "Executions")


def _changes(before: DefinitionVersion | None, version: DefinitionVersion) -> None:
    if before is None:
        st.caption("The first version.")
        return
    st.markdown(f"Changed since version {before.number}:")
    change_list(before.document, version.document, key=f"definition.version.{version.number}.changes")


def _restore(draft: OpenDraft, version: DefinitionVersion) -> None:
    saved = draft.lab.definitions.restore(version.definition_id, version.number)
    if draft.latest is not None and saved.number == draft.latest.number:
        toast_next(f"The latest version has the content of version {version.number} already.", ":material/info:")
    else:
        remember(_BEFORE, saved.number - 1)
        remember(_AFTER, saved.number)  # so that the comparison shows what the restored version changes
        toast_next(f"Version {saved.number} has the content of version {version.number}.", ":material/history:")


def _edit(draft: OpenDraft, version: DefinitionVersion) -> None:
    forget_all(draft.draft_id)
    draft.edit(lambda _: in_crew_shape(version.document))
    toast_next(f"Version {version.number} is in the forms, unsaved.", ":material/restore:")
