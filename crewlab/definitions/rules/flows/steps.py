"""Rules about a step by itself: its shape, its fields, its expressions, and what it asks people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crewlab.definitions.flows.flow import (
    STEP_NAME,
    AgentAction,
    CodeAction,
    CrewAction,
    EachAction,
    EachStep,
    ExpressionAction,
    FeedbackDocument,
    FlowAction,
    OnError,
    ScriptAction,
    StepDocument,
    ToolAction,
)
from crewlab.definitions.flows.step_part import StepPart
from crewlab.definitions.flows.triggers import trigger_of
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.subject import StepRule
from crewlab.definitions.rules.secrets import keys_written_in
from crewlab.definitions.rules.subject import error, warning
from crewlab.definitions.rules.types import place_in, type_problem
from crewlab.errors import DocumentError, ExpressionError
from crewlab.secrets.references import LOOKS_LIKE_ONE

_ACTIONS: dict[str, type[BaseModel]] = {
    "crew": CrewAction,
    "flow": FlowAction,
    "agent": AgentAction,
    "tool": ToolAction,
    "expression": ExpressionAction,
    "code": CodeAction,
    "script": ScriptAction,
    "each": EachAction,
}
_FEEDBACK_OF_CREWAI = ("provider", "learn", "learn_source", "learn_strict")


def step_name(step: StepPart) -> Iterable[Problem]:
    """A name that expressions can say, as crewAI wants it."""
    if not STEP_NAME.fullmatch(step.name):
        what = f"{step.name[:80]!r} is no name of a step."
        yield error(
            "flow.step.name", step.where, what, "Use letters from a to z, digits and _; do not begin with a digit."
        )


def step_types(step: StepPart) -> Iterable[Problem]:
    """Every value has the type that it should have, and what has to be there is there."""
    try:
        StepDocument.model_validate(step.body)
    except ValidationError as failure:
        for item in failure.errors(include_url=False):
            yield missing_or_type(step.body, item, step.where)


def step_fields(step: StepPart) -> Iterable[Problem]:
    """A field that nobody reads does nothing."""
    yield from _unknown(StepDocument, step.body, step.where)
    for placed in step.actions:
        yield from _unknown(_ACTIONS.get(placed.call, EachAction), placed.action, placed.where)
    inner = step.action.get("do") if step.call == "each" else None
    for index, each in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(each, Mapping):
            yield from _unknown(EachStep, each, f"{step.where}.do.do.{index}")
    yield from _unknown(FeedbackDocument, step.feedback, f"{step.where}.human_feedback", _FEEDBACK_OF_CREWAI)
    on_error = step.body.get("on_error")
    yield from _unknown(OnError, on_error if isinstance(on_error, Mapping) else {}, f"{step.where}.on_error")


def trigger_shapes(step: StepPart) -> Iterable[Problem]:
    """What a step waits for is a name, or names joined by `and` and `or`."""
    for field in ("start", "listen"):
        try:
            trigger_of(step.body.get(field))
        except DocumentError as failure:
            yield error("flow.trigger.shape", f"{step.where}.{field}", failure.message, failure.hint)


def expressions(step: StepPart) -> Iterable[Problem]:
    """Every expression can be read, and uses only what there is at its place."""
    for written in step.written:
        try:
            _ = written.expressions
        except ExpressionError as failure:
            where = f"{step.where}.{written.where}"
            if LOOKS_LIKE_ONE in written.text:
                what = "A secret is filled in within `llm` only, and not in what a step is given."
                yield error("flow.secret", where, what, "Put it into the record of the tool, under Library > Tools.")
            else:
                yield error("flow.expression.invalid", where, failure.message, failure.hint)


def written_keys(step: StepPart) -> Iterable[Problem]:
    """A key among the arguments of a tool is stored with every version and shown to everyone who can read it."""
    for placed in step.actions:
        given = placed.action.get("with") if placed.call in ("tool", "code") else None
        constants = {k: v for k, v in given.items() if "${" not in str(v)} if isinstance(given, Mapping) else {}
        for field in keys_written_in(constants):
            what = "A key is written here, where every reader, version and execution has it."
            hint = "Put it as a secret into the record of the tool, under Library > Tools."
            yield error("flow.key.written", f"{placed.where}.with.{field}", what, hint)


def inner_steps(step: StepPart) -> Iterable[Problem]:
    """The steps within each have different names that expressions can say, and are no each themselves."""
    inner = step.action.get("do") if step.call == "each" else None
    seen: set[str] = set()
    for index, each in enumerate(inner if isinstance(inner, list) else ()):
        name = each.get("name") if isinstance(each, Mapping) else None
        if not isinstance(name, str):
            continue
        where = f"{step.where}.do.do.{index}.name"
        if not STEP_NAME.fullmatch(name):
            what = f"{name[:80]!r} is no name of a step."
            yield error(
                "flow.step.name", where, what, "Use letters from a to z, digits and _; do not begin with a digit."
            )
        elif name in seen:
            yield error("flow.each.name", where, f"There are two steps {name[:80]!r} within this each.", "Rename one.")
        seen.add(name)


def code(step: StepPart) -> Iterable[Problem]:
    """Python in a flow is kept, and never run."""
    for placed in step.actions:
        if placed.call in ("code", "script"):
            what = "It runs Python code, which CrewLab keeps and does not run."
            hint = "Write an expression, a tool or an agent instead; the document is exported with the code in it."
            yield error("flow.code.refused", f"{placed.where}.call", what, hint)
    provider = step.feedback.get("provider")
    if provider:
        what = "The provider of the question is Python code, which CrewLab keeps and does not run."
        yield error(
            "flow.code.refused", f"{step.where}.human_feedback.provider", what, "Remove it: people answer here."
        )


def routing(step: StepPart) -> Iterable[Problem]:
    """A router says which outcomes it may take; nobody else has outcomes."""
    emit, where = step.body.get("emit"), step.where
    if step.feedback.get("emit") and emit:
        what = "Both the step and its question name outcomes; those of the question count."
        yield warning("flow.emit.both", f"{where}.emit", what, "Remove emit of the step.")
    elif emit and not step.is_router:
        what = "It names outcomes and is no router, so it takes none of them."
        yield error("flow.emit.useless", f"{where}.emit", what, "Write `router: true`, or remove emit.")
    elif step.is_open_router:
        what = "The router does not say which outcomes it may take, so nothing about them can be checked."
        yield warning("flow.router.emit", where, what, "List them in emit.")
    if step.name in step.emits:
        what = f"The outcome {step.name!r} is called like the step, and follows it each time."
        yield error("flow.outcome.name", f"{where}.emit", what, "Rename the outcome.")


def questions(step: StepPart) -> Iterable[Problem]:
    """A person chooses between at least two different outcomes, and the one that counts without an answer is one."""
    where, emit = f"{step.where}.human_feedback", step.feedback.get("emit")
    message, default = step.feedback.get("message"), step.feedback.get("default_outcome")
    if step.feedback and isinstance(message, str) and not message.strip():
        yield error(
            "flow.question.empty", f"{where}.message", "It asks nothing.", "Write what a person should look at."
        )
    if default is not None and not emit:
        what = "It names an outcome for no answer, and there are no outcomes to choose from."
        yield error("flow.question.default", f"{where}.default_outcome", what, "List the outcomes in emit.")
    elif default is not None and isinstance(emit, list) and default not in emit:
        what = f"{str(default)[:80]!r} is not among the outcomes."
        yield error("flow.question.default", f"{where}.default_outcome", what, f"Outcomes: {', '.join(step.outcomes)}.")
    if isinstance(emit, list) and len(step.outcomes) == 1:
        yield warning("flow.question.single", f"{where}.emit", "There is only one outcome to choose.", "Add another.")
    if step.feedback.get("learn") and not step.feedback.get("llm"):
        what = "Nobody learns from what people say: that takes a model."
        yield warning("flow.question.learn", f"{where}.learn", what, "Name one in llm, or remove learn.")


def idle_steps(step: StepPart) -> Iterable[Problem]:
    """A step begins somehow."""
    if not step.starts and not step.body.get("start") and not step.body.get("listen"):
        what = "Nothing makes this step run: it neither starts nor listens."
        yield error("flow.step.idle", step.where, what, "Write `start: true`, or listen to a step or an outcome.")


def persisted(step: StepPart) -> Iterable[Problem]:
    """crewAI's own persistence has no use here."""
    if isinstance(step.body.get("persist"), Mapping) and step.body["persist"].get("enabled"):
        what = "The state is stored after every step anyway; crewAI's persistence is left out."
        yield warning("flow.persist", f"{step.where}.persist", what, "Remove persist.")


def missing_or_type(body: Mapping[str, Any], item: ErrorDetails, where: str) -> Problem:
    """What pydantic found within `body`, which stands at `where`: something is missing, or has the wrong type."""
    place = place_in(body, item["loc"])
    if item["type"] != "missing":
        return type_problem(".".join(filter(None, [where, *map(str, place)])), item)
    missing = str(item["loc"][-1])
    what = f"The field {missing!r} is missing."
    return error("flow.field.missing", ".".join(filter(None, [where, *map(str, place), missing])), what, "Add it.")


def unknown_fields(model: type[BaseModel], body: Mapping[str, Any], where: str) -> Iterable[Problem]:
    """The fields of `body` that `model` does not have."""
    return _unknown(model, body, where)


def _unknown(
    model: type[BaseModel], body: Mapping[str, Any], where: str, more: Iterable[str] = ()
) -> Iterable[Problem]:
    known = {field.alias or name for name, field in model.model_fields.items()} | set(more)
    for field in body:
        if field not in known:
            close = get_close_matches(str(field)[:80], known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else "It is kept; remove it if it should do something."
            place = f"{where}.{field}".lstrip(".")
            yield warning("field.unknown", place, f"There is no field {str(field)[:80]!r}; it does nothing.", hint)


STEP_RULES: tuple[StepRule, ...] = (
    step_name,
    step_types,
    trigger_shapes,
    idle_steps,
    expressions,
    written_keys,
    inner_steps,
    code,
    routing,
    questions,
    persisted,
    step_fields,
)
"""In the order in which a reader wants to see them."""
