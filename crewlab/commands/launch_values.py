"""What a command gives a definition to begin with: inputs of a crew, or fields of the state of a flow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crewlab.commands.rows import Rows, read_rows, read_states
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.state_cells import form_schema
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.notation.text import read_data_file, read_document_file
from crewlab.definitions.schema_parts import plain_part, typed
from crewlab.engine.library.catalogue import FILE_ENDINGS
from crewlab.errors import CommandError
from crewlab.settings import Settings


def document_of(lab: Any, name: str) -> dict[str, Any]:
    """The document of a stored definition, or of a file."""
    found: dict[str, Any] = (
        read_document_file(Path(name)) if name.endswith(FILE_ENDINGS) else lab.definitions.version(name).document
    )
    return found


def starting_values(lab: Any, name: str, texts: Mapping[str, str], state: Path | None) -> dict[str, Any]:
    """What was given as NAME=VALUE, over the fields of a file with a state; for a flow with the types of its state.

    Raises:
        CommandError: A value is not of its type, or a crew is given a state.
    """
    if not texts and state is None:
        return {}
    document = document_of(lab, name)
    if kind_of(document) == "crew":
        if state is not None:
            raise CommandError(f"{name} is a crew, and has no state.", "Give its inputs with --input NAME=VALUE.")
        return dict(texts)
    given = {} if state is None else _state_in(state)
    return {**given, **typed_values(document, texts)}


def _state_in(path: Path) -> dict[str, Any]:
    state = read_data_file(path)
    if not isinstance(state, dict):
        raise CommandError(f"{path} holds no state.", "A state is an object: a name and a value for each field.")
    return state


def typed_values(document: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Values as they were written, with the types that the state of a flow has for them."""
    schema = form_schema(StateContract(document))
    return {name: _typed(schema, name, text) for name, text in texts.items()}


def _typed(schema: Mapping[str, Any], name: str, text: str) -> Any:
    if name not in schema["properties"]:
        return text
    try:
        return typed(text, plain_part(schema, name))
    except ValueError as error:
        raise CommandError(f"--input {name}: {error}.", "Lists and objects are written as JSON.") from None


def table_values(lab: Any, name: str, table: Path) -> Rows:
    """The rows of a table as what executions begin with."""
    document, settings = document_of(lab, name), Settings.from_environment()
    if kind_of(document) == "flow":
        return read_states(table, StateContract(document), settings)
    return read_rows(table, lab.definitions.placeholders(document), settings)
