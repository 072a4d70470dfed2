"""The list of definitions: find, start, import, copy, delete."""

from __future__ import annotations

from crewlab.definitions.editing import new_crew
from tests.factories import finished_execution
from tests.pages.conftest import texts


def labels(app) -> list[str]:
    """The labels of all links on the page."""
    return [element.proto.label.replace("\\", "") for element in app.get("page_link")]


def test_examples_are_listed(open_page):
    """A newcomer finds the four examples."""
    shown = labels(open_page("definitions"))
    for name in ("market-brief", "ticket-triage", "data-quality-review", "incident-review"):
        assert f"**{name}**" in shown


def test_search_finds_by_name_and_description(open_page):
    """Every word has to occur; what does not match is gone."""
    app = open_page("definitions")
    app.text_input(key="definitions.search").input("TICKET json").run()
    assert [label for label in labels(app) if label.startswith("**")] == ["**ticket-triage**"]
    app.text_input(key="definitions.search").input("no such crew").run()
    assert "No definition matches" in texts(app)


def test_a_card_says_how_it_went(lab, open_page):
    """Executions, the last outcome and when."""
    version = lab.definitions.version("market-brief")
    finished_execution(lab.store, definition_id=version.definition_id, version_number=version.number)
    assert "1 execution · last " in texts(open_page("definitions"))


def test_a_crew_never_saved_is_not_lost(lab, open_page):
    """Its draft is in the list until it is saved or discarded."""
    lab.definitions.save_draft("draft-1", new_crew("half-done"))
    app = open_page("definitions")
    assert "**half-done**" in labels(app)
    assert "not saved yet" in texts(app)


def test_an_empty_list_offers_a_way_out(lab, open_page):
    """Without any definition the page says what to do."""
    for summary in lab.definitions.list():
        lab.definitions.delete(summary.definition_id, even_if_used=True)
    app = open_page("definitions")
    assert app.button(key="definitions.empty.new")


def test_run_leads_to_launch(lab, open_page):
    """The crew is chosen there."""
    app = open_page("definitions")
    wanted = lab.definitions.get("ticket-triage").definition_id
    app.button(key=f"definitions.{wanted}.run").click().run()
    assert app.title[0].value == "Launch"
    assert app.query_params["definition"] == wanted


def test_a_new_crew_can_run_as_it_is(lab):
    """A new crew has no problems, runs in parallel, and its second task is given the first."""
    document = new_crew("fresh")
    assert [problem for problem in lab.definitions.check(document) if problem.severity == "error"] == []
    assert document["process"] == "parallel"
    assert document["tasks"][1]["context"] == ["research"]


def test_the_new_crew_dialog_opens_from_an_address(open_page):
    """Home's *New crew* leads straight to the question for a name."""
    app = open_page("definitions", new="crew")
    assert app.text_input(key="definitions.new.name").value == "my-crew"


def test_templates_are_offered(open_page):
    """Crews and flows, each with a way to use it; agents and tools are parts of others."""
    app = open_page("definitions")
    app.button(key="definitions.template").click().run()
    offered = [one.key for one in app.button if (one.key or "").startswith("templates.use.")]
    assert "templates.use.crew.contract-review" in offered
    assert not any("agent." in key or "tool." in key for key in offered)
