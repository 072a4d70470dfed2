"""What all figures have in common."""

from __future__ import annotations

import re
import subprocess
import sys

import pandas as pd
import pytest

from crewlab.analysis.columns import REHEARSAL_NOTE, REPLAY_NOTE
from crewlab.analysis.figures import STATUS_COLOURS
from crewlab.analysis.figures.look import figure, plain, seconds
from crewlab.executions.status import ExecutionStatus


def test_every_status_has_a_colour_of_its_own():
    """Two statuses are never confused, and none is left without."""
    assert set(ExecutionStatus) | {"reused", "parked", "skipped"} == set(STATUS_COLOURS)
    assert len(set(STATUS_COLOURS.values())) == len(STATUS_COLOURS)


@pytest.mark.parametrize("colour", sorted(STATUS_COLOURS.values()))
def test_colours_can_be_told_from_both_backgrounds(colour):
    """Contrast of at least 2 against the page, light and dark: bars are large shapes with text beside them."""

    def luminance(code: str) -> float:
        parts = [int(part, 16) / 255 for part in re.findall("..", code.lstrip("#"))]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for background in ("#FFFFFF", "#12141C"):
        low, high = sorted((luminance(colour), luminance(background)))
        assert (high + 0.05) / (low + 0.05) >= 2


def test_backgrounds_are_transparent_and_text_has_no_colour():
    """The page's theme decides both, so that a figure is readable in light and dark."""
    layout = figure("Title", rehearsal=False).layout
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == ("rgba(0,0,0,0)", "rgba(0,0,0,0)")
    assert layout.font.color is None


def test_zoom_survives_a_redraw():
    """A live figure that is drawn again every second keeps what the reader zoomed to."""
    assert figure("Timeline", rehearsal=False).layout.uirevision == "Timeline"


def test_the_title_says_what_no_model_has_just_answered():
    """All, some or none of what is drawn, rehearsal and replay apart."""
    title = figure("Cost", rehearsal=True, replay=pd.Series([True, False, None])).layout.title.text
    assert title == f"Cost · {REHEARSAL_NOTE} · includes {REPLAY_NOTE}"
    assert figure("Cost", rehearsal=False).layout.title.text == "Cost"


@pytest.mark.parametrize(("value", "text"), [(0.0123, "12 ms"), (1.5, "1.50 s"), (75, "1 min 15 s")])
def test_durations_read_well(value, text):
    """Short ones in milliseconds, long ones in minutes."""
    assert seconds(value) == text


def test_plain_text_has_no_markup():
    """What a model or a user wrote is shown as it is."""
    assert plain("<script>&") == "&lt;script&gt;&amp;"
    assert plain(None) == ""


def test_importing_the_analysis_loads_no_plotly():
    """A command that only reads tables does not wait for the plotting library."""
    modules = "frames, columns, exports, batch_table, estimates, figures, compare"
    code = (
        f"from crewlab.analysis import {modules}; import sys; print('plotly' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
