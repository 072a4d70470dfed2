"""The part of `lab.definitions` of the running app that takes definitions in, and gives them away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from typing import Any

from crewlab.definitions.interchange.exporting import Exported, ExportFormat
from crewlab.definitions.interchange.placing import Existing, Imported, ImportPreview
from crewlab.definitions.interchange.sources import ImportSource, source_files
from crewlab.definitions.version import DefinitionVersion
from crewlab.remote.remote_definition_versions import RemoteOrder


class RemoteInterchange(RemoteOrder):
    """Import and export. Files are read here, where the caller is, and understood in the app."""

    def preview_import(
        self,
        source: ImportSource,
        *,
        name: str = "",
        existing: Existing = "refuse",
        accept: Collection[str] = (),
    ) -> ImportPreview:
        """What is in files, what of it is understood and what is not, and what an import would do. Stores nothing.

        Args:
            source: The path of a file, a folder or a zip; the bytes of a file or zip; or bytes by their paths.
            name: What bytes are called.
            existing: What becomes of a definition whose name is taken: `refuse`, `rename` it, or `update` it.
            accept: Names of tools, MCP servers and model profiles that are wanted although they start a program, are
                given a secret, or ask a server; without it they are left out.

        Raises:
            DocumentError: A definition cannot be read, there is none, or there is too much of it.
        """
        body = _body(source, name, existing, accept)
        return ImportPreview.model_validate(self._connection.post("import", "preview", body=body))

    def import_from(
        self,
        source: ImportSource,
        *,
        name: str = "",
        existing: Existing = "refuse",
        accept: Collection[str] = (),
    ) -> Imported:
        """Store the definitions in files, and the tools, servers, models and knowledge files that come with them.

        Takes what `preview_import` takes. A definition whose very content is there already makes no version.

        Raises:
            DocumentError: A definition cannot be read, there is none, or there is too much of it.
            DuplicateNameError: A name is taken, and `existing` is `refuse`; nothing is stored.
            DefinitionError: The value of a known secret is written in a definition; nothing is stored.
        """
        body = _body(source, name, existing, accept)
        return Imported.model_validate(self._connection.post("import", "files", body=body))

    def import_document(self, text: str, *, source: str) -> DefinitionVersion:
        """Save one YAML or JSON document as a definition; `source` is its file name. Raises as `import_from`.

        What is changed, such as `async_execution` that becomes edges, is in the version's `note`, a line per field.
        """
        return DefinitionVersion.model_validate(self._connection.post("import", body={"text": text, "source": source}))

    def export(self, name_or_id: str, format: ExportFormat = "yaml", *, number: int | None = None) -> Exported:
        """A version, the latest by default, as a file to take away; its `notes` say what is not as it was.

        Raises:
            DefinitionNotFoundError: There is no such definition or version.
            DocumentError: It cannot have this format.
        """
        return Exported.model_validate(self._connection.get("export", name_or_id, format=format, number=number))


def _body(source: ImportSource, name: str, existing: Existing, accept: Collection[str]) -> dict[str, Any]:
    files = source_files(source, name)
    return {
        "name": files.name,
        "files": {path: b64encode(data).decode() for path, data in files.contents.items()},
        "left_out": list(files.left_out),
        "existing": existing,
        "accept": list(accept),
    }
