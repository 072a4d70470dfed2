"""The tab *Tools*: which tools a definition uses, and who has each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path
from crewlab.definitions.editing_flows.toolbox import Holder, calls_of, give_tool, holders, tools_of
from crewlab.definitions.part_places import place_now
from crewlab.ui.components.act_on_choice import act_on_choice
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.links import link


def tools_form(fields: Fields) -> None:
    """Draw a row for each tool, and a way to add one."""
    document = fields.draft.document
    about = {tool.name: tool.description for tool in fields.draft.lab.tool_names()}
    given, called, everybody = tools_of(document), calls_of(document), holders(document)
    if not given and not called:
        own = "No step uses a tool itself; those of its crews are on the pages of the crews."
        none = "No tool is used yet. Agents with tools look things up and act; without, they only write."
        st.caption(own if fields.draft.kind == "flow" else none)
    for tool in dict.fromkeys([*given, *called]):
        with st.container(border=True):
            _one(fields, tool, about, everybody, given.get(tool, []), called.get(tool, []))
    _add(fields, [name for name in about if name not in given], everybody)
    link("library", "Configure tools in the Library", ":material/handyman:")


def _one(
    fields: Fields,
    tool: str,
    about: Mapping[str, str],
    everybody: list[Holder],
    given: list[Holder],
    called: list[str],
) -> None:
    left, right = st.columns([1, 1.4], gap="medium")
    with left:
        ready = "" if tool in about else " :red-badge[not ready here]"
        st.markdown(f":material/handyman: **{escape(tool)}**{ready}")
        st.caption(
            escape(shorten(about.get(tool, "It cannot be used on this machine; the tab Problems says why."), 160))
        )
        if called:
            st.caption(f"Called by the step {escape(', '.join(called))}.")
    with right:
        if everybody:
            _given(fields, tool, everybody, given)


def _given(fields: Fields, tool: str, everybody: list[Holder], given: list[Holder]) -> None:
    labels = {_option(holder): holder.label for holder in everybody}
    paths = {_option(holder): holder.path for holder in everybody}

    def change(document: dict[str, Any], chosen: list[str]) -> dict[str, Any]:
        places = [place_now(fields.draft.document, document, paths[option]) for option in chosen if option in paths]
        return give_tool(document, tool, [place for place in places if place is not None])

    fields.choices(
        ("toolbox", tool),
        "Given to",
        list(labels),
        value=[_option(holder) for holder in given],
        change=change,
        format_func=lambda option: labels.get(option, option),
        placeholder="Nobody",
        help="Tools of a task replace those of its agent.",
    )


def _option(holder: Holder) -> str:
    return "/".join(map(str, holder.path))


def _add(fields: Fields, names: list[str], everybody: list[Holder]) -> None:
    if not everybody:
        st.caption("There is no agent that a tool could be given to.")
        return
    act_on_choice(
        "Add a tool",
        names,
        lambda tool: _added(fields, tool, everybody[0]),
        key=fields.key_of(("tools", "add")),
        placeholder="Add a tool …",
        help=f"It is given to {escape(everybody[0].label)} first.",
        width=360,
    )


def _added(fields: Fields, tool: str, first: Holder) -> None:
    def change(document: dict[str, Any], place: Path) -> dict[str, Any]:
        others = [holder.path for holder in tools_of(document).get(tool, [])]
        return give_tool(document, tool, [*others, place])

    fields.draft.edit_part(first.path, change)
