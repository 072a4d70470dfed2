"""What follows from a step: outcomes, a person who is asked, the state that it writes, and what a failure leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.editing_flows.sources import SourceChoice
from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.editing_flows.steps import rename_outcome, require_name
from crewlab.definitions.pictures.flows import outcomes_of
from crewlab.errors import DocumentError
from crewlab.ui.components.act_on_choice import act_on_choice
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.fields import Change, Fields
from crewlab.ui.editor.flow.around import Around
from crewlab.ui.editor.flow.value_fields import insert_value
from crewlab.ui.editor.model_field import model_field
from crewlab.ui.toasts import attempt


def after_form(fields: Fields, step: str, around: Around) -> None:
    """Draw the fields, those that say something open."""
    path: Path = ("methods", step)
    body = fields.value(path)
    _state(fields, path, around)
    feedback = body.get("human_feedback")
    is_of_person = isinstance(feedback, Mapping) and bool(feedback.get("emit"))
    with _part(fields, "Outcomes", ":material/alt_route:", path, is_used=bool(body.get("router") or body.get("emit"))):
        _router(fields, path, is_of_person=is_of_person)
    with _part(fields, "Ask a person", ":material/person_raised_hand:", path, is_used=feedback is not None):
        _person(fields, path)
    is_limited = body.get("on_error") is not None or body.get("timeout_seconds") is not None
    with _part(fields, "Failure and time", ":material/error:", path, is_used=is_limited):
        _failure(fields, path)


def _part(fields: Fields, label: str, icon: str, path: Path, *, is_used: bool) -> Any:
    return st.expander(label, icon=icon, expanded=is_used, key=f"{fields.key_of(path)}.part.{label}")


def _state(fields: Fields, path: Path, around: Around) -> None:
    """Fields of the state that are written after the step."""
    found = fields.value((*path, "set")) or {}
    written = found if isinstance(found, Mapping) else {}
    with _part(fields, "Writes state", ":material/edit_note:", path, is_used=bool(found)):
        st.caption(
            "After the step, with `output` for what it has produced. Each write is kept in the history of the state."
        )
        inside = Around([SourceChoice("output", "what this step produced"), *around.choices], around.look_up)
        for name in written:
            place = (*path, "set", name)
            fields.text(place, escape(str(name)), is_optional=True, placeholder="output.raw",
                        help="CEL over `output`, `state` and `outputs`; empty to write it no longer.")  # fmt: skip
            insert_value(fields, place, inside, is_template=False)
        _write_more(fields, path, list(written))
        fields.notes((*path, "set"))


def _write_more(fields: Fields, path: Path, written: list[str]) -> None:
    document = fields.draft.document
    names = [row.name for row in state_rows(document)] if is_editable_state(document) else []
    rest = [name for name in names if name not in written]
    if not rest:
        st.caption(
            "The state has no field that is not written here yet. Add one on the tab *State*." if not written else ""
        )
        return
    act_on_choice(
        "Write a field",
        rest,
        lambda name: _write(fields, path, name),
        key=f"{fields.key_of(path)}.set.add",
        placeholder="Write a field of the state …",
        width=360,
    )


def _write(fields: Fields, path: Path, name: str) -> None:
    call = fields.value((*path, "do", "call"))
    expression = "output.raw" if call in ("crew", "agent") else "output"
    fields.draft.edit_part(path, lambda document, step: set_value(document, (*step, "set", name), expression))


def _router(fields: Fields, path: Path, *, is_of_person: bool) -> None:
    if is_of_person:
        st.caption("The person chooses the outcome of this step, see below.")
    else:
        fields.switch((*path, "router"), "Its value is an outcome",
                      help="What it produces is the name of an outcome; steps that wait for it run next.")  # fmt: skip
    if not is_of_person and (fields.value((*path, "router")) or fields.value((*path, "emit"))):
        fields.choices(
            (*path, "emit"),
            "Outcomes",
            [],
            change=_named((*path, "emit")),
            accept_new_options=True,
            placeholder="Type a name and press Enter",
            help="Every name that the step may produce.",
        )
    _rename(fields, path)


def _rename(fields: Fields, path: Path) -> None:
    outcomes = outcomes_of(fields.value(path))
    if not outcomes:
        return
    key = f"{fields.key_of(path)}.outcome"
    with st.popover("Rename an outcome", icon=":material/edit:", type="tertiary", key=f"{key}.rename"):
        old = st.selectbox("Outcome", outcomes, key=f"{key}.old")
        st.text_input("New name", key=f"{key}.new", placeholder=str(old))
        st.caption("What waits for it, and the expression that chooses it, follow.")
        st.button("Rename", key=f"{key}.do", icon=":material/check:", on_click=attempt,
                  args=(lambda: _renamed(fields, path, key),))  # fmt: skip


def _renamed(fields: Fields, path: Path, key: str) -> None:
    """Read now what was typed: a click may arrive with the text, before anything was drawn with it."""
    old, new = str(st.session_state[f"{key}.old"]), str(st.session_state[f"{key}.new"] or "").strip()

    def change(document: dict[str, Any], step: Path) -> dict[str, Any]:
        require_name(new, [other for other in outcomes_of(value_at(document, step)) if other != old], "outcome")
        return rename_outcome(document, str(step[1]), old, new)

    fields.draft.edit_part(path, change)


def _person(fields: Fields, path: Path) -> None:
    place = (*path, "human_feedback")

    def switch(document: dict[str, Any], is_on: bool) -> dict[str, Any]:
        question = {"message": "Is this good enough?", "emit": ["approved", "revise"], "default_outcome": "revise"}
        return set_value(document, place, question if is_on else None)

    feedback = fields.value(place)
    fields.switch(
        (*place, "is_asked"), "Show the result to a person, and wait", value=feedback is not None, change=switch
    )
    if not isinstance(feedback, Mapping):
        return
    fields.text((*place, "message"), "Question", height=80, placeholder="What should the person look at?")
    first, second = st.columns(2)
    with first:
        fields.choices((*place, "emit"), "Outcomes to choose from", [], accept_new_options=True,
                       change=_named((*place, "emit")),
                       placeholder="None: what the person says is the result",
                       help="The person chooses one; steps that wait for it run next.")  # fmt: skip
    with second:
        outcomes = [outcome for outcome in feedback.get("emit") or () if isinstance(outcome, str)]
        fields.choice((*place, "default_outcome"), "Outcome without an answer", outcomes, placeholder="The first one")
    model_field(fields, (*place, "llm"), "Model that reads a free answer", empty="None: outcomes are chosen")
    fields.switch((*place, "learn"), "Learn from what people say",
                  help="The model draws lessons from it, and applies them to what is shown the next time.")  # fmt: skip
    fields.others(place, {"message", "emit", "default_outcome", "llm", "learn"})


def _failure(fields: Fields, path: Path) -> None:
    first, second = st.columns(2)

    def route(document: dict[str, Any], outcome: str) -> dict[str, Any]:
        name = outcome.strip()
        if name:
            require_name(name, [], "outcome")
        before = value_at(document, (*path, "on_error"))
        kept = before if isinstance(before, Mapping) else {}
        return set_value(document, (*path, "on_error"), {**kept, "emit": name} if name else None)

    with first:
        fields.text((*path, "on_error", "emit"), "A failure leads to the outcome", change=route, is_optional=True,
                    placeholder="None: the flow fails", help="Steps that wait for the outcome run next, and the "
                    "flow goes on. The failure stays visible in the execution.")  # fmt: skip
    with second:
        fields.number((*path, "timeout_seconds"), "Time limit (seconds)", min_value=0.1, step=1.0,
                      placeholder="None of its own", change=_limit(path))  # fmt: skip
    fields.notes((*path, "on_error"))


def _named(path: Path) -> Change:
    """Outcomes at `path`, of which a new one has to have a name that steps can wait for."""

    def change(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
        before = value_at(document, path)
        for name in names:
            if not isinstance(before, list) or name not in before:
                require_name(name, [], "outcome")
        return set_value(document, path, names or None)

    return change


def _limit(path: Path) -> Change:
    def change(document: dict[str, Any], seconds: float | None) -> dict[str, Any]:
        if seconds is not None and seconds <= 0:
            raise DocumentError("A time limit has to be more than nothing.", "The old one was kept.")
        return set_value(document, (*path, "timeout_seconds"), seconds)

    return change
