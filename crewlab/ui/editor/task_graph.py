"""The tasks of a crew as a picture: who waits for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.crew import default_process, waits
from crewlab.definitions.waves import direct, waves
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import shorten

MOST_COLUMNS = 12
"""A longer chain would be drawn so small that nobody could read it; the sentence below says the order."""


def task_graph(document: Mapping[str, Any]) -> None:
    """Draw the picture, and say in a line what runs when."""
    tasks = document.get("tasks", [])
    if len(tasks) < 2:
        return
    if columns(document) <= MOST_COLUMNS:
        st.mermaid_chart(mermaid(document), alt=in_words(document))
    st.caption(in_words(document))


def columns(document: Mapping[str, Any]) -> int:
    """How many tasks stand beside each other in the picture."""
    tasks = document["tasks"]
    return len(waves(waits(document))) if default_process(document) == "parallel" else len(tasks)


def mermaid(document: Mapping[str, Any]) -> str:
    """The picture in Mermaid's language; texts are encoded, so that they cannot change it."""
    tasks = document["tasks"]
    lines = ["flowchart LR"]
    lines += [f"  t{index}{_shape(task)}" for index, task in enumerate(tasks)]
    if default_process(document) == "parallel":
        edges = [(other, index) for index, needed in enumerate(direct(waits(document))) for other in needed]
    else:
        edges = [(index, index + 1) for index in range(len(tasks) - 1)]
    return "\n".join([*lines, *(f"  t{source} --> t{target}" for source, target in edges)])


def in_words(document: Mapping[str, Any]) -> str:
    """What runs when, for people who do not see the picture."""
    conditional = sum(1 for task in document["tasks"] if task.get("condition"))
    skipped = f" {plural(conditional, 'task')} only where a condition holds." if conditional else ""
    return _order_in_words(document) + skipped


def _order_in_words(document: Mapping[str, Any]) -> str:
    tasks, process = document["tasks"], default_process(document)
    if process == "hierarchical":
        return f"A manager leads {plural(len(tasks), 'task')}, one after the other."
    if process != "parallel":
        return f"{plural(len(tasks), 'task')}, one after the other."
    order = waves(waits(document))
    if sum(map(len, order)) < len(tasks):
        return "Some tasks wait for each other in a circle and can never run."
    if len(order) == 1:
        return f"All {len(tasks)} tasks run at the same time."
    if len(order) == len(tasks):
        return f"{plural(len(tasks), 'task')}, each waiting for the one before."
    sizes = ", then ".join(f"{len(wave)} at once" if len(wave) > 1 else "1" for wave in order)
    return f"{plural(len(tasks), 'task')} in {len(order)} waves: {sizes}."


def _shape(task: Mapping[str, Any]) -> str:
    """A box; with a condition six corners."""
    return f'{{{{"{_label(task)}"}}}}' if task.get("condition") else f'["{_label(task)}"]'


def _label(task: Mapping[str, Any]) -> str:
    name, agent = shorten(str(task.get("name") or "?"), 32), shorten(str(task.get("agent") or ""), 32)
    return f"{_encode(name)}<br/>{_encode(agent)}" if agent else _encode(name)


def _encode(text: str) -> str:
    return re.sub(r"[^\w .,-]", lambda found: f"#{ord(found[0])};", text)
