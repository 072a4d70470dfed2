"""The tab *Steps*: the picture of a flow, the list of its steps, and one of them in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from crewlab.definitions.editing_flows import steps
from crewlab.definitions.flows.conversation import is_conversation
from crewlab.definitions.pictures.flows import action_of, error_outcome, flow_graph, in_words, outcomes_of, steps_of
from crewlab.ui.components.definitions.picture import picture
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow.action_form import CALLS, action_form
from crewlab.ui.editor.flow.after_form import after_form
from crewlab.ui.editor.flow.around import around_step
from crewlab.ui.editor.flow.each_action import each_action
from crewlab.ui.editor.flow.when_form import when_form
from crewlab.ui.editor.pick_list import choose, pick_list, toolbar
from crewlab.ui.editor.refusals import part_becomes, relocate
from crewlab.ui.state import is_repeated
from crewlab.ui.toasts import attempt

LIST = "definition.step"
FORM_FIELDS = frozenset(
    {"description", "do", "start", "listen", "router", "emit", "human_feedback", "set", "on_error", "timeout_seconds"}
)


def step_form(fields: Fields) -> None:
    """Draw picture, list and form."""
    names = steps.step_names(fields.draft.document)
    _picture(fields, names)
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        index = 0
        if names:
            titles = [_title(fields, name) for name in names]
            index = pick_list(LIST, "Steps", titles, [_about(fields, name) for name in names])
        chosen = st.menu_button("Add step", list(CALLS.values()), icon=":material/add:", key="definition.steps.add")
        if chosen and not is_repeated("definition.steps.add"):
            _add(fields, next(call for call, label in CALLS.items() if label == chosen))
        fields.notes(("methods",))
    with right:
        if names:
            _one(fields, names[min(index, len(names) - 1)])
        else:
            st.caption("No steps yet. A step runs a crew, asks an agent, calls a tool or works out a value.")


def _picture(fields: Fields, names: list[str]) -> None:
    graph = flow_graph(fields.draft.document)
    picture(
        graph,
        key="definition.steps.picture",
        words=words_of(fields.draft.document),
        on_choose=lambda place: choose(LIST, names.index(str(place[1]))) if place else None,
        marks=fields.marks(node.place for node in graph.nodes if node.place),
    )


def words_of(document: dict[str, Any]) -> str:
    """What runs, for people who do not see the picture."""
    found = steps_of(document)
    starts = [name for name, step in found.items() if step.get("start")]
    routers = [name for name, step in found.items() if set(outcomes_of(step)) - {error_outcome(step)}]
    said = [plural(len(found), "step")]
    said += [f"begins with {', '.join(starts)}"] if starts else [_without_start(document)] if found else []
    said += [f"{', '.join(routers)} {'decides' if len(routers) == 1 else 'decide'} what follows"] if routers else []
    return escape("; ".join(said) + ".")


def _without_start(document: dict[str, Any]) -> str:
    return "begins with what a person says" if is_conversation(document) else "none of them starts the flow"


def _one(fields: Fields, name: str) -> None:
    _toolbar(fields, name)
    first, second = st.columns([1, 1.6])
    with first:
        fields.text(
            ("methods", name, "name"),
            "Name",
            value=name,
            change=lambda document, new: _rename(fields, document, name, new.strip()),
            help="Letters, digits and _. Triggers and expressions that name the step follow a rename.",
        )
    with second:
        fields.text(("methods", name, "description"), "Note", is_optional=True, placeholder="What this step is for")
    when_form(fields, name)
    around = around_step(fields, name)
    st.markdown("**What it does**")
    action_form(fields, ("methods", name, "do"), around, list(CALLS), each=each_action)
    after_form(fields, name, around)
    fields.notes(("methods", name))
    fields.others(("methods", name), FORM_FIELDS)


def _toolbar(fields: Fields, name: str) -> None:
    names = steps.step_names(fields.draft.document)
    index = names.index(name)
    toolbar(
        fields.key_of(("methods", name)),
        index,
        len(names),
        move=lambda by: _move(fields, name, by),
        of_order="in the list; when it runs does not change",
        duplicate=lambda: _duplicate(fields, name),
        of_duplicate="A copy that waits for the same",
        remove=lambda: _remove(fields, name),
        of_remove="Triggers no longer name it; expressions that read it stay",
    )


def _title(fields: Fields, name: str) -> str:
    return escape(shorten(name, 40)) + fields.mark(("methods", name))


def _about(fields: Fields, name: str) -> str:
    return escape(shorten(in_words(action_of(fields.value(("methods", name)))), 40))


def _rename(fields: Fields, document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    renamed = steps.rename_step(document, old, new)
    relocate(fields.draft.draft_id, part_becomes("methods", old, new))
    return renamed


def _add(fields: Fields, call: str) -> None:
    attempt(lambda: fields.draft.edit(lambda document: steps.add_step(document, call, call)))
    choose(LIST, len(steps.step_names(fields.draft.document)))
    st.rerun()


def _move(fields: Fields, shown: str, by: int) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        moved = steps.move_step(document, name, by)
        choose(LIST, steps.step_names(moved).index(name))
        return moved

    _edit(fields, shown, change)


def _duplicate(fields: Fields, shown: str) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        choose(LIST, steps.step_names(document).index(name) + 1)
        return steps.duplicate_step(document, name)

    _edit(fields, shown, change)


def _remove(fields: Fields, shown: str) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        relocate(fields.draft.draft_id, part_becomes("methods", name, None))
        choose(LIST, steps.step_names(document).index(name) - 1)
        return steps.remove_step(document, name)

    _edit(fields, shown, change)


def _edit(fields: Fields, shown: str, change: Callable[[dict[str, Any], str], dict[str, Any]]) -> None:
    """Change the step that is shown under a name, whatever it is called by now."""
    fields.draft.edit_part(("methods", shown), lambda document, place: change(document, str(place[1])))
