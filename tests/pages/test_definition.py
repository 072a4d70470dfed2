"""One definition in forms: every edit is kept, references follow, nothing is saved or lost by accident."""

from __future__ import annotations

import json

import pytest

from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument
from crewlab.definitions.editing import new_crew
from crewlab.definitions.names import MOST_CHARACTERS
from tests.pages.conftest import as_of_before, document_text, last_drawn, texts, type_document

NAME = "ticket-triage"


@pytest.fixture
def crew(lab):
    """A saved crew of two agents and two tasks."""
    return lab.definitions.save(new_crew("demo"))


def at_tab(app, tab: str):
    """Turn to a tab."""
    app.session_state["definition.tab"] = tab
    return app.run()


def draft_of(lab, version):
    """The unsaved document of a definition."""
    return lab.definitions.draft(version.definition_id).document


def test_an_edit_is_kept_when_the_page_is_left(lab, open_page, crew):
    """Every edit is in the store at once; another session sees it, and no version was made."""
    app = open_page("definition", id="demo")
    app.text_area(key="definition.description").input("What it is for").run()
    again = open_page("definition", id="demo")
    assert again.text_area(key="definition.description").value == "What it is for"
    assert "unsaved edits" in str([badge.proto for badge in again.main]) + texts(again)
    assert lab.definitions.get("demo").latest_number == 1


def test_an_edit_taken_back_leaves_no_draft(lab, open_page, crew):
    """Content equal to the saved version is not an unsaved edit."""
    app = open_page("definition", id="demo")
    app.text_area(key="definition.description").input("x").run()
    app.text_area(key="definition.description").input("").run()
    assert lab.definitions.draft(crew.definition_id) is None


def test_renaming_an_agent_keeps_its_tasks(lab, open_page, crew):
    """References follow the rename."""
    app = at_tab(open_page("definition", id="demo"), "Agents")
    app.text_input(key="definition.agents.researcher.name").input("analyst").run()
    assert not app.exception
    assert draft_of(lab, crew)["tasks"][0]["agent"] == "analyst"
    assert app.selectbox(key="definition.agents.researcher.role").value == "Researcher"


def test_a_role_of_the_catalogue_brings_goals_and_further_ones_are_lines(lab, open_page, crew):
    """Only where there are none; a role of one's own changes nothing else."""
    app = at_tab(open_page("definition", id="demo"), "Agents")
    app.button(key="definition.agents.add").click().run()
    app.selectbox(key="definition.agents.agent.role").select("Editor").run()
    app.text_area(key="definition.agents.agent.goals").input("Keep the voice\n\n Keep names ").run()
    app.toggle(key="definition.agents.agent.use_system_prompt").set_value(False).run()
    agent = draft_of(lab, crew)["agents"]["agent"]
    assert agent["goal"].startswith("Make the text shorter")
    assert agent["goals"] == ["Keep the voice", "Keep names"]
    assert agent["use_system_prompt"] is False
    app.toggle(key="definition.agents.agent.use_system_prompt").set_value(True).run()
    assert "use_system_prompt" not in draft_of(lab, crew)["agents"]["agent"]


def test_a_name_that_is_taken_is_refused_beside_the_field(lab, open_page, crew):
    """What was typed stays on the screen with the reason; the document is unchanged."""
    app = at_tab(open_page("definition", id="demo"), "Agents")
    app.text_input(key="definition.agents.researcher.name").input("writer").run()
    assert app.text_input(key="definition.agents.researcher.name").value == "writer"
    assert "There is already an agent 'writer'" in texts(app)
    assert lab.definitions.draft(crew.definition_id) is None


def test_a_new_task_is_given_the_previous_one(lab, open_page, crew):
    """It is the chosen one, waits for the task before it, and its problems stand beside its fields."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.button(key="definition.tasks.add").click().run()
    assert draft_of(lab, crew)["tasks"][2]["context"] == ["report"]
    assert app.multiselect(key="definition.tasks.2.context").value == ["report"]
    assert "The task has no description." in texts(app)


def test_a_double_click_adds_one_task(lab, open_page, crew):
    """A second click counts once what the first one added is on the screen."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    before, add = last_drawn(app), "definition.tasks.add"
    app.button(key=add).click().run()
    as_of_before(app, before).button(key=add).click().run()
    assert len(draft_of(lab, crew)["tasks"]) == 3
    app.button(key=add).click().run()
    assert len(draft_of(lab, crew)["tasks"]) == 4


def test_a_condition_is_checked_while_it_is_written(lab, open_page, crew):
    """The field says at once what is wrong with an expression, and the picture's sentence counts conditions."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.radio(key="definition.task").set_value(1).run()
    app.text_input(key="definition.tasks.1.condition").input("outputs.research ==").run()
    assert draft_of(lab, crew)["tasks"][1]["condition"] == "outputs.research =="
    assert "this is not a CEL expression" in texts(app)
    app.text_input(key="definition.tasks.1.condition").input('outputs.research.contains("risk")').run()
    assert "this is not a CEL expression" not in texts(app)
    assert "1 task only where a condition holds" in texts(app)


def test_tasks_can_be_reordered(lab, open_page, crew):
    """The chosen task stays the chosen one."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.button(key="definition.tasks.0.down").click().run()
    assert [task["name"] for task in draft_of(lab, crew)["tasks"]] == ["report", "research"]
    assert app.text_input(key="definition.tasks.0.name").value == "research"
    assert app.radio(key="definition.task").value == 1


def test_the_order_is_said_in_words(open_page):
    """What runs at once is also there for who does not see the picture."""
    app = at_tab(open_page("definition", id="market-brief"), "Tasks")
    assert "4 tasks in 2 waves: 3 at once, then 1." in texts(app)


def test_every_task_before_it_is_a_choice(lab, open_page, crew):
    """Switched on, the context is crewAI's default: everything before."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.radio(key="definition.task").set_value(1).run()
    app.toggle(key="definition.tasks.1.context_all").set_value(True).run()
    assert "context" not in draft_of(lab, crew)["tasks"][1]


@pytest.mark.parametrize("text", ["{oops", "[1, 2]"])
def test_a_schema_that_is_not_an_object_is_refused(lab, open_page, crew, text):
    """The text stays to be corrected, and the document keeps what it had."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.text_area(key="definition.tasks.0.output_json").input(text).run()
    assert app.text_area(key="definition.tasks.0.output_json").value == text
    assert "It was not taken over." in texts(app)
    assert lab.definitions.draft(crew.definition_id) is None


def test_a_refused_schema_waits_and_is_listed(lab, open_page, crew):
    """Another session sees it under Problems and in its field, and *Put back* ends it."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.text_area(key="definition.tasks.0.output_json").input("{oops").run()
    again = at_tab(open_page("definition", id="demo"), "Problems")
    assert "This is not JSON" in texts(again)
    at_tab(again, "Tasks")
    assert again.text_area(key="definition.tasks.0.output_json").value == "{oops"
    again.button(key="definition.tasks.0.output_json.put_back").click().run()
    assert again.text_area(key="definition.tasks.0.output_json").value == ""
    assert "This is not JSON" not in texts(at_tab(again, "Problems"))


def test_saving_without_edits_says_so(open_page, crew):
    """The button is never dead: it says that nothing has changed."""
    app = open_page("definition", id="demo")
    app.button(key="definition.save.open").click().run()
    assert "Nothing has changed since version 1." in texts(app)


def test_a_name_that_is_taken_is_refused_when_saving(lab, open_page, crew):
    """The form stays open with the reason; nothing was saved."""
    app = open_page("definition", id="demo")
    app.text_input(key="definition.name").input(NAME).run()
    app.button(key="definition.save.open").click().run()
    next(button for button in app.button if button.label == "Save version 2").click().run()
    assert any(NAME in str(error.value).replace("\\", "") for error in app.error)
    assert lab.definitions.get("demo").latest_number == 1


def test_a_schema_is_taken_over(lab, open_page, crew):
    """A JSON object becomes the schema of the answer."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.text_area(key="definition.tasks.0.output_json").input(json.dumps(schema)).run()
    assert draft_of(lab, crew)["tasks"][0]["output_json"] == schema


def test_a_model_of_ones_own_is_offered(lab, open_page, crew):
    """A profile replaces the rehearsal model, whose parameters it does not get."""
    lab.save_model_profile("fast", "openai/gpt-4o-mini")
    app = open_page("definition", id="demo")
    app.selectbox(key="definition.llm").set_value("fast").run()
    assert draft_of(lab, crew)["llm"] == "fast"


def test_document_text_with_a_mistake_is_refused(lab, open_page, crew):
    """The line is named, the text stays, nothing changes."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    type_document(app, "name: demo\nname: twice\n")
    next(button for button in app.button if button.label == "Apply").click().run()
    assert app.error
    assert document_text(app) == "name: demo\nname: twice\n"
    assert lab.definitions.draft(crew.definition_id) is None


def test_document_text_waits_while_another_tab_is_open(lab, open_page, crew):
    """What was typed and not applied is there again; putting it back shows the definition."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    before = document_text(app)
    type_document(app, "name: half")
    app = at_tab(at_tab(app, "Crew"), "Document")
    assert document_text(app) == "name: half"
    assert lab.definitions.draft(crew.definition_id) is None
    app.button(key="definition.document.put_back").click().run()
    assert document_text(app) == before


def test_document_text_waits_while_the_page_is_loaded_again(lab, open_page, crew):
    """Another tab of the browser goes on with it, too, and leaves the first one its own."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    before = document_text(app)
    type_document(app, "name: half")
    again = at_tab(open_page("definition", id="demo"), "Document")
    assert document_text(again) == "name: half"
    again.button(key="definition.document.put_back").click().run()
    assert document_text(again) == before
    assert document_text(app.run()) == "name: half"


def test_opening_a_long_name_edits_nothing(lab, open_page):
    """What a definition may be called, the field can show: one that cut it off would be an edit."""
    crew = lab.definitions.save(new_crew("n" * MOST_CHARACTERS))
    app = open_page("definition", id=crew.definition_id)
    assert app.text_input(key="definition.name").proto.max_chars == MOST_CHARACTERS


def test_saving_and_running_take_over_what_was_typed_as_text(lab, open_page, crew):
    """Without *Apply*: else an older document would be saved or run than the one on the screen."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    type_document(app, document_text(app).replace("role: Writer", "role: Editor"))
    app.button(key="definition.run").click().run()
    assert "There are unsaved edits." in texts(app)
    assert draft_of(lab, crew)["agents"]["writer"]["role"] == "Editor"
    app.run()
    type_document(app, document_text(app).replace("role: Editor", "role: Poet"))
    app.button(key="definition.save.open").click().run()
    assert "**demo** becomes version 2." in texts(app)
    assert draft_of(lab, crew)["agents"]["writer"]["role"] == "Poet"


def test_saving_says_that_text_with_a_mistake_is_left_out(open_page, crew):
    """It cannot be taken over, and what was saved before is not called unchanged without that."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    type_document(app, "name: [")
    app.button(key="definition.save.open").click().run()
    assert "1 entry could not be taken over and will be left out" in texts(app)


def test_document_text_reaches_the_forms(lab, open_page, crew):
    """Applied text is what the forms show, unknown fields included."""
    app = at_tab(open_page("definition", id="demo"), "Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    text = document_text(app).replace("role: Writer", "role: Editor") + "\nx_note: 1\n"
    type_document(app, text)
    next(button for button in app.button if button.label == "Apply").click().run()
    assert not app.error
    assert draft_of(lab, crew)["agents"]["writer"]["role"] == "Editor"
    assert draft_of(lab, crew)["x_note"] == 1


def test_a_version_saved_meanwhile_is_explained(lab, open_page, crew):
    """The edits are kept, and the page says what saving them means."""
    app = open_page("definition", id="demo")
    app.text_area(key="definition.description").input("mine").run()
    lab.definitions.save({**crew.document, "inputs": {"topic": "theirs"}}, definition_id=crew.definition_id)
    app.run()
    assert "Version 2 was saved while you were editing version 1." in texts(app)
    assert draft_of(lab, crew)["description"] == "mine"


def test_run_goes_to_launch_when_nothing_is_unsaved(open_page, crew):
    """No question where there is none."""
    app = open_page("definition", id="demo")
    app.button(key="definition.run").click().run()
    assert app.title[0].value == "Launch"


def test_run_asks_while_edits_are_unsaved(open_page, crew):
    """Executions name the version that they ran, so what runs is saved first, or left out."""
    app = open_page("definition", id="demo")
    app.text_area(key="definition.description").input("new").run()
    app.button(key="definition.run").click().run()
    assert app.button(key="definition.run.save").label == "Save version 2 and run"
    assert app.button(key="definition.run.saved").label == "Run version 1 without them"


def test_run_names_the_problems(lab, open_page, crew):
    """A crew with errors does not get as far as Launch."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.button(key="definition.tasks.add").click().run()
    app.button(key="definition.run").click().run()
    assert app.button(key="definition.run.problems")
    assert app.title[0].value == "demo"


def test_problems_lead_to_their_place(open_page, crew):
    """*Show* turns to the form, with the right task chosen."""
    app = at_tab(open_page("definition", id="demo"), "Tasks")
    app.button(key="definition.tasks.add").click().run()
    app.radio(key="definition.task").set_value(0).run()
    at_tab(app, "Problems")
    app.button(key="definition.problem.0").click().run()
    assert app.text_input(key="definition.tasks.2.name").value == "task"


def test_an_old_version_can_be_edited_again(lab, open_page, crew):
    """Its content comes into the forms as unsaved edits; no version is made or changed."""
    lab.definitions.save({**crew.document, "process": "sequential"}, definition_id=crew.definition_id)
    app = at_tab(open_page("definition", id="demo"), "Versions")
    app.session_state["definition.version.1"] = True
    app.run()
    app.button(key="definition.version.1.edit").click().run()
    assert draft_of(lab, crew)["process"] == "parallel"
    assert len(lab.definitions.versions("demo")) == 2


def test_a_document_that_forms_cannot_show_can_still_be_opened(lab, open_page):
    """Odd shapes are edited as text, not refused."""
    lab.definitions.save_draft("odd", {"name": "odd", "agents": "none", "tasks": "none"})
    app = open_page("definition", draft="odd")
    assert "Correct them on the tab" in texts(app)


def test_fields_without_a_widget_are_named_with_their_problems(lab, open_page):
    """What the forms do not show is not hidden: it is kept, and said."""
    lab.definitions.save({**new_crew("memo"), "share_crew": True})
    app = open_page("definition", id="memo")
    assert "Also there, and kept: share_crew." in texts(app)
    assert any("Sharing with crewAI" in str(part.value) for part in app.markdown)


def test_an_agent_is_made_to_plan_in_its_form(lab, open_page, crew):
    """One choice says how closely it plans; what else its planning says is kept, and emptied it does not plan."""
    app = at_tab(open_page("definition", id="demo"), "Agents")
    app.selectbox(key="definition.agents.researcher.planning_config").select("medium").run()
    assert not app.exception
    assert draft_of(lab, crew)["agents"]["researcher"]["planning_config"] == {"reasoning_effort": "medium"}
    app.selectbox(key="definition.agents.researcher.planning_config").select_index(0).run()
    assert "planning_config" not in (lab.definitions.draft(crew.definition_id) or crew).document["agents"]["researcher"]


@pytest.mark.parametrize("wrong", [3, ["x"], {"a": {"b": []}}], ids=str)
def test_a_crew_of_any_shape_is_shown(lab, open_page, wrong):
    """A value of the wrong type is shown as it is, and no tab fails."""
    agent = dict.fromkeys(AgentDocument.model_fields, wrong)
    task = {**dict.fromkeys(TaskDocument.model_fields, wrong), "name": "t"}
    crew = {**dict.fromkeys(CrewDocument.model_fields, wrong), "name": "c", "agents": {"a": agent}, "tasks": [task]}
    lab.definitions.save_draft("odd", crew)
    app = open_page("definition", draft="odd")
    for tab in [tab.label for tab in app.tabs]:
        app.session_state["definition.tab"] = tab
        assert not app.run().exception, tab
