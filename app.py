"""The server: `streamlit run app.py` serves the pages and the HTTP routes, and keeps the lab open while it runs."""

from pathlib import Path

import streamlit as st

from crewlab.api import Api
from crewlab.ui.holder import lab_if_open, when_opened
from crewlab.ui.lifespan import lifespan, server_url
from crewlab.ui.unexpected import show_unexpected

SHELL = Path(__file__).resolve().parent / "crewlab" / "ui" / "shell.py"

api = Api(lab_if_open)
when_opened(lambda: api.publish(server_url()))
app = st.App(
    SHELL,
    routes=api.routes,
    lifespan=api.published(lifespan, server_url),
    on_script_error=show_unexpected,
)
