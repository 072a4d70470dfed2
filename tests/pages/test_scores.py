"""A judge on Launch, and what it gave on the pages of a batch and of an execution."""

from __future__ import annotations

from crewlab.ui.views.launch import ONE
from tests.factories import finished_batch, scored
from tests.pages.conftest import run_button, texts


def test_repeats_and_a_judge_go_along(open_page, lab, idle_engine):
    """Two repeats of one execution are a batch whose executions know who judges."""
    app = open_page("launch", definition="ticket-triage")
    assert app.segmented_control(key=f"launch.{lab.definitions.get('ticket-triage').definition_id}.mode").value == ONE
    app.selectbox(key="launch.scoring.judge").select("rehearsal/careful").run()
    app.number_input(key="launch.scoring.repeats").set_value(2).run()
    run_button(app).click().run()
    assert not app.exception
    (batch,) = lab.batches()
    assert batch.size == 2
    assert {one.options.judge for one in lab.executions(batch_id=batch.batch_id)} == {"rehearsal/careful"}


def test_scores_are_shown_where_there_are_some(open_page, lab):
    """On the batch as a table of runs, on the execution as a list; nothing on a batch without a judge."""
    batch_id, plain = finished_batch(lab.store), finished_batch(lab.store)
    one = lab.executions(batch_id=batch_id)[0]
    lab.store.events.append((scored(one.execution_id, "research"),))
    assert lab.store.events.flush(5)
    app = open_page("executions", batch=batch_id)
    assert "Scores of each task" in [expander.label for expander in app.expander]
    assert "Scores of each task" not in [expander.label for expander in open_page("executions", batch=plain).expander]
    assert not app.exception
    assert "opinion" in texts(app)
