"""Somebody who is faster than the answers of the server loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import crewlab
from tests.browser.chromium import choose, wait_for_sent_refresh, wait_idle
from tests.browser.conftest import OpenWindow, ToldServer

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

pytestmark = pytest.mark.browser


CREW = """
agents:
  digger: {role: Digger, goal: Find, backstory: Curious, llm: rehearsal/plain}
  writer: {role: Writer, goal: Write, backstory: Brief, llm: rehearsal/plain}
tasks:
  - name: find
    description: Find what there is
    expected_output: A list
    agent: digger
    guardrail: It is short
    guardrail_max_retries: 7
  - {name: weigh, description: Weigh what was found, expected_output: A table, agent: writer}
  - {name: write, description: Write what is left, expected_output: A page, agent: writer}
"""


class HeldLine:
    """The server's answers to one page, which can be held back: what was sent meanwhile arrives at once later."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._socket: WebSocketRoute | None = None
        self._held: list[str | bytes] | None = None
        page.route_web_socket("**/_stcore/stream", self._connect)

    def hold(self) -> None:
        """Keep the answers from now on."""
        self._held = []

    def wait_for_the_end_of_a_run(self, number: int = 1) -> None:
        """Return when the server has done what it was asked, for the second time since `hold` with `number` 2."""
        for _ in range(6000):
            if sum(_is_end(message) for message in self._held or []) >= number:
                return
            self._page.wait_for_timeout(5)
        pytest.fail("the server did not come to an end within half a minute")

    def release(self) -> None:
        """Let the page have them all."""
        held, self._held = self._held or [], None
        for message in held:
            self._send(message)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._receive)

    def _receive(self, message: str | bytes) -> None:
        if self._held is None:
            self._send(message)
        else:
            self._held.append(message)

    def _send(self, message: str | bytes) -> None:
        assert self._socket is not None
        self._socket.send(message)


def _is_end(message: str | bytes) -> bool:
    if isinstance(message, str):
        return False
    parsed = ForwardMsg()
    parsed.ParseFromString(message)
    is_of_page = parsed.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY  # a fragment's refresh says something else
    return parsed.WhichOneof("type") == "script_finished" and is_of_page


@pytest.fixture
def line(told: ToldServer, open_window: OpenWindow, request: pytest.FixtureRequest) -> tuple[Page, HeldLine]:
    """The first of three tasks of a crew of this test in its form, in a window whose answers can be held."""
    with crewlab.open(told.data) as lab:
        crew = lab.definitions.save({**yaml.safe_load(CREW), "name": request.node.name[-60:]})
    page = open_window()
    held = HeldLine(page)
    page.goto(f"{told.url}/definition?id={crew.definition_id}")
    page.get_by_role("tab", name="Tasks").click()
    page.get_by_role("textbox", name="What to do").wait_for()
    wait_idle(page)
    return page, held


def test_choosing_another_task_and_back_before_the_answer_keeps_every_field(line: tuple[Page, HeldLine]):
    """The browser drops the fields of a task that is left when it hears of it: they come back with what they had."""
    page, held = line
    held.hold()
    choose(page, "3. write")
    held.wait_for_the_end_of_a_run()
    choose(page, "1. find")
    held.release()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("find")
    wait_idle(page)
    _expect_the_first_task(page)

    answer = page.get_by_role("textbox", name="Expected output")
    answer.fill("Something else")
    answer.press("Control+Enter")
    page.get_by_role("button", name="Discard").wait_for()
    wait_idle(page)
    page.reload()
    page.get_by_role("tab", name="Tasks").click()
    expect(answer).to_have_value("Something else")
    _expect_the_first_task(page)


def _expect_the_first_task(page: Page) -> None:
    """What a list, a number and a text showed at first."""
    expect(page.get_by_role("textbox", name="What to do")).to_have_value("Find what there is")
    expect(page.get_by_role("combobox", name="Agent")).to_have_value("digger")
    expect(page.get_by_role("textbox", name="Attempts after a no")).to_have_value("7")


def test_moving_a_task_twice_before_the_answer_writes_none_of_it_into_another(line: tuple[Page, HeldLine]):
    """It arrives where it was sent, with its own fields."""
    page, held = line
    down = page.get_by_role("button", name="Down")
    held.hold()
    down.click()
    held.wait_for_the_end_of_a_run()
    down.click()
    held.release()
    wait_idle(page)
    page.get_by_role("tab", name="Document").click()
    text = page.get_by_test_id("stCode").inner_text()
    told = ("Weigh what was found", "Write what is left", "Find what there is")
    assert sorted(told, key=text.index) == list(told)
    assert [text.count(part) for part in told] == [1, 1, 1]


def test_what_is_typed_for_a_task_that_was_just_removed_reaches_no_other(line: tuple[Page, HeldLine]):
    """Nor does a second click on *Remove* take the next one: neither was on the screen for it."""
    page, held = line
    held.hold()
    page.get_by_role("button", name="Remove").click()
    held.wait_for_the_end_of_a_run()
    page.get_by_role("textbox", name="What to do").fill("Typed for the first")
    page.get_by_role("button", name="Remove").click()
    held.release()
    expect(page.get_by_test_id("stToast").get_by_text("It was removed meanwhile").first).to_be_visible()
    wait_idle(page)
    expect(page.get_by_role("textbox", name="What to do")).to_have_value("Weigh what was found")
    assert page.get_by_test_id("stRadio").get_by_role("radio").count() == 2


def test_typing_goes_on_after_a_rename(line: tuple[Page, HeldLine]):
    """The field under the cursor stays when the answer arrives, and what is entered before it makes no second agent."""
    page, held = line
    page.get_by_role("tab", name="Agents").click()
    story = page.get_by_role("textbox", name="Backstory")
    story.wait_for()
    wait_idle(page)
    held.hold()
    page.get_by_role("textbox", name="Name", exact=True).fill("finder")
    story.fill("Patient")
    story.press("Control+Enter")
    held.wait_for_the_end_of_a_run()
    story.press("End")
    page.keyboard.type(" and")
    held.release()
    wait_idle(page)
    page.keyboard.type(" kind")
    expect(story).to_have_value("Patient and kind")
    expect(page.get_by_test_id("stRadio").get_by_role("radio")).to_have_count(2)


def test_what_a_choice_fills_in_stays_whatever_is_done_before_the_answer(line: tuple[Page, HeldLine]):
    """The browser sends its old, empty field once more; when it has drawn the new text, emptying that is an entry."""
    page, held = line
    page.get_by_role("tab", name="Agents").click()
    page.get_by_role("button", name="Add agent").click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("agent")
    goals = page.get_by_role("textbox", name="Further goals")
    wait_idle(page)
    held.hold()
    page.get_by_role("combobox", name="Role").fill("Editor")
    page.get_by_role("option", name="Editor").first.click()
    held.wait_for_the_end_of_a_run()
    words = page.get_by_role("textbox", name="Description")
    words.fill("For people")
    words.press("Enter")
    held.wait_for_the_end_of_a_run(2)
    wait_for_sent_refresh(page)
    held.release()
    expect(goals).not_to_have_value("")
    wait_idle(page)
    expect(goals).not_to_have_value("")
    goals.fill("")
    goals.press("Control+Enter")
    page.get_by_role("tab", name="Document").click()
    text = page.get_by_test_id("stCode")
    expect(text).to_contain_text("description: For people")
    expect(text).not_to_contain_text("goals:")
