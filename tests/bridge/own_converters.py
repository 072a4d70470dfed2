"""Converters as somebody would write them for crewAI."""

from __future__ import annotations

import threading
from typing import Any

from crewai.utilities.converter import Converter


class ByHand(Converter):
    """Takes the text apart without a model."""

    def to_json(self, current_attempt: int = 1) -> Any:
        return {"n": len(self.text.split())}


class Asking(Converter):
    """Asks the agent's model, as crewAI's own does."""

    def to_pydantic(self, current_attempt: int = 1) -> Any:
        return self.model(n=len(str(self.llm.call([{"role": "user", "content": f"Count: {self.text}"}]))))


class Wrong(Converter):
    """Makes something else."""

    def to_json(self, current_attempt: int = 1) -> Any:
        return '{"n": "many"}'


class Hanging(Converter):
    """Takes its time."""

    def to_pydantic(self, current_attempt: int = 1) -> Any:
        threading.Event().wait(5)
