"""A step that runs a crew or a flow: which one and which version, and what it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, free_name, set_value, task_names, value_at
from crewlab.definitions.editing_flows.sources import crew_document
from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.shape import in_crew_shape
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.around import Around
from crewlab.ui.editor.flow.value_fields import input_field
from crewlab.ui.links import link
from crewlab.ui.toasts import attempt, toast_next

LATEST = "The latest at launch"


def definition_action(fields: Fields, path: Path, around: Around) -> None:
    """Draw the form."""
    action = fields.value(path)
    kind = str(action.get("call"))
    if isinstance(action.get("with"), Mapping):
        _inline(fields, path, kind)
    else:
        _named(fields, path, kind)
    used = crew_document(action, around.look_up)
    _inputs(fields, path, used, around)
    if kind == "crew":
        _context(fields, path, used, around)
    fields.others(path, {"call", "definition", "version", "with", "inputs", "context"})


def _named(fields: Fields, path: Path, kind: str) -> None:
    names = [known.name for known in fields.draft.lab.definitions.list() if known.kind == kind]
    name = fields.value((*path, "definition"))
    left, right = st.columns([1.6, 1])
    with left:
        offered = [other for other in names if other != fields.draft.name]
        fields.choice((*path, "definition"), kind.capitalize(), offered, placeholder=f"Choose a {kind}",
                      change=lambda document, chosen: _choose(document, path, chosen))  # fmt: skip
    with right:
        _version(fields, path, name if name in names else None)
    if name in names:
        link("definition", f"Open {escape(str(name))}", ":material/open_in_new:", id=name)
    if declared := fields.value((*path, "from_declaration")):
        st.caption(f"Names a file of a crewAI project: {escape(str(declared))}. Choose a definition instead.")


def _choose(document: dict[str, Any], path: Path, name: str | None) -> dict[str, Any]:
    changed = set_value(document, (*path, "version"), None)  # a version of another definition means nothing
    changed = set_value(changed, (*path, "from_declaration"), None) if name else changed
    return set_value(changed, (*path, "definition"), name or "")


def _version(fields: Fields, path: Path, name: Any) -> None:
    number = fields.value((*path, "version"))
    saved = fields.draft.lab.definitions.get(name).latest_number if name else 0
    fields.choice(
        (*path, "version"),
        "Version",
        [str(known) for known in range(saved, 0, -1)],
        value=str(number) if number else None,
        change=lambda document, chosen: set_value(document, (*path, "version"), int(chosen) if chosen else None),
        placeholder=LATEST,
        disabled=not name and not number,
    )


def _inline(fields: Fields, path: Path, kind: str) -> None:
    inline = fields.value((*path, "with"))
    parts = _parts(inline)
    name = escape(shorten(str(inline.get("name") or f"a {kind} without a name"), 60))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/inventory_2: **{name}**, written into this step: {parts}.")
        st.button(
            "Make it a definition",
            icon=":material/move_item:",
            key=f"{fields.key_of(path)}.extract",
            on_click=attempt,
            args=(lambda: _extract(fields, path, kind),),
            help=f"Save the {kind} under its own name, where it can be edited in forms, and name it here",
        )
    fields.notes((*path, "with"))


def _parts(inline: Mapping[str, Any]) -> str:
    if kind_of(inline) == "flow":
        return plural(len(inline.get("methods") or ()), "step")
    shaped = in_crew_shape(inline)
    return f"{plural(len(shaped.get('agents') or ()), 'agent')} and {plural(len(shaped.get('tasks') or ()), 'task')}"


def _extract(fields: Fields, path: Path, kind: str) -> None:
    """Save what is written in the step as a definition, and name that instead."""
    definitions = fields.draft.lab.definitions

    def change(document: dict[str, Any], place: Path) -> dict[str, Any]:
        written = value_at(document, (*place, "with"))
        if not isinstance(written, Mapping):
            return document  # a second click, before the first one was answered
        inline = in_crew_shape(written)
        taken = {known.name for known in definitions.list(archived=None)}
        name = free_name(taken, str(inline.get("name") or f"{place[1]}-{kind}"))
        definitions.save({**inline, "name": name}, note=f"From the flow {fields.draft.name}")
        toast_next(f"Saved as {escape(name)}.", ":material/check_circle:")
        return set_value(set_value(document, (*place, "with"), None), (*place, "definition"), name)

    fields.draft.edit_part(path, change)


def _inputs(fields: Fields, path: Path, used: Mapping[str, Any] | None, around: Around) -> None:
    asked = dict(_asked(used))
    given = fields.value((*path, "inputs")) or {}
    names = dict.fromkeys([*asked, *(given if isinstance(given, Mapping) else ())])
    if names or used is not None:
        st.markdown("**Inputs**")
    if used is not None and not names:
        st.caption("It asks for nothing.")
    for name in names:
        empty = asked.get(name, "Nothing asks for it")
        input_field(fields, (*path, "inputs", name), str(name), around, empty=empty)


def _asked(used: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What a crew or flow asks for, each with what happens where nothing is given."""
    if used is None:
        return
    if kind_of(used) == "flow":
        for row in state_rows(used) if is_editable_state(used) else ():
            is_needed = row.is_required and row.default is None
            default = (
                f"Begins with {shorten(str(row.default), 40)}" if row.default is not None else "Begins with nothing"
            )
            yield row.name, "Not given yet" if is_needed else default
        return
    defaults = used.get("inputs")
    for name in placeholders(used):
        own = defaults.get(name) if isinstance(defaults, Mapping) else None
        yield name, "Not given yet" if own is None else f"The crew's own: {shorten(str(own), 40)}"


def _context(fields: Fields, path: Path, used: Mapping[str, Any] | None, around: Around) -> None:
    """Results of earlier steps that single tasks are given besides their own context."""
    names = [name for name in task_names(in_crew_shape(used)) if name] if used else []
    given = fields.value((*path, "context")) or {}
    names = list(dict.fromkeys([*names, *(given if isinstance(given, Mapping) else ())]))
    if not names:
        return
    key = f"{fields.key_of(path)}.context"
    with st.expander("Results for single tasks", icon=":material/conversion_path:", expanded=bool(given), key=key):
        st.caption("Each is added to the context of the task, as if an earlier task of the same crew had produced it.")
        for name in names:
            _context_of(fields, (*path, "context", name), str(name), around)


def _context_of(fields: Fields, path: Path, name: str, around: Around) -> None:
    templates = {choice.template: choice.label for choice in around.choices}
    fields.choices(
        path,
        escape(name),
        list(templates),
        format_func=lambda option: templates.get(option, option),
        placeholder="Nothing more",
        accept_new_options=True,
        help="Choose results, or type text with ${outputs.step.raw} in it.",
    )
