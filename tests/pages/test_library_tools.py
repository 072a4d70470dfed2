"""Library: tools are configured, tried and deleted; MCP servers say what they offer."""

from __future__ import annotations

import sys

from streamlit.testing.v1 import AppTest

from crewlab.definitions.library.mcp_servers import McpServer, OfferedTool
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.executions.tool_test import ServerTest, ToolTest
from crewlab.lab import Lab
from tests.pages.conftest import texts
from tests.pages.test_definition import at_tab

ADD = OfferedTool(name="add", description="Adds.", arguments={"properties": {"a": {}, "b": {}}})


def press(app: AppTest, label: str) -> AppTest:
    app = next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def chosen(app: AppTest, key: str, value: str) -> AppTest:
    return app.selectbox(key=key).set_value(value).run()


def test_a_tool_is_configured_by_a_form_of_its_schema(lab, open_page):
    """Name, settings and limits; it is then offered to agents."""
    app = chosen(open_page("library"), "library.tool.type", "BraveNewsSearchTool")
    key = "library.tool.A new tool.BraveNewsSearchTool"
    app.text_input(key=f"{key}.name").input("news")
    app.text_input(key=f"{key}.set.api_key").input("${secret:BRAVE}")
    app.number_input(key=f"{key}.most").set_value(3)
    app = press(app, "Add tool")
    (record,) = lab.tools()
    assert (record.name, record.configuration["api_key"], record.max_usage_count) == ("news", "${secret:BRAVE}", 3)
    assert "There is no secret" in texts(app)
    lab.secrets.set("BRAVE", "a-key-of-brave")
    assert "news" in [tool.name for tool in lab.tool_names()]


def test_a_wrong_name_is_said_and_nothing_is_kept(lab, open_page):
    """With what a name looks like; what was typed stays."""
    app = chosen(open_page("library"), "library.tool.type", "WaitTool")
    app.text_input(key="library.tool.A new tool.WaitTool.name").input("my tool")
    app = press(app, "Add tool")
    assert "is no name of a tool" in texts(app)
    assert app.text_input(key="library.tool.A new tool.WaitTool.name").value == "my tool"
    assert lab.tools() == []


def test_a_new_tool_takes_the_place_of_none(lab, open_page):
    """Its name is taken; the one that has it can be changed."""
    lab.save_tool(ToolRecord(name="pause", type="WaitTool", max_usage_count=7))
    app = chosen(open_page("library"), "library.tool.type", "WaitTool")
    app.text_input(key="library.tool.A new tool.WaitTool.name").input("pause")
    app = press(app, "Add tool")
    assert "There is already 'pause'" in texts(app)
    assert lab.tools()[0].max_usage_count == 7


def test_a_tool_with_a_risk_asks_for_consent(lab, open_page):
    """It is not kept before."""
    app = chosen(open_page("library"), "library.tool.type", "NL2SQLTool")
    key = "library.tool.A new tool.NL2SQLTool"
    app.text_input(key=f"{key}.name").input("orders")
    app.text_input(key=f"{key}.set.db_uri").input("sqlite:///orders.db")
    app = press(app, "Add tool")
    assert "uses a database" in texts(app)
    app.checkbox(key=f"{key}.risks").check()
    press(app, "Add tool")
    assert lab.tools()[0].accepts_risks


def test_a_test_call_shows_the_result_as_text(lab, open_page, monkeypatch):
    """Arguments come from the form of the call; a failure is shown with its hint."""
    lab.save_tool(ToolRecord(name="pause", type="WaitTool"))
    asked = []
    answers = [ToolTest(True, 0.5, result="**Waited** 1 s"), ToolTest(False, 0.1, error="No.", hint="Try again.")]
    monkeypatch.setattr(Lab, "test_tool", lambda _, name, given: asked.append((name, given)) or answers.pop(0))
    app = chosen(open_page("library"), "library.tool.chosen", "pause")
    app.number_input(key="library.tool.try.pause.seconds").set_value(1)
    app = press(app, "Call it")
    assert asked[0][0] == "pause"
    assert asked[0][1]["seconds"] == 1
    assert [code.value for code in app.code] == ["**Waited** 1 s"]
    app = press(app, "Call it")
    assert "No" in " ".join(error.value for error in app.error)


def test_a_tool_is_deleted_and_put_back(lab, open_page):
    """After saying which definitions name it."""
    lab.save_tool(ToolRecord(name="pause", type="WaitTool"))
    app = chosen(open_page("library"), "library.tool.chosen", "pause")
    assert "No definition names" in texts(app)
    app = app.button(key="library.tool.delete").click().run()
    assert lab.tools() == []
    press(app, "Undo")
    assert [record.name for record in lab.tools()] == ["pause"]


def test_the_catalogue_is_searched_by_name_kind_and_state(lab, open_page):
    """Each tool says what it lacks here."""
    app = open_page("library")
    app.text_input(key="library.catalogue.search").input("news")
    app = chosen(app, "library.catalogue.state", "Needs a key")
    table = next(frame.value for frame in app.dataframe if "needs" in frame.value)
    assert set(table["name"]) >= {"BraveNewsSearchTool", "SerplyNewsSearchTool"}
    assert "PDFSearchTool" not in set(table["name"])
    assert table["needs"].str.contains("BRAVE_API_KEY").any()


def test_a_server_is_kept_tried_and_offered(lab, open_page, monkeypatch):
    """Its tools are listed, and agents may name it."""
    app = open_page("library")
    key = "library.mcp.A new server"
    app.text_input(key=f"{key}.name").input("notes")
    app.text_input(key=f"{key}.command").input(f"{sys.executable} 'my server.py'")
    app.text_area(key=f"{key}.environment").input("NOTES_KEY=${secret:NOTES}")
    app = press(app, "Add server")
    (server,) = lab.mcp_servers()
    assert (server.args, server.environment) == (("my server.py",), {"NOTES_KEY": "${secret:NOTES}"})

    def found(lab: Lab, name: str) -> ServerTest:
        lab.save_mcp_server(server.model_copy(update={"offers": (ADD,)}))
        return ServerTest(True, 0.2, (ADD,))

    monkeypatch.setattr(Lab, "test_mcp_server", found)
    app = app.button(key="library.mcp.test").click().run()
    assert not app.exception
    assert "Answered in" in texts(app)
    assert any("notes.add" in list(frame.value.get("name", ())) for frame in app.dataframe)


def test_what_cannot_be_a_server_is_said(lab, open_page):
    """A line that is no variable, and an address that is none."""
    app = open_page("library")
    key = "library.mcp.A new server"
    app.text_input(key=f"{key}.name").input("notes")
    app.text_input(key=f"{key}.command").input("notes")
    app.text_area(key=f"{key}.environment").input("nonsense")
    assert "is no NAME=value" in texts(press(app, "Add server"))
    assert lab.mcp_servers() == []


def test_an_agent_is_given_tools_and_servers_in_the_form(lab, open_page):
    """Tools that are ready here, and servers in a field of their own."""
    lab.save_mcp_server(McpServer(name="notes", transport="stdio", command="notes", offers=(ADD,)))
    lab.save_tool(ToolRecord(name="pause", type="WaitTool"))
    app = at_tab(open_page("definition", id=lab.definitions.get("ticket-triage").definition_id), "Agents")
    agent = next(iter(lab.definitions.version("ticket-triage").document["agents"]))
    tools = app.multiselect(key=f"definition.agents.{agent}.tools")
    assert {"pause", "FileReadTool"} <= set(tools.options)
    assert "SerperDevTool" not in tools.options
    servers = app.multiselect(key=f"definition.agents.{agent}.mcps")
    assert servers.options == ["notes", "notes.add"]
