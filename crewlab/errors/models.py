"""What keeps a crew from being built here, and a model call or its recording from being answered."""

from __future__ import annotations

from crewlab.errors.base import CrewLabError


class BuildError(CrewLabError):
    """A valid definition that crewAI cannot be given on this machine."""

    title = "The crew cannot be built"


class MissingCredentialError(BuildError):
    """A model or tool needs a key; `.variable` is its name, never its value."""

    title = "A key is missing"

    def __init__(self, variable: str, needed_by: str) -> None:
        self.variable = variable
        super().__init__(
            f"{needed_by} needs the key {variable}, and it is not set.",
            f"Store {variable} under Library > Secrets, set it in the environment, or rehearse.",
        )


class UnknownModelError(BuildError):
    """No provider on this machine serves this model string."""

    title = "The model is unknown"


class UnknownToolError(BuildError):
    """A tool name that is not on the allow-list."""

    title = "The tool is unknown"


class ModelCallError(CrewLabError):
    """A model call failed for good; `.status` is the HTTP status if there was one."""

    title = "The model call failed"

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        self.status = status
        super().__init__(message, hint)


class CassetteError(CrewLabError):
    """A cassette is not there, or its file cannot be used."""

    title = "The cassette cannot be used"


class CassetteMissError(CassetteError):
    """A replay asks something that was never recorded."""

    title = "The cassette has no answer"
