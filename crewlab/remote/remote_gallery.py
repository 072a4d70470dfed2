"""The gallery of the running app."""

from __future__ import annotations

from crewlab.definitions.arguments import require_choice, text_of
from crewlab.definitions.gallery import KINDS, Template, TemplateKind
from crewlab.definitions.version import DefinitionVersion
from crewlab.remote.connection import Connection
from crewlab.remote.records import records


class RemoteGallery:
    """`Gallery` of the app: the same methods over HTTP."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def search(self, text: str = "", kind: TemplateKind | None = None) -> list[Template]:
        """The templates that hold every word of `text`, of one kind or of all, crews first. Raises `ArgumentError`."""
        require_choice(kind, "kind", KINDS)
        text_of(text, "text")
        return records(Template, self._connection.get("gallery", text=text, kind=kind))

    def get(self, name: str) -> Template:
        """One template, with its document. Raises `RecordNotFoundError`."""
        return Template.model_validate(self._connection.get("gallery", name))

    def save(self, name: str, *, as_name: str | None = None) -> DefinitionVersion:
        """Make a definition of a crew or flow, and of what a flow needs and nobody has; the name is made unique.

        Raises:
            RecordNotFoundError: There is no such template.
            ArgumentError: It is an agent or a tool, which are parts of others.
        """
        saved = self._connection.post("gallery", body={"name": name, "as_name": as_name})
        return DefinitionVersion.model_validate(saved)
