"""Importing and exporting on the pages: everything is shown before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.lab import Lab
from tests.definitions.interchange.projects import CLASSIC_PROJECT
from tests.pages.conftest import texts

CREW = b"""
name: NAME
agents: {a: {role: A, goal: G, backstory: B, llm: rehearsal/plain}}
tasks: [{name: t, description: D, expected_output: E, agent: a}]
"""


def form(lab: Lab, files: Mapping[str, bytes]) -> AppTest:
    """What the dialog shows once these files are chosen."""

    def draw(files):
        from crewlab.ui import holder
        from crewlab.ui.components.definitions.importing import import_form

        import_form(holder.get_lab(), files)

    app = AppTest.from_function(draw, args=(files,), default_timeout=90).run()
    assert not app.exception
    return app


def test_what_was_understood_and_what_not_is_shown_and_nothing_stored(lab):
    """Field by field, with the files that are left out, problems, and the name that it will have."""
    app = form(lab, CLASSIC_PROJECT)
    said = texts(app) + "\n".join(one.label for one in app.expander)
    assert "**news**" in said
    assert "agents.researcher: role, goal, backstory, llm, tools, max_iter" in said
    assert "bool(os.getenv('LOUD'))" in said
    assert "src/news/main.py: Python code, which is not run" in said
    assert "problems to correct before it can run" in said
    assert "news" not in [summary.name for summary in lab.definitions.list()]


def test_a_name_that_nothing_can_have_is_said_before_the_import(lab):
    """Other problems can be corrected later; this one is refused."""
    app = form(lab, {"x.yaml": CREW.replace(b"NAME", b"n" * 201)})
    assert "1 problem to correct before it can be imported." in texts(app)


def test_a_name_that_is_taken_gets_another_or_a_version(lab):
    """As a person chooses; the button does what was shown."""
    lab.definitions.import_from({"x.yaml": CREW.replace(b"NAME", b"mine")})
    files = {"x.yaml": CREW.replace(b"NAME", b"mine") + b"verbose: true\n"}
    app = form(lab, files)
    assert "**mine_2**" in texts(app)
    app.segmented_control(key="definitions.import.existing").set_value("update").run()
    assert "**mine**" in texts(app)
    app.button(key="definitions.import.confirm").click().run()
    assert lab.definitions.get("mine").latest_number == 2


def test_what_is_here_already_is_not_called_imported(lab):
    """Nothing is stored, and the page that opens shows what was here, maybe with unsaved edits."""
    files = {"x.yaml": CREW.replace(b"NAME", b"mine")}
    lab.definitions.import_from(files)
    app = form(lab, files)
    app.button(key="definitions.import.confirm").click().run()
    (told,) = app.session_state["page.toasts"]
    assert "mine was here already, with this content as version 1: nothing is new." in str(told)


def test_a_record_that_starts_a_program_waits_for_a_tick(lab):
    """It says what it does; unticked, the definition comes without it."""
    manifest = b"""{"format": "crewlab.bundle/1", "definitions": [{"name": "x", "number": 1, "path": "x.yaml"}],
        "mcp_servers": [{"name": "notes", "transport": "stdio", "command": "rm", "args": ["-rf"]}]}"""
    files = {"crewlab-bundle.json": manifest, "x.yaml": CREW.replace(b"NAME", b"x")}
    app = form(lab, files)
    (tick,) = app.checkbox
    assert "starts the program 'rm -rf'" in tick.label.replace("\\", "")
    app.button(key="definitions.import.confirm").click().run()
    assert lab.mcp_servers() == []
    again = form(lab, files)
    again.checkbox[0].check().run()
    again.button(key="definitions.import.confirm").click().run()
    assert [server.name for server in lab.mcp_servers()] == ["notes"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00a", b"name: [", b"!!python/object/apply:os.system [ls]", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_refused(lab, data):
    """One sentence, with what to do; there is nothing to press."""
    app = form(lab, {"crew.yaml": data})
    assert app.error
    assert not app.button


def test_a_flow_as_text_says_that_its_crews_are_only_named(lab):
    """So that nobody hands over a document that does not run there."""

    def draw():
        from crewlab.ui import holder
        from crewlab.ui.components.definitions.exporting import export_form

        export_form(holder.get_lab(), "ticket-desk")

    said = texts(AppTest.from_function(draw, default_timeout=90).run())
    assert "only named: ticket-triage" in said
    assert "Everything is in it." not in said


def test_a_definition_is_exported_with_what_is_lost(lab):
    """Each format can be chosen, says what is not as it is here, and gives a file."""

    def draw() -> None:
        from crewlab.ui import holder
        from crewlab.ui.components.definitions.exporting import export_form

        export_form(holder.get_lab(), "ticket-triage")

    form_of = AppTest.from_function(draw, default_timeout=90).run()
    assert "Everything is in it." in texts(form_of)
    form_of.radio(key="definition.export.format").set_value("python").run()
    assert not form_of.exception
    assert "the rehearsal model on a server" in texts(form_of)
