"""A step that carries out steps for every item of a list."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path
from crewlab.definitions.editing_flows.each_steps import add_inner, inner_names, move_inner, remove_inner, rename_inner
from crewlab.ui.components.add_button import add_button
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.action_form import CALLS, action_form
from crewlab.ui.editor.flow.around import Around, around_item
from crewlab.ui.editor.flow.value_fields import expression_field
from crewlab.ui.editor.pick_list import toolbar
from crewlab.ui.editor.refusals import item_moves, relocate

INNER_CALLS = [call for call in CALLS if call != "each"]


def each_action(fields: Fields, path: Path, around: Around) -> None:
    """Draw the form."""
    left, right = st.columns([2.4, 1])
    with left:
        expression_field(fields, (*path, "in"), "The list", around, placeholder="state.rows",
                         help="CEL that gives a list, such as `state.rows`.")  # fmt: skip
    with right:
        fields.number((*path, "concurrency"), "Items at once", min_value=1, placeholder="1")
    inner = (*path, "do")
    names = inner_names(fields.draft.document, inner)
    st.markdown("**For each item, one after the other**")
    for index, name in enumerate(names):
        label = f"{index + 1}\\. {escape(name or 'no name')}" + fields.mark((*inner, index))
        with st.expander(label, key=fields.key_of((*inner, index)), expanded=len(names) == 1):
            _one(fields, inner, index, len(names), around)
    add_button(
        "Add a step for each item",
        lambda: fields.draft.edit_part(inner, lambda document, at: add_inner(document, at, "expression")),
        key=f"{fields.key_of(inner)}.add",
    )
    fields.notes(inner)
    fields.others(path, {"call", "in", "do", "concurrency"})


def _one(fields: Fields, inner: Path, index: int, count: int, around: Around) -> None:
    _toolbar(fields, inner, index, count)
    place = around_item(fields, str(inner[1]), index, around.look_up)
    first, second = st.columns(2)
    with first:
        fields.text((*inner, index, "name"), "Name",
                    change=lambda document, new: rename_inner(document, inner, index, new.strip()))  # fmt: skip
    with second:
        fields.text((*inner, index, "if"), "Only if", is_optional=True, placeholder="item.price > 100",
                    help="CEL; where it is false, this step is left out for the item.")  # fmt: skip
    action_form(fields, (*inner, index, "action"), place, INNER_CALLS, each=_never)


def _never(fields: Fields, path: Path, around: Around) -> None:
    st.caption("An each cannot stand within an each. Run a flow for each item instead.")


def _toolbar(fields: Fields, inner: Path, index: int, count: int) -> None:
    toolbar(
        fields.key_of((*inner, index)),
        index,
        count,
        move=lambda by: _move(fields, inner, index, by),
        of_order="for each item",
        remove=lambda: _remove(fields, inner, index),
        of_remove="What reads it stays",
        keeps_one=True,
    )


def _move(fields: Fields, inner: Path, shown: int, by: int) -> None:
    def change(document: dict[str, Any], place: Path) -> dict[str, Any]:
        at, index = place[:-1], int(place[-1])
        swapped = {index: index + by, index + by: index}
        relocate(fields.draft.draft_id, item_moves(at, lambda number: swapped.get(number, number)))
        return move_inner(document, at, index, by)

    fields.draft.edit_part((*inner, shown), change)


def _remove(fields: Fields, inner: Path, shown: int) -> None:
    def change(document: dict[str, Any], place: Path) -> dict[str, Any]:
        at, index = place[:-1], int(place[-1])
        stays = item_moves(at, lambda number: None if number == index else number - (number > index))
        relocate(fields.draft.draft_id, stays)
        return remove_inner(document, at, index)

    fields.draft.edit_part((*inner, shown), change)
