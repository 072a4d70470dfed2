"""`doctor`: what this machine has, what is missing, and what to do. Needs no store."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer
from packaging.requirements import Requirement

from crewlab.commands.terminal import answer_json, error_console, show_table
from crewlab.definitions.library.prices import PriceTable
from crewlab.definitions.providers import installed_providers
from crewlab.engine.tracing import otlp
from crewlab.errors import CrewLabError, StoreLockedError
from crewlab.secrets.keys import Keys
from crewlab.secrets.vault import Vault
from crewlab.settings import PROJECT, Settings

_LEAST_PYTHON = (3, 11)
_LITTLE_BYTES = 1_000_000_000
_TOO_FEW_BYTES = 100_000_000

State = Literal["ok", "note", "wrong"]


class Finding(NamedTuple):
    """One thing that was looked at. `hint` says what to do, where there is something to do."""

    what: str
    state: State
    found: str
    hint: str = ""


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Look at versions, paths, the lock, keys and the disk, and say what to do."""
    findings = [finding for look in _LOOKS for finding in look()]
    if as_json:
        answer_json([finding._asdict() for finding in findings])
    else:
        show_table(("", "what", "found"), ((finding.state, finding.what, finding.found) for finding in findings))
        _show_hints(findings)
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in findings) else 0)


def _show_hints(findings: list[Finding]) -> None:
    console = error_console()
    for finding in findings:
        if finding.hint:
            console.print(f"{finding.what}: {finding.hint}", markup=False, soft_wrap=True)


def _python() -> Iterator[Finding]:
    wanted = ".".join(map(str, _LEAST_PYTHON))
    is_enough = sys.version_info >= _LEAST_PYTHON
    hint = "" if is_enough else f"CrewLab needs Python {wanted} or newer."
    yield Finding("Python", "ok" if is_enough else "wrong", f"{platform.python_version()} in {sys.prefix}", hint)


def _packages() -> Iterator[Finding]:
    for requirement in _requirements():
        hint = "Run `make install`, or `pip install -r requirements.txt`."
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(requirement.name, "wrong", "not installed", hint)
            continue
        if requirement.specifier.contains(version, prereleases=True):
            yield Finding(requirement.name, "ok", version)
        else:
            yield Finding(requirement.name, "wrong", f"{version}, but {requirement.specifier} is needed", hint)


def _requirements() -> list[Requirement]:
    """What the project asks for; empty where its file is not beside the package."""
    path = PROJECT / "pyproject.toml"
    if not path.is_file():
        return []
    project = tomllib.loads(path.read_text("utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def _settings() -> Iterator[Finding]:
    try:
        settings = Settings.from_environment()
    except CrewLabError as error:
        yield Finding("settings", "wrong", error.message, error.hint)
        return
    yield from _unknown_variables()
    yield from _places(settings)
    yield from _disk(settings.data)
    yield _lock(settings)
    yield _prices(settings.data)


def _unknown_variables() -> Iterator[Finding]:
    known = {f"CREWLAB_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("CREWLAB_") and name not in known)
    if unknown:
        yield Finding("settings", "note", f"no setting: {', '.join(unknown)}", "The README lists every setting.")


def _places(settings: Settings) -> Iterator[Finding]:
    exists = "" if settings.data.is_dir() else " (made at the first use)"
    yield Finding("data folder", "ok", f"{settings.data}{exists}", "")
    size = f"{settings.database.stat().st_size / 1e6:.1f} MB" if settings.database.is_file() else "not made yet"
    if settings.database.is_file() and not _is_database(settings.database):
        hint = "Put a snapshot or backup in its place, or let CREWLAB_DATA name another folder."
        yield Finding("database", "wrong", f"{settings.database.name} is not a DuckDB file", hint)
    else:
        yield Finding("database", "ok", f"{settings.database.name}, {size}")
    if settings.examples.is_dir():
        yield Finding("examples", "ok", str(settings.examples))
    else:
        hint = "CREWLAB_EXAMPLES names the folder of the example crews."
        yield Finding("examples", "note", f"{settings.examples} is not there", hint)


def _is_database(path: Path) -> bool:
    """Whether it begins like a DuckDB file; opening it is the store's business. Unreadable is `writing`'s finding."""
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return True


def _disk(data: Path) -> Iterator[Finding]:
    folder = next(path for path in (data, *data.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        hint = "Give yourself the right to write there, or let CREWLAB_DATA name another folder."
        yield Finding("writing", "wrong", f"{folder}: {error.strerror}", hint)
        return
    free = shutil.disk_usage(folder).free
    state: State = "ok" if free > _LITTLE_BYTES else "note" if free > _TOO_FEW_BYTES else "wrong"
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free", "" if state == "ok" else "Make room on this disk.")


def _lock(settings: Settings) -> Finding:
    from crewlab.store.lock import StoreLock

    path = settings.data / "crewlab.lock"
    if not path.exists():
        return Finding("store", "ok", "nobody holds it")
    try:
        StoreLock.take(path).release()
    except StoreLockedError as error:
        return Finding("store", "note", error.message, error.hint)
    except OSError as error:
        return Finding("store", "wrong", f"{path}: {error.strerror}", "Give yourself the right to write there.")
    return Finding("store", "ok", "nobody holds it")


def _prices(data: Path) -> Finding:
    try:
        return Finding("prices", "ok", f"{len(PriceTable.load(data).models):,} models")
    except CrewLabError as error:
        return Finding("prices", "wrong", error.message, error.hint)


def _models() -> Iterator[Finding]:
    try:
        vault = Vault(Settings.from_environment().data)
    except CrewLabError:  # said above
        vault = None
    keys = Keys(vault=vault)
    if (problem := keys.problem) is not None:
        yield Finding("secrets", "wrong", problem.message, problem.hint)
    names = sorted(keys.names())
    hint = "" if names else "Only rehearsal models and servers without a key work; set OPENAI_API_KEY, for example."
    yield Finding("keys", "ok" if names else "note", ", ".join(names) or "none", hint)
    yield Finding("providers", "ok", ", ".join(sorted(installed_providers())))


def _traces() -> Iterator[Finding]:
    try:
        settings = Settings.from_environment()
        if not settings.otlp_endpoint:
            yield Finding("trace export", "ok", "off")
            return
        keys = Keys(vault=Vault(settings.data))
        problem = otlp.trial(settings.otlp_endpoint, settings.otlp_headers.get_secret_value(), keys.get)
    except CrewLabError as error:
        yield Finding("trace export", "wrong", error.message, error.hint)
        return
    if problem:
        hint = "Executions go on without it. Start the receiver, or correct CREWLAB_OTLP_ENDPOINT, or _HEADERS."
        yield Finding("trace export", "wrong", problem, hint)
    else:
        yield Finding("trace export", "ok", settings.otlp_endpoint)


_LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (_python, _packages, _settings, _models, _traces)
