"""Library: what definitions refer to and runs are priced with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.library.knowledge_rows import knowledge_rows
from crewlab.ui.components.library.price_rows import price_rows
from crewlab.ui.components.library.profile_rows import profile_rows
from crewlab.ui.components.library.secret_rows import secret_rows
from crewlab.ui.components.library.server_rows import server_rows
from crewlab.ui.components.library.tool_rows import tool_rows

if TYPE_CHECKING:
    from crewlab.lab import Lab


def render(lab: Lab) -> None:
    """Draw the page; each part keeps its own errors, so that one that fails leaves the other usable."""
    st.title("Library")
    st.caption("Models, tools, files and keys that definitions refer to by name, and what models cost.")
    names = ["Model profiles", "Tools", "MCP servers", "Knowledge", "Secrets", "Model prices"]
    models, tools, servers, knowledge, secrets, prices = st.tabs(names)
    with models:
        profile_rows(lab)
    with tools:
        tool_rows(lab)
    with servers:
        server_rows(lab)
    with knowledge:
        knowledge_rows(lab)
    with secrets:
        secret_rows(lab)
    with prices:
        price_rows(lab)
