"""Puts a tool in the place of one that the allow-list has: the list itself stays as it is."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crewlab import bridge

STANDS_IN_FOR = "DirectoryReadTool"
CALLED = "bad_tool"


@contextmanager
def standing_in(body: Callable[[], Any]) -> Iterator[None]:
    """Within, agents that ask for `STANDS_IN_FOR` get a tool that does `body`."""
    makers, bad_tool = _crewai_side()
    real = makers[STANDS_IN_FOR]
    makers[STANDS_IN_FOR] = lambda _folder: bad_tool(body=body)
    try:
        yield
    finally:
        makers[STANDS_IN_FOR] = real


def _crewai_side() -> tuple[dict[str, Any], Any]:
    bridge.load()
    from crewlab.bridge.environment import importing

    with importing():
        tools = importlib.import_module("crewlab.bridge.tools.allow_list")
        return tools._MAKERS, importlib.import_module("tests.faults.bad_tool").BadTool
