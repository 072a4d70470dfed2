"""An exception as data: what failed, where, and what to do about it."""

from __future__ import annotations

import traceback

from pydantic import BaseModel, ConfigDict

from crewlab.errors import CrewLabError


class ErrorReport(BaseModel):
    """Why an execution or a task failed, kept on its row and shown to a person."""

    model_config = ConfigDict(frozen=True)

    type: str
    """The class name of the exception."""
    title: str
    message: str
    hint: str = ""
    traceback: str = ""
    task_name: str | None = None

    @classmethod
    def from_exception(cls, error: BaseException, *, task_name: str | None = None) -> ErrorReport:
        """Describe `error`, unwrapping exception groups down to their first cause."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        title = error.title if isinstance(error, CrewLabError) else type(error).__name__
        message = error.message if isinstance(error, CrewLabError) else str(error) or type(error).__name__
        hint = error.hint if isinstance(error, CrewLabError) else ""
        text = "".join(traceback.format_exception(error))
        return cls(
            type=type(error).__name__, title=title, message=message, hint=hint, traceback=text, task_name=task_name
        )
