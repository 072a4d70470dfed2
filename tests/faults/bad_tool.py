"""A tool whose body is any function. Imports crewai: `standing_in.py` does so quietly, when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crewai.tools import BaseTool

from tests.faults.standing_in import CALLED


class BadTool(BaseTool):
    """Looks like any other tool to an agent."""

    name: str = CALLED
    description: str = "Does something bad."
    body: Callable[[], Any]

    def _run(self, **_kwargs: Any) -> Any:
        return self.body()
