"""Something wrong in a definition, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """One broken rule: which, where, what is wrong, and what to do.

    `where` is a path into the document such as `agents.researcher.llm` or `tasks.report.context`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    where: str
    what: str
    severity: Literal["error", "warning"] = "error"
    hint: str = ""
