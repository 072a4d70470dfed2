"""Whether the tasks are planned before they run: as the crew says, or otherwise for this launch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.kinds import kind_of

AS_DEFINED, ON, OFF = "As defined", "On", "Off"


def choose_planning(document: Mapping[str, Any], *, key: str) -> bool | None:
    """Draw the choice; `None` is as the document says."""
    defined = "This crew plans." if document.get("planning") else "This crew does not plan."
    if kind_of(document) == "flow":
        defined = "Each crew of this flow plans or does not, as it says itself."
    chosen = st.segmented_control(
        "Plan the tasks first",
        [AS_DEFINED, ON, OFF],
        default=AS_DEFINED,
        required=True,
        key=key,
        help=f"One model call before the first task adds a plan to each. {defined}",
    )
    return {ON: True, OFF: False}.get(str(chosen))
