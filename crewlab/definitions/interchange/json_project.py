"""A crew as a project of crewAI: `crew.jsonc`, a file for each agent, and what `crewai run` needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.project_files import knowledge_files, pyproject, readme, run_line, slug
from crewlab.definitions.interchange.python_text import identifiers
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.requirements import requirements, tool_types_of
from crewlab.definitions.interchange.secret_fields import secrets_left_out, without_secrets
from crewlab.definitions.interchange.tool_files import secrets_of, tool_files, with_custom_tools

_RUN = '''"""Runs the crew of this project: `python run.py name=value ...`."""

import sys
from pathlib import Path

from crewai.project import load_crew

HERE = Path(__file__).resolve().parent


def main(words: list[str]) -> str:
    """The output of the crew for inputs given as `name=value`."""
    crew, inputs = load_crew(HERE / "crew.jsonc")
    given = dict(word.split("=", 1) for word in words)
    return str(crew.kickoff(inputs={**inputs, **given}).raw)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
'''


def json_project(name: str, document: Mapping[str, Any], records: Records) -> tuple[dict[str, bytes], list[Note]]:
    """The files of the project by their paths, and what is not as it was.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    made = for_crewai(document, records)
    notes = list(made.notes)
    tools = identifiers(records.tools)
    crew, agents = _renamed(made.document, tools, notes)
    notes += secrets_left_out({**{f"agents.{agent}": body for agent, body in agents.items()}, "crew": crew})
    pins = requirements(made.document, tool_types_of(made.document, made.tools))
    secrets = secrets_of(made)
    files = {
        "crew.jsonc": _json(without_secrets(crew)),
        **{f"agents/{agent}.jsonc": _json(without_secrets(body)) for agent, body in agents.items()},
        **tool_files(made.tools, records, notes),
        **knowledge_files(document, records, notes),
        "run.py": _RUN.encode(),
        "requirements.txt": ("\n".join(pins) + "\n").encode(),
        "pyproject.toml": pyproject(name, pins, "crew", "crew.jsonc").encode(),
    }
    described = str(document.get("description") or "")
    run = f"{run_line('run.py', document)}   # or: crewai run"
    files["README.md"] = readme(name, described, run, notes, secrets).encode("utf-8", "replace")
    return files, notes


def _renamed(
    document: Mapping[str, Any], tools: Mapping[str, str], notes: list[Note]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The crew that lists its agents, and the agents by names that files can have."""
    given = document.get("agents")
    bodies: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    files = _file_names(bodies)
    notes += [Note(f"agents.{old}", f"called {new}, as its file") for old, new in files.items() if old != new]
    agents = {files[name]: with_custom_tools(body, tools) for name, body in bodies.items()}
    crew = {key: value for key, value in document.items() if key not in ("agents", "tasks")}
    manager = crew.get("manager_agent")
    if isinstance(manager, str):
        crew["manager_agent"] = files.get(manager, manager)
    listed = [files[name] for name in bodies if name != manager]
    listed_tasks = document.get("tasks")
    tasks = (
        [with_custom_tools(_with_agent(task, files), tools) for task in listed_tasks]
        if isinstance(listed_tasks, list)
        else []
    )
    return {"name": document.get("name"), "agents": listed, "tasks": tasks, **crew}, agents


def _file_names(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        plain, number = name if name == slug(name).replace("-", "_") else slug(name, "agent").replace("-", "_"), 2
        base = plain
        while plain in found.values():
            plain, number = f"{base}_{number}", number + 1
        found[name] = plain
    return found


def _with_agent(task: Any, files: Mapping[str, str]) -> Any:
    if not isinstance(task, Mapping) or not isinstance(task.get("agent"), str):
        return task
    return {**task, "agent": files.get(task["agent"], task["agent"])}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
