"""Whether the tasks are planned before they run: as the crew says, or otherwise for this launch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

AS_DEFINED, ON, OFF = "As defined", "On", "Off"


def choose_planning(document: Mapping[str, Any], *, key: str) -> bool | None:
    """Draw the choice; `None` is as the document says."""
    defined = "plans" if document.get("planning") else "does not plan"
    chosen = st.segmented_control(
        "Plan the tasks first",
        [AS_DEFINED, ON, OFF],
        default=AS_DEFINED,
        required=True,
        key=key,
        help=f"One model call before the first task adds a plan to each. This crew {defined}.",
    )
    return {ON: True, OFF: False}.get(str(chosen))
