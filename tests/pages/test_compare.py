"""The comparison of executions and batches."""

from __future__ import annotations

import pytest

from tests.factories import RESEARCH, Work, document, finished_batch, finished_execution
from tests.pages.conftest import texts

pytestmark = pytest.mark.usefixtures("idle_engine")
HERE = {"origin": "foreground"}


def open_tab(app, key: str, name: str):
    app.session_state[key] = next(tab.label for tab in app.tabs if name in tab.label)
    app.run()
    assert not app.exception
    return app


def tables(app) -> list[set[str]]:
    return [set(frame.value.columns) for frame in app.dataframe]


@pytest.fixture
def pair(lab) -> str:
    """Two executions of two versions: one task renamed, another output."""
    after = (RESEARCH[0], Work("summary", "The market grows by 9 %.", input_tokens=310))
    first = finished_execution(lab.store, **HERE)
    second = finished_execution(lab.store, tasks=after, crew=document(tasks=after), version_number=2, **HERE)
    return f"{first.execution_id},{second.execution_id}"


def test_nothing_to_compare_leads_to_launch(open_page):
    """Before anything has run there is one thing to do."""
    app = open_page("compare")
    assert "Nothing to compare yet" in texts(app)


def test_one_is_not_enough(open_page, pair):
    """With a single execution the page asks for another."""
    assert "Choose one more" in texts(open_page("compare", executions=pair.split(",")[0]))


def test_unknown_ids_are_named_and_the_rest_compared(open_page, pair):
    """A wrong id in the address is an explanation; what exists is compared."""
    said = texts(open_page("compare", executions=f"nope,{pair}"))
    assert "There is no execution or batch 'nope'" in said
    assert "What differs" in said


def test_differences_come_first(open_page, pair):
    """What differs in the definition stands above every number, and what is the same is said."""
    app = open_page("compare", executions=pair)
    assert {"path", "before", "after"} <= tables(app)[0]
    assert "rehearsal: not evidence" in texts(app)
    assert "inputs" in next(part.value for part in app.markdown if "the same" in part.value)


def test_metrics_stand_side_by_side(open_page, pair):
    """A table of metrics and a chart of one, labelled as rehearsal."""
    app = open_page("compare", executions=pair)
    metrics = app.dataframe[-1].value
    assert "Duration" in list(metrics["metric"])
    assert "rehearsal: not evidence" in app.get("plotly_chart")[0].proto.spec


def test_tasks_are_lined_up(open_page, pair):
    """A task of another name is shown as renamed, or as removed and added; never left out."""
    app = open_tab(open_page("compare", executions=pair), "compare.tabs", "Tasks")
    cells = {str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().ravel()}
    assert "renamed" in cells or {"added", "removed"} <= cells


def test_outputs_are_compared_word_by_word(open_page, pair):
    """The words that differ are marked; what a model wrote is escaped."""
    app = open_tab(open_page("compare", executions=pair), "compare.tabs", "Outputs")
    diff = app.html[0].value
    assert "<del" in diff
    assert "<ins" in diff
    assert "The market grows by" in diff


def test_equal_outputs_are_said_to_be_equal(open_page, lab):
    """No difference is a result too."""
    ids = [finished_execution(lab.store, **HERE).execution_id for _ in range(2)]
    app = open_tab(open_page("compare", executions=",".join(ids)), "compare.tabs", "Outputs")
    assert "equal, letter by letter" in texts(app)


def test_markup_in_outputs_is_text(open_page, lab):
    """A model cannot put tags into the comparison."""
    ids = [
        finished_execution(lab.store, tasks=[Work("only", f"<img src=x onerror=alert({n})>")], **HERE).execution_id
        for n in (1, 2)
    ]
    app = open_tab(open_page("compare", executions=",".join(ids)), "compare.tabs", "Outputs")
    assert "<img" not in app.html[0].value


def test_fifty_executions(open_page, lab):
    """A large selection works in every tab, and any two outputs can be chosen."""
    ids = [finished_execution(lab.store, inputs={"topic": str(n)}, **HERE).execution_id for n in range(50)]
    app = open_page("compare", executions=",".join(ids))
    assert len(app.dataframe) >= 1
    assert len(app.get("plotly_chart")) >= 1
    open_tab(app, "compare.tabs", "Tasks")
    app = open_tab(app, "compare.tabs", "Outputs")
    app.selectbox(key="compare.pair.right").select(49).run()
    assert not app.exception


def test_choosing_on_the_page_writes_the_address(open_page, lab):
    """A comparison put together by hand can be sent to somebody."""
    ids = [finished_execution(lab.store, **HERE).execution_id for _ in range(2)]
    app = open_page("compare")
    app.multiselect[0].set_value(ids).run()
    assert not app.exception
    assert app.query_params == {"executions": ",".join(ids)}
    assert "What differs" in texts(app)


def test_batches_are_paired_by_input(open_page, lab):
    """Two batches over the same inputs, one of them longer: pairs, and what has no partner."""
    first = finished_batch(lab.store, ["tea", "coffee"], name="Before", **HERE)
    second = finished_batch(lab.store, ["coffee", "tea", "cocoa"], name="After", **HERE)
    app = open_page("compare", batches=f"{first},{second}")
    assert any("Statement" in columns or "statement" in columns for columns in tables(app))
    app = open_tab(app, "compare.batch_tabs", "Pairs")
    assert "2 pairs" in texts(app)
    assert "1 execution without a partner" in [box.label for box in app.expander]
    app.session_state["compare.more_unpaired"] = True
    app.run()
    assert any("Unpaired" in str(part.value) for part in app.markdown)


def test_an_unknown_batch_is_named(open_page, lab):
    """A wrong id in the address is an explanation."""
    known = finished_batch(lab.store, ["tea"], **HERE)
    assert "There is no execution or batch 'nope'" in texts(open_page("compare", batches=f"{known},nope"))
