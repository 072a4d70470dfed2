"""Files and folders that a definition names: each in the folder that may be read, data/files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.safety import unsafe_name
from crewlab.definitions.rules.subject import Subject, error, is_python_reference
from crewlab.definitions.skills import is_skill_text, require_plain_head
from crewlab.errors import DocumentError


def skills_and_inputs(subject: Subject) -> Iterable[Problem]:
    """Folders of skills, and files that tasks are given, are in the folder of files."""
    for where, name in [*_skills(subject), *_input_files(subject)]:
        if name.startswith("@"):
            what = f"The skill {name[:80]!r} is on crewAI's platform, which CrewLab does not ask."
            yield error("skill.remote", where, what, "Put its folder into data/files, and name that.")
        elif reason := unsafe_name(name, "the folder of files"):
            what = f"{name[:120]!r} {reason}."
            yield error("file.unsafe", where, what, "Name a file or folder in data/files, such as skills/writing.")


def skill_texts(subject: Subject) -> Iterable[Problem]:
    """A skill that is written out begins with what it is called and what it is for; it is no object."""
    for part in (subject.crew, *subject.workers):
        named = part.body.get("skills")
        for number, value in enumerate(named if isinstance(named, list) else []):
            if isinstance(value, Mapping) and not is_python_reference(value):
                where = f"{part.where}.skills.{number}".lstrip(".")
                yield error("skill.text", where, "A skill is a folder, or a text.", "Name a folder in data/files.")
    for where, text in _listed_skills(subject):
        if is_skill_text(text):
            try:
                require_plain_head(text, "this skill")
            except DocumentError as problem:
                yield error("skill.text", where, problem.message, problem.hint)


def _skills(subject: Subject) -> Iterator[tuple[str, str]]:
    return ((where, text) for where, text in _listed_skills(subject) if not is_skill_text(text))


def _listed_skills(subject: Subject) -> Iterator[tuple[str, str]]:
    for part in (subject.crew, *subject.workers):
        named = part.body.get("skills")
        for number, text in enumerate(named if isinstance(named, list) else []):
            if isinstance(text, str):
                yield f"{part.where}.skills.{number}".lstrip("."), text


def _input_files(subject: Subject) -> Iterator[tuple[str, str]]:
    for task in subject.tasks:
        named = task.body.get("input_files")
        for name, value in named.items() if isinstance(named, Mapping) else ():
            path: Any = value.get("path") if isinstance(value, Mapping) else value
            yield f"{task.where}.input_files.{name}", path if isinstance(path, str) else ""
