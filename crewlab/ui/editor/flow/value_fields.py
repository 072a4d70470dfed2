"""Fields for values that a flow works out: inputs chosen or written, expressions, texts with values in them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.editing_flows.sources import chosen_expression, text_value, value_text
from crewlab.ui.components.act_on_choice import act_on_choice
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.fields import Change, Fields
from crewlab.ui.editor.flow.around import Around

WRITTEN = "written"
EXPRESSION_HELP = (
    "CEL over `state` and `outputs`: `state.topic`, `outputs.research.raw`, "
    '`outputs.judge.json_dict.score > 5 ? "good" : "bad"`, `size(state.rows)`.'
)


def input_field(fields: Fields, path: Path, label: str, around: Around, *, empty: str, help: str = "") -> None:
    """One input: where it comes from, and beside it the text where it is written here."""
    value = fields.value(path)
    expression = chosen_expression(value)
    is_listed = expression in around.labels
    source = None if value is None else expression if is_listed else WRITTEN
    left, right = st.columns([1, 1.3], vertical_alignment="bottom")
    with left:
        fields.choice(
            (*path, "source"),
            escape(label),
            [WRITTEN, *around.labels],
            value=source,
            change=_source_change(path),
            format_func=lambda option: _label(option, around),
            placeholder=empty,
            help=help or None,
        )
    with right:
        if source == WRITTEN:
            _written(fields, path, label, value)
        elif source:
            st.markdown(f":small[:gray[{escape(source)}]]")
    fields.notes(path)


def _label(option: str, around: Around) -> str:
    return "Written here" if option == WRITTEN else around.labels.get(option, option)


def _written(fields: Fields, path: Path, label: str, value: Any) -> None:
    """A constant, or text with `${…}` in it."""

    def change(document: dict[str, Any], text: str) -> dict[str, Any]:
        return set_value(document, path, text_value(text, value_at(document, path)))

    fields.text(
        (*path, "text"),
        f"Value of {escape(label)}",
        value=value_text(value),
        change=change,
        label_visibility="collapsed",
        placeholder="A constant, or text with ${state.topic} in it",
    )


def _source_change(path: Path) -> Change:
    def change(document: dict[str, Any], source: str | None) -> dict[str, Any]:
        if source is None:
            return set_value(document, path, None)
        before = value_at(document, path)
        if source == WRITTEN:
            return document if before is not None else set_value(document, path, "")
        return set_value(document, path, f"${{{source}}}")

    return change


def expression_field(
    fields: Fields, path: Path, label: str, around: Around, *, height: int = 80, **options: Any
) -> None:
    """CEL, with a list of values to insert."""
    options.setdefault("help", EXPRESSION_HELP)
    fields.text(path, label, height=height, **options)
    insert_value(fields, path, around, is_template=False)


def template_field(
    fields: Fields, path: Path, label: str, around: Around, *, height: int = 120, **options: Any
) -> None:
    """Text with `${…}` in it, with a list of values to insert."""
    fields.text(path, label, height=height, **options)
    insert_value(fields, path, around, is_template=True)


def insert_value(fields: Fields, path: Path, around: Around, *, is_template: bool) -> None:
    """A list of values; the chosen one is put at the end of the text at `path`."""
    act_on_choice(
        "Insert a value",
        list(around.labels),
        lambda expression: _insert(fields, path, expression, is_template=is_template),
        key=f"{fields.key_of(path)}.insert",
        format_func=lambda expression: around.labels[expression],
        placeholder="Insert a value …",
        width=360,
    )


def _insert(fields: Fields, path: Path, expression: str, *, is_template: bool) -> None:
    added = f"${{{expression}}}" if is_template else expression

    def change(document: dict[str, Any]) -> dict[str, Any]:
        before = str(value_at(document, path) or "")
        space = "" if not before or before.endswith((" ", "\n", "(")) else " "
        return set_value(document, path, f"{before}{space}{added}")

    fields.draft.edit_field(path, change)
