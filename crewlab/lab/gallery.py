"""`lab.gallery`: crews, flows, agents and tools to begin from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crewlab.definitions.editing import free_name
from crewlab.definitions.gallery import Template, TemplateKind, gallery, named, search
from crewlab.errors import ArgumentError

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab.definitions import Definitions
    from crewlab.settings import Settings


class Gallery:
    """What comes with CrewLab as a beginning. Nothing here changes; what is made from it is one's own."""

    def __init__(self, settings: Settings, definitions: Definitions) -> None:
        self._settings, self._definitions = settings, definitions

    @cached_property
    def _templates(self) -> tuple[Template, ...]:
        return gallery(self._settings.gallery, self._settings.examples)

    def search(self, text: str = "", kind: TemplateKind | None = None) -> list[Template]:
        """The templates that hold every word of `text`, of one kind or of all, crews first. Raises `ArgumentError`."""
        return search(self._templates, text, kind)

    def get(self, name: str) -> Template:
        """One template, with its document. Raises `RecordNotFoundError`."""
        return named(self._templates, name)

    def save(self, name: str, *, as_name: str | None = None) -> DefinitionVersion:
        """Make a definition of a crew or flow, and of what a flow needs and nobody has; the name is made unique.

        Raises:
            RecordNotFoundError: There is no such template.
            ArgumentError: It is an agent or a tool, which are parts of others.
        """
        template = self.get(name)
        if template.kind not in ("crew", "flow"):
            hint = "An agent joins a crew, a tool the Library: lab.gallery.get(name).document is its record."
            raise ArgumentError(f"{name!r} is not a crew or a flow.", hint)
        self._save_needed(template)
        name = free_name(self._taken(), as_name or str(template.document["name"]))
        return self._definitions.save({**template.document, "name": name}, note=_note(template))

    def _save_needed(self, template: Template) -> None:
        """Save the crews and flows that a template runs by name, where there is none of that name, and theirs."""
        for name in template.needs:
            if name not in self._taken():
                needed = self.get(name)
                self._save_needed(needed)
                self._definitions.save(needed.document, note=_note(needed))

    def _taken(self) -> set[str]:
        return {summary.name for summary in self._definitions.list()}


def _note(template: Template) -> str:
    return f"From the gallery: {template.title}"
