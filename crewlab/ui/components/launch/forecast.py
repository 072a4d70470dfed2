"""What a launch asks for before it starts: executions and tasks, their price, and a question above a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.kinds import kind_of
from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch.whole import whole_document
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
    each = _parts(version.document, forecast.tasks // max(1, forecast.executions))
    facts = f"**{plural(forecast.executions, 'execution')} × {each}**"
    if forecast.is_rehearsal:
        st.markdown(f"{facts} · no cost {rehearsal_markdown()}")
    else:
        st.markdown(f"{facts} · {_calls(version.document, forecast.model_calls_at_least)}")
        for model, price in forecast.prices.items():
            st.caption(f"{escape(model)}: {price_text(price)}")
    if is_conversation(version.document):
        st.caption(
            ":material/forum: A conversation: it waits for what you say, on the page of its execution and in the Inbox."
        )
    if asked := _asked_about(whole_document(lab, version)):
        st.caption(
            f":material/front_hand: Waits for a person after {escape(', '.join(asked))}, and says so in the Inbox."
        )
    if not forecast.needs_confirmation:
        return ""
    st.warning(escape(forecast.reason), icon=":material/front_hand:")
    question = f"Yes, launch {plural(forecast.executions, 'execution')}"
    return "" if st.checkbox(question, key=f"{key}.confirm.{forecast.executions}") else "Confirm the launch."


def _parts(document: Mapping[str, Any], tasks: int) -> str:
    if kind_of(document) == "flow":
        return "a conversation" if is_conversation(document) else plural(len(document.get("methods") or ()), "step")
    return plural(tasks, "task")


def _calls(document: Mapping[str, Any], at_least: int) -> str:
    """What may cost money: of a flow only as long as every step runs, and runs once."""
    calls = plural(at_least, "model call")
    if is_conversation(document):
        return f"about {calls} in each turn that may cost money"
    if kind_of(document) == "flow":
        return f"{calls} or more that may cost money, when each step runs once"
    return f"at least {calls} that may cost money"


def _asked_about(document: Mapping[str, Any]) -> list[str]:
    """The tasks and the steps whose outputs a person is shown."""
    tasks = [task for crew in crew_documents(document) for task in crew.get("tasks") or ()]
    steps = document.get("methods") or {}
    asking = [name for name, step in steps.items() if isinstance(step, Mapping) and step.get("human_feedback")]
    return [*asking, *(str(task["name"]) for task in tasks if task.get("human_input"))]


def price_text(price: Any) -> str:
    """A price per million tokens, or that it is not known."""
    if price is None:
        return "price unknown, so its cost will be shown as unpriced"
    return (
        f"\\${price.input_usd_per_million:g} per million input tokens, "
        f"\\${price.output_usd_per_million:g} per million output tokens"
    )
