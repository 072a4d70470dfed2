"""Routes about the gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.operation import Call, Operation, Query, RequestBody
from crewlab.definitions.gallery import Template, TemplateKind
from crewlab.definitions.version import DefinitionVersion

if TYPE_CHECKING:
    from crewlab.lab import Lab


class GalleryQuery(Query):
    """Which templates."""

    text: str = ""
    """Words that they hold."""
    kind: TemplateKind | None = None


class TemplateRequest(RequestBody):
    """What to begin from."""

    name: str
    as_name: str | None = None
    """The name of the definition; that of the template when it is left out."""


def _save(lab: Lab, call: Call) -> DefinitionVersion:
    asked: TemplateRequest = call.body
    return lab.gallery.save(asked.name, as_name=asked.as_name)


OPERATIONS = (
    Operation(
        "GET",
        "/gallery",
        "Templates to begin from",
        lambda lab, call: lab.gallery.search(call.query.text, call.query.kind),
        list[Template],
        query=GalleryQuery,
    ),
    Operation("GET", "/gallery/{name}", "One template", lambda lab, call: lab.gallery.get(call.path["name"]), Template),
    Operation("POST", "/gallery", "Make a definition of one", _save, DefinitionVersion, body=TemplateRequest),
)
