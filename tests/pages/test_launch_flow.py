"""Launching a flow: its initial state as a form, as JSON, and as rows of a table."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.ui.components.launch.state import AS_JSON, FORM
from crewlab.ui.links import PAGES
from tests.factories import document
from tests.pages.conftest import run_button, texts

pytestmark = pytest.mark.usefixtures("idle_engine")
TABLE = ":material/table_rows: A table of inputs"
STATE = {
    "type": "json_schema",
    "json_schema": {
        "type": "object",
        "properties": {
            "topic": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["topic"],
    },
    "default": {"limit": 3, "tags": ["new"]},
}


@pytest.fixture
def flow(lab):
    """A saved flow with a topic, a limit and tags in its state."""
    return lab.definitions.save(flow_document())


def flow_document(name: str = "tea-flow", state: Any = STATE) -> dict[str, Any]:
    step = {"start": True, "do": {"call": "expression", "expr": "state.topic"}}
    return {"schema": "crewai.flow/v1", "name": name, "state": state, "methods": {"say": step}}


def key_of(flow, part: str) -> str:
    return f"launch.{flow.definition_id}.{flow.number}.{part}"


def as_json(app, flow, text: str | None = None):
    """Show the state as JSON, and write `text` there."""
    app.segmented_control(key=key_of(flow, "state.None.form")).set_value(AS_JSON).run()
    if text is not None:
        app.text_area(key=key_of(flow, "state.None.text")).set_value(text).run()
    assert not app.exception
    return app


def test_a_state_that_no_form_can_show_is_left_to_json(open_page, lab):
    """A page that fails would not say what is wrong; the description of a definition is text, whatever it holds."""
    parts = {"odd": {"enum": 5}, "any": True, "large": {"type": "integer", "default": 10**30}}
    state = {"type": "json_schema", "json_schema": {"type": "object", "properties": parts}}
    flow = lab.definitions.save({**flow_document(state=state), "description": "![see](http://192.0.2.1/x.png)"})
    app = open_page("launch", definition="tea-flow")
    assert not app.exception
    assert app.text_area(key=key_of(flow, "state.None.field.large")).value == str(10**30)
    assert any(caption.value.startswith("!\\[see\\]") for caption in app.caption)


def test_a_form_has_a_field_for_each_field_of_the_state(open_page, flow):
    """Filled with the defaults; what has to be given and is not blocks, and says so."""
    app = open_page("launch", definition="tea-flow")
    assert app.number_input(key=key_of(flow, "state.None.field.limit")).value == 3
    assert app.text_area(key=key_of(flow, "state.None.field.tags")).value == '[\n "new"\n]'
    assert run_button(app).disabled
    assert "Fill in topic." in texts(app)


def test_the_form_and_json_hold_the_same_state(open_page, flow):
    """What is typed in one is there in the other, and back again."""
    app = open_page("launch", definition="tea-flow")
    app.text_input(key=key_of(flow, "state.None.field.topic")).set_value("oolong").run()
    as_json(app, flow)
    assert '"topic": "oolong"' in app.text_area(key=key_of(flow, "state.None.text")).value
    app.text_area(key=key_of(flow, "state.None.text")).set_value('{"topic": "assam", "limit": 7}').run()
    app.segmented_control(key=key_of(flow, "state.None.form")).set_value(FORM).run()
    assert app.text_input(key=key_of(flow, "state.None.field.topic")).value == "assam"
    assert app.number_input(key=key_of(flow, "state.None.field.limit")).value == 7


def test_the_state_is_there_when_one_comes_back_to_the_page(open_page, flow):
    """Somebody who looks something up elsewhere types nothing again."""
    app = open_page("launch", definition="tea-flow")
    app.text_input(key=key_of(flow, "state.None.field.topic")).set_value("oolong").run()
    app.switch_page(PAGES["library"]).run()
    app.switch_page(PAGES["launch"])
    app.query_params["definition"] = "tea-flow"
    app.run()
    assert app.text_input(key=key_of(flow, "state.None.field.topic")).value == "oolong"


def test_json_is_refused_at_its_line(open_page, flow):
    """What is no JSON, and what does not fit the schema: the line is named and shown, and nothing can run."""
    app = as_json(open_page("launch", definition="tea-flow"), flow, '{\n  "topic": "tea"\n  "limit": 1\n}')
    assert "The state, line 3: this is not valid JSON" in texts(app)
    assert any('3    "limit": 1' in code.value for code in app.code)
    assert run_button(app).disabled
    app.text_area(key=key_of(flow, "state.None.text")).set_value('{\n "topic": "tea",\n "tags": [\n  1]\n}').run()
    assert "Line 4. tags.0: 1 is not of type 'string'." in texts(app)
    assert "Correct the state." in texts(app)


def test_a_state_that_names_no_fields_is_json(open_page, lab):
    """There is nothing to draw a form of, and anything may be given."""
    open_flow = lab.definitions.save(flow_document("open", {}))
    app = open_page("launch", definition="open")
    assert "names no fields" in texts(app)
    assert app.text_area(key=key_of(open_flow, "state.None.text")).value == "{}"


def test_columns_of_a_table_fill_the_fields(open_page, flow):
    """Cells become numbers and lists; a field without a column keeps its default; a row that does not fit says why."""
    app = open_page("launch", definition="tea-flow")
    app.segmented_control(key=key_of(flow, "mode")).set_value(TABLE).run()
    upload = b"Topic,limit\ntea,7\nmilk,\ncoffee,none\n"
    app.file_uploader(key=key_of(flow, "table.file")).upload("inputs.csv", upload).run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["row"].tolist() == [3, 1, 2]
    assert table["error"].tolist()[0] == "limit: 'none' is no whole number."
    assert table["topic"].tolist() == ["coffee", "tea", "milk"]
    assert '["new"]' in texts(app)
    assert "Leave out 1 row and run 2 rows" in [box.label for box in app.checkbox]


def test_what_only_crews_have_is_not_offered(open_page, lab, flow):
    """Lessons and trainings are those of one crew; limits, planning, scoring and cassettes hold for all of a flow's."""
    app = open_page("launch", definition="tea-flow")
    tabs = "".join(tab.label for tab in app.tabs)
    assert "Planning" in tabs
    assert "Lessons" not in tabs
    assert "Train" not in "".join(button.label for button in app.button)


def test_models_are_those_of_every_crew_that_is_used(open_page, lab):
    """Also of those that a step names: what will be called is shown before it is paid."""
    lab.definitions.save(document("inner-crew", llm="rehearsal/inner"))
    flow = flow_document("outer")
    flow["methods"]["find"] = {"listen": "say", "do": {"call": "crew", "definition": "inner-crew"}}
    lab.definitions.save(flow)
    assert "Defined: rehearsal/inner" in texts(open_page("launch", definition="outer"))


def test_an_example_begins_with_the_first_row_of_its_table(open_page, lab):
    """A flow that comes along can be run at once, and over its own table."""
    flow = lab.definitions.version("market-entry")
    app = open_page("launch", definition="market-entry")
    assert not run_button(app).disabled
    app.segmented_control(key=key_of(flow, "mode")).set_value(TABLE).run()
    assert not app.exception
    assert not run_button(app).disabled
    assert len(app.dataframe[0].value) >= 5
