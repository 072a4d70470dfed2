"""When a step runs: at the start, or after steps and outcomes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.editing_flows.outcomes import joined, plain_trigger
from crewlab.definitions.flows.conversation import is_conversation, routes_of
from crewlab.definitions.flows.trigger_text import read_trigger, trigger_text
from crewlab.definitions.pictures.flows import outcomes_of, steps_of
from crewlab.ui.editor.fields import Fields

_NEW_ROUTE = " A name that nothing has yet is a new route of the conversation."
WHENS = {"start": "At the start", "after": "After others", "both": "Both"}


def when_form(fields: Fields, step: str) -> None:
    """Draw the fields."""
    path: Path = ("methods", step)
    body = fields.value(path)
    when = _when(body)
    fields.one_of(
        (*path, "when"),
        "Runs",
        list(WHENS),
        value=when,
        change=lambda document, chosen: _become(document, path, chosen),
        format_func=lambda name: WHENS[name],
    )
    if isinstance(body.get("start"), str | dict):
        _as_text(fields, (*path, "start"), "Starts when")
    if when != "start":
        _after(fields, step)
    fields.notes((*path, "start"))


def _when(body: dict[str, Any]) -> str:
    if not body.get("start"):
        return "after"
    return "both" if body.get("listen") is not None else "start"


def _become(document: dict[str, Any], path: Path, chosen: str) -> dict[str, Any]:
    start = value_at(document, (*path, "start")) or True
    changed = set_value(document, (*path, "start"), None if chosen == "after" else start)
    if chosen == "start":
        return set_value(changed, (*path, "listen"), None)
    if value_at(changed, (*path, "listen")) is None:
        return set_value(changed, (*path, "listen"), _likely(document, str(path[1])))
    return changed


def _likely(document: dict[str, Any], step: str) -> Any:
    """What a step most likely waits for: the one above it."""
    names = list(steps_of(document))
    index = names.index(step) if step in names else 0
    return names[index - 1] if index else next((name for name in names if name != step), "")


def _after(fields: Fields, step: str) -> None:
    path: Path = ("methods", step, "listen")
    plain = plain_trigger(fields.value(path))
    left, middle, right = st.columns([1.6, 0.8, 1.4])
    with left:
        _names(fields, step, plain)
    with middle:
        if plain and len(plain[0]) > 1:
            fields.one_of(
                (*path, "operator"),
                "Waits for",
                ["all", "any"],
                value=plain[1],
                change=lambda document, chosen: set_value(document, path, joined(plain[0], chosen)),
                format_func=str.capitalize,
                help="All of them, or any one of them",
            )
    with right:
        _as_text(fields, path, "The same as text")
    fields.notes(path)


def _names(fields: Fields, step: str, plain: tuple[list[str], str] | None) -> None:
    path: Path = ("methods", step, "listen")
    steps = steps_of(fields.draft.document)
    labels = {name: name for name in steps if name != step}
    labels |= {outcome: f"{outcome} (outcome)" for body in steps.values() for outcome in outcomes_of(body)}
    routes = routes_of(fields.draft.document) if is_conversation(fields.draft.document) else []
    labels |= {route: f"{route} (route)" for route in routes}
    if plain is None:
        st.multiselect("After", [], disabled=True, placeholder="See the text", key=f"{fields.key_of(path)}.nested",
                       help="Nested triggers are written as text.")  # fmt: skip
        return
    fields.choices(
        (*path, "names"),
        "After",
        list(labels),
        value=plain[0],
        change=lambda document, chosen: set_value(document, path, joined(chosen, plain[1])),
        format_func=lambda name: labels.get(name, name),
        placeholder="Choose steps and outcomes",
        help=f"A step counts once it has ended, an outcome once it was taken.{_NEW_ROUTE if routes else ''}",
        accept_new_options=bool(routes),
    )


def _as_text(fields: Fields, path: Path, label: str) -> None:
    fields.text(
        (*path, "text"),
        label,
        value=trigger_text(fields.value(path)),
        change=lambda document, text: set_value(document, path, read_trigger(text)),
        placeholder="good and (left or right)",
        help="Names with `and`, `or` and brackets.",
    )
