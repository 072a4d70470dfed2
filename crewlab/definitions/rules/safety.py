"""Nothing that is imported can run code, or write outside the folder of its execution."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.placeholders import PLACEHOLDER
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Subject, error, is_python_reference, warning

_SHELL = re.compile(r"[|><&;$`*?\"'\r\n\t\x00-\x1f\ud800-\udfff]")
_DATA = frozenset({"inputs"})
_SCHEMAS = (".output_json", ".output_pydantic", ".response_model")
CALLBACKS = (
    "callback",
    "callbacks",
    "step_callback",
    "task_callback",
    "before_kickoff_callbacks",
    "after_kickoff_callbacks",
)
"""Where a crew, an agent or a task may name code that is called with what was produced."""
_LOADED = (".tools", ".guardrail", ".guardrails")
_DRIVE = re.compile(r"^[A-Za-z]:")


def code_references(subject: Subject) -> Iterable[Problem]:
    """References to Python code are kept, and followed only where an administrator allowed that very one."""
    for where, value in objects(subject):
        if is_python_reference(value):
            yield from _reference(subject, where, value["python"])
        elif where.endswith(".mcps"):
            continue  # a rule of its own says which of them are asked
        elif "tool_type" in value or where.endswith(_LOADED):
            what = "It describes Python code to load, which CrewLab does not do."
            hint = "Name a tool or an MCP server of the Library; write a guardrail as text."
            yield error("code.refused", where, what, hint)


def callbacks(subject: Subject) -> Iterable[Problem]:
    """A callback is a reference to code; text in its place would be left out without a word."""
    for part in (subject.crew, *subject.parts):
        for field in CALLBACKS:
            value = part.body.get(field)
            if value and not all(is_python_reference(each) for each in (value if isinstance(value, list) else [value])):
                what = "A callback is a reference to Python code."
                where = f"{part.where}.{field}".lstrip(".")
                yield error("code.callback", where, what, 'Write {"python": "module:function"}, or remove it.')


def named_files(subject: Subject) -> Iterable[Problem]:
    """Files that a crew reads are in the folder of files; what a file has no use for is said."""
    for field in ("prompt_file", "trained_agents_file"):
        name = subject.crew.text(field)
        reason = unsafe_name(name, "the folder of files") if name else ""
        if reason:
            what = f"{name[:120]!r} {reason}."
            yield error("crew.file.unsafe", field, what, "Use a name such as prompts.json.")
    if subject.crew.text("prompt_file") and (
        subject.process != "hierarchical" or subject.document.get("manager_agent")
    ):
        what = (
            "crewAI uses a prompt file for the texts of a manager that the crew does not describe, and there is none."
        )
        yield warning("crew.prompt_file.unused", "prompt_file", what, "Remove it, or choose the hierarchical process.")


def converters(subject: Subject) -> Iterable[Problem]:
    """A converter is a reference to code, and needs a schema."""
    for task in subject.tasks:
        value, where = task.body.get("converter_cls"), f"{task.where}.converter_cls"
        if value and not is_python_reference(value):
            hint = 'Write {"python": "module:Class"}, or remove it.'
            yield error("code.callback", where, "A converter is a reference to Python code.", hint)
        elif value and not any(task.body.get(field) for field in SCHEMA_FIELDS):
            what = "A converter makes the object of a schema, and this task has none."
            yield warning("task.converter.unused", where, what, "Give the task an output_json, or remove it.")


def _reference(subject: Subject, where: str, reference: str) -> Iterable[Problem]:
    field = where.rpartition(".")[2]
    if field == "condition":
        return  # a rule of its own says that
    if field not in (*CALLBACKS, "guardrail", "guardrails", "converter_cls"):
        what = f"It refers to Python code ({reference[:80]!r}), which CrewLab does not run."
        yield error("code.refused", where, what, "Replace it with text, a JSON Schema or a tool from the list.")
    elif reference not in subject.known.allowed_code:
        what = f"It refers to Python code ({reference[:80]!r}), which nobody has allowed."
        instead = "use text" if field in ("guardrail", "guardrails") else "take it out"
        hint = f"An administrator allows it by naming it in the setting CREWLAB_ALLOWED_CODE; or {instead}."
        yield error("code.refused", where, what, hint)


def output_files(subject: Subject) -> Iterable[Problem]:
    """What a task, or the log, writes is below the folder of the execution, under a plain relative name."""
    named = [(f"{task.where}.output_file", task.text("output_file")) for task in subject.tasks]
    for where, name in [*named, ("output_log_file", subject.crew.text("output_log_file"))]:
        if name and (reason := unsafe_name(name)):
            what = f"{name[:120]!r} {reason}."
            yield error("task.output_file.unsafe", where, what, "Use a name such as report.md.")


def unsafe_name(name: str, folder: str = "the execution's folder") -> str:
    """Why a name is not that of a file in `folder`; an empty text when it is."""
    plain = PLACEHOLDER.sub("x", name)
    parts = plain.replace("\\", "/").split("/")
    if ".." in plain:
        return f"leads out of {folder}"
    if plain.startswith(("/", "\\", "~")) or _DRIVE.match(plain):
        return f"is not relative to {folder}"
    if _SHELL.search(plain) or "\\" in plain or "{" in plain or "}" in plain:
        return "holds a character that does not belong in a file name"
    if len(plain.encode("utf-8", "replace")) > 200 or not parts[-1].strip(". "):
        return "is not a usable file name"
    return ""


def objects(subject: Subject) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in the document with its path, without recursion, so that no depth can be too much.

    Within a JSON Schema and the default inputs such keys are data.
    """
    pending: list[tuple[str, Any]] = [(key, value) for key, value in subject.document.items() if key not in _DATA]
    tasks = [(f"{task.where}.{key}", value) for task in subject.tasks for key, value in task.body.items()]
    pending = [(where, value) for where, value in pending if where != "tasks"] + tasks
    while pending:
        where, value = pending.pop()
        if isinstance(value, Mapping):
            yield where, value
            if not where.endswith(_SCHEMAS):
                pending += [(f"{where}.{key}", item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [(where, item) for item in value]
