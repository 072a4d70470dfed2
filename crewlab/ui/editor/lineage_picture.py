"""What a definition uses, and what uses it, as a picture that leads to the others."""

from __future__ import annotations

import streamlit as st

from crewlab.definitions.pictures.graph import Graph, Place
from crewlab.definitions.pictures.lineage import lineage, reached, uses_of
from crewlab.ui.components.formats import plural
from crewlab.ui.components.picture import picture
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.links import go
from crewlab.ui.state import forget, remember, remembered

_GO = "definition.lineage.go"


def lineage_picture(draft: OpenDraft) -> None:
    """Draw the picture; a click on another definition opens it."""
    if target := remembered(_GO):
        forget(_GO)
        go("definition", id=target)
    graph, own = lineage_of(draft), _saved_name(draft)
    st.subheader("What it uses, and what uses it")
    picture(graph, key="definition.lineage", words=words_of(graph, own), on_choose=lambda place: _open(own, place))


def lineage_of(draft: OpenDraft) -> Graph:
    """What stands around the document on the screen, among the latest versions of the others."""
    definitions, own = draft.lab.definitions, _saved_name(draft)
    known = {summary.name: summary for summary in definitions.list(archived=None)}
    names = reached(own, lambda name: known[name].parents if name in known else ())
    for used, _ in uses_of(draft.document).definitions:
        names |= reached(used, lambda name: known[name].children if name in known else ())
    around = [name for name in known if name in names and name != own]
    documents = {name: definitions.version(known[name].definition_id).document for name in around}
    return lineage({**documents, own: draft.document}, around=own, others=known)


def _saved_name(draft: OpenDraft) -> str:
    """The name by which others use it; a new one on the screen is not saved yet."""
    return draft.latest.name if draft.latest else draft.name


def words_of(graph: Graph, name: str) -> str:
    """The same for who does not see the picture, a click away from each."""
    own = next(node.key for node in graph.nodes if node.label == name and node.kind in ("crew", "flow"))
    used = [graph.at(edge.target) for edge in graph.edges if edge.source == own]
    using = [graph.at(edge.source) for edge in graph.edges if edge.target == own]
    names = [node.label for node in used if node]
    said = f"Uses {', '.join(names)}." if names else "Uses nothing else."
    said += (
        f" Used by {plural(len(using), 'flow')}: {', '.join(node.label for node in using if node)}." if using else ""
    )
    return escape(said)


def _open(own: str, place: Place) -> None:
    group, name = place
    if group == "definition" and name != own:
        remember(_GO, str(name))
