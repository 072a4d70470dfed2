"""What definitions use, and what uses them, as pictures that lead to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.pictures.graph import Graph, Place
from crewlab.definitions.pictures.lineage import lineage, reached, uses_of
from crewlab.ui.components.definitions.picture import picture
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import go
from crewlab.ui.state import forget, remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab
    from crewlab.ui.editor.open_draft import OpenDraft

Summaries = Mapping[str, "DefinitionSummary"]
"""Definitions by name."""
_GO = "definition.lineage.go"
_MOST_FLOWS = 30


def lineage_around(draft: OpenDraft) -> None:
    """Draw what stands around the document on the screen; a click on another definition opens it."""
    _leave()
    graph, own = _around(draft), _saved_name(draft)
    st.subheader("What it uses, and what uses it")
    picture(graph, key="definition.lineage", words=_words(graph, own), on_choose=lambda place: _choose(place, own))


def lineage_of_flows(lab: Lab, shown: Sequence[DefinitionSummary]) -> None:
    """Draw what the flows among `shown` use, where there are any; a click on a definition opens it."""
    _leave()
    flows = [summary.name for summary in shown if summary.kind == "flow"]
    if not flows:
        return
    with st.expander("What uses what", icon=":material/schema:", key="definitions.lineage", on_change="rerun") as box:
        if box.open:
            _draw_flows(lab, flows)


def _draw_flows(lab: Lab, flows: Sequence[str]) -> None:
    known = {summary.name: summary for summary in lab.definitions.list(archived=None)}
    names = _used_by(flows[:_MOST_FLOWS], known)
    graph = lineage(_documents(lab, known, names), others=known)
    said = f"{plural(min(len(flows), _MOST_FLOWS), 'flow')} and what they use."
    more = f" {len(flows) - _MOST_FLOWS} more flows are not drawn; filter the list to see them."
    picture(graph, key="definitions.lineage.picture", words=said + (more if len(flows) > _MOST_FLOWS else ""),
            on_choose=_choose)  # fmt: skip


def _around(draft: OpenDraft) -> Graph:
    """The document on the screen among the latest versions of the others."""
    own = _saved_name(draft)
    known = {summary.name: summary for summary in draft.lab.definitions.list(archived=None)}
    names = reached(own, lambda name: known[name].parents if name in known else ())
    names |= _used_by([name for name, _ in uses_of(draft.document).definitions], known)
    documents = _documents(draft.lab, known, names - {own})
    return lineage({**documents, own: draft.document}, around=own, others=known)


def _used_by(names: Iterable[str], known: Summaries) -> set[str]:
    """These definitions, and what they use, directly or not."""
    return {
        found for start in names for found in reached(start, lambda name: known[name].children if name in known else ())
    }


def _documents(lab: Lab, known: Summaries, names: set[str]) -> dict[str, dict[str, object]]:
    return {name: lab.definitions.version(known[name].definition_id).document for name in known if name in names}


def _saved_name(draft: OpenDraft) -> str:
    """The name by which others use it; a new one on the screen is not saved yet."""
    return draft.latest.name if draft.latest else draft.name


def _words(graph: Graph, name: str) -> str:
    """The same for who does not see the picture."""
    own = next(node.key for node in graph.nodes if node.label == name and node.kind in ("crew", "flow"))
    used = [graph.at(edge.target) for edge in graph.edges if edge.source == own]
    using = [graph.at(edge.source) for edge in graph.edges if edge.target == own]
    names = [node.label for node in used if node]
    said = f"Uses {', '.join(names)}." if names else "Uses nothing else."
    said += (
        f" Used by {plural(len(using), 'flow')}: {', '.join(node.label for node in using if node)}." if using else ""
    )
    return escape(said)


def _choose(place: Place, own: str = "") -> None:
    """Remember where a click leads: a callback cannot change the page itself."""
    group, name = place
    if group == "definition" and name != own:
        remember(_GO, str(name))


def _leave() -> None:
    if target := remembered(_GO):
        forget(_GO)
        go("definition", id=target)
