"""The forms behind the dialogs of an execution: fork, and resume with other limits."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.executions.execution import Move
from crewlab.executions.status import ExecutionStatus
from tests.factories import finished_execution, running_execution, step_events
from tests.pages.conftest import texts

HERE = {"origin": "foreground"}
pytestmark = pytest.mark.usefixtures("idle_engine")


def fork_page() -> None:
    """The fork form of `?id=`."""
    import streamlit as st

    from crewlab.ui.components.executions.again import fork_form
    from crewlab.ui.holder import get_lab

    fork_form(get_lab(), get_lab().execution(st.query_params["id"]))


def resume_page() -> None:
    """The limits form of `?id=`."""
    import streamlit as st

    from crewlab.ui.components.executions.again import resume_form
    from crewlab.ui.holder import get_lab

    resume_form(get_lab(), get_lab().execution(st.query_params["id"]))


def test_fork_asks_what_to_change(lab):
    """The form offers the tasks, their outputs and the inputs; nothing changed is a sentence."""
    first = finished_execution(lab.store, **HERE)
    app = AppTest.from_function(fork_page, default_timeout=90)
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
    app = AppTest.from_function(resume_page, default_timeout=90)
    app.query_params["id"] = execution.execution_id
    app.run().number_input(key="execution.limits.tokens").set_value(5000).run()
    app.button(key="execution.limits.resume").click().run()
    resumed = lab.execution(execution.execution_id)
    assert (resumed.attempt, resumed.options.max_tokens) == (2, 5000)


def _finished_flow(lab):
    """A flow of two expressions that has run."""
    methods = {
        "seed": {"start": True, "do": {"call": "expression", "expr": "state.n + 1"}},
        "twice": {"listen": "seed", "do": {"call": "expression", "expr": "outputs.seed * 2"}},
    }
    document = {"name": "sums", "state": {"default": {"n": 1}}, "methods": methods, "tasks": []}
    flow = running_execution(lab.store, crew=document, kind="flow", inputs={"n": 1}, **HERE)
    lab.store.events.append([
        *step_events(flow.execution_id, "seed", output=2),
        *step_events(flow.execution_id, "twice", output=4),
    ])  # fmt: skip
    end = Move(execution_id=flow.execution_id, attempt=1, status=ExecutionStatus.COMPLETED, output="4")
    assert lab.store.executions.move(end).result()
    return flow


def test_a_flow_is_forked_with_another_state_or_an_edited_output(lab):
    """A state that does not fit keeps the button away; an edited output stands in for what the step produced."""
    flow = _finished_flow(lab)
    app = AppTest.from_function(fork_page, default_timeout=90)
    app.query_params["id"] = flow.execution_id
    app.run()
    app.text_area(key="fork.state").set_value('{"n": }').run()
    assert app.button(key="fork.go").disabled
    assert "line 1" in app.error[0].value
    app.text_area(key="fork.state").set_value('{"n": 1}').run()
    app.multiselect(key="fork.edit").set_value(["seed"]).run()
    assert app.text_area(key="fork.output.seed").value == "2"
    app.text_area(key="fork.output.seed").set_value("21").run()
    app.button(key="fork.go").click().run()
    (new,) = [one for one in lab.executions() if one.execution_id != flow.execution_id]
    assert (new.kind, new.origin_execution_id, new.forked_from_task) == ("flow", flow.execution_id, "seed")
    assert new.inputs == {"n": 1}
