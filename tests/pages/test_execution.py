"""The page of one execution."""

from __future__ import annotations

import pytest

from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.executions.cassette import Cassette
from crewlab.executions.execution import Move
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from crewlab.ui.components.executions.again import act_key
from crewlab.ui.links import PAGES
from tests.factories import Work, document, finished_execution, model_error, new_execution, running_execution
from tests.pages.conftest import texts

HERE = {"origin": "foreground"}
"""Executions that no queue picks up."""


pytestmark = pytest.mark.usefixtures("idle_engine")


def open_tab(app, name: str):
    """Show one tab of the page, as a click does."""
    label = next(tab.label for tab in app.tabs if name in tab.label)
    app.session_state["execution.tabs"] = label
    app.run()
    assert not app.exception
    return app


def test_no_id_leads_to_the_list(open_page):
    """Without an id there is one thing to do."""
    app = open_page("execution")
    assert "No execution chosen" in texts(app)
    assert [link.value for link in app.page_link if link.value == "Go to Executions"]


def test_unknown_id_says_so(open_page):
    """A wrong link is an explanation, not an exception."""
    app = open_page("execution", id="nope")
    assert "There is no execution or batch 'nope'" in app.error[0].value.replace("\\", "")


def test_a_cold_link_shows_status_totals_and_output(open_page, lab):
    """The address alone is enough to see what came out, and that it is no evidence."""
    execution = finished_execution(lab.store, **HERE)
    app = open_page("execution", id=execution.execution_id)
    said = texts(app)
    assert "completed" in said
    assert "rehearsal: not evidence" in said
    assert "The market grows by 4 %." in said
    assert {metric.label: metric.value for metric in app.metric}["Tokens"] == "630"


def test_the_way_back_keeps_the_filters(open_page, lab):
    """Whoever came from a filtered list gets back to it."""
    execution = finished_execution(lab.store, **HERE)
    app = open_page("executions", status="completed")
    app.query_params.clear()
    app.query_params["id"] = execution.execution_id
    app.switch_page(PAGES["execution"]).run()
    assert not app.exception
    assert "Back to the list" in [link.value for link in app.page_link]


def test_a_running_execution_shows_progress_and_can_be_cancelled(open_page, lab):
    """Status and progress are visible, and a click on Cancel stops it."""
    execution = running_execution(lab.store, **HERE)
    app = open_page("execution", id=execution.execution_id)
    assert "0 of 2 tasks done" in app.progress[0].text
    app.button(key=act_key(execution, "cancel")).click().run()
    assert not app.exception
    assert lab.execution(execution.execution_id).status in (ExecutionStatus.CANCELLING, ExecutionStatus.CANCELLED)


def test_preparing_says_what_it_waits_for(open_page, lab):
    """While crewAI is being loaded, the page says so."""
    execution = new_execution(**HERE)
    lab.store.executions.add([execution]).result()
    lab.store.executions.claim(execution.execution_id, 1, "loading crewAI").result()
    app = open_page("execution", id=execution.execution_id)
    assert "loading crewAI" in app.progress[0].text


def test_a_failure_shows_error_hint_and_resume(open_page, lab):
    """What failed, where, what to do; and resuming queues the next attempt."""
    execution = finished_execution(lab.store, error=model_error(), **HERE)
    app = open_page("execution", id=execution.execution_id)
    said = app.error[0].value.replace("\\", "")
    assert "The model answered 500." in said
    assert "Try again later." in said
    assert "report" in said
    app.button(key=act_key(execution, "resume")).click().run()
    assert (lab.execution(execution.execution_id).status, lab.execution(execution.execution_id).attempt) == (
        "pending",
        2,
    )


def test_a_time_limit_is_named(open_page, lab):
    """A limit that ended it is said in words."""
    execution = running_execution(lab.store, **HERE)
    error = finished_execution(lab.store, error=model_error("It took longer than 5 s."), **HERE).error
    move = Move(execution_id=execution.execution_id, attempt=1, status="failed", reason="timed_out", error=error)
    assert lab.store.executions.move(move).result()
    assert "The time limit was reached" in open_page("execution", id=execution.execution_id).error[0].value


def test_tasks_add_up_to_the_total(open_page, lab):
    """The last line of the table is the execution's own usage."""
    execution = finished_execution(lab.store, **HERE)
    table = open_tab(open_page("execution", id=execution.execution_id), "Tasks").dataframe[0].value
    assert list(table["task_name"]) == ["research", "report", "Total"]
    assert table["input_tokens"].iloc[:-1].sum() == table["input_tokens"].iloc[-1] == execution.usage.input_tokens


def test_cost_as_if_is_an_estimate(open_page, lab):
    """Choosing a model estimates the cost, and says that it is an estimate."""
    execution = finished_execution(lab.store, **HERE)
    app = open_tab(open_page("execution", id=execution.execution_id), "Tasks")
    app.selectbox(key="tasks.as_if").select("gpt-4o-mini").run()
    assert [metric for metric in app.metric if metric.label.startswith("Estimated cost")]
    assert "never added to real spend" in texts(app)
    assert "estimated_cost_usd" in app.dataframe[1].value.columns


def test_a_model_call_can_be_read_in_full(open_page, lab):
    """The first call is open at the start: its messages, answer and usage."""
    execution = finished_execution(lab.store, **HERE)
    app = open_tab(open_page("execution", id=execution.execution_id), "Model calls")
    codes = [code.value for code in app.code]
    assert "Do the research on tea" in codes
    assert "Three sources were found." in codes


def test_a_tool_call_shows_arguments_and_result(open_page, lab):
    """What the tool was given, and what it gave back."""
    execution = finished_execution(lab.store, **HERE)
    app = open_tab(open_page("execution", id=execution.execution_id), "Tool calls")
    assert "sources.csv" in app.json[0].value
    assert "a,b\n1,2" in [code.value for code in app.code]


def test_the_log_filters_by_each_column(open_page, lab):
    """A filter narrows the table; statuses are told in words."""
    execution = finished_execution(lab.store, **HERE)
    app = open_tab(open_page("execution", id=execution.execution_id), "Log")
    assert "completed" in list(app.dataframe[0].value["message"])
    app.multiselect(key="log.task_name").select("report").run()
    assert set(app.dataframe[0].value["task_name"]) == {"report"}


def test_the_snapshot_shows_inputs_and_document(open_page, lab):
    """What ran can be read again, and taken away as YAML."""
    execution = finished_execution(lab.store, inputs={"topic": "oolong"}, **HERE)
    app = open_tab(open_page("execution", id=execution.execution_id), "snapshot")
    assert "oolong" in str(app.table[0].value)
    assert "Do the research on {topic}" in app.code[0].value


def test_files_are_listed_and_previewed(open_page, lab):
    """A file that a task wrote is there to read and to download."""
    execution = finished_execution(lab.store, **HERE)
    folder = lab.settings.execution_folder(execution.execution_id)
    folder.mkdir(parents=True)
    (folder / "memo.md").write_text("# A memo\n\n![x](http://evil.example/x.png)", "utf-8")
    app = open_tab(open_page("execution", id=execution.execution_id), "Files")
    assert "memo.md" in texts(app)
    assert "A memo" in texts(app)
    assert "![" not in texts(app)


def test_output_cannot_load_or_pretend(open_page, lab):
    """Model output is shown without images, foreign links or our own badges."""
    evil = "Hi ![x](http://evil.example/x.png) [y](javascript:alert(1)) :green-badge[completed]"
    execution = finished_execution(lab.store, tasks=[Work("only", evil)], **HERE)
    said = "\n".join(str(part.value) for part in open_page("execution", id=execution.execution_id).markdown)
    assert "![" not in said
    assert "](javascript" not in said
    assert ":green-badge[completed]" not in said


def test_json_output_is_shown_as_json(open_page, lab):
    """An answer by schema is laid out, and can still be read raw."""
    work = Work("only", '{"category": "bug"}', output_json={"category": "bug"})
    execution = finished_execution(lab.store, tasks=[work], **HERE)
    app = open_page("execution", id=execution.execution_id)
    assert "bug" in app.json[0].value


def test_a_deleted_definition_can_be_saved_again(open_page, lab):
    """Nothing leads to what is gone; the snapshot becomes a new definition, with the same inputs filled in."""
    saved = lab.definitions.save(document("gone"))
    execution = finished_execution(
        lab.store, crew=saved.document, definition_id=saved.definition_id, inputs={"topic": "puerh"}, **HERE
    )
    lab.definitions.delete(saved.definition_id)
    app = open_page("execution", id=execution.execution_id)
    assert "Its definition" not in [link.value for link in app.page_link]
    assert act_key(execution, "again") not in [button.key for button in app.button]
    app.button(key=act_key(execution, "keep")).click().run()
    assert not app.exception
    assert lab.definitions.get("gone").latest_number == 1
    assert [area.value for area in app.text_area] == ["puerh"]


def test_an_unpriced_cost_is_one_word(open_page, lab, monkeypatch):
    """A sum that is not known fits into its box, and the help says why."""
    found = finished_execution(lab.store, model="openai/unheard-of", **HERE)
    usage = found.usage.model_copy(update={"cost_usd": None, "unpriced_calls": 2})
    monkeypatch.setattr(type(lab), "execution", lambda *_: found.model_copy(update={"usage": usage}))
    app = open_page("execution", id=found.execution_id)
    cost = next(metric for metric in app.metric if metric.label == "Cost")
    assert cost.value == "unpriced"
    assert "without a known price" in cost.help


def test_rerun_opens_the_new_execution(open_page, lab):
    """A click makes a new execution of the same snapshot and shows it, with a link back."""
    first = finished_execution(lab.store, **HERE)
    app = open_page("execution", id=first.execution_id)
    app.button(key=act_key(first, "rerun")).click().run()
    assert not app.exception
    (new,) = (one for one in lab.executions() if one.execution_id != first.execution_id)
    assert (new.origin_execution_id, new.inputs) == (first.execution_id, first.inputs)
    assert app.query_params["id"] == new.execution_id
    assert "The execution that it repeats" in [link.value for link in app.page_link]


def test_fork_and_resume_with_limits_ask_first(open_page, lab):
    """Fork opens a dialog; so does Resume after a limit, because the same limit would end it again at once."""
    execution = running_execution(lab.store, **HERE)
    end = Move(execution_id=execution.execution_id, attempt=1, status=ExecutionStatus.FAILED, reason="over_budget")
    lab.store.executions.move(end).result()
    app = open_page("execution", id=execution.execution_id)
    app.button(key=act_key(execution, "fork")).click().run()
    assert app.button(key="fork.go").label == "Fork"
    app.button(key=act_key(execution, "resume")).click().run()
    assert app.button(key="execution.limits.resume").label == "Resume"
    assert lab.execution(execution.execution_id).attempt == 1


def test_a_replay_says_which_cassette_and_how_much_of_it(open_page, lab):
    """Hits and misses are counted, the label is there, and nothing looks like spending."""
    options = LaunchOptions(cassette=Cassette.replay("two-steps", on_miss="live"))
    execution = finished_execution(lab.store, options=options, model="openai/gpt-4o-mini", **HERE)
    app = open_page("execution", id=execution.execution_id)
    assert "Replay of the cassette **two-steps**: 0 recorded answers, 3 missing." in texts(app)
    assert "replay: recorded answers" in texts(app)
    assert "rehearsal" not in texts(app)


def test_a_recording_says_where_its_answers_go(open_page, lab):
    """The name is what a replay asks for."""
    options = LaunchOptions(cassette=Cassette.record("two-steps"))
    execution = finished_execution(lab.store, options=options, **HERE)
    assert "recorded on the cassette **two-steps**" in texts(open_page("execution", id=execution.execution_id))


def test_models_that_were_chosen_at_launch_are_named(lab, open_page):
    """Under the title and in the snapshot, with what the profile said."""
    profile = ModelProfile(name="quiet", model="rehearsal/terse", parameters={"seed": 3})
    options = LaunchOptions(llm="rehearsal/plain", llms={"analyst": "quiet"}, profiles={"quiet": profile})
    execution = finished_execution(lab.store, options=options)
    said = texts(open_page("execution", id=execution.execution_id)).replace("\\", "")
    assert "rehearsal/plain for all agents, quiet (rehearsal/terse) for analyst" in said
