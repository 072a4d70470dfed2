"""The collection that a list is narrowed down to: what it is for, renaming and removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.definitions.filters import RENAMED
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import Collection
    from crewlab.lab import Lab


def collection_header(lab: Lab, name: str) -> None:
    """Draw what is known of a collection."""
    found = next((one for one in lab.definitions.collections() if one.name == name), None)
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        about = f": {escape(found.description)}" if found.description else ""
        told = plural(len(found.definitions), "definition")
        st.markdown(f":material/folder: **{escape(name)}**{about} :gray[({told})]", width="stretch")
        chosen = st.menu_button("Collection", ["Rename or describe", "Delete"], icon=":material/more_horiz:",
                                key="definitions.collection.more")  # fmt: skip
    if chosen == "Rename or describe":
        _ask_change(lab, found)
    if chosen == "Delete":
        _ask_delete(lab, found)


@st.dialog("Collection", icon=":material/folder:")
def _ask_change(lab: Lab, collection: Collection) -> None:
    with st.form("definitions.collection", border=False):
        name = st.text_input("Name", value=collection.name, max_chars=60, key="definitions.collection.name")
        about = st.text_area("Description", value=collection.description, max_chars=500,
                             key="definitions.collection.about")  # fmt: skip
        if not st.form_submit_button("Save", type="primary", icon=":material/check:"):
            return
    try:
        saved = lab.definitions.save_collection(name, description=about, instead_of=collection.name)
    except CrewLabError as error:
        error_box(error)
        return
    remember(RENAMED, saved.name)
    st.rerun()


@st.dialog("Delete the collection?", icon=":material/delete:")
def _ask_delete(lab: Lab, collection: Collection) -> None:
    st.markdown(f"**{escape(collection.name)}** goes, the definitions in it stay.")
    if st.button("Delete", type="primary", icon=":material/delete:", key="definitions.collection.delete"):
        lab.definitions.delete_collection(collection.name)
        toast_next(f"The collection {escape(collection.name)} is deleted.", ":material/delete:")
        st.rerun()
