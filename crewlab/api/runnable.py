"""What a request wants to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.requests import RunnableRequest
from crewlab.errors import InputsError

if TYPE_CHECKING:
    from crewlab.engine.library.catalogue import Runnable
    from crewlab.lab import Lab


def runnable(lab: Lab, asked: RunnableRequest) -> Runnable:
    """The document or the stored version to run; a name is never taken for a path of this machine.

    Raises:
        InputsError: The request names neither.
    """
    if asked.document is not None:
        return asked.document
    if asked.definition is not None:
        return lab.definitions.version(asked.definition, asked.number)
    raise InputsError("The request names no `definition` and brings no `document`.")
