"""crewAI is imported once, in silence, and is left as it was found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crewlab.bridge import is_loaded, load
from tests.bridge.attempts import one_task, run
from tests.conftest import CHILD_PATH
from tests.model_server import ModelServer, status


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process that knows nothing of this one's crewAI."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CREWAI", "OTEL"))}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env={**kept, "PYTHONPATH": CHILD_PATH, **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_importing_the_bridge_does_not_import_crewai(tmp_path):
    """The contract and the way in are light; `is_loaded` tells."""
    code = """
import sys
import crewlab.bridge, crewlab.bridge.contract
assert not crewlab.bridge.is_loaded()
print([name for name in sys.modules if name.split(".")[0] in ("crewai", "crewai_core", "crewai_tools")])
"""
    done = python(code, tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_failed_requests_are_not_logged_to_the_terminal(capfd):
    """crewAI logs every failed request as an error; our events tell it already."""
    with ModelServer() as server:
        server.script(status(500), status(500), status(500))
        assert run(one_task({"model": "openai/any", "base_url": server.url})).error is not None
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_loading_twice_is_the_same_crewai():
    """Whoever asks gets the one that is there."""
    assert load() is load()
    assert is_loaded()


@pytest.fixture
def bus():
    load()
    from crewai.events.event_bus import crewai_event_bus

    return crewai_event_bus


def test_crewais_own_listeners_are_off_the_bus_and_come_back(bus):
    """Telemetry, traces and panels are taken off while loaded, and are there again after `unload`."""

    def own() -> int:
        return sum(h.__module__.startswith("crewai") for hs in bus._sync_handlers.values() for h in hs)

    assert own() == 0
    load().unload()
    assert not is_loaded()
    assert own() > 100
    load()
    assert own() == 0


def test_what_was_put_back_once_is_not_put_back_again(bus):
    """A lab that closes after another one has, and a third has loaded crewAI anew, leaves it to that one."""
    first = load()
    first.unload()
    second = load()
    first.unload()
    assert load() is second
    assert is_loaded()


def test_listeners_of_others_stay(bus):
    """Somebody's own handler is neither removed nor doubled."""
    from crewai.events.types.llm_events import LLMCallCompletedEvent

    def mine(source: object, event: object) -> None: ...

    bus.on(LLMCallCompletedEvent)(mine)
    try:
        load().unload()
        load()
        assert mine in bus._sync_handlers[LLMCallCompletedEvent]
    finally:
        bus.off(LLMCallCompletedEvent, mine)
