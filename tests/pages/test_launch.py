"""The page that starts executions."""

from __future__ import annotations

import pytest

from crewlab.executions.cassette import Cassette
from crewlab.ui.links import PAGES
from crewlab.ui.views.launch import ONE
from tests import recorded
from tests.factories import Work, document, finished_execution
from tests.pages.conftest import run_button, texts

pytestmark = pytest.mark.usefixtures("idle_engine")
TABLE = ":material/table_rows: A table of inputs"


@pytest.fixture
def crew(lab):
    """A saved crew that asks for a topic."""
    return lab.definitions.save(document("tea-crew"))


def key_of(crew, part: str) -> str:
    return f"launch.{crew.definition_id}.{part}"


def with_table(app, crew, data: bytes, name: str = "inputs.csv"):
    """Choose a table of inputs and upload it."""
    app.segmented_control(key=key_of(crew, "mode")).set_value(TABLE).run()
    app.file_uploader(key=key_of(crew, "table.file")).upload(name, data).run()
    assert not app.exception
    return app


def test_a_description_is_shown_as_it_is_written(open_page, lab):
    """It is what somebody wrote, an import for instance: no heading, no picture from elsewhere."""
    lab.definitions.save(document("loud") | {"description": "# Big ![x](http://elsewhere.example/x.png)"})
    (said,) = [one.value for one in open_page("launch", definition="loud").caption if "Big" in one.value]
    assert said.startswith("\\#")
    assert "![" not in said


@pytest.mark.parametrize(("page", "own"), [("launch", "definition"), ("definition", "id")])
def test_back_leads_to_what_was_on_the_screen(open_page, lab, crew, page, own):
    """The browser goes back to a page with the parameters of the page after it."""
    app = open_page(page, **{own: crew.definition_id})
    app.session_state["address.left_for"] = ("execution", {"id": "an-execution"})
    app.query_params.clear()
    app.query_params["id"] = "an-execution"
    app.run()
    assert app.query_params == {own: crew.definition_id}
    assert not app.error


def test_run_waits_for_the_inputs(open_page, crew):
    """A placeholder without a value blocks, and says which."""
    app = open_page("launch", definition="tea-crew")
    assert run_button(app).disabled
    assert "Fill in topic." in texts(app)


def test_one_execution_is_launched_and_shown(open_page, lab, crew):
    """Fill in, click Run, and be where it can be watched."""
    app = open_page("launch", definition=crew.definition_id)
    app.text_area(key=key_of(crew, "input..topic")).set_value("oolong").run()
    run_button(app).click().run()
    assert not app.exception
    (execution,) = lab.executions()
    assert execution.inputs == {"topic": "oolong"}
    assert app.query_params["id"] == execution.execution_id
    assert app.title[0].value == "tea-crew"


def test_planning_can_be_switched_on_for_a_launch(open_page, lab, crew):
    """The choice reaches the execution and stays out of the crew."""
    app = open_page("launch", definition=crew.definition_id)
    app.text_area(key=key_of(crew, "input..topic")).set_value("oolong").run()
    app.segmented_control(key="launch.planning").set_value("On").run()
    run_button(app).click().run()
    assert lab.executions()[0].options.planning is True


def test_defaults_come_from_the_document(open_page, lab):
    """The document's own inputs are filled in."""
    saved = lab.definitions.save(document("with-default", inputs={"topic": "green tea"}))
    assert (
        open_page("launch", definition="with-default").text_area(key=key_of(saved, "input..topic")).value == "green tea"
    )


def test_run_again_fills_in_the_same_inputs(open_page, lab, crew):
    """`?like=` starts from an earlier execution."""
    like = finished_execution(lab.store, inputs={"topic": "puerh"}, origin="foreground").execution_id
    app = open_page("launch", definition="tea-crew", like=like)
    assert app.text_area(key=key_of(crew, f"input.{like}.topic")).value == "puerh"


def test_what_was_typed_is_there_when_one_comes_back(open_page, lab, crew):
    """From another crew, from the table, and from another page, where a key was stored perhaps."""
    other = lab.definitions.save(document("other-crew"))
    app = open_page("launch")
    choice = app.selectbox(key="launch.definition.None")
    choice.set_value(next(one for one in lab.definitions.list() if one.definition_id == crew.definition_id)).run()
    app.text_area(key=key_of(crew, "input..topic")).set_value("oolong").run()
    choice = app.selectbox(key="launch.definition.None")
    choice.set_value(next(one for one in lab.definitions.list() if one.definition_id == other.definition_id)).run()
    assert app.text_area(key=key_of(other, "input..topic")).value == ""
    choice = app.selectbox(key="launch.definition.None")
    choice.set_value(next(one for one in lab.definitions.list() if one.definition_id == crew.definition_id)).run()
    assert app.text_area(key=key_of(crew, "input..topic")).value == "oolong"
    app.segmented_control(key=key_of(crew, "mode")).set_value(TABLE).run()
    app.segmented_control(key=key_of(crew, "mode")).set_value(ONE).run()
    assert app.text_area(key=key_of(crew, "input..topic")).value == "oolong"
    app.switch_page(PAGES["library"]).run()
    app.switch_page(PAGES["launch"])
    app.query_params["definition"] = "tea-crew"
    app.run()
    assert app.text_area(key=key_of(crew, "input..topic")).value == "oolong"


def test_another_default_takes_the_place_of_one_that_nobody_changed(open_page, lab):
    """A crew that was edited since is launched with its own inputs, not with those that it had."""
    crew = lab.definitions.save({**document("own"), "inputs": {"topic": "assam"}})
    app = open_page("launch", definition="own")
    app.switch_page(PAGES["library"]).run()
    lab.definitions.save({**document("own"), "inputs": {"topic": "puerh"}}, definition_id=crew.definition_id)
    app.switch_page(PAGES["launch"])
    app.query_params["definition"] = "own"
    app.run()
    assert app.text_area(key=key_of(crew, "input..topic")).value == "puerh"


def test_an_unknown_execution_says_so(open_page, crew):
    """Whatever else the page shows: a table of inputs, or that there is no such definition either."""
    said = "There is no execution or batch 'nope'."
    app = open_page("launch", definition="tea-crew", like="nope")
    app.segmented_control(key=key_of(crew, "mode")).set_value(TABLE).run()
    assert [said in one.value for one in app.error] == [True]
    app = open_page("launch", definition="coffee-crew", like="nope")
    assert said in app.error[0].value


def test_an_unknown_definition_says_so(open_page):
    """A wrong link is an explanation; it runs no other crew unless somebody chooses one."""
    app = open_page("launch", definition="nope")
    assert "There is no definition 'nope'" in texts(app)
    assert not [button for button in app.button if str(button.key).startswith("launch.run.")]
    app.selectbox(key="launch.definition.nope").select("market-brief").run()
    assert run_button(app)


def test_an_example_comes_with_its_table(open_page, lab):
    """Two clicks run an example crew over its table."""
    example = lab.definitions.get("market-brief")
    app = open_page("launch", definition="market-brief")
    app.segmented_control(key=key_of(example, "mode")).set_value(TABLE).run()
    assert not run_button(app).disabled
    run_button(app).click().run()
    assert not app.exception
    (batch,) = lab.batches()
    assert batch.size >= 20
    assert app.query_params["batch"] == batch.batch_id
    assert app.title[0].value == "Executions"


def test_an_example_is_filled_in(open_page, lab):
    """One click runs an example crew once: its fields start with the first row of its table."""
    app = open_page("launch", definition="market-brief")
    assert all(area.value for area in app.text_area)
    assert not run_button(app).disabled


def test_columns_are_guessed_and_can_be_changed(open_page, lab, crew):
    """A column whose name fits is taken; another can be chosen."""
    app = with_table(open_page("launch", definition="tea-crew"), crew, b"Topic;other\nblack;white\n")
    assert list(app.dataframe[0].value["topic"]) == ["black"]
    next(box for box in app.selectbox if box.label == "Column for `topic`").select("other").run()
    assert list(app.dataframe[0].value["topic"]) == ["white"]


def test_rows_with_errors_block_until_they_are_left_out(open_page, lab, crew):
    """The person decides what happens to rows that cannot run."""
    app = with_table(open_page("launch", definition="tea-crew"), crew, b"topic,x\nblack,1\n ,2\nwhite,3\n")
    assert run_button(app).disabled
    assert "1 row has an error" in texts(app)
    app.checkbox(key=key_of(crew, "table.leave_out")).check().run()
    run_button(app).click().run()
    assert [one.inputs["topic"] for one in lab.executions(sort="row_number", descending=False)] == ["black", "white"]


@pytest.mark.parametrize(
    ("table", "said"),
    [(b"", "is empty"), (b"topic\n", "no rows"), (b"topic,topic\n1,2\n", "two columns named 'topic'")],
    ids=["empty", "header only", "duplicate column"],
)
def test_an_unusable_table_is_explained(open_page, crew, table, said):
    """One sentence instead of an exception, and Run stays off."""
    app = with_table(open_page("launch", definition="tea-crew"), crew, table)
    assert said in texts(app)
    assert run_button(app).disabled


def test_many_rows_ask_first(open_page, lab, crew, monkeypatch):
    """Above the limit, nothing starts until a person has said yes."""
    rows = "\n".join(f"topic {n}" for n in range(1001))
    app = with_table(open_page("launch", definition="tea-crew"), crew, f"topic\n{rows}\n".encode())
    assert run_button(app).disabled
    app.checkbox(key=key_of(crew, "confirm.1001")).check().run()
    assert not run_button(app).disabled


def test_a_real_model_shows_size_and_price(open_page, crew):
    """Before anything is paid: executions, tasks and the price per token."""
    app = open_page("launch", definition="tea-crew")
    app.text_area(key=key_of(crew, "input..topic")).set_value("x").run()
    app.segmented_control(key="launch.model").set_value("Another model").run()
    app.text_input(key="launch.model.own").set_value("openai/gpt-4o-mini").run()
    app.text_input(key="launch.model.base_url").set_value("http://127.0.0.1:9/v1").run()
    said = texts(app)
    assert "1 execution × 2 tasks" in said
    assert "per million input tokens" in said


def test_a_missing_key_is_named(open_page, crew, monkeypatch):
    """Choosing a model whose key is not set says which variable it is, and Run stays off."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    app = open_page("launch", definition="tea-crew")
    app.text_area(key=key_of(crew, "input..topic")).set_value("x").run()
    app.segmented_control(key="launch.model").set_value("Another model").run()
    app.text_input(key="launch.model.own").set_value("openai/gpt-4o-mini").run()
    assert "OPENAI_API_KEY" in texts(app)
    assert run_button(app).disabled


def test_problems_disable_run(open_page, lab):
    """A definition with errors shows them and cannot start."""
    lab.definitions.save(document("broken", [Work("one")], agents={}))
    app = open_page("launch", definition="broken")
    assert "It cannot run yet" in texts(app)
    assert run_button(app).disabled


def test_an_older_version_can_be_chosen(open_page, lab, crew):
    """Any version can run again."""
    lab.definitions.save(document("tea-crew", [Work("only")]), definition_id=crew.definition_id)
    app = open_page("launch", definition="tea-crew")
    app.text_area(key=key_of(crew, "input..topic")).set_value("x").run()
    app.selectbox(key=f"launch.version.{crew.definition_id}").select(1).run()
    run_button(app).click().run()
    assert [one.version_number for one in lab.executions()] == [1]


def test_a_missing_column_blocks_and_is_named(open_page, lab):
    """No row runs with a value that nobody chose: not even one from the example's own table."""
    example = lab.definitions.get("market-brief")
    names = list(lab.definitions.placeholders(lab.definitions.version("market-brief").document))
    app = open_page("launch", definition="market-brief")
    app.segmented_control(key=key_of(example, "mode")).set_value(TABLE).run()
    app.segmented_control(key=key_of(example, "table.source")).set_value("Upload a file").run()
    header, row = ",".join(names[1:]), ",".join("x" for _ in names[1:])
    app.file_uploader(key=key_of(example, "table.file")).upload("i.csv", f"{header},other\n{row},y\n".encode()).run()
    assert run_button(app).disabled
    assert f"The table has no column {names[0]}: choose another column above" in texts(app)
    box = next(box for box in app.selectbox if box.label == f"Column for `{names[0]}`")
    assert box.value is None
    box.select("other").run()
    assert not run_button(app).disabled
    assert list(app.dataframe[0].value.columns)[1:] == names, "the preview is not in the order of the definition"


def test_the_documents_default_for_a_missing_column_is_visible(open_page, lab):
    """A default of the definition may fill a column, and the page says that it does."""
    crew = lab.definitions.save(document("with-default", inputs={"topic": "green tea"}))
    app = with_table(open_page("launch", definition="with-default"), crew, b"number\n1\n2\n3\n")
    box = next(box for box in app.selectbox if box.label == "Column for `topic`")
    box.select("(the same value in every row)").run()
    assert "The default of the definition, for every row." in texts(app)
    assert list(app.dataframe[0].value["topic"]) == ["green tea"] * 3


def test_default_names_of_batches_are_unique(open_page, lab, crew):
    """Two launches within a minute get two names."""
    for _ in range(2):
        app = with_table(open_page("launch", definition="tea-crew"), crew, b"topic\nblack\n")
        run_button(app).click().run()
    names = [batch.name for batch in lab.batches()]
    assert len(set(names)) == 2, names


def test_limits_go_along(open_page, lab, crew):
    """Time, tokens and money of the form are the limits of the execution."""
    app = open_page("launch", definition=crew.definition_id)
    app.text_area(key=key_of(crew, "input..topic")).set_value("oolong").run()
    app.number_input(key="launch.minutes").set_value(2.0)
    app.number_input(key="launch.tokens").set_value(9000)
    app.number_input(key="launch.dollars").set_value(0.5).run()
    run_button(app).click().run()
    assert not app.exception
    options = lab.executions()[0].options
    assert (options.timeout_seconds, options.max_tokens, options.max_cost_usd) == (120, 9000, 0.5)


def test_a_replay_is_launched_without_a_key(open_page, lab, monkeypatch):
    """The recording is offered by name; the missing key blocks a real run and not a replay."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    lab.definitions.save(recorded.crew())
    recorded.put_into(lab.settings.data)
    app = open_page("launch", definition="chain")
    assert run_button(app).disabled
    app.segmented_control(key="launch.cassette.mode").set_value("Replay").run()
    assert "No model is called, and nothing is paid." in texts(app)
    app.text_area(key=f"launch.{lab.definitions.get('chain').definition_id}.input..topic").set_value("tea").run()
    run_button(app).click().run()
    assert not app.exception
    (execution,) = lab.executions()
    assert execution.options.cassette == Cassette.replay(recorded.NAME)
    assert "replay: recorded answers" in texts(app)


def test_a_recording_needs_a_name(open_page, lab, crew):
    """A name that no file may have is explained; a good one is launched."""
    app = open_page("launch", definition=crew.definition_id)
    app.text_area(key=key_of(crew, "input..topic")).set_value("oolong").run()
    app.segmented_control(key="launch.cassette.mode").set_value("Record").run()
    assert "Nothing is recorded until it has a name." in texts(app)
    app.text_input(key="launch.cassette.name").set_value("../up").run()
    assert "cannot be called" in texts(app)
    app.text_input(key="launch.cassette.name").set_value("teas").run()
    run_button(app).click().run()
    (execution,) = lab.executions()
    assert execution.options.cassette == Cassette.record("teas")


def test_models_are_chosen_for_all_and_for_each_agent(lab, open_page, idle_engine):
    """A profile stands for the model of everybody, a typed model for that of one agent; both are in the snapshot."""
    lab.save_model_profile("quiet", "rehearsal/terse", parameters={"seed": 3})
    app = open_page("launch", definition="ticket-triage")
    app.segmented_control(key="launch.model").set_value("Another model").run()
    app.selectbox(key="launch.model.which").set_value("quiet").run()
    definition = lab.definitions.get("ticket-triage")
    agent = next(iter(lab.definitions.version("ticket-triage").document["agents"]))
    app.selectbox(key=f"launch.model.{definition.definition_id}.agent.{agent}").set_value("rehearsal/careful").run()
    run_button(app).click().run()
    [execution] = [lab.execution(found.execution_id) for found in lab.executions()]
    assert execution.options.llm == "quiet"
    assert execution.options.llms == {agent: "rehearsal/careful"}
    assert execution.options.profiles["quiet"].parameters == {"seed": 3}
