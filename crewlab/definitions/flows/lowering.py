"""A flow as crewAI itself runs it: everything that it uses written into it, and nothing that only CrewLab knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import with_reads
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.flow import CrewAction, FlowDocument, StateDocument, StepDocument
from crewlab.definitions.flows.inlining import inlined
from crewlab.definitions.flows.references import PlacedAction, with_placed_actions
from crewlab.definitions.flows.written import rewritten
from crewlab.definitions.interchange.lowered_crew import as_crewai
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.library.tool_catalogue import tool_specs

_FIELDS = {
    "crew": {"call", "with", "inputs"},
    "agent": {"call", "with"},
    "tool": {"call", "ref", "with"},
    "expression": {"call", "expr"},
    "code": {"call", "ref", "with"},
    "script": {"call", "code", "language"},
    "each": {"call", "in", "do"},
}
"""What crewAI's actions have; it refuses any other field."""
_LEFT_OUT = {
    "set": "left out: a declarative flow of crewAI writes its state in Python only, so fields keep their first value",
    "on_error": "left out: in crewAI a failure ends the flow",
    "timeout_seconds": "left out: crewAI has no time limit of a step",
}
_OF_STEPS = {field.alias or name for name, field in StepDocument.model_fields.items()} - set(_LEFT_OUT)
_OF_FLOWS = {field.alias or name for name, field in FlowDocument.model_fields.items()}
_OF_STATE = {*StateDocument.model_fields}
_ITEMS = {"name", "if", "action"}


def lower(closure: Closure) -> Translated:
    """The document for crewAI alone, and what became different in it, field by field.

    Raises:
        DocumentError: Something cannot be written for crewAI at all, or is not in the closure.
    """
    notes: list[Note] = []
    flat = inlined(closure, notes)
    methods = {name: _lowered(str(name), step, flat, notes) for name, step in flat.document["methods"].items()}
    numbers = {name: _task_numbers(step) for name, step in methods.items()}
    methods = {name: _with_numbers(name, step, numbers, notes) for name, step in methods.items()}
    own = _only({**flat.document, "methods": methods}, _OF_FLOWS, "", notes)
    if isinstance(own.get("state"), Mapping):
        own["state"] = {"type": "dict", **_only(own["state"], _OF_STATE, "state", notes)}
    return Translated({"schema": "crewai.flow/v1", **own}, tuple(dict.fromkeys(notes)))


def _lowered(name: str, step: Mapping[str, Any], closure: Closure, notes: list[Note]) -> dict[str, Any]:
    notes += [Note(f"methods.{name}.{field}", said) for field, said in _LEFT_OUT.items() if step.get(field)]
    kept = {field: value for field, value in step.items() if field not in _LEFT_OUT}
    plain = {"methods": {name: _only(kept, _OF_STEPS, f"methods.{name}", notes)}}
    lowered = with_placed_actions(plain, lambda placed: _action(placed, closure, notes))["methods"][name]
    if lowered["do"].get("call") == "each":
        lowered["do"] = {**lowered["do"], "do": [_only(each, _ITEMS, "", notes) for each in lowered["do"]["do"]]}
    return dict(lowered)


def _action(placed: PlacedAction, closure: Closure, notes: list[Note]) -> dict[str, Any]:
    call, where = placed.call, placed.where
    action = dict(placed.action)
    if call == "crew":
        action = _crew(CrewAction.model_validate(action), action, closure, where, notes)
    elif call == "agent":
        action = {**action, "with": _agent(placed.step, action["with"], where, notes)}
    elif call == "tool":
        action = {**action, "ref": _tool(str(action.get("ref")), where, notes)}
    elif call == "each" and action.get("concurrency", 1) != 1:
        notes.append(Note(f"{where}.concurrency", "left out: crewAI takes one item after the other"))
        del action["concurrency"]
    return _only(action, _FIELDS.get(call, set(action)), where, notes)


def _crew(
    parsed: CrewAction, action: Mapping[str, Any], closure: Closure, where: str, notes: list[Note]
) -> dict[str, Any]:
    """The step with its crew in it, and further contexts as inputs that descriptions ask for."""
    document, said = as_crewai(closure.used(parsed))
    notes += [Note(f"{where}.with.{note.where}", note.what) for note in said]
    if parsed.definition is not None:
        notes.append(Note(f"{where}.definition", f"{parsed.definition}@{parsed.version} is written into the step"))
    kept = {key: value for key, value in action.items() if key not in ("definition", "version", "context")}
    if not parsed.context:
        return {**kept, "with": document}
    tasks, inputs = list(document.get("tasks", [])), dict(parsed.inputs)
    for number, task in enumerate(tasks):
        texts = parsed.context.get(str(task.get("name")))
        if texts:
            name = f"context_of_task_{number + 1}"
            tasks[number] = {**task, "description": f"{task.get('description')}\n\nMore context:\n{{{name}}}"}
            inputs[name] = "\n\n".join(map(str, texts))
            notes.append(Note(f"{where}.context.{task.get('name')}", "at the end of the task's description"))
    return {**kept, "with": {**document, "tasks": tasks}, "inputs": inputs}


def _agent(step: str, body: Mapping[str, Any], where: str, notes: list[Note]) -> dict[str, Any]:
    document, said = as_crewai({"agents": {step: body}, "tasks": []})
    notes += [Note(f"{where}.with{note.where.removeprefix(f'agents.{step}')}", note.what) for note in said]
    agent = dict(document["agents"][step])
    schema = agent.get("response_format")
    if isinstance(schema, Mapping) and "python" not in schema:
        del agent["response_format"]
        notes.append(Note(f"{where}.with.response_format", "left out: crewAI takes a Python class only"))
    return agent


def _tool(ref: str, where: str, notes: list[Note]) -> str:
    if ":" in ref:
        return ref
    spec = tool_specs().get(ref)
    if spec is None:
        notes.append(Note(f"{where}.ref", f"{ref!r} is a record of CrewLab; crewAI needs module:Class"))
        return ref
    return f"crewai_tools:{ref}"


def _task_numbers(step: Mapping[str, Any]) -> dict[str, int]:
    """Where the output of each task of a crew step is in crewAI's list."""
    action = step["do"]
    tasks = action["with"].get("tasks") if action.get("call") == "crew" else None
    names = [str(task.get("name")) for task in tasks] if isinstance(tasks, list) else []
    return {name: number for number, name in reversed(list(enumerate(names)))}


def _with_numbers(
    name: str, step: Mapping[str, Any], numbers: Mapping[str, Mapping[str, int]], notes: list[Note]
) -> dict[str, Any]:
    """The step with `tasks.NAME` of a crew's output written as crewAI has it."""

    def numbered(path: tuple[str, ...]) -> tuple[int, str] | None:
        tasks = numbers.get(path[1], {}) if path[0] == "outputs" and len(path) > 2 else {}
        if len(path) > 3 and path[2] == "tasks" and path[3] in tasks:
            return 4, f"outputs.{path[1]}.tasks_output[{tasks[path[3]]}]"
        if tasks and path[2] == "tasks":
            notes.append(
                Note(f"methods.{name}", "crewAI has no `tasks` by name in the output of a crew; use tasks_output")
            )
        return None

    return rewritten(step, lambda text, roots: with_reads(text, roots, numbered))


def _only(body: Mapping[str, Any], known: set[str], where: str, notes: list[Note]) -> dict[str, Any]:
    gone = (field for field in body if field not in known)
    notes.extend(Note(f"{where}.{field}".lstrip("."), "left out: crewAI has no such field") for field in gone)
    return {field: value for field, value in body.items() if field in known}
