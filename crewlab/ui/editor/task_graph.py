"""The tasks of a crew as a picture: who waits for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.crew import default_process, waits
from crewlab.definitions.pictures.crews import crew_graph
from crewlab.definitions.waves import waves
from crewlab.ui.components.definitions.picture import picture
from crewlab.ui.components.formats import plural
from crewlab.ui.editor.fields import Fields


def task_graph(fields: Fields, choose: Callable[[int], None]) -> None:
    """Draw the picture, and say in a line what runs when; a click on a task calls `choose` with its position."""
    document = fields.draft.document
    if len(document.get("tasks", [])) < 2:
        return
    graph = crew_graph(document)
    picture(
        graph,
        key="definition.tasks.picture",
        words=in_words(document),
        on_choose=lambda place: choose(int(place[1])),
        marks=fields.marks(node.place for node in graph.nodes),
    )


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
