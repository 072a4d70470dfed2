"""What differs between executions or batches, and what it did to results, time and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.compare.batches import show_batch_comparison
from crewlab.ui.components.compare.choice import choose_compared
from crewlab.ui.components.compare.executions import show_comparison
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.lab import Lab


def render(lab: Lab) -> None:
    """Draw the page; `?executions=a,b,…` or `?batches=a,b,…` names what is compared, the baseline first."""
    st.title("Compare")
    if not lab.count_executions():
        with empty_state("Nothing to compare yet", "Run a crew or a flow at least twice.", ":material/compare_arrows:"):
            link("launch", "Launch", ":material/rocket_launch:")
        return
    execution_ids, batch_ids = choose_compared(lab)
    if len(batch_ids) > 1:
        show_batch_comparison(lab, lab.compare_batches(batch_ids))
    elif len(execution_ids) > 1:
        show_comparison(lab.compare(execution_ids))
    else:
        chosen = len(batch_ids) + len(execution_ids)
        with empty_state(
            "Choose one more" if chosen else "Choose at least two",
            "Pick them above, or choose rows in the list of executions. The first one is the baseline.",
            ":material/compare_arrows:",
        ):
            link("executions", "Choose in Executions", ":material/list_alt:")
