"""What a launch asks for before it starts: executions and tasks, their price, and a question above a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import rehearsal_markdown

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab


def confirm_forecast(
    lab: Lab, version: DefinitionVersion, rows_count: int, options: Mapping[str, Any], *, key: str
) -> str:
    """Draw the forecast; return why the launch may not start, empty when it may."""
    forecast = lab.forecast(version, rows_count, options["llm"], options["llms"])
    each = forecast.tasks // max(1, forecast.executions)
    facts = f"**{plural(forecast.executions, 'execution')} × {plural(each, 'task')}**"
    if forecast.is_rehearsal:
        st.markdown(f"{facts} · no cost {rehearsal_markdown()}")
    else:
        st.markdown(f"{facts} · at least {plural(forecast.model_calls_at_least, 'model call')} that may cost money")
        for model, price in forecast.prices.items():
            st.caption(f"{escape(model)}: {price_text(price)}")
    if asked := _asked_about(version.document):
        st.caption(
            f":material/front_hand: Waits for a person after {escape(', '.join(asked))}, and says so in the Inbox."
        )
    if not forecast.needs_confirmation:
        return ""
    st.warning(escape(forecast.reason), icon=":material/front_hand:")
    question = f"Yes, launch {plural(forecast.executions, 'execution')}"
    return "" if st.checkbox(question, key=f"{key}.confirm.{forecast.executions}") else "Confirm the launch."


def _asked_about(document: Mapping[str, Any]) -> list[str]:
    """The tasks whose answers a person is shown."""
    return [str(task["name"]) for task in document.get("tasks") or () if task.get("human_input")]


def price_text(price: Any) -> str:
    """A price per million tokens, or that it is not known."""
    if price is None:
        return "price unknown, so its cost will be shown as unpriced"
    return (
        f"\\${price.input_usd_per_million:g} per million input tokens, "
        f"\\${price.output_usd_per_million:g} per million output tokens"
    )
