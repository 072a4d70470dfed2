"""The forms behind the dialogs of an execution: fork, and resume with other limits."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.executions.execution import Move
from crewlab.executions.status import ExecutionStatus
from tests.factories import finished_execution, running_execution
from tests.pages.conftest import texts

HERE = {"origin": "foreground"}
pytestmark = pytest.mark.usefixtures("idle_engine")


def fork_page() -> None:
    """The fork form of `?id=`."""
    import streamlit as st

    from crewlab.ui.components.execution_again import fork_form
    from crewlab.ui.holder import get_lab

    fork_form(get_lab(), get_lab().execution(st.query_params["id"]))


def resume_page() -> None:
    """The limits form of `?id=`."""
    import streamlit as st

    from crewlab.ui.components.execution_again import resume_form
    from crewlab.ui.holder import get_lab

    resume_form(get_lab(), get_lab().execution(st.query_params["id"]))


def test_fork_asks_what_to_change(lab):
    """The form offers the tasks, their outputs and the inputs; nothing changed is a sentence."""
    first = finished_execution(lab.store, **HERE)
    app = AppTest.from_function(fork_page, default_timeout=30)
    app.query_params["id"] = first.execution_id
    app.run().button(key="fork.go").click().run()
    assert "Nothing is changed" in texts(app)
    app.multiselect(key="fork.edit").set_value(["research"]).run()
    assert app.text_area(key="fork.output.research").value == "Three sources were found."
    app.text_area(key="fork.output.research").set_value("No sources at all.").run()
    app.button(key="fork.go").click().run()
    (new,) = (one for one in lab.executions() if one.execution_id != first.execution_id)
    assert (new.origin_execution_id, new.forked_from_task) == (first.execution_id, "research")
    (given,) = lab.store.executions.finished_tasks(new.execution_id, owner=new.owner)
    assert (given.output, given.is_edited, given.execution_id) == ("No sources at all.", True, first.execution_id)


def test_resume_takes_higher_limits(lab):
    """They become those of the execution."""
    execution = running_execution(lab.store, **HERE)
    end = Move(execution_id=execution.execution_id, attempt=1, status=ExecutionStatus.FAILED, reason="over_budget")
    lab.store.executions.move(end).result()
    app = AppTest.from_function(resume_page, default_timeout=30)
    app.query_params["id"] = execution.execution_id
    app.run().number_input(key="execution.limits.tokens").set_value(5000).run()
    app.button(key="execution.limits.resume").click().run()
    resumed = lab.execution(execution.execution_id)
    assert (resumed.attempt, resumed.options.max_tokens) == (2, 5000)
