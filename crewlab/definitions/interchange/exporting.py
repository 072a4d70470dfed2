"""A definition in each of the shapes that it can be taken away in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.interchange.bundle import write_bundle
from crewlab.definitions.interchange.flow_project import flow_document, flow_notebook, flow_project, flow_python
from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.json_project import json_project
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.interchange.project_files import slug
from crewlab.definitions.interchange.python_project import notebook, python_project
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.secret_fields import secrets_left_out, without_secrets
from crewlab.definitions.interchange.zip_files import zipped
from crewlab.definitions.notation.text import write_document
from crewlab.definitions.version import DefinitionVersion

ExportFormat = Literal["yaml", "json", "bundle", "crewai", "project", "python", "notebook"]
FORMATS: dict[str, str] = {
    "yaml": "The document as YAML, as it is here",
    "json": "The document as JSON, as it is here",
    "bundle": "A bundle for another CrewLab: with all that it uses, without secrets",
    "crewai": "One document that crewAI itself runs",
    "project": "A project of crewAI: crew.jsonc with its agents, or flow.yaml",
    "python": "A Python project that needs only crewAI",
    "notebook": "A notebook that needs only crewAI",
}
"""What each format is, for people."""


class Exported(BaseModel):
    """What a definition became: one file, which for a project is a zip."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    filename: str
    media_type: str
    data: bytes
    notes: tuple[Note, ...] = ()
    """What is not as it was, field by field."""


def export_bundle(versions: Sequence[DefinitionVersion], records: Records) -> Exported:
    """A bundle of versions, the last of which uses the others, with the records that they name."""
    files, notes = write_bundle(versions, records)
    name = f"{slug(versions[-1].name)}.crewlab.zip"
    return Exported(filename=name, media_type="application/zip", data=zipped(files), notes=tuple(notes))


def export(
    name: str, document: Mapping[str, Any], form: ExportFormat, records: Records, lowered: Translated | None = None
) -> Exported:
    """The definition in one of the formats that are made of it alone; a bundle is made of versions.

    `lowered` is a flow with all that it uses, for the formats of crewAI.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    if form in ("yaml", "json"):
        return _text(slug(name), document, form, ())
    if form == "crewai":
        return _for_crewai(name, document, records, lowered)
    if form == "notebook":
        data, said = notebook(name, document, records) if lowered is None else flow_notebook(name, lowered, records)
        media = "application/x-ipynb+json"
        return Exported(filename=f"{slug(name)}.ipynb", media_type=media, data=data, notes=tuple(said))
    if lowered is None:
        files, said = (json_project if form == "project" else python_project)(name, document, records)
    else:
        files, said = (flow_project if form == "project" else flow_python)(name, lowered, records)
    packed = zipped({f"{slug(name)}/{path}": data for path, data in files.items()})
    return Exported(filename=f"{slug(name)}.zip", media_type="application/zip", data=packed, notes=tuple(said))


def _for_crewai(name: str, document: Mapping[str, Any], records: Records, lowered: Translated | None) -> Exported:
    """One document, in which nothing can stand beside it."""
    if lowered is not None:
        plain = flow_document(lowered, records)
        return _text(slug(name), plain.document, "yaml", plain.notes)
    made = for_crewai(document, records)
    settings = [Note("tools", f"{tool}: its settings are left out; crewAI has them in code") for tool in made.tools]
    notes = (*made.notes, *settings, *secrets_left_out({"crew": made.document}))
    return _text(slug(name), without_secrets(made.document), "yaml", notes)


def _text(name: str, document: Mapping[str, Any], form: Literal["yaml", "json"], notes: tuple[Note, ...]) -> Exported:
    data = write_document(document, form).encode("utf-8", "replace")
    return Exported(filename=f"{name}.{form}", media_type=f"application/{form}", data=data, notes=notes)


assert set(FORMATS) == set(get_args(ExportFormat))
