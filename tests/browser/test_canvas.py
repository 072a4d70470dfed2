"""What Python cannot see: the script of the picture, and that of the field for a definition's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import crewlab
from tests.browser.chromium import answered, choose, wait_idle
from tests.browser.conftest import OpenWindow, ToldServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AGENT = {"role": "Clerk", "goal": "Sort", "backstory": "Neat", "llm": "rehearsal/plain"}
TASKS = [
    {"name": name, "description": "Do it", "expected_output": "A list", "agent": "clerk"}
    for name in ("find", "weigh", "write")
]
PAINTED = "c => c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data[3] > 0"
"""Whether a box is in the middle: before that, a click there meets nothing."""


@pytest.fixture
def page(told: ToldServer, open_window: OpenWindow, request: pytest.FixtureRequest) -> Page:
    """The page of a crew of this test."""
    document = {"name": request.node.name, "process": "sequential", "agents": {"clerk": AGENT}, "tasks": TASKS}
    with crewlab.open(told.data) as lab:
        saved = lab.definitions.save(document)
    page = open_window()
    page.goto(f"{told.url}/definition?id={saved.definition_id}")
    wait_idle(page)
    return page


def test_a_click_on_a_box_of_the_picture_chooses_it_each_time(page: Page):
    """Also the same box once more, after something else was chosen in the list."""
    page.get_by_role("tab", name="Tasks").click()
    name = page.get_by_role("textbox", name="Name")
    name.wait_for()
    wait_idle(page)  # the frame of a picture is made anew, or moves, while the page is drawn
    picture = page.frame_locator("iframe").first.locator("canvas")
    page.wait_for_function(PAINTED, arg=picture.element_handle())
    for _ in range(2):
        with answered(page):
            picture.click()  # the second of three boxes in a row is in the middle
        expect(name).to_have_value("weigh")
        choose(page, "1. find")
        wait_idle(page)
        expect(name).to_have_value("find")


def test_the_field_for_text_marks_lines_and_keeps_what_a_browser_can(page: Page):
    """A line with a mistake is marked at once, Ctrl+Z takes it back, Tab leads on, and a reload loses nothing."""
    page.get_by_role("tab", name="Document").click()
    page.get_by_text("Edit as text").click()
    field = page.get_by_role("textbox", name="Document", exact=True)
    whole = field.input_value()
    numbers = page.locator("pre[aria-hidden=true] span")
    expect(numbers).to_have_count(whole.count("\n") + 1)
    field.press("Control+Home")
    field.press_sequentially("name: ")
    expect(page.locator("pre span.error")).to_have_text("1\n")
    wait_idle(page)
    expect(field).to_be_focused()
    expect(field).to_have_value(f"name: {whole}")
    for _ in range(10):
        if field.input_value() == whole:
            break
        field.press("Control+z")
    expect(field).to_have_value(whole)
    expect(page.locator("pre span.error")).to_have_count(0)
    field.press("Tab")
    expect(field).not_to_be_focused()
    expect(field).to_have_value(whole)

    field.press("Control+Home")
    field.press_sequentially("# told")
    page.get_by_text("This text is not applied").wait_for()
    field.press_sequentially(", and more")
    page.reload()
    page.get_by_role("tab", name="Document").click()
    expect(field).to_have_value(f"# told, and more{whole}")
