"""`import`, `export` and `check`: definitions as files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

import crewlab
from crewlab.commands.imported import show_imported, show_preview
from crewlab.commands.running import FAILED, AsJson, Model, Name
from crewlab.commands.terminal import STANDARD_OUTPUT, answer_json, say, show_problems, write_bytes
from crewlab.definitions.checks import check as problems_of
from crewlab.definitions.documents import read_document_file
from crewlab.definitions.interchange.exporting import Exported, ExportFormat
from crewlab.definitions.interchange.placing import Existing
from crewlab.definitions.interchange.source_files import files_at
from crewlab.definitions.interchange.together import as_if_stored
from crewlab.definitions.interchange.understanding import understand
from crewlab.definitions.known import Known
from crewlab.definitions.library.model_profile_file import ModelProfileFile
from crewlab.definitions.library.prices import PriceTable
from crewlab.definitions.problem import Problem
from crewlab.definitions.providers import installed_providers
from crewlab.engine.catalogue import FILE_ENDINGS
from crewlab.engine.tool_library import ToolLibrary
from crewlab.errors import CommandError, DuplicateNameError
from crewlab.secrets.keys import Keys
from crewlab.secrets.vault import Vault
from crewlab.settings import Settings


def import_file(
    paths: Annotated[
        list[Path], typer.Argument(help="YAML or JSON files, folders of projects, zips, bundles.", show_default=False)
    ],
    update: Annotated[bool, typer.Option("--update", help="A definition of the same name gets a new version.")] = False,
    rename: Annotated[bool, typer.Option("--rename", help="Where a name is taken, choose another one.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="A tool, MCP server, model profile, or the host of a server: what an import asks about may come."
        ),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be imported, and store nothing.")] = False,
) -> None:
    """Store the crews and flows in files, folders, zips or bundles as definitions. Nothing in them is run."""
    existing: Existing = "update" if update else "rename" if rename else "refuse"
    with crewlab.open() as lab:
        # Everything is read before anything is stored.
        previews = {
            path: lab.definitions.preview_import(path, existing=existing, accept=accept or ()) for path in paths
        }
        for path, seen in previews.items():
            if preview:
                show_preview(str(path), seen)
                continue
            try:
                done = lab.definitions.import_from(path, existing=existing, accept=accept or ())
            except DuplicateNameError as error:
                hint = "--update stores it as the next version, --rename under another name."
                raise CommandError(f"{path}: {error.message}", hint) from error
            show_imported(str(path), done)


def export(
    name: Annotated[str, typer.Argument(help="A stored definition.", show_default=False)],
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", help="File or, for a project, folder to write; - prints it. Default: - for a document."
        ),
    ] = None,
    number: Annotated[int | None, typer.Option("--version", help="A version; default: the latest.")] = None,
    form: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            help="Default: by OUT, or yaml. crewai is a document that crewAI runs; project, python and notebook need "
            "crewAI alone.",
        ),
    ] = None,
) -> None:
    """Write a stored definition as a document, or as something that runs without CrewLab."""
    by_name: ExportFormat = "json" if (out or "").endswith((".json", ".jsonc")) else "yaml"
    with crewlab.open() as lab:
        exported = lab.definitions.export(name, form or by_name, number=number)
    is_text = exported.media_type in ("application/yaml", "application/json")
    target = out or (STANDARD_OUTPUT if is_text else exported.filename)
    is_project = exported.media_type == "application/zip" and form != "bundle"
    if is_project and not target.endswith((".zip", STANDARD_OUTPUT)):
        _unpack(exported, Path(target))
    else:
        write_bytes(target, exported.data)
    say(name if target == STANDARD_OUTPUT else f"{name}: {target}")
    for note in exported.notes:
        say(f"  {note}")


def _unpack(exported: Exported, folder: Path) -> None:
    """Write the files of a project into a folder that has none yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} is there already, and not empty.", "Choose a new folder, or a file named .zip.")
    with zipfile.ZipFile(io.BytesIO(exported.data)) as archive:
        for entry in archive.namelist():
            path = folder / entry.partition("/")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(str(path), archive.read(entry))


def check(name: Name, model: Model = None, as_json: AsJson = False) -> None:
    """Show what is wrong with a definition, or with all in a file, a folder or a zip, which need no store."""
    found = _problems(name, model)
    if as_json:
        answer_json([problem.model_dump() for problem in found])
    else:
        show_problems(found)
    errors = sum(problem.severity == "error" for problem in found)
    say(f"{name}: {errors} errors, {len(found) - errors} warnings." if found else f"{name}: no problems.")
    raise typer.Exit(FAILED if errors else 0)


def _problems(name: str, model: str | None) -> list[Problem]:
    if Path(name).is_dir() or name.lower().endswith(".zip"):
        return _of_project(Path(name), model)
    if name.endswith(FILE_ENDINGS) or Path(name).is_file():
        return problems_of(read_document_file(Path(name)), _known(), llm=model)
    with crewlab.open() as lab:
        document: dict[str, Any] = lab.definitions.version(name).document
        return lab.definitions.check(document, llm=model)


def _of_project(path: Path, model: str | None) -> list[Problem]:
    """The problems of every definition in a folder or a zip, as they would be if all of them were stored."""
    found, known = understand(files_at(path)).definitions, _known()
    return [
        problem.model_copy(update={"where": f"{each.name}: {problem.where}"})
        for each in found
        for problem in problems_of(as_if_stored(each, found), known, llm=model)
    ]


def _known() -> Known:
    settings = Settings.from_environment()
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
