"""An error on a page says what happened and what to do, and shows nothing else."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script() -> None:
    """A page that shows an error whose parts come from somewhere else."""
    from crewlab.definitions.problem import Problem
    from crewlab.errors import InvalidDefinitionError
    from crewlab.ui.components.error_box import error_box

    problem = Problem(id="x", where="agents.a", what="![i](http://evil)", hint="Run `crewlab check FILE`.")
    error_box(InvalidDefinitionError("a *b* :red[c]", [problem]))


def test_text_of_others_stays_text_and_our_commands_stay_code():
    """Names with Markdown in them are shown as typed; `commands` in hints are code."""
    app = AppTest.from_function(script).run()
    shown = app.error[0].value
    assert "\\*b\\*" in shown
    assert "\\:red\\[c\\]" in shown
    assert "`crewlab check FILE`" in shown
    assert "!\\[i\\]" in app.markdown[0].value
