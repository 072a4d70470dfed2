"""Labels for a list of choices, where no two may be equal: Streamlit knows an option only by its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.executions.batch import Batch


def unique_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Identity -> label; a label that more than one of them has gets the end of the identity."""
    times = Counter(labels.values())
    return {
        identity: label if times[label] == 1 else f"{label} · {identity[-6:]}" for identity, label in labels.items()
    }


def batch_choices(batches: Iterable[Batch]) -> dict[str, str]:
    """Batch id -> its name; batches of one name also say when they were launched."""
    known = list(batches)
    times = Counter(batch.name for batch in known)
    return unique_labels({batch.batch_id: _label(batch, times[batch.name]) for batch in known})


def _label(batch: Batch, times: int) -> str:
    return batch.name if times == 1 else f"{batch.name} · {batch.created_at:%d %b %H:%M:%S}"


def free_label(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or `wanted (2)` and so on while that is taken."""
    used, label, number = set(taken), wanted, 1
    while label in used:
        number += 1
        label = f"{wanted} ({number})"
    return label
