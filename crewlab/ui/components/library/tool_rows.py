"""Tools: those that were configured, with their form, their test and what uses them; and the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.library.name_values import name_values, read_name_values
from crewlab.ui.components.library.record_actions import delete_popover, undo_line
from crewlab.ui.components.library.record_choice import choose_record, is_drawn, require_free, show_record
from crewlab.ui.components.library.tool_browser import tool_browser
from crewlab.ui.components.library.tool_trial import tool_trial
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.schema_form import field_keys, read_fields, schema_fields
from crewlab.ui.state import remember, remembered
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.library.tool_catalogue import ToolSpec
    from crewlab.definitions.library.tool_records import Obstacle
    from crewlab.lab import Lab

_KEY = "library.tool"
_ERROR, _DELETED = f"{_KEY}.error", f"{_KEY}.deleted"
NEW = "A new tool"
ANSWERED = ("tool.unconfigured", "tool.risk")
"""What the form itself asks for."""
_FIELDS = ("name", "description", "result_as_answer", "most", "cache", "risks", "environment")


def tool_rows(lab: Lab) -> None:
    """Draw the own tools, the form of one with its test, then the catalogue."""
    st.markdown(
        "A tool is one of the catalogue with settings of its own, under a name that agents and tasks use. "
        "Any setting may say `${secret:NAME}`. Tools that need no settings are used under the name in the catalogue."
    )
    if isinstance(error := remembered(_ERROR), CrewLabError):
        error_box(error)
        remember(_ERROR, None)
    undo_line(_DELETED, lab.save_tool)
    try:
        tools = {record.name: record for record in lab.tools()}
        hindered = lab.tool_obstacles()
    except CrewLabError as unreadable:
        error_box(unreadable)
        return
    if tools:
        _table(list(tools.values()), hindered)
    _one(lab, tools, hindered)
    st.subheader("Catalogue")
    tool_browser(lab.tool_catalogue(), hindered)


def _table(records: list[ToolRecord], hindered: dict[str, Obstacle]) -> None:
    rows = [
        {
            "name": record.name,
            "type": record.type,
            "settings": ", ".join(record.configuration) or None,
            "state": hindered[record.name].what if record.name in hindered else "ready",
        }
        for record in records
    ]
    columns: Any = {"name": "Name", "type": "Type", "settings": "Settings", "state": "Here"}
    st.dataframe(rows, hide_index=True, column_config=columns, alt="Your tools", placeholder="–")


def _one(lab: Lab, tools: dict[str, ToolRecord], hindered: dict[str, Obstacle]) -> None:
    record = tools.get(choose_record(_KEY, NEW, tools) or "")
    specs = {spec.name: spec for spec in lab.tool_catalogue() if not spec.objects}
    if record is None:
        name = st.selectbox(
            "Type", list(specs), index=None, key=f"{_KEY}.type", placeholder="Choose from the catalogue"
        )
        if name is None:
            return
    spec = specs[record.type if record else str(name)]
    st.caption(escape(spec.description))
    reason = hindered.get(record.name if record else spec.name)
    if reason and reason.id not in ANSWERED:
        st.warning(escape(f"{reason.what} {reason.hint}"), icon=":material/info:")
    _form(lab, spec, record)
    if record:
        delete_popover(lab, record.name, _KEY, lambda: _delete(lab, record))
        tool_trial(lab, record.name, spec, f"{_KEY}.try.{record.name}")


def _form(lab: Lab, spec: ToolSpec, record: ToolRecord | None) -> None:
    """The form of a new tool of this type, or of a known one; another choice is another form."""
    key = f"{_KEY}.{record.name if record else NEW}.{spec.name}"
    with st.form(key, border=True):
        left, right = st.columns(2)
        left.text_input("Name", record.name if record else "", key=f"{key}.name", placeholder="news_search",
                        disabled=record is not None)  # fmt: skip
        right.text_input("What the model is told it is for", (record and record.description) or "",
                         key=f"{key}.description", placeholder="As in the catalogue")  # fmt: skip
        schema_fields(spec.configuration, record.configuration if record else {}, f"{key}.set")
        _how(spec, record, key)
        label = "Save tool" if record else "Add tool"
        st.form_submit_button(label, icon=":material/save:", type="primary", on_click=_save,
                              args=(lab, key, spec, record))  # fmt: skip


def _how(spec: ToolSpec, record: ToolRecord | None, key: str) -> None:
    with st.expander("Limits, keys and use"):
        left, right = st.columns(2)
        with left:
            st.toggle("Its result is the answer of the task", bool(record and record.result_as_answer),
                      key=f"{key}.result_as_answer")  # fmt: skip
            st.toggle("The same call is answered from memory", record.cache if record else True, key=f"{key}.cache")
            st.number_input("Most calls in a task", min_value=1, value=record.max_usage_count if record else None,
                            key=f"{key}.most", placeholder="no limit")  # fmt: skip
        with right:
            name_values("Variables that only this tool sees", record.environment if record else {},
                        f"{key}.environment", [need.name for need in spec.keys])  # fmt: skip
    if spec.risks:
        st.checkbox(f"This tool {escape(' and '.join(spec.risks))}: I agree", bool(record and record.accepts_risks),
                    key=f"{key}.risks")  # fmt: skip


def _save(lab: Lab, key: str, spec: ToolSpec, record: ToolRecord | None) -> None:
    if not is_drawn(key):
        return
    state = {name: st.session_state.get(f"{key}.{name}") for name in _FIELDS}
    try:
        wanted = ToolRecord(
            name=record.name if record else str(state["name"] or "").strip(),
            type=spec.name,
            configuration=read_fields(spec.configuration, f"{key}.set"),
            environment=read_name_values(state["environment"]),
            description=str(state["description"] or "").strip() or None,
            result_as_answer=bool(state["result_as_answer"]),
            max_usage_count=state["most"],
            cache=bool(state["cache"]),
            accepts_risks=bool(state["risks"]),
        )
        if record is None:
            require_free(wanted.name, {one.name for one in lab.tools()})
        lab.save_tool(wanted)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    for name in (*(f"{key}.{field}" for field in _FIELDS), *field_keys(spec.configuration, f"{key}.set")):
        st.session_state.pop(name, None)
    show_record(_KEY, wanted.name)
    toast_next(f"{wanted.name} is saved.", ":material/save:")


def _delete(lab: Lab, record: ToolRecord) -> None:
    try:
        lab.delete_tool(record.name)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    remember(_DELETED, record)
    show_record(_KEY, None)
