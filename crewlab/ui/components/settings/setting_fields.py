"""Settings one by one: a field where a change counts at once, else the value and the variable that sets it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import is_entered, show_value
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.definitions.library.in_force import SettingInfo
    from crewlab.lab import Lab

_KEY = "settings.field"


def changeable(lab: Lab, names: Sequence[str]) -> None:
    """Draw a field for each of these settings."""
    found = {setting.name: setting for setting in lab.settings_in_force()}
    with st.grid(2, min_column_width=300):
        for name in names:
            with st.container():
                _field(lab, found[name])


def _field(lab: Lab, setting: SettingInfo) -> None:
    key = f"{_KEY}.{setting.name}"
    is_whole = isinstance(setting.default, int)
    value = int(setting.value) if is_whole else float(setting.value)
    show_value(key, value)
    st.number_input(
        escape(_label(setting.name)),
        value=value,
        step=1 if is_whole else 0.5,
        format="%d" if is_whole else "%g",
        key=key,
        disabled=not setting.is_adjustable,
        help=f"{escape(setting.description)}. `{setting.variable}`",
        on_change=_change,
        args=(lab, setting.name, key),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_origin(setting))
        if setting.source == "changed here":
            st.button(
                f"Back to {setting.default:g}",
                key=f"{key}.default",
                type="tertiary",
                on_click=attempt,
                args=(lambda: lab.change_setting(setting.name, None),),
            )


def _change(lab: Lab, name: str, key: str) -> None:
    if not is_entered(key):
        return

    def change() -> None:
        lab.change_setting(name, st.session_state[key])
        toast_next(f"{escape(_label(name))} is {st.session_state[key]:g} from now on.")

    attempt(change)


def _origin(setting: SettingInfo) -> str:
    if setting.source == "environment":
        return f":material/lock: Set by `{setting.variable}`"
    if setting.source == "changed here":
        return ":material/edit: Changed here"
    return f"{escape(setting.description)}" if setting.is_adjustable else f"`{setting.variable}` sets it, at the start"


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


_LABELS = {
    "workers": "Shared workers",
    "admission": "Executions per shared worker",
    "owner_limit": "Running per owner",
    "batch_limit": "Running per batch",
    "timeout_seconds": "Seconds per execution",
    "model_timeout_seconds": "Seconds per model request",
    "model_attempts": "Requests per model call",
    "retry_wait_seconds": "Seconds before a request is sent again",
    "tool_timeout_seconds": "Seconds per tool call",
}


def read_only(lab: Lab, leave_out: Collection[str]) -> None:
    """Draw the other settings as a table."""
    rows = [setting for setting in lab.settings_in_force() if setting.name not in leave_out]
    st.dataframe(
        {
            "variable": [setting.variable for setting in rows],
            "value": [str(setting.value) for setting in rows],
            "from": [setting.source for setting in rows],
            "meaning": [setting.description for setting in rows],
        },
        hide_index=True,
        width="stretch",
    )
