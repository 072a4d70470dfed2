"""Kinds of values that fields of a crew have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from crewlab.definitions.human_input import HumanInputDocument
from crewlab.definitions.processes import PROCESSES

EXECUTORS = ("crewlab", "crewai")
"""Our agent loop, and crewAI's own."""
FAILURE_POLICIES = ("ignore", "warn", "raise")
"""What an agent may do about a tool that failed."""
EFFORTS = ("low", "medium", "high")


class Part(BaseModel):
    """A part of a document. Fields that it does not list are kept."""

    model_config = ConfigDict(extra="allow")

    def as_written(self) -> dict[str, Any]:
        """The part as plain data, with the fields that the document has and no others."""
        return self.model_dump(exclude_unset=True)


def one_of(noun: str, names: Collection[str]) -> AfterValidator:
    """A text that is one of `names`, which may grow; `noun` is what the error calls it."""

    def known(name: str) -> str:
        if name not in names:
            raise ValueError(f"there is no {noun} {name[:80]!r}; choose one of {', '.join(names)}")
        return name

    return AfterValidator(known)


def _text_or_object(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "object" if isinstance(value, Mapping | BaseModel) else None


def _switch_or_object(value: Any) -> str:
    return "object" if isinstance(value, Mapping | BaseModel) else "switch"


def _text_or_list(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else None


def _switch_or_number(value: Any) -> str | None:
    if isinstance(value, bool):
        return "switch"
    return "number" if isinstance(value, int | str) else None


def _switch_or_text(value: Any) -> str:
    return "text" if isinstance(value, str) and value.lower() not in _SWITCHES else "switch"


_SWITCHES = ("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0")
"""Texts that pydantic, and so crewAI, reads as a switch."""
TEXT_OR_OBJECT = Discriminator(
    _text_or_object, custom_error_type="text_or_object", custom_error_message="Input should be text or an object"
)
_TEXT_OR_LIST = Discriminator(
    _text_or_list, custom_error_type="text_or_list", custom_error_message="Input should be text or a list of texts"
)
_SWITCH_OR_NUMBER = Discriminator(
    _switch_or_number, custom_error_type="switch_or_number", custom_error_message="Input should be a switch or a number"
)

Process = Annotated[str, one_of("process", PROCESSES)]
"""The name of one of `PROCESSES`."""
Executor = Annotated[str, one_of("executor", EXECUTORS)]
"""One of `EXECUTORS`."""
FailurePolicy = Annotated[str, one_of("policy", FAILURE_POLICIES)]
"""One of `FAILURE_POLICIES`: forget the failure, tell of it and go on, or end the task."""
Effort = Annotated[str, one_of("effort", EFFORTS)]
"""One of `EFFORTS`."""
Reference = Annotated[Annotated[str, Tag("text")] | Annotated[dict[str, Any], Tag("object")], TEXT_OR_OBJECT]
"""A name, or an object. Objects are kept, and refused by the checks where they could run code."""
HumanInput = Annotated[
    Annotated[bool, Tag("switch")] | Annotated[HumanInputDocument, Tag("object")], Discriminator(_switch_or_object)
]
"""Whether a person is asked, or what about."""
SwitchOrText = Annotated[Annotated[bool, Tag("switch")] | Annotated[str, Tag("text")], Discriminator(_switch_or_text)]
TextOrList = Annotated[Annotated[str, Tag("text")] | Annotated[list[str], Tag("list")], _TEXT_OR_LIST]
SwitchOrNumber = Annotated[Annotated[bool, Tag("switch")] | Annotated[int, Tag("number")], _SWITCH_OR_NUMBER]
Count = Annotated[int, Field(ge=1)]
"""One or more."""
Retries = Annotated[int, Field(ge=0)]
"""None or more."""


class FingerprintDocument(Part):
    """What a part is known by to others; crewAI makes its number itself."""

    metadata: dict[str, Any] | None = None
    """Facts of your own about the part."""


class SecurityDocument(Part):
    """crewAI's `security_config`."""

    fingerprint: FingerprintDocument | None = None


class CheckpointDocument(Part):
    """When an execution writes a file from which crewAI could go on. What finished tasks brought is stored anyway."""

    location: str | None = None
    """Within the folder of the execution; `.checkpoints` when absent."""
    on_events: list[str] | None = None
    """`task_completed` when absent."""
    provider: dict[str, Any] | None = None
    """`{"provider_type": "json"}`, a folder of files, or `sqlite`, one database."""
    max_checkpoints: Retries | None = None
    """How many are kept, the latest; all when absent."""
    restore_from: str | None = None


Checkpoint = Annotated[
    Annotated[bool, Tag("switch")] | Annotated[CheckpointDocument, Tag("object")], Discriminator(_switch_or_object)
]
