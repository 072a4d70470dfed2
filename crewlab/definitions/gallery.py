"""The gallery: crews, flows, agents and tools to begin from, as files that come with CrewLab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from crewlab.definitions.arguments import require_choice, text_of
from crewlab.definitions.examples import example_documents
from crewlab.definitions.flows.references import references_of
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.notation.text import read_data
from crewlab.errors import DocumentError, RecordNotFoundError

TemplateKind = Literal["crew", "flow", "agent", "tool"]
KINDS: tuple[TemplateKind, ...] = get_args(TemplateKind)
_FOLDERS: dict[str, str] = {"crew": "crews", "flow": "flows", "agent": "agents", "tool": "tools"}
"""The folder of each kind."""


class Template(BaseModel):
    """Something to begin from. `document` is a crew, a flow, one agent of a crew, or a tool record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: TemplateKind
    title: str
    about: str
    """When to use it, in a sentence or two."""
    tags: tuple[str, ...] = ()
    inputs: dict[str, Any] = {}
    """Values to try it with: inputs of a crew, arguments of a tool; a flow has them in its state."""
    document: dict[str, Any]

    @property
    def needs(self) -> tuple[str, ...]:
        """The definitions that a flow runs by name."""
        if self.kind != "flow":
            return ()
        return tuple(dict.fromkeys(reference.name for reference in references_of(self.document)))


def gallery(folder: Path, examples: Path) -> tuple[Template, ...]:
    """Every template below `folder` and every example, crews first, by title; none where there are no such folders.

    Raises:
        DocumentError: A file is not a template.
    """
    found = [_template(path, kind) for kind in KINDS for path in sorted((folder / _FOLDERS[kind]).glob("*.yaml"))]
    found += [_example(document) for document, _ in example_documents(examples)]
    return tuple(sorted(found, key=lambda template: (KINDS.index(template.kind), template.title.casefold())))


def search(templates: Iterable[Template], text: str = "", kind: str | None = None) -> list[Template]:
    """Those of a kind whose name, title, description or tags hold every word of `text`.

    Raises:
        ArgumentError: It is no text, or there is no such kind.
    """
    require_choice(kind, "kind", KINDS)
    words = text_of(text, "text").casefold().split()
    return [
        template
        for template in templates
        if kind in (None, template.kind) and all(word in _searched(template) for word in words)
    ]


def named(templates: Iterable[Template], name: str) -> Template:
    """The crew or flow of that name; else an agent or a tool. Raises `RecordNotFoundError`."""
    by_name = {template.name: template for template in reversed(tuple(templates))}
    if name not in by_name:
        close = get_close_matches(name[:80], by_name, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(sorted(by_name))}."
        raise RecordNotFoundError(f"The gallery has no template {name!r}.", hint)
    return by_name[name]


def _searched(template: Template) -> str:
    return " ".join((template.name, template.title, template.about, *template.tags, template.kind)).casefold()


def _example(document: Mapping[str, Any]) -> Template:
    name = str(document["name"])
    return Template(
        name=name,
        kind=kind_of(document),
        title=name.replace("-", " ").capitalize(),
        about=str(document.get("description", "")),
        tags=("example",),
        document=dict(document),
    )


def _template(path: Path, kind: TemplateKind) -> Template:
    written = read_data(path.read_text(encoding="utf-8"), source=path.name)
    try:
        return Template.model_validate({**written, "name": path.stem, "kind": kind})
    except (TypeError, ValidationError) as error:
        raise DocumentError(f"{path.name} is not a template: {error}", "See the other files of the gallery.") from error
