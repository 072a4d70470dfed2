"""Errors on the pages: where something failed is said once, in the words of what ran."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.parametrize(
    ("message", "part", "told"),
    [
        ("No value.", "task", "**T** in task *brief*. No value."),
        ("No value.", "step", "**T** in step *brief*. No value."),
        ("step brief: No value.", "step", "**T**. step brief: No value."),
    ],
)
def test_the_place_of_an_error_is_said_once(message, part, told):
    """A step is not called a task."""

    def draw(message, part):
        from crewlab.executions.error_report import ErrorReport
        from crewlab.ui.components.executions.error_view import show_error

        show_error(ErrorReport(type="K", title="T", message=message, task_name="brief"), part=part)

    app = AppTest.from_function(draw, args=(message, part), default_timeout=90).run()
    assert not app.exception
    assert app.error[0].value.replace("\\", "") == told
