"""The crews that the Python of a project makes, each with the YAML that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crewlab.definitions.interchange.notebook_code import code_of, is_python, names_crews
from crewlab.definitions.interchange.python_configs import USUAL, config_path, config_said
from crewlab.definitions.interchange.python_crew import PythonCrew, read_class
from crewlab.definitions.interchange.python_elsewhere import values_elsewhere
from crewlab.definitions.interchange.python_module import (
    PythonModule,
    decorators,
    last_name,
    methods_with_inherited,
    own_values,
    parsed,
)
from crewlab.definitions.interchange.python_scope import Scope
from crewlab.definitions.interchange.python_scripts import ScriptCrew, read_script, script_crews
from crewlab.definitions.interchange.python_values import Reader
from crewlab.definitions.interchange.source_files import SourceFiles

MAX_READ_BYTES = {True: 2_000_000, False: 500_000}
"""Of all Python together, as long as it names crews, and after that: to make a tree of 1 MB takes seconds."""


@dataclass(frozen=True)
class CrewClass:
    """A class that makes a crew, not yet read."""

    module: PythonModule
    owner: ast.ClassDef
    agents_path: str | None
    tasks_path: str | None
    """`None` for YAML that is not among the files."""

    @property
    def missing(self) -> list[str]:
        """The YAML that it names and that is not there."""
        paths = {"agents_config": self.agents_path, "tasks_config": self.tasks_path}
        return [config_said(self.owner, field) for field in USUAL if paths[field] is None and field in self._named]

    @cached_property
    def _named(self) -> set[str]:
        return {node.attr for node in ast.walk(self.owner) if isinstance(node, ast.Attribute) and node.attr in USUAL}


@dataclass(frozen=True)
class ProjectCode:
    """All Python files of an import that can be read."""

    modules: tuple[PythonModule, ...]

    @classmethod
    def of(cls, files: SourceFiles) -> ProjectCode:
        """Those among the files: of much code what names crews, and then what is nearest to the top."""
        found: list[PythonModule] = []
        size = 0
        for path in sorted(filter(is_python, files.contents), key=lambda path: _far(path, files.contents[path])):
            data = files.contents[path]
            size += len(data)
            module = parsed(path, code_of(path, data)) if size <= MAX_READ_BYTES[names_crews(path, data)] else None
            found += [module] if module is not None else []
        return cls(tuple(sorted(found, key=lambda module: (module.path.count("/"), module.path))))

    def crew_classes(self, files: SourceFiles) -> Iterator[CrewClass]:
        """The classes with crewAI's decorator, in the order of the files."""
        for module in self.modules:
            for owner in module.classes.values():
                if "CrewBase" in decorators(owner) and self._makes_parts(module, owner):
                    yield CrewClass(module, owner, *(config_path(files, module, owner, field) for field in USUAL))

    def _makes_parts(self, module: PythonModule, owner: ast.ClassDef) -> bool:
        """Whether it says anything: a class may leave its agents and tasks to whatever fills it in."""
        own = methods_with_inherited(owner, self.classes(module))
        makes = any(decorators(each) & {"agent", "task"} for each in own)
        return makes or any(last_name(node.func) == "Task" for node in ast.walk(owner) if isinstance(node, ast.Call))

    def crew(self, made_by: CrewClass, formats: Mapping[str, Any]) -> PythonCrew:
        """What the class says; `formats` are schemas in files, by what its methods load them as."""
        module, owner = made_by.module, made_by.owner
        found = PythonCrew(owner.name, module.path, classes=self.classes(module))
        named = {each.name: each for each in methods_with_inherited(owner, found.classes)}
        scope = Scope(module, named, own_values(owner), values_elsewhere(module, self.modules))
        read_class(found, Reader(scope, found.classes, found.notes, found.records, formats=formats))
        return found

    def scripts(self) -> list[ScriptCrew]:
        """The crews that scripts make by themselves."""
        return script_crews(self.modules)

    def script(self, made: ScriptCrew) -> PythonCrew:
        """What a script says."""
        return read_script(made, self.modules, self.classes(made.module))

    def classes(self, module: PythonModule) -> Mapping[str, ast.ClassDef]:
        """The classes of all files; of two with one name that of this file, or of the nearest to the top."""
        found = {name: node for each in reversed(self.modules) for name, node in each.classes.items()}
        inner = {
            node.name: node
            for owner in module.classes.values()
            for node in owner.body
            if isinstance(node, ast.ClassDef)
        }
        return found | module.classes | inner


def _far(path: str, data: bytes) -> tuple[bool, int, str]:
    return not names_crews(path, data), path.count("/"), path
