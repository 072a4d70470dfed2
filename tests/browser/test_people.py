"""A person in front of the real pages: asked, answering, and asked again."""

from __future__ import annotations

import pytest

import crewlab
from tests.acceptance import crews
from tests.browser.chromium import wait_for_refreshes, wait_idle
from tests.browser.conftest import ARTIFACTS, OpenWindow, ToldServer

pytestmark = pytest.mark.browser


@pytest.fixture
def asking(told: ToldServer) -> tuple[ToldServer, str]:
    """The app, and the id of an execution in it that waits."""
    crew = crews.chain({"model": "rehearsal/plain", "latency_seconds": 0}, "draft", "report")
    crew["tasks"][0]["human_input"] = {"prompt": "Is this good enough to build on?", "timeout_seconds": 86_400}
    with crewlab.open(told.data) as lab:
        waiting = lab.launch(crew, {"topic": "tea"}).wait(60)
    return told, waiting.execution_id


def test_feedback_from_the_inbox_and_acceptance_on_the_page(asking: tuple[ToldServer, str], open_window: OpenWindow):
    """What is being typed outlives the page's own updates; the page follows the execution to its end."""
    server, execution_id = asking
    page = open_window()
    page.goto(f"{server.url}/inbox")
    box = page.get_by_label("Feedback")
    box.wait_for()
    page.get_by_role("link", name="1 waiting for you").wait_for()
    wait_idle(page)
    box.press_sequentially("Shorter, ")
    wait_for_refreshes(page, 3)  # of the sidebar and of the list, either of them at least
    box.press_sequentially("please.")
    assert box.input_value() == "Shorter, please."
    page.screenshot(path=ARTIFACTS / "screenshots" / "inbox-asking.png", full_page=True)
    page.get_by_role("button", name="Send feedback").click()
    page.get_by_text("Sent: the agent works on it").wait_for()
    page.goto(f"{server.url}/execution?id={execution_id}")
    page.get_by_role("button", name="Accept").wait_for()
    wait_idle(page)
    page.screenshot(path=ARTIFACTS / "screenshots" / "execution-asking.png", full_page=True)
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Compare with").wait_for()
    assert page.get_by_role("button", name="Accept").count() == 0
