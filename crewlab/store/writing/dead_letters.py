"""The last resort for events that the database cannot take: a file of JSON lines that a person can read."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from crewlab.executions.events import BaseEvent
from crewlab.store.text import json_text, model_json

log = logging.getLogger(__name__)


class DeadLetters:
    """`dead_letter.jsonl`: one line for each event, with the reason why it is here."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, events: Iterable[BaseEvent], reason: str) -> None:
        """Append events. When even that fails, say in the log what was lost."""
        lines = [f'{{"reason": {json_text(reason)}, "event": {model_json(event, set())}}}\n' for event in events]
        if not lines:
            return
        log.error("%d events go to %s: %s", len(lines), self._path, reason)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(lines)
        except OSError:
            log.critical("%d events are lost", len(lines), exc_info=True)
