"""The list of executions."""

from __future__ import annotations

import pytest

from crewlab.ui.components.executions.filters import ExecutionFilters
from crewlab.ui.components.executions.table import frozen
from crewlab.ui.views.executions import view_frame
from tests.factories import finished_batch, finished_execution, model_error, new_batch, new_execution, running_execution
from tests.pages.conftest import as_of_before, last_drawn, texts

pytestmark = pytest.mark.usefixtures("idle_engine")
HERE = {"origin": "foreground"}


def statuses(app) -> list[str]:
    return [one for cell in app.dataframe[0].value["status"] for one in cell]


def labelled(widgets, label: str):
    """The widget that is called so: keys of filters change with the address that they began from."""
    return next(one for one in widgets if one.label == label)


def choose(app, *rows: int):
    """Choose rows of the table, as a click in the browser does."""
    keys = [str(name) for name in app.session_state if str(name).startswith("executions.table.")]
    key = next(name for name in keys if not name.endswith(".open"))
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app


def test_an_empty_list_leads_to_launch(open_page):
    """With nothing to show there is one thing to do."""
    app = open_page("executions")
    assert "Nothing has run yet" in texts(app)
    assert "Launch a crew" in [link.value for link in app.page_link]


def test_the_address_filters(open_page, lab):
    """A link to failed executions shows those only."""
    finished_execution(lab.store, **HERE)
    finished_execution(lab.store, error=model_error(), **HERE)
    assert statuses(open_page("executions", status="failed")) == ["failed"]


def test_the_filters_write_the_address(open_page, lab):
    """What is chosen on the page can be sent to somebody."""
    finished_execution(lab.store, inputs={"topic": "oolong"}, **HERE)
    finished_execution(lab.store, **HERE)
    app = open_page("executions")
    labelled(app.text_input, "Search").set_value("oolong").run()
    labelled(app.selectbox, "Order").select("Longest first").run()
    assert len(app.dataframe[0].value) == 1
    assert app.query_params == {"text": "oolong", "sort": "Longest first"}


def test_a_link_within_the_session_wins_over_earlier_filters(open_page, lab):
    """Following a link to another view shows that view, whatever was chosen before."""
    finished_execution(lab.store, **HERE)
    finished_execution(lab.store, error=model_error(), **HERE)
    app = open_page("executions", status="failed")
    app.query_params.clear()
    app.query_params["status"] = "completed"
    app.run()
    assert statuses(app) == ["completed"]


def test_back_from_an_execution_finds_the_filters_again(open_page, lab):
    """The browser's *Back* leads to an address with the other page's parameters; the list as it was left is shown."""
    done = finished_execution(lab.store, **HERE)
    finished_execution(lab.store, error=model_error(), **HERE)
    app = open_page("executions", status="failed")
    app.query_params.clear()
    app.query_params["id"] = done.execution_id
    app.run()
    assert statuses(app) == ["failed"]
    assert app.query_params == {"status": "failed"}


def test_nothing_found_offers_the_way_back(open_page, lab):
    """Filters that match nothing say so."""
    finished_execution(lab.store, **HERE)
    app = open_page("executions", text="no such thing")
    assert "No execution matches these filters." in texts(app)
    assert app.button(key="executions.all")


def test_an_unknown_batch_says_so(open_page, lab):
    """A wrong link is an explanation, not an exception."""
    finished_execution(lab.store, **HERE)
    assert "There is no execution or batch 'nope'" in texts(open_page("executions", batch="nope"))


def test_two_chosen_rows_can_be_compared(open_page, lab):
    """Compare is for two or more, and leads to their comparison."""
    ids = [finished_execution(lab.store, inputs={"topic": topic}, **HERE).execution_id for topic in ("a", "b")]
    app = open_page("executions")
    assert app.button(key="executions.compare").disabled
    app = choose(app, 0, 1)
    app.button(key="executions.compare").click().run()
    assert not app.exception
    assert app.title[0].value == "Compare"
    assert app.query_params["executions"] == ",".join(reversed(ids))


def test_chosen_active_rows_can_be_cancelled(open_page, lab):
    """Cancel stops what is active among the chosen, and leaves the rest alone."""
    done = finished_execution(lab.store, **HERE)
    running = running_execution(lab.store, **HERE)
    app = choose(open_page("executions"), 0, 1)
    app.button(key="executions.cancel").click().run()
    assert not app.exception
    assert lab.execution(running.execution_id).status in ("cancelling", "cancelled")
    assert lab.execution(done.execution_id).status == "completed"


def test_chosen_failures_can_be_resumed(open_page, lab):
    """Resume queues the next attempt of each."""
    execution = finished_execution(lab.store, error=model_error(), **HERE)
    app = choose(open_page("executions"), 0)
    app.button(key="executions.resume").click().run()
    assert lab.execution(execution.execution_id).attempt == 2


def test_chosen_rows_stay_in_their_places(open_page, lab):
    """While rows are chosen, a new execution does not slip under the choice."""
    first = finished_execution(lab.store, inputs={"topic": "first"}, **HERE)
    app = choose(open_page("executions"), 0)
    finished_execution(lab.store, inputs={"topic": "second"}, **HERE)
    app.run()
    assert list(app.dataframe[0].value["inputs"]) == ["first"]
    assert lab.execution(first.execution_id)


def test_a_row_that_was_on_the_screen_is_chosen(open_page, lab):
    """Another execution came, and its row had not been drawn when the click was sent."""
    first = finished_execution(lab.store, inputs={"topic": "first"}, **HERE)
    app = open_page("executions")
    before = last_drawn(app)
    finished_execution(lab.store, inputs={"topic": "second"}, **HERE)
    app.run()
    assert list(app.dataframe[0].value["inputs"]) == ["second", "first"]
    choose(as_of_before(app, before), 0)
    assert list(app.dataframe[0].value["inputs"]) == ["first"]
    choose(app, 0)
    assert list(app.dataframe[0].value["inputs"]) == ["first"]
    assert app.session_state["executions.shown"].executions[0].execution_id == first.execution_id


def test_frozen_rows_are_up_to_date(lab):
    """Rows keep their places, and show how they stand now."""
    old = finished_execution(lab.store, **HERE)
    new = old.model_copy(update={"attempt": 2})
    other = finished_execution(lab.store, **HERE)
    assert frozen([old], [other, new]) == [new]


def test_pages_of_the_list(open_page, lab):
    """More than a page's worth is cut into pages by the store."""
    lab.store.executions.add([new_execution(inputs={"topic": str(n)}, **HERE) for n in range(60)]).result()
    app = open_page("executions")
    assert len(app.dataframe[0].value) == 50
    assert "60 executions" in texts(app)


def test_the_csv_holds_every_page(lab):
    """The download has all that match, in the order of the list, marked as rehearsal."""
    lab.store.executions.add([new_execution(inputs={"topic": str(n)}, **HERE) for n in range(60)]).result()
    filters = ExecutionFilters(sort="Oldest first")
    frame = view_frame(lab, filters)
    assert list(frame["execution_id"]) == sorted(frame["execution_id"])
    assert len(frame) == 60
    assert frame["is_rehearsal"].all()


def test_a_batch_has_a_header(open_page, lab):
    """Name, progress and counts of the batch stand above its executions."""
    batch_id = finished_batch(lab.store, ["tea", "coffee", "cocoa"], name="Hot drinks", **HERE)
    app = open_page("executions", batch=batch_id)
    assert "Hot drinks" in texts(app)
    assert app.progress[0].text == "3 of 3 executions ended"
    assert len(app.dataframe[0].value) == 3


def test_a_batch_can_be_cancelled_and_retried(open_page, lab):
    """All that is active, and all that failed; both ask first."""
    batch = new_batch("Later")
    rows = [new_execution(batch_id=batch.batch_id, row_number=n, **HERE) for n in (1, 2)]
    lab.store.executions.add(rows, batch).result()
    app = open_page("executions", batch=batch.batch_id)
    app.button(key=f"batch.cancel_now.{batch.batch_id}").click().run()
    assert lab.batch(batch.batch_id).counts == {"cancelled": 2}
    failed = finished_batch(lab.store, ["tea"], error=model_error(), **HERE)
    app = open_page("executions", batch=failed)
    assert "real model" not in texts(app), "the rehearsal model costs nothing"
    app.button(key=f"batch.retry_now.{failed}").click().run()
    assert [one.attempt for one in lab.executions(batch_id=failed)] == [2]


def test_charts_of_the_view(open_page, lab):
    """The charts tab draws the durations of what is in view, labelled as rehearsal."""
    finished_execution(lab.store, **HERE)
    app = open_page("executions")
    app.session_state["executions.tabs"] = next(tab.label for tab in app.tabs if "Charts" in tab.label)
    app.run()
    assert "rehearsal: not evidence" in app.get("plotly_chart")[0].proto.spec


def test_two_batches_of_one_name_are_not_mixed_up(open_page, lab):
    """The choice of a batch survives another filter, though both have the same name."""
    older = finished_batch(lab.store, ["tea", "coffee"], name="Drinks", **HERE)
    finished_batch(lab.store, ["cocoa"], name="Drinks", **HERE)
    app = open_page("executions", batch=older)
    labels = labelled(app.selectbox, "Batch").options
    assert len(set(labels)) == 3, labels  # all, and the two
    labelled(app.text_input, "Search").set_value("tea").run()
    assert app.query_params["batch"] == older
    assert len(app.dataframe[0].value) == 1


def test_an_empty_view_of_a_batch_leads_to_all_of_it(open_page, lab):
    """Filters that let nothing through are taken off without leaving the batch."""
    batch = finished_batch(lab.store, ["tea", "coffee"], **HERE)
    app = open_page("executions", batch=batch, status="failed")
    app.button(key="executions.all_of_batch").click().run()
    assert len(app.dataframe[0].value) == 2


def test_a_retry_on_a_real_model_says_that_it_may_cost(open_page, lab):
    """Nothing that is paid starts with one click."""
    failed = finished_batch(lab.store, ["tea"], error=model_error(), model="openai/gpt-4o-mini", **HERE)
    app = open_page("executions", batch=failed)
    assert "These call a real model, which may cost money." in texts(app)
    assert [one.attempt for one in lab.executions(batch_id=failed)] == [1]


def test_an_entry_counts_though_the_browser_sends_the_address_of_before(open_page, lab):
    """Somebody who is faster than the server's answers keeps both filters; then the address is right again."""
    finished_execution(lab.store, inputs={"topic": "oolong"}, **HERE)
    app = open_page("executions")
    labelled(app.text_input, "Search").set_value("oolong").run()
    app.query_params.clear()
    labelled(app.selectbox, "Order").select("Longest first").run()
    assert labelled(app.text_input, "Search").value == "oolong"
    assert app.query_params == {"text": "oolong", "sort": "Longest first"}


def test_a_link_that_is_clicked_twice_leads_there(open_page, lab):
    """With the second click the browser sends what the filters held before: that is no entry."""
    finished_execution(lab.store, **HERE)
    finished_execution(lab.store, error=model_error(), **HERE)
    app = open_page("executions", status="failed")
    before = {name: app.session_state[name] for name in app.session_state if str(name).endswith(".status")}
    app.query_params["status"] = "completed"
    app.run()
    for name, value in before.items():
        app.session_state[name] = value
    app.run()
    assert statuses(app) == ["completed"]
