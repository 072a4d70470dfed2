"""`import` and `export`: definitions as files."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import crewlab
from crewlab.commands.imported import show_imported, show_preview
from crewlab.commands.terminal import STANDARD_OUTPUT, say, write_bytes
from crewlab.definitions.interchange.exporting import Exported, ExportFormat
from crewlab.definitions.interchange.placing import Existing, ImportPreview
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.errors import CommandError, DuplicateNameError


def import_file(
    paths: Annotated[
        list[Path],
        typer.Argument(help="YAML or JSON files, folders of projects, scripts, zips, bundles.", show_default=False),
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
        unreadable, previews = Unreadable(), dict[Path, ImportPreview]()
        for path in paths:
            look = partial(lab.definitions.preview_import, path, existing=existing, accept=accept or ())
            previews.update((path, seen) for seen in unreadable.read(str(path), look))
        unreadable.require_none()
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
