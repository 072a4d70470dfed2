"""How each status looks: one icon and one colour, the same on every page."""

from __future__ import annotations

from typing import NamedTuple


class StatusLook(NamedTuple):
    """The Material icon and the Streamlit colour of a status."""

    icon: str
    color: str


LOOKS: dict[str, StatusLook] = {
    "pending": StatusLook(":material/schedule:", "gray"),
    "preparing": StatusLook(":material/hourglass_top:", "blue"),
    "running": StatusLook(":material/play_circle:", "blue"),
    "waiting": StatusLook(":material/front_hand:", "violet"),
    "cancelling": StatusLook(":material/cancel:", "orange"),
    "completed": StatusLook(":material/check_circle:", "green"),
    "failed": StatusLook(":material/error:", "red"),
    "cancelled": StatusLook(":material/block:", "gray"),
    "interrupted": StatusLook(":material/power_off:", "orange"),
    "reused": StatusLook(":material/recycling:", "violet"),
    "skipped": StatusLook(":material/skip_next:", "gray"),
    "parked": StatusLook(":material/front_hand:", "gray"),
}
"""Every status of an execution, and `reused`, `skipped` and `parked` (it waited in an earlier attempt) of a task."""


_UNKNOWN = StatusLook(":material/help:", "gray")


def look_of(status: str) -> StatusLook:
    """The look of a status; one that is not known is grey with a question mark."""
    return LOOKS.get(str(status), _UNKNOWN)


def status_markdown(status: str) -> str:
    """A status as a badge inside Markdown."""
    look = look_of(status)
    return f":{look.color}-badge[{look.icon} {status}]"
