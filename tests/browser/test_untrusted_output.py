"""What a model writes is shown, never executed, and never calls home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import crewlab
from tests.acceptance import crews
from tests.browser.chromium import wait_idle
from tests.browser.conftest import OpenWindow, ToldServer
from tests.model_server import ModelServer, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAYLOADS = """# A heading that is fine

<script>window.crewlab_owned = 1</script>
<img src=x onerror="window.crewlab_owned = 2">
<iframe srcdoc="<script>parent.crewlab_owned = 3</script>"></iframe>
<svg onload="window.crewlab_owned = 4"></svg>
[click](javascript:window.crewlab_owned=5) and <a href="javascript:window.crewlab_owned=6">me</a>
![pixel](http://tracker.invalid/pixel.png) ![data](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)
![reference][pixel] <http://tracker.invalid/auto>

[pixel]: http://tracker.invalid/reference.png

$\\href{javascript:window.crewlab_owned=7}{x}$ :material/home: :red[colour]
"""
NAME = "crew <img src=x onerror=window.crewlab_owned=9>"
TABS = ("Output", "Tasks", "Timeline", "Model calls", "Tool calls", "Log", "Files", "Inputs and snapshot")


@pytest.fixture
def poisoned(told: ToldServer) -> Iterator[tuple[ToldServer, str]]:
    """The app, and in it one execution whose output, inputs and names are full of payloads."""
    with ModelServer() as model, crewlab.open(told.data) as lab:
        model.script(say(PAYLOADS))
        document = crews.chain(crews.llm(model.url), "<img src=x onerror=window.crewlab_owned=8>")
        document["name"] = NAME
        done = lab.run(document, {"topic": PAYLOADS})
        assert done.status == "completed", done.error
        lab.definitions.save(document)
        yield told, done.execution_id
        lab.definitions.delete(NAME)


def _look_at_picture(page: Page, url: str) -> None:
    """The picture of what a definition uses: names are painted, also under the mouse and after a double click."""
    windows = list(page.context.pages)
    page.goto(f"{url}/definition?id={quote(NAME)}")
    picture = page.frame_locator('iframe[title*="agraph"]').locator("canvas")
    picture.wait_for()
    picture.hover()
    picture.dblclick()
    wait_idle(page)
    assert [frame.evaluate("window.crewlab_owned") for frame in page.frames] == [None] * len(page.frames)
    assert page.context.pages == windows


def test_payloads_stay_text(poisoned: tuple[ToldServer, str], open_window: OpenWindow):
    """On every tab of the execution and on every list: no script runs, and the browser asks no other host."""
    server, execution_id = poisoned
    page = open_window()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/execution?id={execution_id}")
    page.get_by_role("heading", name="A heading that is fine").first.wait_for()
    wait_idle(page)
    shown = page.get_by_role("tab").all_inner_texts()
    assert len(shown) == len(TABS)
    for number in range(len(shown)):
        page.get_by_role("tab").nth(number).click()
        wait_idle(page)
        assert page.locator('[data-testid="stException"], :text("This page failed")').count() == 0
        assert page.evaluate("window.crewlab_owned") is None, shown[number]
    for path in ("/", "/definitions", "/executions", f"/compare?executions={execution_id}"):
        page.goto(server.url + path)
        page.get_by_role("heading", level=1).first.wait_for()
        wait_idle(page)
        assert page.evaluate("window.crewlab_owned") is None, path
    _look_at_picture(page, server.url)
    foreign = {url for url in asked if "127.0.0.1" not in url and not url.startswith(("data:", "blob:"))}
    assert foreign == set()
    assert page.locator('a[href^="javascript:"]').count() == 0
