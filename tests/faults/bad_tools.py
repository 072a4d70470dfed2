"""The bodies of tools that misbehave."""

from __future__ import annotations

import asyncio
import os
import threading

LET_GO = threading.Event()
"""Ends whatever hangs, once the tests are over."""


def raises() -> None:
    raise ValueError("the disk is on fire")


def raises_system_exit() -> None:
    raise SystemExit(3)


def raises_keyboard_interrupt() -> None:
    raise KeyboardInterrupt


def raises_timeout_error() -> None:
    raise TimeoutError("the database is slow")


def is_cancelled() -> None:
    raise asyncio.CancelledError


def hangs() -> None:
    LET_GO.wait()


def prints() -> str:
    print("a tool was here")  # noqa: T201 - that is what this tool does wrong
    return "printed"


def returns_bytes() -> bytes:
    return b"\xff\x00raw"


def returns_nothing() -> None:
    return None


def returns_itself() -> object:
    return object()


def spawns_a_thread() -> str:
    threading.Thread(target=LET_GO.wait, name="left-by-a-tool", daemon=True).start()
    return "spawned"


def ends_the_process() -> None:
    os._exit(3)
