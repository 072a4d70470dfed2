"""Deleting what definitions name, with a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import forget, remembered
from crewlab.ui.toasts import attempt

if TYPE_CHECKING:
    from crewlab.lab import Lab


def delete_popover(lab: Lab, name: str, key: str, delete: Callable[[], None]) -> None:
    """A button that says which definitions name it before it is deleted."""
    with st.popover("Delete", icon=":material/delete:"):
        users = lab.uses_of_tool(name)
        if users:
            st.markdown(f"These name **{escape(name)}** and cannot run without it:")
            st.markdown("\n".join(f"- {escape(user)}" for user in users))
        else:
            st.markdown(f"No definition names **{escape(name)}**.")
        st.button("Delete it", key=f"{key}.delete", type="primary", on_click=delete)


def undo_line(key: str, save: Callable[[Any], object]) -> None:
    """What was deleted last can be put back, until the next thing is done here."""
    deleted = remembered(key)
    forget(key)
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{escape(deleted.name)} is deleted.")
        st.button("Undo", icon=":material/undo:", key=f"{key}.undo", on_click=attempt, args=(lambda: save(deleted),))
