"""A crew half-way, as crewAI's own checkpoints have it: what is done, what came of it, and all that is left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.secret_fields import without_secrets
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.rules.subject import is_python_reference

_TEXTS = ("description", "expected_output")


@dataclass(frozen=True)
class Halfway:
    """How far an execution has come."""

    execution_id: str
    written: Mapping[str, Any]
    """The document as it was written, with its placeholders."""
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the name of a task that is done: `raw`, `json_dict`, and the name of the `agent` that did it."""

    def id_of(self, *names: str) -> str:
        """The same for the same part of an execution in each of its checkpoints."""
        digest = sha256("/".join((self.execution_id, *names)).encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))  # crewAI takes no other version


def crew_checkpoint(filled: Mapping[str, Any], records: Records, halfway: Halfway) -> dict[str, Any]:
    """The crew as crewAI restores it from a checkpoint, from a document whose placeholders are filled in.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    lowered = for_crewai(filled, records)
    plain = _without_code(without_secrets(lowered.document))
    agents = {name: _agent(name, body, lowered.tools, halfway) for name, body in plain.pop("agents").items()}
    tasks: dict[str, dict[str, Any]] = {}
    for body in plain.pop("tasks"):
        tasks[body["name"]] = _task(body, agents, tasks, lowered.tools, halfway)
    if isinstance(plain.get("manager_agent"), str):
        plain["manager_agent"] = agents.pop(plain["manager_agent"], None)
    plain.pop("inputs", None)
    return {
        **plain,
        "entity_type": "crew",
        "id": halfway.id_of(),
        "process": plain.get("process") or "sequential",
        "agents": list(agents.values()),
        "tasks": list(tasks.values()),
        "checkpoint_inputs": dict(halfway.inputs),
        "checkpoint_kickoff_event_id": halfway.id_of("kickoff"),
    }


def _agent(name: str, body: Mapping[str, Any], tools: Mapping[str, ToolRecord], halfway: Halfway) -> dict[str, Any]:
    return {**_plain(body, tools), "entity_type": "agent", "id": halfway.id_of("agent", name)}


def _task(
    body: Mapping[str, Any],
    agents: Mapping[str, Any],
    before: Mapping[str, Any],
    tools: Mapping[str, ToolRecord],
    halfway: Halfway,
) -> dict[str, Any]:
    name = body["name"]
    written: Mapping[str, Any] = next(
        (task for task in halfway.written.get("tasks", ()) if task.get("name") == name), {}
    )
    found = {
        **_plain(body, tools),
        "id": halfway.id_of("task", name),
        "agent": agents.get(body.get("agent", "")),
        **{f"checkpoint_original_{text}": written.get(text) for text in _TEXTS},
    }
    if done := halfway.outputs.get(name):
        role = agents.get(done["agent"], {}).get("role", done["agent"])
        shape = "raw" if done["json_dict"] is None else "json"
        texts = {text: body.get(text) for text in _TEXTS}
        found["output"] = {**texts, "name": name, **done, "agent": role, "output_format": shape}
    return _with_context(found, before)


def _with_context(task: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """crewAI restores what a task reads as copies, which never come to an output of their own.

    So tasks are named only when all of them are done. Without names a task is given all that went before.
    """
    names = task.pop("context", None)
    if names == []:
        return {**task, "context": None}
    read = [{**before[name], "context": None} for name in names or () if name in before]
    return {**task, "context": read} if read and all("output" in other for other in read) else task


def _plain(body: Mapping[str, Any], tools: Mapping[str, ToolRecord]) -> dict[str, Any]:
    found = {name: value for name, value in body.items() if name != "type"}
    if isinstance(named := found.get("tools"), list):
        found["tools"] = [tool for name in named if (tool := _tool(name, tools))]
    return found


def _tool(name: Any, tools: Mapping[str, ToolRecord]) -> dict[str, Any] | None:
    """A tool in crewAI's words; one that is made of code is none."""
    record = tools.get(name) if isinstance(name, str) else None
    if record is None:
        plain = str(name).removeprefix("crewai_tools:")
        return {"tool_type": f"crewai_tools.{plain}"} if plain in tool_specs() else None
    limits = record.model_dump(include={"description", "result_as_answer", "max_usage_count"}, exclude_defaults=True)
    return {"tool_type": f"crewai_tools.{record.type}", **without_secrets(record.configuration), **limits}


def _without_code(value: Any) -> Any:
    """Also without keys of models, except for that of the rehearsal model, which is none."""
    if isinstance(value, list):
        return [_without_code(item) for item in value if not is_python_reference(item)]
    if not isinstance(value, Mapping):
        return value
    kept = {name: item for name, item in value.items() if not is_python_reference(item)}
    return {name: _without_code(item) for name, item in kept.items() if name != "api_key" or item == "rehearsal"}
