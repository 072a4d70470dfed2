"""Fields of crewAI that few documents need: one row each in a table, drawn together below the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from crewlab.definitions.crew import FAILURE_POLICIES
from crewlab.definitions.editing import Path, set_value
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.refusals import refusals


@dataclass(frozen=True)
class More:
    """A field: its name in the document, the widget, and what a person is told about it."""

    name: str
    label: str
    help: str
    draw: Callable[[Fields, Path, More], None]
    options: dict[str, Any] = field(default_factory=dict)


def more_fields(fields: Fields, path: Path, rows: Sequence[More], *, title: str, icon: str, key: str) -> None:
    """Draw the fields of the part at `path` in two columns; open where one of them is set."""
    body = fields.value(path) or {}
    names = {row.name for row in rows}
    is_used = any(body.get(name) is not None for name in names)
    is_used = is_used or any(
        place[: len(path)] == path and set(place) & names for place in refusals(fields.draft.draft_id)
    )
    with st.expander(title, expanded=is_used, icon=icon, key=key):
        columns = st.columns(2, gap="medium")
        for number, row in enumerate(rows):
            with columns[number * 2 // len(rows)]:
                row.draw(fields, (*path, row.name), row)


def names_of(*tables: Sequence[More]) -> frozenset[str]:
    """The fields that have a widget in these tables."""
    return frozenset(row.name for table in tables for row in table)


def switch(fields: Fields, path: Path, row: More) -> None:
    """Off unless the document says otherwise."""
    fields.switch(path, row.label, help=row.help)


def switch_off(fields: Fields, path: Path, row: More) -> None:
    """On unless the document says otherwise."""

    def write(document: dict[str, Any], is_on: bool) -> dict[str, Any]:
        return set_value(document, path, None if is_on else False)

    fields.switch(path, row.label, value=fields.value(path) is not False, change=write, help=row.help)


def either(fields: Fields, path: Path, row: More) -> None:
    """Yes, no, or nothing, which `placeholder` explains."""
    value = fields.value(path)

    def write(document: dict[str, Any], chosen: str | None) -> dict[str, Any]:
        return set_value(document, path, None if chosen is None else chosen == "Yes")

    shown = {True: "Yes", False: "No"}.get(value) if isinstance(value, bool) else None
    fields.choice(path, row.label, ["Yes", "No"], value=shown, change=write, help=row.help, **row.options)


def number(fields: Fields, path: Path, row: More) -> None:
    """A whole number, or nothing."""
    fields.number(path, row.label, help=row.help, **row.options)


def line(fields: Fields, path: Path, row: More) -> None:
    """One line of text, or nothing."""
    fields.text(path, row.label, is_optional=True, help=row.help, **row.options)


def text(fields: Fields, path: Path, row: More) -> None:
    """Text of several lines, or nothing."""
    fields.text(path, row.label, is_optional=True, help=row.help, height=90, **row.options)


def choice(fields: Fields, path: Path, row: More) -> None:
    """One of a few, or nothing."""
    fields.choice(path, row.label, help=row.help, **row.options)


def names(fields: Fields, path: Path, row: More) -> None:
    """Any names that a person types; what is no text is kept."""
    fields.choices(path, row.label, [], help=row.help, accept_new_options=True, **row.options)


def named(fields: Fields, path: Path, row: More) -> None:
    """An object as JSON."""
    fields.json_object(path, row.label, height=90, help=row.help, **row.options)


_SKILLS = {"placeholder": "Type a folder and press Enter"}
_POLICIES = {"ignore": "Do not mention it", "warn": "Note it and go on", "raise": "End the task"}
_ON_FAILURE = {
    "choices": list(FAILURE_POLICIES),
    "format_func": lambda name: _POLICIES.get(name, name),
    "placeholder": "Note it and go on",
}

CREW: tuple[More, ...] = (
    More("tool_failure_policy", "When a tool fails", "What happens besides telling the model; an agent or a task may "
         "say otherwise.", choice, _ON_FAILURE),
    More("cache", "Agents share what tools answered", "Asked the same again by any agent, a tool is not called again.",
         switch),
    More("stream", "Answers word by word", "Every model is asked for a stream.", switch),
    More("skills", "Skills of all agents", "Folders with a `SKILL.md`, in the folder `files` of the data folder. An "
         "agent loads what it needs.", names, _SKILLS),
    More("output_log_file", "Log file", "A file in the folder of each execution: a line for each task that began and "
         "that was done; `.json` holds objects.", line, {"placeholder": "None"}),
    More("checkpoint", "Checkpoints", "Files in the folder of each execution, from which crewAI alone could go on: "
         "where, at which events, and how many are kept. `true` writes one after each task. With `llm_call_completed` "
         "among `on_events` an interrupted task goes on in its midst.", named,
         {"placeholder": '{"location": "checkpoints", "max_checkpoints": 3}'}),
    More("prompt_file", "Prompt file", "A JSON file with role, goal and backstory of a manager that the crew does not "
         "describe. It lies in the folder `files` of the data folder.", line, {"placeholder": "prompts.json"}),
    More("trained_agents_file", "File of trained agents", "What `crewai train` wrote, in the folder `files` of the "
         "data folder: agents follow what it says of their role. A training made here is chosen at launch.", line,
         {"placeholder": "trained_agents_data.pkl"}),
)  # fmt: skip
AGENT: tuple[More, ...] = (
    More("max_execution_time", "Most seconds per task", "The task fails when its agent needs longer.", number,
         {"min_value": 1, "placeholder": "No limit"}),
    More("max_tokens", "Longest answer, in tokens", "Unless its model says so itself.", number,
         {"min_value": 1, "placeholder": "As its model"}),
    More("max_retry_limit", "Does a failed task again", "So often, when its model or answer failed for good.", number,
         {"min_value": 0, "placeholder": "Never"}),
    More("guardrail_max_retries", "Attempts after a no", "How often its guardrail may send a task back.", number,
         {"min_value": 0, "placeholder": "3"}),
    More("tool_failure_policy", "When a tool fails", "What happens besides telling the model.", choice,
         {**_ON_FAILURE, "placeholder": "As the crew"}),
    More("cache", "Remembers what tools answered", "Asked the same again, a tool is not called again.", either,
         {"placeholder": "As the crew"}),
    More("skills", "Skills", "Folders with a `SKILL.md`, in the folder `files` of the data folder. They join "
         "those of the crew.", names, _SKILLS),
    More("respect_context_window", "Shortens long conversations",
         "Otherwise a task fails when its conversation is too long for the model.", switch_off),
    More("use_better_compaction", "Puts long tool results aside",
         "A result that would fill the window is put into a file, which the agent reads in parts.", switch_off),
    More("use_system_prompt", "Instructions as a system message", "Off for models that take no system message.",
         switch_off),
    More("inject_date", "Knows today's date", "The prompt names the date.", switch),
    More("date_format", "Format of the date", "Codes such as `%Y-%m-%d` or `%A, %d %B`.", line,
         {"placeholder": "%Y-%m-%d"}),
    More("system_template", "System prompt in your own words", "`{{ .System }}` is where crewAI's text goes.", text),
    More("prompt_template", "Prompt in your own words", "`{{ .Prompt }}` is where the task goes.", text),
    More("response_template", "Beginning of the answer", "`{{ .Response }}` is where the answer goes.", text),
)  # fmt: skip
TASK: tuple[More, ...] = (
    More("markdown", "Answer in Markdown", "The prompt asks for Markdown.", switch),
    More("input_files", "Files that it is given", "JSON: each file of the folder `files` under a name. The agent is "
         "told of them and reads them.", named, {"placeholder": '{"orders": "orders.csv"}'}),
    More("create_directory", "Makes the folder of its file", "Otherwise a file in a folder that is not there is an "
         "error.", switch_off),
    More("tool_failure_policy", "When a tool fails", "What happens besides telling the model.",
         choice, {**_ON_FAILURE, "placeholder": "As its agent"}),
    More("allow_crewai_trigger_context", "Is told what triggered the run", "The input `crewai_trigger_payload` is "
         "added to its description; the first task is told anyway.", either, {"placeholder": "The first task only"}),
)  # fmt: skip
