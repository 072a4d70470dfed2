"""A crew made, edited, saved, imported and deleted in a real browser: what dialogs and key strokes do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import wait_idle
from tests.browser.conftest import OpenWindow, ToldServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CREW = """
name: imported
agents:
  clerk: {role: Clerk, goal: Sort, backstory: Neat, llm: rehearsal/plain}
tasks:
  - {name: sort, description: "Sort {pile}", expected_output: A list, agent: somebody}
"""


@pytest.fixture
def page(told: ToldServer, open_window: OpenWindow) -> Page:
    """The list of definitions in a new window."""
    page = open_window()
    page.goto(f"{told.url}/definitions")
    wait_idle(page)
    return page


def test_a_new_crew_is_edited_left_found_again_and_saved(page: Page):
    """Edits survive leaving the page; Ctrl+S saves them, with a note, as version 1."""
    page.get_by_role("button", name="New crew").click()
    page.get_by_role("textbox", name="Name").fill("drill")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("not saved yet").first.wait_for()

    page.get_by_role("tab", name="Agents").click()
    role = page.get_by_role("combobox", name="Role")
    role.fill("Senior researcher")
    role.press("Enter")
    page.get_by_test_id("stRadio").get_by_text("Senior researcher").wait_for()
    name = page.get_by_role("textbox", name="Name")
    name.fill("digger")
    name.press("Enter")
    page.get_by_test_id("stRadio").get_by_text("digger").wait_for()
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)

    page.get_by_role("link", name="Definitions").first.click()
    page.get_by_role("link", name="drill").click()
    page.get_by_role("tab", name="Agents").click()
    expect(page.get_by_role("combobox", name="Role")).to_have_value("Senior researcher")

    wait_idle(page)
    page.keyboard.press("Control+s")
    note = page.get_by_role("textbox", name="Note")
    note.fill("the first")
    note.press("Enter")
    page.get_by_text("Version 1 is saved.").wait_for()
    assert re.search(r"/definition\?id=", page.url)
    expect(page.get_by_text("not saved yet")).to_have_count(0)


def test_control_s_saves_what_is_being_typed(page: Page):
    """Pressed in a field, without leaving it first: the form stays, and the version has what was typed."""
    page.get_by_role("link", name="ticket-triage").click()
    description = page.get_by_role("textbox", name="Description")
    description.wait_for()
    wait_idle(page)
    description.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Typed until the last moment")
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("becomes version 2").wait_for()
    wait_idle(page)
    note = dialog.get_by_role("textbox", name="Note")
    note.click()
    page.keyboard.type("no tab")
    note.press("Enter")
    page.get_by_text("Version 2 is saved.").wait_for()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Typed until the last moment")
    expect(dialog).to_have_count(0)

    wait_idle(page)
    page.keyboard.press("Control+s")
    dialog.get_by_text("Nothing has changed since version 2.").wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_schema_that_was_refused_is_not_lost(page: Page):
    """It is there again after choosing another task, another tab and another page, and running asks about it."""
    page.get_by_role("link", name="market-brief").click()
    page.get_by_role("tab", name="Tasks").click()
    page.get_by_text("Schema, guardrail and file of the answer").click()
    schema = page.get_by_role("textbox", name="Answer as JSON: schema")
    schema.fill("{oops")
    schema.press("Control+Enter")
    page.get_by_text("This is not JSON").first.wait_for()
    tasks = page.get_by_test_id("stRadioOption")
    tasks.last.click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("write_brief")
    wait_idle(page)
    expect(page.get_by_text("This is not JSON")).to_have_count(0)
    tasks.first.click()
    expect(schema).to_have_value("{oops")
    page.reload()
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("button", name="Show").first.click()
    expect(schema).to_have_value("{oops")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_text("1 entry could not be taken over").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Put back").click()
    expect(schema).not_to_have_value("{oops")


def test_a_file_is_imported_with_its_problems_and_deleted_after_asking(page: Page, tmp_path: Path):
    """The problems are shown before and after; nothing is deleted without a yes."""
    file = tmp_path / "crew.yaml"
    file.write_text(CREW, "utf-8")
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(file)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("There is no agent 'somebody'").wait_for()
    dialog.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="imported").wait_for()
    page.get_by_text(re.compile(r"^\W*\w* *1 problem")).first.wait_for()

    page.get_by_role("button", name="More").click()
    page.get_by_text("Delete", exact=True).click()
    dialog.get_by_text("all its versions are removed").wait_for()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("imported is deleted.").wait_for()
    assert page.get_by_role("link", name="imported").count() == 0
