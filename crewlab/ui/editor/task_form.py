"""The tab *Tasks*: what runs when, the list of tasks, and one of them in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from crewlab.definitions import editing
from crewlab.errors import DocumentError
from crewlab.ui.components.add_button import add_button
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.more_fields import TASK, more_fields, names_of
from crewlab.ui.editor.pick_list import choose, pick_list, toolbar
from crewlab.ui.editor.refusals import relocate, task_moves
from crewlab.ui.editor.task_answer import answer_fields
from crewlab.ui.editor.task_graph import task_graph
from crewlab.ui.editor.task_question import question_fields

LIST = "definition.task"
FORM_FIELDS = frozenset(
    {"name", "description", "expected_output", "agent", "context", "tools", "output_json", "output_file",
     "guardrail", "guardrails", "guardrail_max_retries", "condition", "human_input",
     "output_pydantic", "response_model"}
)  # fmt: skip
CONDITION_HELP = (
    "A CEL expression; where it is false the task is skipped. `outputs.triage` is the text that the task *triage* "
    "produced, `outputs.triage.json.priority` a field of its JSON, `inputs.topic` an input. A name with other signs: "
    '`outputs["my-task"]`. For example `outputs.research.contains("risk") && inputs.depth == "full"`. '
    "The task waits for the tasks named here."
)


def task_form(fields: Fields) -> None:
    """Draw picture, list and form."""
    tasks = fields.draft.document.get("tasks", [])
    task_graph(fields, lambda index: choose(LIST, index))
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        if tasks:
            names = [_title(fields, index) for index in range(len(tasks))]
            index = pick_list(LIST, "Tasks", names, [_agent(task) for task in tasks])
        add_button("Add task", lambda: _add(fields), key=fields.key_of(("tasks", "add")))
        fields.notes(("tasks",))
    with right:
        if tasks:
            _one(fields, min(index, len(tasks) - 1))
        else:
            st.caption("No tasks yet. A task says what to do, what the answer looks like, and who does it.")


def _one(fields: Fields, index: int) -> None:
    path = ("tasks", index)
    _toolbar(fields, index)
    first, second = st.columns(2)
    with first:
        fields.text(
            (*path, "name"),
            "Name",
            change=lambda document, new: _rename(document, index, new),
            help="Other tasks refer to it by this name; they follow a rename.",
        )
    with second:
        agents = list(fields.draft.document.get("agents", {}))
        fields.choice((*path, "agent"), "Agent", agents, placeholder="Nobody yet")
    fields.text((*path, "description"), "What to do", height=140, placeholder="The instructions. May use {inputs}.")
    fields.text((*path, "expected_output"), "Expected output", height=80, placeholder="What a good answer looks like")
    _context(fields, index)
    fields.text(
        (*path, "condition"),
        "Run only if",
        is_optional=True,
        placeholder='outputs.triage.json.priority == "high"',
        help=CONDITION_HELP,
    )
    answer_fields(fields, path)
    question_fields(fields, path)
    more_fields(
        fields,
        path,
        TASK,
        title="Markdown, failures and trigger",
        icon=":material/tune:",
        key=f"{fields.key_of(path)}.more",
    )
    fields.notes(path)
    fields.others(path, FORM_FIELDS | names_of(TASK))


def _context(fields: Fields, index: int) -> None:
    path = ("tasks", index, "context")
    names = editing.task_names(fields.draft.document)
    previous = [name for name in names[max(index - 1, 0) : index] if name]
    first, second = st.columns(2)
    with first:
        gets_all = fields.value(path) is None
        if gets_all:
            st.multiselect("Is given the results of", [], disabled=True, placeholder="Every task before it",
                           key=f"{fields.key_of(path)}.all")  # fmt: skip
        else:
            fields.choices(
                path,
                "Is given the results of",
                [name for number, name in enumerate(names) if name and number != index],
                placeholder="No other task",
                is_optional=False,
                help="The task waits for these, and their results are added to its prompt.",
            )
        fields.switch(
            ("tasks", index, "context_all"),
            "Every task before it",
            value=gets_all,
            change=lambda document, is_on: editing.set_value(document, path, None if is_on else previous),
        )
    with second:
        tools = [tool.name for tool in fields.draft.lab.tool_names()]
        fields.choices(
            ("tasks", index, "tools"),
            "Tools",
            tools,
            placeholder="Those of its agent",
            help="Chosen here, they replace the agent's tools for this task.",
        )


def _toolbar(fields: Fields, index: int) -> None:
    toolbar(
        fields.key_of(("tasks", index)),
        index,
        len(fields.draft.document["tasks"]),
        move=lambda by: _move(fields, index, by),
        of_order="in the order",
        duplicate=lambda: _duplicate(fields, index),
        of_duplicate="A copy right after this one",
        remove=lambda: _remove(fields, index),
        of_remove="Other tasks no longer wait for it",
    )


def _title(fields: Fields, index: int) -> str:
    name = editing.task_names(fields.draft.document)[index] or "no name"
    return f"{index + 1}\\. {escape(shorten(name, 40))}" + fields.mark(("tasks", index))


def _agent(task: dict[str, Any]) -> str:
    return escape(shorten(str(task.get("agent") or "no agent yet"), 60))


def _rename(document: dict[str, Any], index: int, new: str) -> dict[str, Any]:
    new = new.strip()
    names = editing.task_names(document)
    if not new:
        raise DocumentError("A task needs a name.", "The old one was kept.")
    if new in names[:index] + names[index + 1 :]:
        raise DocumentError(f"There is already a task {new!r}.", "The old name was kept.")
    return editing.rename_task(document, index, new)


def _add(fields: Fields) -> None:
    def change(document: dict[str, Any]) -> dict[str, Any]:
        choose(LIST, len(document.get("tasks", [])))
        return editing.add_task(document)

    fields.draft.edit(change)


def _move(fields: Fields, shown: int, by: int) -> None:
    def change(document: dict[str, Any], index: int) -> dict[str, Any]:
        swapped = {index: index + by, index + by: index}
        relocate(fields.draft.draft_id, task_moves(lambda number: swapped.get(number, number)))
        choose(LIST, index + by)
        return editing.move_task(document, index, by)

    _edit(fields, shown, change)


def _duplicate(fields: Fields, shown: int) -> None:
    def change(document: dict[str, Any], index: int) -> dict[str, Any]:
        relocate(fields.draft.draft_id, task_moves(lambda number: number + (number > index)))
        choose(LIST, index + 1)
        return editing.duplicate_task(document, index)

    _edit(fields, shown, change)


def _remove(fields: Fields, shown: int) -> None:
    def change(document: dict[str, Any], index: int) -> dict[str, Any]:
        stays = task_moves(lambda number: None if number == index else number - (number > index))
        relocate(fields.draft.draft_id, stays)
        choose(LIST, index - 1)
        return editing.remove_task(document, index)

    _edit(fields, shown, change)


def _edit(fields: Fields, shown: int, change: Callable[[dict[str, Any], int], dict[str, Any]]) -> None:
    """Change the task that is shown at a position, wherever it is by now."""
    fields.draft.edit_part(("tasks", shown), lambda document, place: change(document, int(place[1])))
