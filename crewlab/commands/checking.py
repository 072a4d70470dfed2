"""`check`: what is wrong with definitions, stored or in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

import crewlab
from crewlab.commands.handing_over import FAILED
from crewlab.commands.running import AsJson, Model
from crewlab.commands.terminal import answer_json, say, show_problems
from crewlab.definitions.checks import check as problems_of
from crewlab.definitions.flows.closure import brought_by
from crewlab.definitions.flows.references import references_of
from crewlab.definitions.interchange.source_files import files_at
from crewlab.definitions.interchange.together import as_if_stored
from crewlab.definitions.interchange.understanding import understand
from crewlab.definitions.known import Known, KnownDefinitions
from crewlab.definitions.library.model_profile_file import ModelProfileFile
from crewlab.definitions.library.prices import PriceTable
from crewlab.definitions.notation.text import read_document_file
from crewlab.definitions.problem import Problem
from crewlab.definitions.providers import installed_providers
from crewlab.definitions.version import DefinitionVersion
from crewlab.engine.library.catalogue import FILE_ENDINGS
from crewlab.engine.library.tools import ToolLibrary
from crewlab.errors import DefinitionNotFoundError, StoreLockedError
from crewlab.secrets.keys import Keys
from crewlab.secrets.vault import Vault
from crewlab.settings import Settings

Name = Annotated[
    str,
    typer.Argument(
        help="A stored definition, NAME@2 for a version of it, a YAML or JSON file, or a folder or zip of a project.",
        show_default=False,
    ),
]


class _Written(NamedTuple):
    """A definition in a file."""

    document: dict[str, Any]
    name: str = ""
    """What its problems are told with, where there are several."""

    @property
    def names(self) -> set[str]:
        """What it uses that does not come along with it."""
        brought = self.document.get("definitions")
        keys: Iterable[str] = brought if isinstance(brought, Mapping) else ()
        return {reference.name for reference in references_of(self.document) if reference.key not in keys}


def check(name: Name, model: Model = None, as_json: AsJson = False) -> None:
    """Show what is wrong with a definition, or with all in a file, a folder or a zip.

    Files need no store; what flows in them name is looked up in the store, where there is one.
    """
    found = _problems(name, model)
    if as_json:
        answer_json([problem.model_dump() for problem in found])
    else:
        show_problems(found)
    errors = sum(problem.severity == "error" for problem in found)
    say(
        f"{name}: {_number(errors, 'error')}, {_number(len(found) - errors, 'warning')}."
        if found
        else f"{name}: no problems."
    )
    raise typer.Exit(FAILED if errors else 0)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _problems(name: str, model: str | None) -> list[Problem]:
    if (name and Path(name).is_dir()) or name.lower().endswith(".zip"):
        found = understand(files_at(Path(name))).definitions
        return _of_files(name, [_Written(as_if_stored(each, found), each.name) for each in found], model)
    if name.endswith(FILE_ENDINGS) or Path(name).is_file():
        return _of_files(name, [_Written(read_document_file(Path(name)))], model)
    with crewlab.open() as lab:
        document: dict[str, Any] = lab.definitions.version(name).document
        return lab.definitions.check(document, llm=model)


def _of_files(path: str, written: list[_Written], model: str | None) -> list[Problem]:
    """The problems of definitions that are not stored, as they would be if all of them were."""
    settings = Settings.from_environment()
    named = sorted({name for each in written for name in each.names})
    if named and settings.database.is_file():
        try:
            with crewlab.open() as lab:
                return [one for each in written for one in _told(each, lab.definitions.check(each.document, llm=model))]
        except StoreLockedError as error:
            why = error.message
    else:
        why = f"There is no lab in {settings.data}."
    if named:
        say(f"{path}: what it names was not looked at: {', '.join(named)}. {why}")
    known = _known(settings)
    return [one for each in written for one in _told(each, _alone(each, known, model))]


def _alone(written: _Written, known: Known, model: str | None) -> list[Problem]:
    """Without a store; where all that a flow uses comes along, that is looked at too."""
    if not written.names:
        find = brought_by(written.document, _not_here)
        known = replace(known, definitions=KnownDefinitions(find))
    return problems_of(written.document, known, llm=model)


def _not_here(name: str, number: int | None) -> DefinitionVersion:
    raise DefinitionNotFoundError(name)


def _told(written: _Written, problems: Iterable[Problem]) -> Iterable[Problem]:
    for problem in problems:
        where = f"{written.name}: {problem.where}" if written.name else problem.where
        yield problem.model_copy(update={"where": where})


def _known(settings: Settings) -> Known:
    keys = Keys(vault=Vault(settings.data))
    library = ToolLibrary(settings, keys)
    return Known(
        tools=library.names(),
        tool_obstacles=library.obstacles(),
        offers=library.offers(),
        keys=keys.variables(),
        secrets=frozenset(keys.names()),
        providers=installed_providers(),
        profiles=ModelProfileFile(settings.data).profiles,
        priced_models=frozenset(PriceTable.load(settings.data).models),
    )
