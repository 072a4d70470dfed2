"""Shared by all tests: a folder of its own for every lab, and waiting for conditions instead of sleeping."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.made_once import empty_database as empty_database
from tests.made_once import example_files as example_files
from tests.made_once import one_certificate as one_certificate

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

ABSENT = str(Path(__file__).parent / "standalone" / "absent")
"""Packages that the tests' own tools bring along and that are slow to import: the tests do without, as users do."""

CHILD_PATH = os.pathsep.join((ABSENT, str(Path(__file__).parents[1])))
"""`PYTHONPATH` of a child that is to find the project and nothing else."""


def pytest_configure() -> None:
    """Let children of the tests receive Ctrl-C, also when the tests were started in the background with it ignored.

    Bytecode is kept, also where the environment says not to: dozens of processes would compile the same modules anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    gc.disable()  # until all is imported
    sys.path.insert(0, ABSENT)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ABSENT, os.environ.get("PYTHONPATH", ""))))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


TOGETHER = "tests/browser/"
"""One process takes all of this folder: it has one browser and one app."""

FIRST = (
    {"browser"},
    {"acceptance", "faults", "test_durability.py", "test_main.py", "test_running_app.py", "test_tool_making.py"},
    {"pages", "parity", "conformance", "test_corpus.py", "test_event_stream.py", "test_lab_memory.py"},
)
"""Folders and files that take long, those that wait for other processes before others: none is left for the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The processes share the work file by file; a long one that begins last would keep the others waiting."""
    items.sort(key=lambda item: next((i for i, names in enumerate(FIRST) if names & {*item.path.parts}), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """`--dist loadfile`, but for the folder that is to stay together."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What is imported stays: no collection of garbage has to look through half a million objects of it again.

    At the very end all is taken away as usual: extension modules complain of what is left.
    """
    gc.freeze()
    gc.enable()
    atexit.register(gc.unfreeze)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that `CREWLAB_DATA` names."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CREWLAB_DATA", str(folder))
    return folder


def wait_until(condition: Callable[[], object], description: str, timeout_seconds: float = 90.0) -> None:
    """Return once `condition()` is true; fail saying what was awaited after `timeout_seconds`.

    Those are for what hangs: a process that begins beside ten others takes half a minute.
    """
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {timeout_seconds:.0f} s for: {description}")
        time.sleep(0.01)  # the one poll that all waiting tests share
