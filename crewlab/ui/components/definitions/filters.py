"""Which definitions the list shows: by words, kind, tags, collection, and the archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.kinds import kind_of
from crewlab.ui.components.executions.filters import KINDS
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import forget, remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary, Draft

ALL, CREWS, FLOWS, ARCHIVE = "All", KINDS["crew"], KINDS["flow"], "Archive"
SHOWN = "definitions.shown"
_TAGS, _COLLECTION = "definitions.tags", "definitions.collection"
RENAMED = "definitions.collection.renamed"
"""Holds the collection to choose when the page is drawn next: what a widget shows cannot be set once it is drawn."""


@dataclass(frozen=True)
class DefinitionFilters:
    """All of it must fit."""

    text: str = ""
    """Each word occurs in the name, the description, a tag or a collection."""
    shown: str = ALL
    tags: tuple[str, ...] = ()
    """Each of them."""
    collection: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether something could be left out by it."""
        return self != DefinitionFilters()

    def keeps(self, summary: DefinitionSummary) -> bool:
        """Whether the list shows this one."""
        labels = " ".join((*summary.tags, *summary.collections))
        found = f"{summary.name} {summary.description} {labels}".casefold()
        return (
            _is_shown(summary, self.shown)
            and all(word in found for word in self.text.casefold().split())
            and set(self.tags) <= set(summary.tags)
            and (self.collection is None or self.collection in summary.collections)
        )

    def keeps_draft(self, draft: Draft) -> bool:
        """Whether the list shows what was never saved: it has no tags and is in no collection."""
        document = draft.document
        found = f"{document.get('name') or ''} {document.get('description') or ''}".casefold()
        return (
            self.shown in (ALL, KINDS[kind_of(document)])
            and all(word in found for word in self.text.casefold().split())
            and not self.tags
            and self.collection is None
        )


def choose_filters(summaries: Sequence[DefinitionSummary], text: str) -> DefinitionFilters:
    """Draw the filters that make sense for these definitions."""
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = _choose_shown(summaries)
        collection = _choose_collection(_every(summary.collections for summary in summaries))
        tags = _choose_tags(_every(summary.tags for summary in summaries))
    return DefinitionFilters(text, shown, tuple(tags), collection)


def clear_filters() -> None:
    """Show everything that is in use again; for the callback of a button."""
    for key in ("definitions.search", SHOWN, _TAGS, _COLLECTION):
        forget(key)


def _choose_shown(summaries: Sequence[DefinitionSummary]) -> str:
    counts = {name: sum(_is_shown(one, name) for one in summaries) for name in (ALL, CREWS, FLOWS, ARCHIVE)}
    options = [name for name, count in counts.items() if count or name != ARCHIVE]
    if remembered(SHOWN) not in options:
        forget(SHOWN)
    chosen = st.segmented_control(
        "Show", options, default=ALL, key=SHOWN, label_visibility="collapsed", required=True,
        format_func=lambda name: f"{name} {counts[name]}",
    )  # fmt: skip
    return str(chosen)


def _choose_collection(known: Sequence[str]) -> str | None:
    if not known:
        return None
    if (renamed := remembered(RENAMED)) is not None:
        forget(RENAMED)
        remember(_COLLECTION, renamed)
    if remembered(_COLLECTION) not in known:
        forget(_COLLECTION)
    return st.selectbox(
        "Collection", known, index=None, key=_COLLECTION, placeholder="Any collection", width=220,
        label_visibility="collapsed",
    )  # fmt: skip


def _choose_tags(known: Sequence[str]) -> list[str]:
    if not known:
        return []
    remains = [tag for tag in remembered(_TAGS, []) if tag in known]
    if remains != remembered(_TAGS, []):
        forget(_TAGS)
    return list(st.pills("Tags", known, selection_mode="multi", key=_TAGS, label_visibility="collapsed",
                         format_func=escape))  # fmt: skip


def _every(labels: Iterable[Sequence[str]]) -> list[str]:
    return sorted({label for some in labels for label in some}, key=str.casefold)


def _is_shown(summary: DefinitionSummary, shown: str) -> bool:
    is_archived = summary.archived_at is not None
    if shown == ARCHIVE:
        return is_archived
    return not is_archived and shown in (ALL, KINDS[summary.kind])
