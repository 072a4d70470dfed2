"""What a definition uses, and what uses it, as a picture that leads to the others."""

from __future__ import annotations

import streamlit as st

from crewlab.definitions.pictures.graph import Graph, Place
from crewlab.definitions.pictures.lineage import lineage
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
    graph = lineage_of(draft)
    st.subheader("What it uses, and what uses it")
    picture(
        graph, key="definition.lineage", words=words_of(graph, draft.name), on_choose=lambda place: _open(draft, place)
    )


def lineage_of(draft: OpenDraft) -> Graph:
    """What stands around the document on the screen, among the latest versions of all others."""
    definitions = draft.lab.definitions
    others = {known.name: known for known in definitions.list() if known.definition_id != draft.definition_id}
    documents = {name: definitions.version(known.definition_id).document for name, known in others.items()}
    return lineage({**documents, draft.name: draft.document}, around=draft.name)


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


def _open(draft: OpenDraft, place: Place) -> None:
    group, name = place
    if group == "definition" and name != draft.name:
        remember(_GO, str(name))
