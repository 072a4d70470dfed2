"""Which tool a rehearsal calls, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.bridge.rehearsal.draws import Draws
from crewlab.bridge.rehearsal.plans import PLAN_FUNCTION, plan_arguments
from crewlab.bridge.rehearsal.prompt import Prompt
from crewlab.bridge.rehearsal.schema import SchemaSampler
from crewlab.bridge.rehearsal.topics import likely_inputs, shortened

_FILE = re.compile(r"(?<![\w/.])((?:[\w-]+/)*[\w-]+\.(?:csv|tsv|txt|md|json|ya?ml|log|xml|html|xlsx|pdf))\b")
_COWORKERS = re.compile(r"following coworkers:\s*([^\n]+)")
_LISTED = {
    "file_name": ("Available input files", re.compile(r'^\s*- "([^"\n]+)" \(', re.MULTILINE)),
    "skill_name": ("<available_skills>", re.compile(r'<skill name="([^"\n]+)">')),
}
_MOST_CALLS = 3


def next_tool_call(
    prompt: Prompt, tools: Sequence[Mapping[str, Any]], draws: Draws
) -> tuple[str, dict[str, Any]] | None:
    """The (name, arguments) of the tool to call now, or `None` when it is time to answer.

    Each tool is called at most once; of delegating and asking, which both need a coworker, only one is.
    """
    if len(prompt.tools_called) >= _MOST_CALLS:
        return None
    for function in sorted((_function(tool) for tool in tools), key=_rank):
        arguments = _arguments(function, prompt, draws)
        if arguments is not None:
            return str(function["name"]), arguments
    return None


def _function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    function = tool.get("function")
    return function if isinstance(function, Mapping) else tool


def _rank(function: Mapping[str, Any]) -> int:
    """Files are looked up before they are read; asking a coworker is the last resort."""
    properties = _properties(function)
    if "directory" in properties:
        return 0
    return 2 if "question" in properties else 1


def _arguments(function: Mapping[str, Any], prompt: Prompt, draws: Draws) -> dict[str, Any] | None:
    """What to call `function` with; `None` when it does not fit, or was called already."""
    if not function.get("name") or function["name"] in prompt.tools_called:
        return None
    if function["name"] == PLAN_FUNCTION:
        return plan_arguments(prompt)
    properties = _properties(function)
    if "coworker" in properties:
        return _to_coworker(function, properties, prompt, draws)
    if "file_path" in properties:
        name = file_name(prompt)
        return {"file_path": name} if name else None
    if "directory" in properties:
        return {"directory": "."}
    if len(properties) == 1 and (name := _named(prompt, next(iter(properties)))):
        return {next(iter(properties)): name}
    return _sampled(function, prompt, draws)


def _properties(function: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = (function.get("parameters") or {}).get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _to_coworker(
    function: Mapping[str, Any], properties: Mapping[str, Any], prompt: Prompt, draws: Draws
) -> dict[str, Any] | None:
    already = any("coworker" in name for name in prompt.tools_called)
    named = _COWORKERS.search(str(function.get("description") or ""))
    if already or not named:
        return None
    coworker = draws.pick([name.strip() for name in named.group(1).split(",") if name.strip()] or ["coworker"])
    request = "task" if "task" in properties else "question"
    context = "\n\n".join(prompt.context) or f"The whole task: {shortened(prompt.task, 600)}"
    return {request: shortened(prompt.task, 600), "context": context, "coworker": coworker}


def _named(prompt: Prompt, argument: str) -> str | None:
    """The first input file, or the first skill that is not loaded, which the prompt lists."""
    after, listed = _LISTED.get(argument, ("", None))
    found = listed.search(prompt.whole.partition(after)[2]) if listed else None
    return found.group(1) if found else None


def _sampled(function: Mapping[str, Any], prompt: Prompt, draws: Draws) -> dict[str, Any]:
    parameters = function.get("parameters") or {}
    required = set(parameters.get("required") or ())
    needed = {name: part for name, part in _properties(function).items() if name in required}
    value = SchemaSampler({**parameters, "properties": needed}, draws, likely_inputs(prompt.task)).sample()
    return value if isinstance(value, dict) else {}


def file_name(prompt: Prompt) -> str | None:
    """A file that the task names, or else one that a directory listing showed."""
    named = _FILE.findall(prompt.task)
    if named:
        return str(named[0])
    listed = [name for _, result in prompt.tool_results for name in _FILE.findall(result)]
    return str(listed[0]) if listed else None
