"""The processes that a crew may ask for, and what each does."""

from __future__ import annotations

PROCESSES: dict[str, str] = {
    "parallel": "Tasks run as soon as the results they are given are there; independent ones at the same time.",
    "sequential": "Tasks run one after the other, in the order of the list.",
    "hierarchical": "A manager model gives the tasks to agents and checks their work.",
}
"""The sentence for the page by the name in a document. `crewlab/engine/processes/<name>.py` says what is ready now."""
