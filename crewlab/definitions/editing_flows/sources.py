"""Where a step's inputs can come from: what there is to choose, and what a value in the document chooses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.flows.flow import STEP_NAME
from crewlab.definitions.pictures.flows import action_of, outcomes_of, steps_of, trigger_names
from crewlab.definitions.shape import in_crew_shape

_RESULTS: Mapping[str, str] = {"flow": "result of the flow", "tool": "result of the tool", "each": "list of results"}
_SAID = ("last_user_message", "messages")
"""The fields of a conversation that steps read most."""
LookUp = Callable[[str, int | None], Mapping[str, Any] | None]
"""The document of a definition by name and version, or `None` where there is none."""


class SourceChoice(NamedTuple):
    """A value that a step may be given."""

    expression: str
    """CEL, such as `outputs.research.tasks.find.raw`."""
    label: str
    """What it is, for people: `research › task find`."""

    @property
    def template(self) -> str:
        """As an input is written."""
        return f"${{{self.expression}}}"


def source_choices(document: Mapping[str, Any], step: str, look_up: LookUp) -> list[SourceChoice]:
    """Fields of the state, then outputs of the other steps: those that come before `step` first, the nearest first."""
    named = [*(row.name for row in _rows(document)), *(_SAID if is_conversation(document) else ())]
    found = [SourceChoice(_member("state", name), f"state › {name}") for name in dict.fromkeys(named)]
    steps = steps_of(document)
    before = _before(steps, step)
    for name in [*before, *(other for other in steps if other != step and other not in before)]:
        remark = "" if name in before else " (does not come before)"
        found += [
            SourceChoice(choice.expression, choice.label + remark) for choice in _outputs(name, steps[name], look_up)
        ]
    return found


def item_choices(document: Mapping[str, Any], step: str, position: int, look_up: LookUp) -> list[SourceChoice]:
    """What a step within an each may be given: the item, earlier steps of the same item, and what the step may."""
    action = action_of(steps_of(document).get(step, {}))
    inner = action.get("do")
    earlier = inner[:position] if isinstance(inner, list) else []
    found = [SourceChoice("item", "the item")]
    for item in earlier:
        if isinstance(item, Mapping) and isinstance(item.get("action"), Mapping):
            found += _outputs(str(item.get("name") or "?"), {"do": item["action"]}, look_up)
    return [*found, *source_choices(document, step, look_up)]


def chosen_expression(value: Any) -> str | None:
    """The expression that an input is, where it is one `${…}` and nothing else."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    inside = text[2:-1]
    return inside.strip() if text.startswith("${") and text.endswith("}") and "${" not in inside else None


def value_text(value: Any) -> str:
    """An input as a person edits it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def text_value(text: str, before: Any) -> Any:
    """What a person has entered: text, unless the input was something else and the text is JSON of such a kind."""
    if isinstance(before, str) or before is None:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str) else value


def crew_document(action: Mapping[str, Any], look_up: LookUp) -> Mapping[str, Any] | None:
    """The crew or flow that an action runs, where it can be found: its own, or the one it names."""
    inline, name = action.get("with"), action.get("definition")
    if isinstance(inline, Mapping):
        return inline
    number = action.get("version")
    if not isinstance(name, str) or not name:
        return None
    return look_up(name, number if isinstance(number, int) and not isinstance(number, bool) else None)


def _rows(document: Mapping[str, Any]) -> list[Any]:
    return list(state_rows(document)) if is_editable_state(document) else []


def _before(steps: Mapping[str, Mapping[str, Any]], step: str) -> list[str]:
    """The steps that may have run before `step`, the nearest first."""
    emitters: dict[str, list[str]] = {}
    for name, body in steps.items():
        for signal in (name, *outcomes_of(body)):
            emitters.setdefault(signal, []).append(name)
    found: dict[str, None] = {}
    pending = [step]
    while pending:
        names = [other for signal in trigger_names(steps.get(pending.pop(0), {})) for other in emitters.get(signal, ())]
        new = [name for name in dict.fromkeys(names) if name not in found and name != step]
        found |= dict.fromkeys(new)
        pending += new
    return list(found)


def _outputs(name: str, step: Mapping[str, Any], look_up: LookUp) -> Iterator[SourceChoice]:
    """What can be taken from one step."""
    action = action_of(step)
    own, feedback = _member("outputs", name), step.get("human_feedback")
    if isinstance(feedback, Mapping):
        yield SourceChoice(f"{own}.feedback", f"{name} › what the person said")
        yield SourceChoice(f"{own}.outcome", f"{name} › the person's outcome")
        yield SourceChoice(f"{own}.output", f"{name} › what the person was shown")
    elif action.get("call") == "crew":
        yield from _crew_outputs(name, own, crew_document(action, look_up))
    elif action.get("call") == "agent":
        inline = action.get("with")
        yield SourceChoice(f"{own}.raw", f"{name} › text")
        yield from _fields(
            f"{own}.pydantic", name, inline.get("response_format") if isinstance(inline, Mapping) else None
        )
    else:
        yield SourceChoice(own, f"{name} › {_RESULTS.get(str(action.get('call')), 'value')}")


def _crew_outputs(name: str, own: str, crew: Mapping[str, Any] | None) -> Iterator[SourceChoice]:
    yield SourceChoice(f"{own}.raw", f"{name} › text of the crew")
    tasks = in_crew_shape(crew or {}).get("tasks")
    bodies = [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []
    if bodies:
        yield from _task_fields(own, name, bodies[-1])
    for task in bodies:
        of_task = _member(f"{own}.tasks", str(task.get("name")))
        yield SourceChoice(f"{of_task}.raw", f"{name} › task {task.get('name')}")
        yield from _task_fields(of_task, f"{name} › task {task.get('name')}", task)


def _task_fields(place: str, label: str, task: Mapping[str, Any]) -> Iterator[SourceChoice]:
    """The fields of a task's JSON, under the name that crewAI has for the kind of its schema."""
    if task.get("output_pydantic"):
        return _fields(f"{place}.pydantic", label, task["output_pydantic"])
    return _fields(f"{place}.json_dict", label, task.get("output_json") or task.get("response_model"))


def _fields(place: str, label: str, schema: Any) -> Iterator[SourceChoice]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name in properties if isinstance(properties, Mapping) else ():
        yield SourceChoice(_member(place, str(name)), f"{label} › {name}")


def _member(place: str, name: str) -> str:
    """A member in CEL, in brackets where its name is no plain word."""
    if STEP_NAME.fullmatch(name) and name not in ("true", "false", "null", "in"):
        return f"{place}.{name}"
    return f"{place}[{json.dumps(name, ensure_ascii=False)}]"
