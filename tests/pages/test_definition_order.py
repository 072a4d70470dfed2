"""Definitions are kept in order on their pages: filters, labels, names, the archive, flows that use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.ui.components.definitions.dialogs import ADDED_STEP
from crewlab.ui.components.definitions.filters import RENAMED
from tests.factories import finished_execution
from tests.pages.conftest import texts


def flow(name: str = "weekly", **steps: str) -> dict[str, Any]:
    """A flow whose steps run these crews."""
    methods = {step: {"start": True, "do": {"call": "crew", "definition": used}} for step, used in steps.items()}
    state = {"type": "dict", "default": {"topic": "tea", "region": "DE"}}
    return {"schema": "crewai.flow/v1", "name": name, "state": state, "methods": methods}


@pytest.fixture
def ask(lab) -> Callable[..., AppTest]:
    """Draw one dialog of `definition_dialogs` for a definition."""

    def script(dialog: str, name: str) -> None:
        import streamlit as st

        from crewlab.ui import holder
        from crewlab.ui.components.definitions import dialogs as definition_dialogs

        lab = holder.get_lab()
        if st.session_state.setdefault("is_asked", True):
            getattr(definition_dialogs, dialog)(lab, lab.definitions.get(name))

    def draw(dialog: str, name: str) -> AppTest:
        app = AppTest.from_function(script, kwargs={"dialog": dialog, "name": name}, default_timeout=90).run()
        assert not app.exception
        return app

    return draw


def shown(app: AppTest) -> list[str]:
    """The names on the cards."""
    labels = [element.proto.label.replace("\\", "") for element in app.get("page_link")]
    return [label.strip("*") for label in labels if label.startswith("**")]


def test_crews_and_flows_are_told_apart(lab, open_page):
    """Each says what it is, what it runs and who uses it; one kind can be shown alone."""
    lab.definitions.save(flow(one="market-brief"))
    app = open_page("definitions")
    assert "runs market-brief" in texts(app)
    assert re.search("used by .*weekly", texts(app))
    assert ":violet-badge[flow]" in texts(app)
    app.segmented_control(key="definitions.shown").set_value("Flows").run()
    assert "weekly" in shown(app)
    assert "market-brief" not in shown(app)
    app.segmented_control(key="definitions.shown").set_value("Crews").run()
    assert "weekly" not in shown(app)


def test_a_definition_shows_how_it_stands(lab, open_page):
    """Its last outcome, its labels, and links to the flows that use it and to what it runs."""
    saved = lab.definitions.version("market-brief")
    finished_execution(lab.store, definition_id=saved.definition_id)
    lab.definitions.save(flow(one="market-brief"))
    lab.definitions.tag("market-brief", ["weekly-tag"])
    app = open_page("definition", id="market-brief")
    assert "completed" in texts(app)
    assert "weekly-tag" in texts(app)
    assert "last run just now" in texts(app)
    links = {element.proto.label.replace("\\", ""): element.proto for element in app.get("page_link")}
    assert "id=weekly" in links["weekly"].query_string
    assert "market-brief" in {element.proto.label.replace("\\", "") for element in
                              open_page("definition", id="weekly").get("page_link")}  # fmt: skip


def test_the_step_that_was_just_added_is_chosen(lab, open_page):
    """Its inputs are what comes next."""
    lab.definitions.save(flow(one="market-brief", two="ticket-triage"))
    app = open_page("definition", id="weekly")
    app.session_state[ADDED_STEP] = 1  # as the dialog leaves it
    app.session_state["definition.tab"] = "Steps"
    app.run()
    assert app.radio(key="definition.step").value == 1


def test_tags_and_collections_narrow_the_list(lab, open_page):
    """Every chosen tag has to be there; a search finds them too, and one button shows all again."""
    lab.definitions.tag("market-brief", ["weekly", "sales"])
    lab.definitions.tag("ticket-triage", ["weekly"])
    lab.definitions.collect("ticket-triage", ["Start"])
    app = open_page("definitions")
    app.pills(key="definitions.tags").set_value(["weekly"]).run()
    assert shown(app) == ["market-brief", "ticket-triage"]
    app.pills(key="definitions.tags").set_value(["weekly", "sales"]).run()
    assert shown(app) == ["market-brief"]
    app.selectbox(key="definitions.collection").set_value("Start").run()
    assert "No definition matches." in texts(app)
    app.button(key="definitions.all").click().run()
    assert len(shown(app)) == len(lab.definitions.list())
    app.text_input(key="definitions.search").input("sales").run()
    assert shown(app) == ["market-brief"]


def test_the_archive_is_a_list_of_its_own(lab, open_page):
    """Shown only while there is something in it; Launch still takes what an address names."""
    app = open_page("definitions")
    assert "Archive" not in app.segmented_control(key="definitions.shown").options
    lab.definitions.archive("market-brief")
    app = open_page("definitions")
    assert "market-brief" not in shown(app)
    app.segmented_control(key="definitions.shown").set_value("Archive").run()
    assert shown(app) == ["market-brief"]
    assert "archived" in texts(app)
    wanted = lab.definitions.get("market-brief").definition_id
    assert open_page("launch", definition=wanted).selectbox(key=f"launch.definition.{wanted}").value


def test_a_collection_is_described_and_renamed(lab, open_page):
    """In the list that it narrows down."""
    lab.definitions.collect("market-brief", ["Start"])
    lab.definitions.save_collection("Start", description="For new people", instead_of="Start")
    app = open_page("definitions")
    app.selectbox(key="definitions.collection").set_value("Start").run()
    assert "For new people" in texts(app)
    assert shown(app) == ["market-brief"]
    lab.definitions.save_collection("Begin", instead_of="Start")
    app.session_state[RENAMED] = "Begin"  # as the dialog leaves it
    app.run()
    assert app.selectbox(key="definitions.collection").value == "Begin"
    assert shown(app) == ["market-brief"]


def test_labels_are_asked_and_kept(lab, ask):
    """Tags and collections, new ones among them; what cannot be one is said."""
    app = ask("ask_labels", "market-brief")
    app.multiselect(key="definitions.labels.tags").set_value(["weekly"])
    app.multiselect(key="definitions.labels.collections").set_value(["Start"])
    app.button(key="definitions.labels.save").click().run()
    found = lab.definitions.get("market-brief")
    assert (found.tags, found.collections) == (("weekly",), ("Start",))


def test_a_rename_says_who_goes_on_running_it(lab, ask):
    """And refuses a taken name in place."""
    lab.definitions.save(flow(one="market-brief"))
    app = ask("ask_rename", "market-brief")
    assert "weekly goes on running it" in texts(app)
    app.text_input(key="definitions.rename.name").input("ticket-triage")
    app.button[0].click().run()
    assert "already a definition named 'ticket-triage'" in texts(app)
    app.text_input(key="definitions.rename.name").input("brief")
    app.button[0].click().run()
    assert lab.definitions.get("market-brief").name == "brief"


def test_a_crew_is_added_to_a_flow(lab, ask):
    """As an unsaved step after the last one, given what the state has."""
    wanted = lab.definitions.save(flow()).definition_id
    app = ask("ask_add_to_flow", "market-brief")
    app.selectbox(key="definitions.add.flow").set_value(wanted).run()
    app.button(key="definitions.add.confirm").click().run()  # leaves for the page of the flow
    draft = lab.definitions.draft(wanted)
    step = draft.document["methods"]["market_brief"]
    assert step == {
        "start": True,
        "do": {"call": "crew", "definition": "market-brief", "inputs": {"region": "${state.region}"}},
    }


def test_a_flow_is_not_offered_what_runs_it(lab, ask):
    """A circle could not start."""
    lab.definitions.save(flow())
    outer = flow("yearly")
    outer["methods"] = {"one": {"start": True, "do": {"call": "flow", "definition": "weekly"}}}
    lab.definitions.save(outer)
    offered = ask("ask_add_to_flow", "yearly").selectbox(key="definitions.add.flow").options
    assert not {"weekly", "yearly"} & set(offered)
    assert "yearly" in ask("ask_add_to_flow", "weekly").selectbox(key="definitions.add.flow").options
    for other in lab.definitions.list(kind="flow"):
        lab.definitions.archive(other.name)
    assert "There is no flow that could run it" in texts(ask("ask_add_to_flow", "market-brief"))


def test_any_two_versions_are_compared(lab, open_page):
    """At first the last two; unsaved edits count as one."""
    saved = lab.definitions.version("market-brief")
    for process in ("sequential", "parallel"):
        lab.definitions.save({**saved.document, "process": process}, definition_id=saved.definition_id)
    lab.definitions.save_draft(saved.definition_id, {**saved.document, "cache": False}, saved.definition_id, 3)
    app = open_page("definition", id="market-brief")
    app.session_state["definition.tab"] = "Versions"
    app.run()
    assert "**cache** nothing → false" in texts(app)
    app.selectbox(key="definition.versions.before").set_value(1)
    app.selectbox(key="definition.versions.after").set_value(2).run()
    assert "**process** parallel → sequential" in texts(app)


def test_a_version_is_restored_as_the_next(lab, open_page):
    """The ones between stay, and the page shows the new one and what it changes, also where another choice stood."""
    saved = lab.definitions.version("market-brief")
    lab.definitions.save({**saved.document, "process": "sequential"}, definition_id=saved.definition_id)
    app = open_page("definition", id="market-brief")
    app.session_state["definition.tab"] = "Versions"
    app.session_state["definition.version.1"] = True
    app.run()
    app.button(key="definition.version.1.restore").click().run()
    assert lab.definitions.version("market-brief", 3).content_hash == saved.content_hash
    assert "restored from version 1" in "".join(box.label for box in app.expander)
    assert "**process** sequential → parallel" in texts(app)
    told = [app.selectbox(key=f"definition.versions.{side}").proto for side in ("before", "after")]
    assert [(one.set_value, one.raw_value) for one in told] == [(True, "Version 2"), (True, "Version 3")]


def test_executions_of_all_versions_and_of_one_content(lab, open_page):
    """How each version did, and the way from a version to what ran of it."""
    saved = lab.definitions.version("market-brief")
    ran = {"definition_id": saved.definition_id, "crew": saved.document}
    for number in (1, 1, 2):
        finished_execution(lab.store, version_number=number, **ran)
    other = {**saved.document, "process": "sequential"}
    lab.definitions.save(other, definition_id=saved.definition_id)
    finished_execution(lab.store, definition_id=saved.definition_id, version_number=3, crew=other)
    app = open_page("definition", id="market-brief")
    app.session_state["definition.tab"] = "Executions"
    app.run()
    versions, executions = (frame.value for frame in app.dataframe)
    assert list(versions["version"]) == ["version 3", "version 2", "version 1"]
    assert list(versions["executions"]) == [1, 1, 2]
    assert len(executions) == 4
    app.selectbox(key="definition.executions.content").set_value(1).run()
    assert "**3 executions**" in texts(app)
