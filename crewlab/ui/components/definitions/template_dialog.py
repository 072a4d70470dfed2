"""Begin from a crew or flow of the gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import go_once

if TYPE_CHECKING:
    from crewlab.definitions.gallery import Template, TemplateKind
    from crewlab.lab import Lab

_KINDS = {"crew": "Crews", "flow": "Flows"}
_ICONS = {"crew": ":material/groups:", "flow": ":material/account_tree:"}


@st.dialog("New from template", width="large", icon=":material/auto_awesome_mosaic:")
def ask_template(lab: Lab) -> None:
    """Choose one; it becomes a definition of one's own, together with what it needs."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Search", key="templates.search", type="search", live=True,
                             placeholder="Name, purpose or tag", label_visibility="collapsed")  # fmt: skip
        kind = st.segmented_control("Kind", list(_KINDS), format_func=_KINDS.__getitem__, key="templates.kind",
                                    label_visibility="collapsed")  # fmt: skip
    found = [each for each in lab.gallery.search(text or "", cast("TemplateKind | None", kind)) if each.kind in _KINDS]
    if not found:
        st.caption("No template holds these words. Clear the search to see all.")
    for template in found:
        _template(lab, template)


def _template(lab: Lab, template: Template) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{_ICONS[template.kind]} **{escape(template.title)}**")
            if st.button(
                "Use", key=f"templates.use.{template.kind}.{template.name}", help=f"Make {template.name} mine"
            ):
                go_once("definition", id=lab.gallery.save(template.name).definition_id)
        st.caption(escape(template.about))
        needs = f" · runs {', '.join(template.needs)}" if template.needs else ""
        st.caption(escape(" · ".join(template.tags) + needs))
