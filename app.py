"""The server: `streamlit run app.py` serves the pages and keeps the lab open while it runs."""

from pathlib import Path

import streamlit as st

from crewlab.ui.lifespan import lifespan

app = st.App(Path(__file__).resolve().parent / "crewlab" / "ui" / "shell.py", lifespan=lifespan)
