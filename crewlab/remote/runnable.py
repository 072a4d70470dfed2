"""What is to be run, as it travels: a name of the app's store, or a whole document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from crewlab.definitions.arguments import not_runnable, require_known
from crewlab.definitions.version import DefinitionVersion
from crewlab.engine.inputs import inputs_of
from crewlab.engine.library.catalogue import FILE_ENDINGS, Runnable, Target
from crewlab.executions.launch import LaunchArguments


def runnable_json(definition: Runnable) -> dict[str, Any]:
    """The part of a launch that says what to run. Files are read here: paths mean this process's folder.

    Raises:
        DocumentError: The file cannot be read.
        DefinitionError: This is nothing that can be run.
    """
    if isinstance(definition, DefinitionVersion):
        return {"definition": definition.definition_id, "number": definition.number}
    if isinstance(definition, Target):
        return {"document": definition.document}
    if isinstance(definition, Mapping):
        return {"document": dict(definition)}
    if isinstance(definition, Path) or str(definition).endswith(FILE_ENDINGS):
        from crewlab.definitions.notation.text import read_document_file

        path = Path(definition)
        return {"document": {"name": path.stem, **read_document_file(path)}}
    if isinstance(definition, str):
        return {"definition": definition}
    raise not_runnable(definition)


def inputs_json(inputs: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The inputs of a launch as they travel. Raises `InputsError` where they are no values by name."""
    return None if inputs is None else dict(inputs_of(inputs))


def arguments_json(arguments: LaunchArguments) -> dict[str, Any]:
    """The arguments of a launch as they travel. Raises `TypeError` for one that there is not."""
    require_known(arguments, LaunchArguments)
    return {name: value.model_dump() if isinstance(value, BaseModel) else value for name, value in arguments.items()}
