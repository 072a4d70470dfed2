"""Where each definition in some files begins, and what reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from crewlab.definitions.interchange.classic import (
    CLASSIC_AGENTS,
    crew_of_class,
    crew_of_script,
    crew_of_yaml,
    tasks_beside,
)
from crewlab.definitions.interchange.crew_json import crew_of_json
from crewlab.definitions.interchange.found import FoundDefinition
from crewlab.definitions.interchange.notebook_code import PYTHON
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_crews import CrewClass, ProjectCode
from crewlab.definitions.interchange.single import is_flow, looks_like_a_crew, one_document
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.notation.text import read_document

_JSON_CREWS = ("crew.jsonc", "crew.json")
_FLOWS = ("flow.yaml", "flow.yml", "flow.json", "flow.jsonc")
_DOCUMENTS = (".yaml", ".yml", ".json", ".jsonc")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_Reader = Callable[[SourceFiles, str, str], FoundDefinition]


@dataclass(frozen=True)
class Beginnings:
    """What there is to read."""

    crews: tuple[tuple[str, Callable[[], FoundDefinition]], ...] = ()
    """Each with the path that it begins with."""
    flows: tuple[str, ...] = ()
    without_yaml: tuple[Note, ...] = ()
    """Classes that name YAML which is not there."""


def beginnings(files: SourceFiles) -> Beginnings:
    """Each crew and each flow in the files; only their names and the text of Python are looked at."""
    paths = sorted(files.contents, key=lambda path: (path.count("/"), path))
    if len(paths) == 1 and not paths[0].endswith(PYTHON):
        return _only(files, paths[0])
    documents = [path for path in paths if path.endswith(_DOCUMENTS)]
    code = ProjectCode.of(files)
    classes = list(code.crew_classes(files))
    complete = [each for each in classes if not each.missing]
    named = {path for each in complete for path in (each.agents_path, each.tasks_path)}
    json_crews = [path for path in documents if _is_json_crew(path)]
    classic = [path for path in documents if tasks_beside(files, path) and path not in named]
    taken = {*named, *_taken(files, [*json_crews, *classic])}
    rest = [path for path in documents if path not in taken]
    flows = [path for path in rest if is_flow(files.contents[path])]
    single = [path for path in rest if path not in flows and looks_like_a_crew(files.contents[path])]
    crews = [
        *_read_by(crew_of_json, files, json_crews),
        *_of_classes(files, code, complete),
        *_read_by(crew_of_yaml, files, classic),
        *_read_by(one_document, files, single),
    ]
    if not crews and not flows:
        crews = list(_of_scripts(files, code))
    return Beginnings(tuple(crews), tuple(flows), tuple(_without_yaml(each) for each in classes if each.missing))


def name_of(files: SourceFiles, path: str) -> str:
    """What a definition without a name is called: by its folder, or by its file."""
    pure = PurePosixPath(path)
    if pure.name not in (*_JSON_CREWS, *CLASSIC_AGENTS, *_FLOWS):
        return pure.stem
    folders = [part for part in pure.parts[:-1] if part not in ("config", "src")]
    own = PurePosixPath(files.name).name
    return folders[-1] if folders else own.removesuffix(".zip") or "imported"


def _only(files: SourceFiles, path: str) -> Beginnings:
    """The one file that there is, whatever it is called."""
    if path.endswith(_DOCUMENTS) and kind_of(read_document(files.text(path), source=path)) == "flow":
        return Beginnings(flows=(path,))
    return Beginnings(tuple(_read_by(crew_of_json if _is_json_crew(path) else one_document, files, [path])))


def _read_by(
    read: _Reader, files: SourceFiles, paths: list[str]
) -> Iterator[tuple[str, Callable[[], FoundDefinition]]]:
    for path in paths:
        yield path, partial(read, files, path, name_of(files, path))


def _of_classes(
    files: SourceFiles, code: ProjectCode, classes: list[CrewClass]
) -> Iterator[tuple[str, Callable[[], FoundDefinition]]]:
    """Crews by their folder, or by their class where several share the YAML or it has a name of its own."""
    uses = Counter(each.agents_path for each in classes)
    for each in classes:
        path = each.agents_path or each.tasks_path or each.module.path
        is_alone = uses[each.agents_path] == 1
        by_folder = is_alone and PurePosixPath(path).name in CLASSIC_AGENTS
        name = name_of(files, path) if by_folder else _snake(each.owner.name)
        yield path, partial(crew_of_class, files, code, each, name, is_alone=is_alone)


def _of_scripts(files: SourceFiles, code: ProjectCode) -> Iterator[tuple[str, Callable[[], FoundDefinition]]]:
    """Crews of scripts: one alone is called as the project is, several as their variables."""
    scripts = [each for each in code.scripts() if code.script(each).tasks]
    own = PurePosixPath(files.name)
    for each in scripts:
        alone = own.stem if own.suffix in (*PYTHON, ".zip") else own.name
        name = alone if len(scripts) == 1 and alone else each.name
        yield each.module.path, partial(crew_of_script, code, each, name)


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


def _without_yaml(made_by: CrewClass) -> Note:
    missing = " and ".join(made_by.missing)
    what = f"the crew {made_by.owner.name} has its texts in {missing}, which is not among the files: import its folder"
    return Note(made_by.module.path, what)


def _is_json_crew(path: str) -> bool:
    return path.rpartition("/")[2] in _JSON_CREWS


def _taken(files: SourceFiles, paths: list[str]) -> Iterator[str]:
    """Files that belong to a definition which begins with another file."""
    for path in paths:
        yield path
        yield from files.within(join(folder_of(path), "agents"), ".jsonc", ".json")
        if tasks := tasks_beside(files, path):
            yield tasks
