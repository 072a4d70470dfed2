"""The field for a model: its name, and its parameters as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, with_model, with_parameters
from crewlab.ui.components.model_choice import model_names, own_models
from crewlab.ui.editor.fields import Fields, key_of

_HELP = (
    "A model string such as `openai/gpt-4o-mini`, or a voice of the offline rehearsal model. "
    "Type a name that is not in the list and press Enter."
)


def model_field(fields: Fields, path: Path, label: str, *, empty: str) -> None:
    """Draw the field; `empty` says what happens when no model is named."""
    llm = fields.value(path)

    def choose(document: dict[str, Any], model: str | None) -> dict[str, Any]:
        own = own_models().get(model or "")
        return set_value(document, path, own or with_model(_at(document, path), model))

    name = llm.get("model") if isinstance(llm, Mapping) else llm
    fields.choice(
        path,
        label,
        model_names(),
        value=name,
        change=choose,
        help=_HELP,
        placeholder=empty,
        accept_new_options=True,
    )
    if name:
        with st.popover("Model parameters", icon=":material/tune:", key=f"{key_of(path)}.more", type="tertiary"):
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
