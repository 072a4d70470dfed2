"""A crew made, edited, saved, imported and deleted in a real browser: what dialogs and key strokes do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import wait_idle
from tests.server import AppServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CREW = """
name: imported
agents:
  clerk: {role: Clerk, goal: Sort, backstory: Neat, llm: rehearsal/plain}
tasks:
  - {name: sort, description: "Sort {pile}", expected_output: A list, agent: somebody}
"""


@pytest.fixture
def page(data: Path, chromium: Browser) -> Iterator[Page]:
    """The list of definitions in a new window."""
    with AppServer(data) as server, chromium.new_context(viewport={"width": 1280, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{server.url}/definitions")
        page.get_by_role("heading", name="Definitions").wait_for()
        yield page


def test_a_new_crew_is_edited_left_found_again_and_saved(page: Page):
    """Edits survive leaving the page; Ctrl+S saves them, with a note, as version 1."""
    page.get_by_role("button", name="New crew").click()
    page.get_by_role("textbox", name="Name").fill("drill")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("not saved yet").first.wait_for()

    page.get_by_role("tab", name="Agents").click()
    role = page.get_by_role("textbox", name="Role")
    role.fill("Senior researcher")
    role.press("Tab")
    page.get_by_test_id("stRadio").get_by_text("Senior researcher").wait_for()

    page.get_by_role("link", name="Definitions").first.click()
    page.get_by_role("link", name="drill").click()
    page.get_by_role("tab", name="Agents").click()
    expect(page.get_by_role("textbox", name="Role")).to_have_value("Senior researcher")

    wait_idle(page)
    page.keyboard.press("Control+s")
    note = page.get_by_role("textbox", name="Note")
    note.fill("the first")
    note.press("Enter")
    page.get_by_text("Version 1 is saved.").wait_for()
    assert re.search(r"/definition\?id=", page.url)
    assert page.get_by_text("not saved yet").count() == 0


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
