"""Generates the catalogue of tools from the installed crewai_tools: `python -m crewlab.bridge.tools.specs > FILE`."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.bridge.tools import facts

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}


def catalogue() -> dict[str, Any]:
    """The whole catalogue, as it is committed."""
    quiet_environment()
    with importing():
        from crewai_tools import __version__, tools
        from crewai_tools.generate_tool_specs import ToolSpecExtractor

        found = ToolSpecExtractor().extract_all_tools()
    specs = [_spec(tool, getattr(tools, tool["name"])) for tool in found]
    return {"crewai_tools": __version__, "tools": sorted(specs, key=lambda spec: str(spec["name"]))}


def _spec(tool: Mapping[str, Any], kind: type) -> dict[str, Any]:
    name, init = tool["name"], tool["init_params_schema"]
    is_rag = "adapter" in init.get("properties", {})
    configuration = _configuration(name, kind, init)
    return {
        "name": name,
        "title": tool["humanized_name"],
        "description": tool["description"],
        "category": _category(name, is_rag=is_rag),
        "network": name not in facts.OFFLINE,
        "risks": [risk for risk, names in facts.RISKS.items() if name.startswith(names)],
        "keys": [*_keys(name, tool["env_vars"], configuration), *([facts.EMBEDDER] if is_rag else [])],
        "packages": list(dict.fromkeys([*tool["package_dependencies"], *facts.PACKAGES.get(name, ())])),
        "objects": facts.OBJECTS.get(name, ""),
        "configuration": configuration,
        "arguments": tool["run_params_schema"],
        "paths": facts.PATHS.get(name, {}),
    }


def _category(name: str, *, is_rag: bool) -> str:
    found = (category for category, starts in facts.CATEGORIES.items() if name.startswith(starts))
    return next(found, facts.DOCUMENTS if is_rag else facts.OTHERS)


def _keys(name: str, declared: Iterable[Mapping[str, Any]], configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    settings = configuration["properties"]
    return [
        {
            "name": key["name"],
            "description": key.get("description") or "",
            "required": bool(key.get("required", True)) or key["name"] in facts.NEEDED,
            "parameter": next((p for p, ends in facts.PARAMETERS.items() if p in settings and _ends(key, ends)), None),
        }
        for key in [*declared, *facts.KEYS.get(name, ())]
        if key["name"] not in facts.FOREIGN.get(name, ())
    ]


def _ends(key: Mapping[str, Any], ends: tuple[str, ...]) -> bool:
    return str(key["name"]).endswith(ends)


def _configuration(name: str, kind: type, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the fields with what only the constructor says, without what nobody can set."""
    hidden = facts.NOT_SETTINGS | facts.PATHS.get(name, {}).keys()
    fields = {field: _part(part) for field, part in schema.get("properties", {}).items() if field not in hidden}
    required = [field for field in schema.get("required", []) if field in fields and field not in facts.NOT_REQUIRED]
    for field, parameter in _own_parameters(kind).items():
        if field not in hidden:
            fields.setdefault(field, {"title": field.replace("_", " ").title(), **_type_of(parameter)})
            if parameter.default is parameter.empty and field not in required:
                required.append(field)
    found: dict[str, Any] = {"type": "object", "properties": fields, "required": required}
    if "adapter" in schema.get("properties", {}) and "config" in fields:
        fields["config"] = facts.RAG_CONFIG
    return found | _definitions(found, schema.get("$defs", {}))


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a field; some say `required: false` in it, which is no JSON Schema."""
    return {key: value for key, value in part.items() if not (key == "required" and isinstance(value, bool))}


def _definitions(found: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Those definitions that are referred to, also from one another."""
    used: dict[str, Any] = {}
    while more := {name for name in given if name not in used and f'"#/$defs/{name}"' in json.dumps([found, used])}:
        used |= {name: given[name] for name in more}
    return {"$defs": used} if used else {}


def _own_parameters(kind: type) -> dict[str, inspect.Parameter]:
    """What the constructor of a tool names; that of pydantic names nothing."""
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    base = {"self", "name", "description", "args_schema", "result_schema"}
    given = inspect.signature(kind.__init__).parameters.items()  # type: ignore[misc]  # of a class, on purpose
    return {name: parameter for name, parameter in given if parameter.kind in plain and name not in base}


def _type_of(parameter: inspect.Parameter) -> dict[str, Any]:
    """By the first word of the annotation: `dict[str, str] | None` is an object."""
    found = parameter.annotation
    text = found.__name__ if isinstance(found, type) and not hasattr(found, "__args__") else str(found)
    kind = next((kind for python, kind in _TYPES.items() if text.removeprefix("typing.").startswith(python)), None)
    return {"type": [kind, "null"] if "None" in text else kind} if kind else {}


if __name__ == "__main__":
    json.dump(catalogue(), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
