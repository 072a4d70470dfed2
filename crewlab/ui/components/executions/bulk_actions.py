"""What can be done with the chosen executions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import IllegalTransitionError
from crewlab.executions.status import RESUMABLE
from crewlab.ui.components.formats import plural
from crewlab.ui.links import go
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab


def bulk_actions(lab: Lab, chosen: Sequence[Execution]) -> bool:
    """Draw the buttons; return whether one changed something."""
    active = [one.execution_id for one in chosen if one.status.is_active]
    resumable = [one.execution_id for one in chosen if one.status in RESUMABLE]
    if st.button(
        f"Compare {len(chosen)}" if len(chosen) > 1 else "Compare",
        icon=":material/compare_arrows:",
        type="primary",
        disabled=len(chosen) < 2,
        key="executions.compare",
        help="Choose two or more rows.",
    ):
        go("compare", executions=",".join(one.execution_id for one in chosen))
    cancelled = active and st.button(f"Cancel {len(active)}", icon=":material/cancel:", key="executions.cancel")
    if cancelled:
        _tell("cancelled", _each(lab.cancel, active))
    resumed = resumable and st.button(f"Resume {len(resumable)}", icon=":material/play_arrow:", key="executions.resume")
    if resumed:
        _tell("queued again", _each(lab.resume, resumable))
    return bool(cancelled or resumed)


def _each(act: Callable[[str], object], execution_ids: Sequence[str]) -> int:
    """Do it for each; one that has moved on meanwhile is passed over. Returns how many it was done for."""
    done = 0
    for execution_id in execution_ids:
        try:
            act(execution_id)
        except IllegalTransitionError:
            continue
        done += 1
    return done


def _tell(what: str, number: int) -> None:
    toast_next(f"{plural(number, 'execution')} {what}", ":material/done:")
