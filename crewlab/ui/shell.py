"""The script behind every page: navigation, and a sidebar that says what is running."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from crewlab.ui.components.sidebar import mark_drawn, sidebar
from crewlab.ui.links import PAGES, enter, lead_on
from crewlab.ui.state import begin_run, mark_seen
from crewlab.ui.unknown_path import warn_unknown_path
from crewlab.ui.whole_callbacks import keep_callbacks_whole
from crewlab.ui.window import name_window

STATIC = Path(__file__).resolve().parent / "static"

st.set_page_config(page_title="CrewLab", page_icon=str(STATIC / "icon.png"), layout="wide")
st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "icon.svg"))

page = st.navigation(
    {
        "": [
            st.Page(
                PAGES["home"],
                title="Home",
                icon=":material/home:",
                default=True,
                help="What is running, what ran, what it cost, and first steps.",
            ),
        ],
        "Build": [
            st.Page(
                PAGES["definitions"],
                title="Definitions",
                icon=":material/groups:",
                help="Crews and flows: list, search, create, import, duplicate, export.",
            ),
            st.Page(
                PAGES["library"],
                title="Library",
                icon=":material/book_2:",
                help="Secrets that definitions refer to by name, and what models cost.",
            ),
            st.Page(PAGES["definition"], title="Definition", icon=":material/edit_note:", visibility="hidden"),
        ],
        "Run": [
            st.Page(
                PAGES["launch"],
                title="Launch",
                icon=":material/rocket_launch:",
                help="Run a crew or a flow once, or over every row of a table.",
            ),
            st.Page(
                PAGES["executions"],
                title="Executions",
                icon=":material/list_alt:",
                help="Everything that ran or is running: filter, chart, cancel, download.",
            ),
            st.Page(
                PAGES["inbox"],
                title="Inbox",
                icon=":material/inbox:",
                help="Answers that wait for a person: accept them, or send them back.",
            ),
            st.Page(PAGES["execution"], title="Execution", icon=":material/play_circle:", visibility="hidden"),
            st.Page(PAGES["chat"], title="Chat", icon=":material/forum:", visibility="hidden"),
        ],
        "Analyse": [
            st.Page(
                PAGES["compare"],
                title="Compare",
                icon=":material/compare_arrows:",
                help="What differs between executions or batches, and what it did to results and cost.",
            ),
        ],
        "Admin": [
            st.Page(
                PAGES["settings"],
                title="Settings",
                icon=":material/settings:",
                help="The pool and its caps, limits, what is on disk, versions.",
            ),
        ],
    }
)
keep_callbacks_whole()
begin_run()
enter(page.url_path or "home")
lead_on()
name_window(page.title)
place_of_mark = st.empty()
sidebar()
warn_unknown_path()
page.run()
mark_drawn()
mark_seen(place_of_mark)
