"""A part of a page that redraws itself while something is going on, and stops when it is over."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.addresses import redraw
from crewlab.ui.components.error_box import error_box
from crewlab.ui.state import begin_run, mark_part_seen

EVERY_SECONDS = 1.0


def live(draw: Callable[[], bool], *, is_active: bool, every_seconds: float = EVERY_SECONDS) -> None:
    """Call `draw`, again and again while `is_active`; it returns whether anything may still change.

    The polling is done by the browser: a closed tab costs nothing. When activity starts or ends, the whole page
    runs once more, so that polling starts or stops.
    """

    def part() -> None:
        begin_run()
        try:
            still = draw()
        except CrewLabError as error:  # an exception does not leave a fragment, so the page's frame never sees it
            error_box(error)
            return
        if still != is_active:
            redraw()
        mark_part_seen()

    st.fragment(part, run_every=every_seconds if is_active else None)()
