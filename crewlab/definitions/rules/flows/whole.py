"""Rules about a flow as a whole: its name, its settings, and its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.flows.flow import FlowConfig, FlowDocument, StateDocument
from crewlab.definitions.kinds import SCHEMA
from crewlab.definitions.names import obstacle_in_name
from crewlab.definitions.plain import is_deeper_than
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.steps import missing_or_type, unknown_fields
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.schemas import MAX_DEPTH
from crewlab.definitions.rules.subject import error, is_on, kind_of, warning
from crewlab.definitions.schema_validation import is_pattern

_TYPES = ("json_schema", "dict")
_CONFIG_CODE = ("input_provider",)
_CONFIG_IDLE = {
    "tracing": "crewAI's tracing service is not used; the setting CREWLAB_OTLP_ENDPOINT exports traces.",
    "defer_trace_finalization": "It belongs to crewAI's tracing service, which is not used.",
}


def document_types(subject: FlowSubject) -> Iterable[Problem]:
    """The flow's own fields have the type that they should have; those of steps are looked at one by one."""
    own = {key: value for key, value in subject.document.items() if key != "methods"}
    try:
        FlowDocument.model_validate(own)
    except ValidationError as failure:
        for item in failure.errors(include_url=False):
            if item["loc"] != ("name",) or item["type"] != "missing":
                yield missing_or_type(own, item, "")


def names(subject: FlowSubject) -> Iterable[Problem]:
    """A flow has a name, the version of the schema that is known, and steps that are objects."""
    name, schema = subject.document.get("name"), subject.document.get("schema")
    if not isinstance(name, str) or not name.strip():
        yield error("flow.name.missing", "name", "The flow has no name.", "Give it one.")
    elif obstacle := obstacle_in_name(name):
        yield error("flow.name.unusable", "name", obstacle, "Give it a short name in one line.")
    if schema not in (None, SCHEMA):
        yield error("flow.schema.unknown", "schema", f"There is no schema {str(schema)[:80]!r}.", f"Write {SCHEMA}.")
    methods = subject.document.get("methods")
    if methods is not None and not isinstance(methods, Mapping):
        what = f"This must be an object (name: step), and it is {kind_of(methods)}."
        yield error("field.type", "methods", what, "Write each step under its name.")
    elif not methods and not is_conversation(subject.document):
        yield error("flow.steps.missing", "methods", "The flow has no steps.", "Add a step that starts.")
    for step, body in methods.items() if isinstance(methods, Mapping) else ():
        if not isinstance(body, Mapping):
            what = f"A step must be an object, and this is {kind_of(body)}."
            yield error("field.type", f"methods.{step}", what, "Write what the step does under `do`.")


def document_fields(subject: FlowSubject) -> Iterable[Problem]:
    """A field that nobody reads does nothing."""
    yield from unknown_fields(FlowDocument, _without(subject.document, "definitions"), "")
    for field, model in (("state", StateDocument), ("config", FlowConfig)):
        part = subject.document.get(field)
        known = {*_CONFIG_IDLE, *_CONFIG_CODE} if field == "config" else set()
        if isinstance(part, Mapping):
            yield from unknown_fields(model, _without(part, *known), field)


def settings(subject: FlowSubject) -> Iterable[Problem]:
    """What crewAI's flows have besides is refused where it is code, and said to do nothing otherwise."""
    config = subject.document.get("config")
    for field, value in config.items() if isinstance(config, Mapping) else ():
        if field in _CONFIG_CODE and is_on(value):
            what = f"It names Python code ({str(value)[:80]!r}), which CrewLab keeps and does not run."
            yield error("flow.code.refused", f"config.{field}", what, "Remove it: a launch gives the initial state.")
        elif field in _CONFIG_IDLE and is_on(value):
            yield warning("flow.config.idle", f"config.{field}", _CONFIG_IDLE[field], f"Remove {field}.")
    if _is_enabled(subject.document.get("persist")):
        what = "The state is stored after every step anyway; crewAI's persistence is left out."
        yield warning("flow.persist", "persist", what, "Remove persist.")


def state(subject: FlowSubject) -> Iterable[Problem]:
    """The state has a type that there is, a schema that can be used, and defaults that fit it."""
    written = subject.document.get("state")
    if not isinstance(written, Mapping):
        return
    yield from _state_type(written)
    schema = written.get("json_schema")
    if isinstance(schema, Mapping):
        flaws = list(_schema_problems(subject.state_flaws, schema))
        yield from flaws or [*_required_problems(subject), *_default_problems(subject), *_id_problems(subject)]


def _state_type(written: Mapping[str, Any]) -> Iterable[Problem]:
    kind, has_schema = written.get("type", "dict"), isinstance(written.get("json_schema"), Mapping)
    if kind == "json_schema" and not has_schema:
        yield error("flow.state.schema", "state.json_schema", "There is no schema.", "Write one, or `type: dict`.")
    elif kind == "dict" and has_schema:
        what = "A plain dict has no schema, so the one that is written here would not count."
        yield error("flow.state.schema", "state.type", what, "Write `type: json_schema`.")
    elif kind == "pydantic":
        what = "The state is a Python class, which CrewLab keeps and does not import."
        make = warning if has_schema else error
        yield make("flow.state.code", "state.ref", what, "Its json_schema counts." if has_schema else "Write a schema.")
    elif kind == "unknown":
        yield warning("flow.state.unknown", "state.type", "Nothing is known of the state; it may hold anything.", "")
    elif isinstance(kind, str) and kind not in _TYPES:
        yield error("flow.state.type", "state.type", f"There is no type {kind[:80]!r}.", f"One of {', '.join(_TYPES)}.")


def _schema_problems(flaws: Iterable[str], schema: Mapping[str, Any]) -> Iterable[Problem]:
    for flaw in flaws:
        yield error("flow.state.schema", "state.json_schema", flaw, "Describe an object with its properties.")
    for pattern in _patterns(schema) if not is_deeper_than(schema, MAX_DEPTH) else ():
        if not is_pattern(pattern):
            what = f"The pattern {pattern[:80]!r} cannot be used."
            hint = "Write a regular expression without lookaround and backreferences."
            yield error("flow.state.pattern", "state.json_schema", what, hint)


def _required_problems(subject: FlowSubject) -> Iterable[Problem]:
    """A field that is required and that the state cannot have keeps every launch from starting."""
    required = subject.state.schema.get("required", ())
    for name in required if not subject.state.is_open else ():
        if name not in subject.state.fields:
            what = f"The field {str(name)[:80]!r} is required, and is not among the properties."
            yield error("flow.state.schema", "state.json_schema.required", what, "Add it to the properties.")


def _default_problems(subject: FlowSubject) -> Iterable[Problem]:
    """Defaults that do not fit; a field that a launch has to give is no problem of them."""
    for name, value in subject.state.defaults.items():
        problem = subject.state.field_problem(name, value)
        if problem is not None:
            written = subject.document["state"].get("default")
            is_own = isinstance(written, Mapping) and name in written
            place = "state.default" if is_own else "state.json_schema.properties"
            yield error(
                "flow.state.default", f"{place}.{problem.where}", problem.what, "Correct the value or the schema."
            )


def _id_problems(subject: FlowSubject) -> Iterable[Problem]:
    """`id` of a state is the id of the execution, unless something else is given."""
    field = subject.state.fields.get("id")
    is_left_open = field is not None and field.default is None and not field.is_required
    if is_left_open and subject.state.field_problem("id", "text"):
        what = "`id` is the id of the execution, a text, whatever type is said here."
        yield warning("flow.state.id", "state.json_schema.properties.id", what, "Rename it, or give it a default.")


def _patterns(schema: Any) -> Iterable[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        inner = schema.get("patternProperties")
        yield from (str(pattern) for pattern in inner) if isinstance(inner, Mapping) else ()
        for value in schema.values():
            yield from _patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _patterns(value)


def _without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}


def _is_enabled(value: Any) -> bool:
    return bool(value.get("enabled")) if isinstance(value, Mapping) else is_on(value)
