"""The field for a model: its name, and its parameters as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, with_model, with_parameters
from crewlab.ui.components.model_choice import model_names, profile_names
from crewlab.ui.editor.fields import Fields

_HELP = (
    "A profile of the Library, a model string such as `openai/gpt-4o-mini`, or a voice of the rehearsal model. "
    "Type a name that is not in the list and press Enter."
)


def model_field(fields: Fields, path: Path, label: str, *, empty: str) -> None:
    """Draw the field; `empty` says what happens when no model is named."""
    llm, lab = fields.value(path), fields.draft.lab

    def choose(document: dict[str, Any], model: str | None) -> dict[str, Any]:
        is_profile = model in profile_names(lab)  # which brings its own server and parameters
        return set_value(document, path, model if is_profile else with_model(_at(document, path), model))

    name = llm.get("model") if isinstance(llm, Mapping) else llm
    fields.choice(
        path,
        label,
        model_names(lab),
        value=name,
        change=choose,
        help=_HELP,
        placeholder=empty,
        accept_new_options=True,
    )
    if name:
        with st.popover("Model parameters", icon=":material/tune:", key=f"{fields.key_of(path)}.more", type="tertiary"):
            _parameters(fields, path, llm)


def _parameters(fields: Fields, path: Path, llm: Any) -> None:
    current = {key: value for key, value in llm.items() if key != "model"} if isinstance(llm, Mapping) else {}
    st.caption(
        "As JSON: `base_url`, `temperature`, `max_tokens` … for real models; "
        "`latency_seconds`, `error_rate`, `seed` for the rehearsal model."
    )
    fields.json_object(
        (*path, "parameters"),
        "Parameters",
        height=160,
        value=current,
        change=lambda document, value: set_value(document, path, with_parameters(_at(document, path), value)),
        placeholder='{"temperature": 0.2}',
    )


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document
