"""A flow in forms: steps, what they are given and what follows, the state, the agents and the tools."""

from __future__ import annotations

import pytest

from crewlab.definitions.editing_flows.starting import new_flow
from tests.pages.conftest import document_text, texts, type_document


@pytest.fixture
def flow(lab):
    """The flow that a person begins with, saved."""
    return lab.definitions.save(new_flow("demo"))


@pytest.fixture
def at(open_page, flow):
    """The flow at a tab, and at one of its steps where one is named."""

    def opened(tab: str = "Steps", step: str | None = None):
        app = open_page("definition", id="demo")
        app.session_state["definition.tab"] = tab
        app.run()
        if step:
            names = list(flow.document["methods"])
            app.radio(key="definition.step").set_value(names.index(step)).run()
        assert not app.exception
        return app

    return opened


def step_of(lab, flow, name: str):
    """A step of the unsaved document."""
    return lab.definitions.draft(flow.definition_id).document["methods"][name]


def test_every_tab_of_a_flow_opens(at):
    """None of them fails."""
    app = at()
    for tab in [tab.label for tab in app.tabs]:
        app.session_state["definition.tab"] = tab
        app.run()
        assert not app.exception
        assert app.session_state["definition.tab"] == tab


def test_a_crew_and_a_flow_have_tabs_of_their_own(open_page, flow):
    """The tab of one kind is not asked for in the other."""
    app = open_page("definition", id="ticket-triage")
    app.session_state["definition.tab"] = "Tasks"
    app.run()
    app.query_params["id"] = "demo"
    app.run()
    assert not app.exception
    assert [tab.label for tab in app.tabs][:3] == ["Flow", "Steps", "State"]


def test_a_renamed_step_is_followed(lab, at, flow):
    """Its triggers are in step, and the form stays at it."""
    app = at(step="draft")
    app.text_input(key="definition.methods.draft.name").input("sketch").run()
    assert step_of(lab, flow, "measure")["listen"] == "sketch"
    assert app.text_input(key="definition.methods.draft.name").value == "sketch"


def test_a_name_that_no_step_can_have_is_refused_beside_the_field(lab, at, flow):
    """What was typed stays, with the reason."""
    app = at(step="draft")
    app.text_input(key="definition.methods.draft.name").input("two words").run()
    assert "cannot be the name of a step" in texts(app)
    assert lab.definitions.draft(flow.definition_id) is None


def test_a_trigger_is_picked_or_written(lab, at, flow):
    """Both show the same; nested ones are written."""
    app = at(step="result")
    app.multiselect(key="definition.methods.result.listen.names").set_value(["fits", "measure"]).run()
    assert step_of(lab, flow, "result")["listen"] == {"or": ["fits", "measure"]}
    assert app.text_input(key="definition.methods.result.listen.text").value == "fits or measure"
    app.text_input(key="definition.methods.result.listen.text").input("fits and (shorten or draft)").run()
    assert step_of(lab, flow, "result")["listen"] == {"and": ["fits", {"or": ["shorten", "draft"]}]}
    app.text_input(key="definition.methods.result.listen.text").input("fits and").run()
    assert "A name is missing at the end" in texts(app)


def test_the_inputs_of_a_crew_step_are_chosen_from_what_there_is(lab, at, flow):
    """Each placeholder of the crew: nothing, a constant, the state, an output, or one task of an earlier crew."""
    app = at(step="shorten")
    app.segmented_control(key="definition.methods.shorten.do.call").set_value("crew").run()
    app.selectbox(key="definition.methods.shorten.do.definition").select("market-brief").run()
    source = app.selectbox(key="definition.methods.shorten.do.inputs.region.source")
    assert "outputs.draft.raw" in source.options or "draft › text" in source.options
    source.select("state.topic").run()
    assert step_of(lab, flow, "shorten")["do"]["inputs"] == {"region": "${state.topic}"}
    app.selectbox(key="definition.methods.shorten.do.inputs.category.source").select("written").run()
    app.text_input(key="definition.methods.shorten.do.inputs.category.text").input("About ${state.text}").run()
    assert step_of(lab, flow, "shorten")["do"]["inputs"]["category"] == "About ${state.text}"
    app.multiselect(key="definition.methods.shorten.do.context.size_market").set_value(["${outputs.draft.raw}"]).run()
    assert step_of(lab, flow, "shorten")["do"]["context"] == {"size_market": ["${outputs.draft.raw}"]}


def test_a_step_that_did_something_else_gets_it_back(lab, at, flow):
    """Trying another kind of step loses nothing."""
    app = at(step="shorten")
    app.segmented_control(key="definition.methods.shorten.do.call").set_value("tool").run()
    assert step_of(lab, flow, "shorten")["do"]["call"] == "tool"
    app.segmented_control(key="definition.methods.shorten.do.call").set_value("agent").run()
    assert lab.definitions.draft(flow.definition_id) is None


def test_a_value_is_inserted_where_a_text_ends(lab, at, flow):
    """As a template in text, and bare in an expression."""
    app = at(step="shorten")
    key = "definition.methods.shorten.do.with.input"
    app.selectbox(key=f"{key}.insert").select("state.topic").run()
    assert app.text_area(key=key).value.endswith("${state.text} ${state.topic}")
    app.radio(key="definition.step").set_value(3).run()
    app.selectbox(key="definition.methods.result.do.expr.insert").select("outputs.shorten.raw").run()
    assert step_of(lab, flow, "result")["do"]["expr"] == "state.text outputs.shorten.raw"


def test_what_follows_a_step_is_edited(lab, at, flow):
    """Written state, outcomes, a person, an error route and a time limit."""
    app = at(step="draft")
    app.selectbox(key="definition.methods.draft.set.add").select("topic").run()
    app.toggle(key="definition.methods.draft.human_feedback.is_asked").set_value(True).run()
    app.toggle(key="definition.methods.draft.human_feedback.learn").set_value(True).run()
    app.text_input(key="definition.methods.draft.on_error.emit").input("broken").run()
    app.text_input(key="definition.methods.draft.timeout_seconds").set_value("30").run()
    step = step_of(lab, flow, "draft")
    assert step["set"] == {"text": "output.raw", "topic": "output.raw"}
    assert step["human_feedback"]["emit"] == ["approved", "revise"]
    assert step["human_feedback"]["learn"] is True
    assert step["on_error"] == {"emit": "broken"}
    assert step["timeout_seconds"] == 30


def test_an_outcome_needs_a_name_that_can_be_awaited(lab, at, flow):
    """Letters, digits and underscores; what was typed stays beside the reason."""
    app = at(step="measure")
    key = "definition.methods.measure.emit"
    app.multiselect(key=key).set_value(["too_long", "fits", "far too long"]).run()
    assert "'far too long' cannot be the name of an outcome" in texts(app)
    assert lab.definitions.draft(flow.definition_id) is None


def test_an_outcome_is_renamed_where_it_is_awaited(lab, at, flow):
    """The expression that chooses it follows too."""
    app = at(step="measure")
    app.text_input(key="definition.methods.measure.outcome.new").input("long")
    app.button(key="definition.methods.measure.outcome.do").click().run()  # the click arrives with the text
    assert step_of(lab, flow, "shorten")["listen"] == "long"
    assert '"long"' in step_of(lab, flow, "measure")["do"]["expr"]


def test_fields_of_the_state_are_edited(lab, at, flow):
    """A new field, its name, its type and what it begins with; JSON of the wrong type is refused beside the field."""
    app = at("State")
    app.button(key="definition.state.fields.add").click().run()
    app.text_input(key="definition.state.fields.field.name").input("rows").run()
    app.selectbox(key="definition.state.fields.field.type").select("array").run()
    app.text_area(key="definition.state.fields.field.default").input('{"a": 1}').run()
    assert "This has to be a list" in texts(app)
    app.text_area(key="definition.state.fields.field.default").input("[1, 2]").run()
    state = lab.definitions.draft(flow.definition_id).document["state"]
    assert state["json_schema"]["properties"]["rows"] == {"type": "array"}
    assert state["default"]["rows"] == [1, 2]


def test_a_text_is_checked_before_it_is_applied(lab, at, flow):
    """Each problem with its line; text that cannot be read says where."""
    app = at("Document")
    app.toggle(key="definition.document.edit").set_value(True).run()
    type_document(app, document_text(app).replace("model: rehearsal/plain", "model: nobody/knows"))
    assert "line " in texts(app)
    assert lab.definitions.draft(flow.definition_id) is None
    type_document(app, "name: [")
    assert "not valid YAML" in texts(app)


def test_the_agent_of_a_step_has_all_fields_of_an_agent(lab, at, flow):
    """On the tab Agents, as an agent of a crew has."""
    app = at("Agents")
    app.text_input(key="definition.methods.draft.do.with.max_iter").set_value("5").run()
    assert step_of(lab, flow, "draft")["do"]["with"]["max_iter"] == 5


def test_a_tool_is_given_from_the_tab_tools(lab, at, flow):
    """To the first agent, and from there to others."""
    app = at("Tools")
    app.selectbox(key="definition.tools.add").select("FileReadTool").run()
    assert step_of(lab, flow, "draft")["do"]["with"]["tools"] == ["FileReadTool"]
    given = app.multiselect(key="definition.toolbox.FileReadTool")
    given.set_value(["methods/shorten/do/with/tools"]).run()
    assert "tools" not in step_of(lab, flow, "draft")["do"]["with"]
    assert step_of(lab, flow, "shorten")["do"]["with"]["tools"] == ["FileReadTool"]


def test_what_a_flow_uses_is_said_in_words(lab, at):
    """Beside the picture, for who does not see it."""
    assert "Uses rehearsal/plain." in texts(at("Flow"))


def test_a_crew_says_which_flows_use_it(lab, open_page):
    """Its lineage stands on its own page too; a crew beside it in the flow is not called missing."""
    crews = {"quality": "data-quality-review", "triage": "ticket-triage"}
    steps = {step: {"start": True, "do": {"call": "crew", "definition": name}} for step, name in crews.items()}
    lab.definitions.save({"schema": "crewai.flow/v1", "name": "both", "methods": steps})
    said = texts(open_page("definition", id="data-quality-review"))
    assert "Used by 1 flow: both." in said
    listed = open_page("definitions")
    listed.session_state["definitions.lineage"] = True
    assert "flows and what they use." in texts(listed.run())


@pytest.mark.parametrize(("version", "is_said"), [(None, True), ("newest", True), (99, False)])
def test_a_flow_over_rehearsed_crews_says_so(lab, open_page, version, is_said):
    """Also where no step of its own names a model, and while the version of a crew is not one."""
    action = {"call": "crew", "definition": "ticket-triage", "version": version}
    steps = {"triage": {"start": True, "do": action}}
    lab.definitions.save_draft("over", {"schema": "crewai.flow/v1", "name": "over", "methods": steps})
    assert ("rehearsal: not evidence" in texts(open_page("definition", draft="over"))) is is_said


def test_a_new_flow_opens_in_the_forms(open_page, lab):
    """Home's *New flow* leads straight to the question for a name; the flow is a draft until it is saved."""
    app = open_page("definitions", new="flow")
    assert app.text_input(key="definitions.new.name").value == "my-flow"


def odd_steps() -> dict[str, object]:
    """Steps of every kind with something of the wrong type in every place."""
    fields = ("with", "inputs", "context", "in", "do", "ref", "expr", "definition", "version", "concurrency")
    names = ("description", "start", "listen", "router", "emit", "human_feedback", "set", "on_error", "timeout_seconds")
    steps: dict[str, object] = {}
    for number, wrong in enumerate((3, ["x"], {"a": {"b": []}})):
        for call in ("crew", "flow", "agent", "tool", "expression", "each", "nonsense"):
            steps[f"{call}_{number}"] = {"do": {**dict.fromkeys(fields, wrong), "call": call}}
        steps[f"all_{number}"] = {"do": {"call": "expression"}, **dict.fromkeys(names, wrong)}
    return steps


def test_a_flow_of_any_shape_is_shown(lab, open_page):
    """Whatever a draft holds in the wrong place, the forms show what they can, and nothing fails."""
    steps = odd_steps()
    lab.definitions.save_draft("odd", {"name": "odd", "description": 3, "config": [], "state": 3, "methods": steps})
    app = open_page("definition", draft="odd")
    for tab in [tab.label for tab in app.tabs]:
        app.session_state["definition.tab"] = tab
        assert not app.run().exception, tab
    app.session_state["definition.tab"] = "Steps"
    app.run()
    for index, name in enumerate(steps):
        app.radio(key="definition.step").set_value(index).run()
        assert not app.exception, name


def test_a_flow_becomes_a_conversation(lab, at, flow):
    """Off again, what was written for it is kept; a step may wait for a route that nothing has named yet."""

    def block() -> object:
        return lab.definitions.draft(flow.definition_id).document.get("conversational")

    app = at("Flow")
    app.toggle(key="definition.conversational.is_held").set_value(True).run()
    assert block() == {}
    app.selectbox(key="definition.conversational.llm").set_value("rehearsal/terse").run()
    app.text_area(key="definition.conversational.system_prompt").input("Sell tea.").run()
    app.selectbox(key="definition.conversational.router.fallback_intent").set_value("end").run()
    assert block() == {"llm": "rehearsal/terse", "system_prompt": "Sell tea.", "router": {"fallback_intent": "end"}}
    app.toggle(key="definition.conversational.is_held").set_value(False).run()
    assert block()["enabled"] is False
    app.toggle(key="definition.conversational.is_held").set_value(True).run()
    assert "enabled" not in block()
    app.session_state["definition.tab"] = "Steps"
    app.run()
    app.radio(key="definition.step").set_value(1).run()
    app.multiselect(key="definition.methods.measure.listen.names").set_value(["price"]).run()
    assert not app.exception
    assert step_of(lab, flow, "measure")["listen"] == "price"
