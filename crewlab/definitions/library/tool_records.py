"""Tools as people keep them: a tool of the catalogue with a name, a configuration and references to secrets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import Field

from crewlab.definitions.library.record_file import LibraryRecord
from crewlab.definitions.library.tool_catalogue import (
    ToolSpec,
    install_line,
    missing_keys,
    missing_packages,
    tool_specs,
)
from crewlab.errors import RecordError
from crewlab.secrets.references import LOOKS_LIKE_ONE, REFERENCE, names_in

_KEY_NAME = re.compile(r"(key|token|secret|password|passwd|authorization|jwt|_pat)s?$", re.IGNORECASE)
_WORDS = re.compile(r"\b(bearer|basic|token)\b", re.IGNORECASE)


class ToolRecord(LibraryRecord):
    """A configured tool. Its secrets are references, never values."""

    type: str
    """A tool of the catalogue."""
    configuration: dict[str, Any] = Field(default_factory=dict)
    """What it is made with; any text may say `${secret:NAME}`."""
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables that only this tool sees; any may say `${secret:NAME}`."""
    description: str | None = None
    """What the model is told it is for; `None` is the catalogue's words."""
    result_as_answer: bool = False
    """Whether its result is the answer of the task."""
    max_usage_count: int | None = Field(default=None, gt=0)
    """Calls in one task; `None` is any number."""
    cache: bool = True
    """Whether the same call in the same task is answered from memory."""
    accepts_risks: bool = False
    """A person has agreed to what the tool might do."""


class Obstacle(NamedTuple):
    """Why something cannot be used here, and what to do."""

    id: str
    what: str
    hint: str


def spec_of(type_name: str) -> ToolSpec:
    """The tool of the catalogue. Raises `RecordError`, with the nearest name."""
    spec = tool_specs().get(type_name)
    if spec is None:
        close = get_close_matches(type_name[:80], tool_specs(), n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "`python -m crewlab tools catalogue` lists them."
        raise RecordError(f"The catalogue has no tool {type_name[:80]!r}.", hint)
    return spec


def require_valid(record: ToolRecord) -> None:
    """Raises `RecordError` when the record cannot ever be made into a tool, whatever keys and packages there are."""
    spec = spec_of(record.type)
    if spec.objects:
        raise RecordError(f"{spec.name} cannot be configured here: it needs {spec.objects}.", "Choose another tool.")
    _require_fields(record, spec)
    _require_schema(record, spec)
    require_references({**record.configuration, **record.environment})
    if LOOKS_LIKE_ONE in REFERENCE.sub("", str(record.configuration) + str(record.environment)):
        raise RecordError("A reference to a secret is misspelt.", "Write ${secret:NAME}.")
    if spec.needs_confirmation and not record.accepts_risks:
        raise RecordError(
            f"{spec.name} {' and '.join(spec.risks)}.", "Agree to that on the record, or choose another tool."
        )


def require_references(values: Mapping[str, Any]) -> None:
    """Raises `RecordError` when something that is named like a key is written down."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            require_references(value)
        elif isinstance(value, str) and _KEY_NAME.search(name) and _WORDS.sub("", REFERENCE.sub("", value)).strip():
            hint = f"Store it under Library > Secrets, and write ${{secret:{name.upper().replace('-', '_')}}} instead."
            raise RecordError(f"A key is written under {name!r}.", hint)


def _require_fields(record: ToolRecord, spec: ToolSpec) -> None:
    known = spec.configuration.get("properties", {})
    for field in record.configuration:
        if field not in known:
            close = get_close_matches(field[:80], known, n=1)
            there = f"It takes {', '.join(known) or 'nothing'}."
            raise RecordError(
                f"{spec.name} has no setting {field[:80]!r}.", f"Did you mean {close[0]!r}?" if close else there
            )
    for field in spec.required_configuration:
        if record.configuration.get(field) in (None, ""):
            raise RecordError(f"{spec.name} needs the setting {field!r}.", "Fill it in.")


def _require_schema(record: ToolRecord, spec: ToolSpec) -> None:
    """A reference may stand for text only; other settings are checked as they are."""
    from jsonschema import Draft202012Validator  # slow to import: only where something is saved

    for problem in Draft202012Validator(spec.configuration).iter_errors(record.configuration):
        place = ".".join(map(str, problem.absolute_path)) or "configuration"
        raise RecordError(f"{place}: {problem.message[:200]}.", "Change the value.")


def obstacle(record: ToolRecord, known: Collection[str]) -> Obstacle | None:
    """Why this record cannot be made now, were these keys and secrets known; `None` when it can."""
    spec = tool_specs().get(record.type)
    if spec is None:
        return Obstacle("tool.unknown", f"The catalogue has no tool {record.type!r}.", "Choose another type.")
    return next(_obstacles(record, spec, known), None)


def _obstacles(record: ToolRecord, spec: ToolSpec, known: Collection[str]) -> Iterator[Obstacle]:
    if spec.objects:
        yield Obstacle("tool.objects", f"{spec.name} needs {spec.objects}.", "Choose another tool.")
    if packages := missing_packages(spec):
        what = f"{spec.name} needs {' and '.join(packages)}, not installed here."
        yield Obstacle("tool.package.missing", what, f"Install it: {install_line(packages)}")
    unset = [field for field in spec.required_configuration if record.configuration.get(field) in (None, "")]
    if unset:
        what = f"{spec.name} needs the setting {', '.join(unset)}."
        yield Obstacle("tool.unconfigured", what, "Make a tool of it under Library > Tools, and use its name.")
    given = [field for field, value in record.configuration.items() if value not in (None, "")]
    if keys := missing_keys(spec, {*known, *record.environment}, given):
        what = f"{spec.name} needs the key {' and '.join(keys)}, and it is not set."
        yield Obstacle("tool.key.missing", what, "Store it under Library > Secrets, or set the variable.")
    wanted = dict.fromkeys(names_in([record.configuration, record.environment]))
    if unknown := [name for name in wanted if name not in known]:
        what = f"There is no secret {unknown[0]!r}."
        yield Obstacle("secret.unknown", what, "Store it under Library > Secrets.")
    if spec.needs_confirmation and not record.accepts_risks:
        what = f"{spec.name} {' and '.join(spec.risks)}: a definition alone may not use it."
        yield Obstacle("tool.risk", what, "Make a tool of it under Library > Tools, agree to that, and use its name.")


def plain(type_name: str) -> ToolRecord:
    """A tool of the catalogue as it comes."""
    return ToolRecord(name=type_name, type=type_name)


def snapshot(record: ToolRecord) -> dict[str, Any]:
    """What an execution keeps of a record: everything but whose it is."""
    return record.model_dump(mode="json", exclude={"owner"}, exclude_defaults=True)


def restored(records: Mapping[str, Any]) -> dict[str, ToolRecord]:
    """The records of a snapshot."""
    return {name: ToolRecord.model_validate(record) for name, record in records.items()}
