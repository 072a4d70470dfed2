"""The part of `lab.definitions` that takes definitions in, and gives them away."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from crewlab.lab.definition_order import DefinitionOrder

if TYPE_CHECKING:
    from crewlab.definitions.interchange.exporting import Exported, ExportFormat
    from crewlab.definitions.interchange.placing import Existing, Imported, ImportPreview
    from crewlab.definitions.interchange.sources import ImportSource
    from crewlab.definitions.version import DefinitionVersion


class DefinitionInterchange(DefinitionOrder):
    """Import and export. Nothing that is imported is run, and nothing that is exported holds a secret."""

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
        from crewlab.definitions.interchange.sources import source_files

        return self._importing.preview(source_files(source, name), existing, accept)

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
        from crewlab.definitions.interchange.sources import source_files

        return self._importing.run(source_files(source, name), existing, accept)

    def import_document(self, text: str, *, source: str) -> DefinitionVersion:
        """Save one YAML or JSON document as a definition; `source` is its file name. Raises as `import_from`.

        What is changed, such as `async_execution` that becomes edges, is in the version's `note`, a line per field.
        """
        name = source.replace("\\", "/").rpartition("/")[2]
        return self.import_from({name: text.encode("utf-8", "surrogatepass")}).versions[-1]

    def export(self, name_or_id: str, format: ExportFormat = "yaml", *, number: int | None = None) -> Exported:
        """A version, the latest by default, as a file to take away; its `notes` say what is not as it was.

        `yaml` and `json` are the document itself, `bundle` is a zip for another CrewLab with all that it uses, `crewai`
        is one document that crewAI itself runs; `project` and `python` are zips, and `notebook` a notebook, that need
        crewAI alone. Secrets are never in them, only their names.

        Raises:
            DefinitionNotFoundError: There is no such definition or version.
            DocumentError: It cannot have this format.
        """
        return self._exporting.export(name_or_id, format, number)
