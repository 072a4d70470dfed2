"""How a definition stands: running or its last outcome, when that was, its labels, and what it runs and is run by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import ago
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.components.status import StatusLook, look_of, status_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary

LOOKS = {"crew": StatusLook(":material/groups:", "blue"), "flow": StatusLook(":material/account_tree:", "violet")}
"""Icon and colour of each kind of definition."""
LINKS_SHOWN = 6


def kind_markdown(kind: str) -> str:
    """Whether it is a crew or a flow, as a badge inside Markdown."""
    return f":{LOOKS[kind].color}-badge[{kind}]"


def standing_badges(summary: DefinitionSummary) -> Iterator[str]:
    """What it is, how it does, and the words on it, as badges inside Markdown."""
    yield kind_markdown(summary.kind)
    if summary.running_count:
        running = look_of("running")
        count = f"{summary.running_count} " if summary.running_count > 1 else ""
        yield f":{running.color}-badge[{running.icon} {count}running]"
    elif summary.last_status:
        yield status_markdown(summary.last_status)
    if summary.archived_at is not None:
        yield ":gray-badge[:material/archive: archived]"
    yield from (f":gray-badge[:material/sell: {escape(tag)}]" for tag in summary.tags)
    yield from (f":gray-badge[:material/folder: {escape(name)}]" for name in summary.collections)


def standing_time(summary: DefinitionSummary) -> None:
    """Draw when it ran last."""
    told = f"last run {ago(summary.last_executed_at)}" if summary.last_executed_at else "never run"
    st.markdown(f":small[:gray[{told}]]", width="content")


def relations(summary: DefinitionSummary) -> None:
    """Draw the ways to the flows that use it and to what it runs, if there are any."""
    if summary.parents or summary.children:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _links("Used by", summary.parents, LOOKS["flow"].icon)
            _links("Runs", summary.children, ":material/subdirectory_arrow_right:")


def _links(label: str, names: Sequence[str], icon: str) -> None:
    if not names:
        return
    st.markdown(f":small[:gray[{label}]]", width="content")
    for name in names[:LINKS_SHOWN]:
        link("definition", escape(shorten(name, 60)), icon, id=name)
    if len(names) > LINKS_SHOWN:
        st.markdown(f":small[:gray[and {len(names) - LINKS_SHOWN} more]]", width="content")
