"""The tab *Crew*: name, process, model, and the inputs that the crew asks for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.crew import EXECUTORS
from crewlab.definitions.editing import set_value
from crewlab.definitions.names import MOST_CHARACTERS
from crewlab.definitions.processes import PROCESSES
from crewlab.errors import DocumentError
from crewlab.ui.components.definitions.lineage_picture import lineage_around
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.model_field import model_field
from crewlab.ui.editor.more_fields import CREW, more_fields, names_of
from crewlab.ui.editor.recollection_fields import SHOWN, recollection_fields

FORM_FIELDS = frozenset(
    {
        "name",
        "description",
        "process",
        "llm",
        "agents",
        "tasks",
        "inputs",
        "manager_llm",
        "manager_agent",
        "max_rpm",
        "planning",
        "planning_llm",
        "executor",
        "chat_llm",
    }
)


def crew_form(fields: Fields) -> None:
    """Draw the form."""
    left, right = st.columns(2, gap="medium")
    with left:
        fields.text(("name",), "Name", change=_rename, max_chars=MOST_CHARACTERS, help="Unique among your definitions.")
        fields.text(
            ("description",),
            "Description",
            height=90,
            is_optional=True,
            placeholder="What this crew is for, in a sentence",
        )
        _process(fields)
    with right:
        model_field(fields, ("llm",), "Model of all agents that name none", empty="Each agent names its own")
        if fields.value(("process",)) == "hierarchical":
            _manager(fields)
        fields.number(
            ("max_rpm",),
            "Requests per minute",
            min_value=1,
            placeholder="No limit",
            help="At most so many model requests a minute in one execution. An agent's own limit counts as well.",
        )
        fields.switch(
            ("planning",),
            "Plan the tasks first",
            help="One model call before the first task adds a plan to each description. A launch may say otherwise.",
        )
        if fields.value(("planning",)) or fields.value(("planning_llm",)):
            model_field(fields, ("planning_llm",), "Model that plans", empty="As the crew")
    _advanced(fields)
    more_fields(
        fields, (), CREW, title="Tools, answers and files", icon=":material/tune:", key="definition.more_fields"
    )
    fields.notes(("agents",))
    fields.notes(("tasks",))
    recollection_fields(fields, (), of_agent=False)
    _inputs(fields)
    fields.others((), FORM_FIELDS | (SHOWN - {"knowledge_config"}) | names_of(CREW))
    lineage_around(fields.draft)


def _advanced(fields: Fields) -> None:
    with st.expander("Advanced", expanded=bool(fields.value(("executor",)) or fields.value(("chat_llm",)))):
        model_field(fields, ("chat_llm",), "Model of conversations", empty="No conversations")
        st.caption("*Chat*, above, or `python -m crewlab chat` talks about the crew until it can run.")
        fields.choice(
            ("executor",),
            "Agent loop",
            list(EXECUTORS),
            format_func=lambda name: _LOOPS.get(name, name),
            placeholder="As in the settings",
            help="crewAI's own loop is slower and runs on a worker of its own; use it to compare, or when something "
            "works with it alone. Events, limits and recordings are the same.",
        )


_LOOPS = {"crewlab": "CrewLab's", "crewai": "crewAI's own"}


def _rename(document: dict[str, Any], name: str) -> dict[str, Any]:
    if not name.strip():
        raise DocumentError("A crew needs a name.", "The old one was kept.")
    return set_value(document, ("name",), name.strip())


def _process(fields: Fields) -> None:
    current = fields.value(("process",)) or "sequential"
    fields.one_of(("process",), "Process", list(PROCESSES), value=current, format_func=str.capitalize)
    st.caption(PROCESSES.get(str(current), ""))


def _manager(fields: Fields) -> None:
    fields.choice(
        ("manager_agent",),
        "Agent that manages",
        list(fields.draft.document.get("agents", {})),
        help="Leave it empty to have a manager of its own, on the model below.",
        placeholder="A manager of its own",
    )
    model_field(fields, ("manager_llm",), "Model of the manager", empty="Choose a model")


def _inputs(fields: Fields) -> None:
    st.subheader(
        "Inputs",
        help="Every `{placeholder}` in a text of this crew is an input. A launch asks for those without a default.",
    )
    placeholders = fields.draft.lab.definitions.placeholders(fields.draft.document)
    if not placeholders:
        st.caption("This crew asks for nothing. Write `{topic}` into a task to make `topic` an input.")
        return
    with st.grid(3, min_column_width=240):
        for name, places in placeholders.items():
            with st.container():
                fields.text(
                    ("inputs", name),
                    escape(name),
                    is_optional=True,
                    placeholder="No default: every launch gives it",
                    help=f"Default value. Used in {escape(', '.join(places))}.",
                )
