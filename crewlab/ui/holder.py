"""The one lab of this process. It lives in a module without a file, which hot reload never touches."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from crewlab.lab import Lab

STOP_WITHIN_SECONDS = 2.0


class _Process(types.ModuleType):
    """What survives a reload of the pages."""

    lab: Lab | None = None
    lock: threading.Lock
    refused_entries: dict[str, dict[Any, Any]]
    typed_texts: dict[str, str]
    early_messages: dict[str, list[str]]
    when_opened: list[Callable[[], None]]


def _process() -> _Process:
    fresh = _Process("_crewlab_process")
    fresh.lock = threading.Lock()
    fresh.refused_entries = {}
    fresh.typed_texts = {}
    fresh.early_messages = {}
    fresh.when_opened = []
    return cast(_Process, sys.modules.setdefault(fresh.__name__, fresh))


def get_lab() -> Lab:
    """The open lab, serving its queue; opened by whoever asks first.

    Raises:
        StoreError: The store is held by another process, or cannot be read. Asking again tries again.
        SettingsError: A `CREWLAB_*` variable is not usable.
    """
    process = _process()
    with process.lock:
        if process.lab is None:
            from crewlab.lab import Lab  # opening needs the database; importing this module must not

            lab = Lab.open()
            lab.start()
            process.lab = lab
            for act in process.when_opened:
                act()
        return process.lab


def when_opened(act: Callable[[], None]) -> None:
    """Call `act` each time the lab has been opened, be it at start or when a lock was gone later."""
    _process().when_opened.append(act)


def lab_if_open() -> Lab | None:
    """The lab when it is open; never opens it."""
    return _process().lab


def refused_entries() -> dict[str, dict[Any, Any]]:
    """Entries that drafts could not take over, by draft and place; kept in memory until this process ends."""
    return _process().refused_entries


def typed_texts() -> dict[str, str]:
    """What was typed as the text of drafts and not applied, by draft; kept in memory until this process ends."""
    return _process().typed_texts


def early_messages() -> dict[str, list[str]]:
    """What was said to conversations that were not yet listening, by execution; in memory until this process ends."""
    return _process().early_messages


def close_lab() -> None:
    """Stop what runs, marked `interrupted`, and let go of the store."""
    process = _process()
    with process.lock:
        lab, process.lab = process.lab, None
    if lab is not None:
        lab.close(timeout_seconds=STOP_WITHIN_SECONDS)
