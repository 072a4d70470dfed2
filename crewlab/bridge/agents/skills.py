"""Skills of agents: folders with a SKILL.md, of which a model loads what it needs, and texts that always hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from crewai.skills.loader import load_skills
from crewai.skills.models import Skill
from crewai.skills.parser import SKILL_FILENAME, load_skill_metadata
from pydantic import ValidationError
from yaml import YAMLError

from crewlab.bridge.tools.named_files import content_of, path_of
from crewlab.definitions.crew import CrewDocument
from crewlab.definitions.skills import is_skill_text, require_plain_head
from crewlab.errors import BuildError, DocumentError

_MOST_BYTES = 200_000


class Skills:
    """Those of one attempt, read once."""

    def __init__(self, document: CrewDocument, files: Path) -> None:
        self._document, self._files = document, files
        self._of_crew: list[Skill] = []
        self._of_agents: dict[str, list[Skill]] = {}

    @property
    def are_named(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._document.skills) or any(agent.skills for agent in self._document.agents.values())

    def read(self) -> None:
        """Read what the crew and its agents name. Blocks.

        Raises:
            BuildError: A folder is missing, outside of where it may be, or holds no skill that can be read.
        """
        self._of_crew = _read("The crew", self._document.skills or [], self._files)
        for name, agent in self._document.agents.items():
            self._of_agents[name] = _read(f"The agent {name!r}", agent.skills or [], self._files)

    def of(self, agent: str) -> list[Skill] | None:
        """The agent's own, and then those of the crew, each name once; `None` where there are none."""
        found: dict[str, Skill] = {}
        for skill in (*self._of_agents.get(agent, []), *self._of_crew):
            found.setdefault(skill.name, skill)
        return list(found.values()) or None


def _read(who: str, references: Iterable[Any], files: Path) -> list[Skill]:
    return [skill for reference in references for skill in _skills(who, reference, files)]


def _skills(who: str, reference: Any, files: Path) -> list[Skill]:
    if not isinstance(reference, str) or reference.startswith("@") or isinstance(reference, Mapping):
        hint = "Name a folder in data/files, or write the text of a SKILL.md."
        raise BuildError(f"{who} names a skill of crewAI's platform, which CrewLab does not ask.", hint)
    try:
        if is_skill_text(reference):
            require_plain_head(reference[:_MOST_BYTES], "the skill")
            return load_skills([reference[:_MOST_BYTES]], activate=False)
        return [load_skill_metadata(folder) for folder in _folders(path_of(files, reference, "The skill"), files)]
    except DocumentError as error:
        raise BuildError(f"{who} has a skill that cannot be read: {error.message}", error.hint) from error
    except (ValueError, TypeError, ValidationError, YAMLError, OSError) as error:
        what = f"{who} has a skill that cannot be read: {' '.join(str(error).split())[:300]}."
        raise BuildError(what, "Correct its SKILL.md.") from error


def _folders(path: Path, files: Path) -> Iterator[Path]:
    """The folder itself, or those in it, that hold a skill."""
    found = [path] if (path / SKILL_FILENAME).is_file() else sorted(path.glob(f"*/{SKILL_FILENAME}"))
    if not found:
        raise BuildError(f"There is no {SKILL_FILENAME} in {path.name!r}.", "Name a folder with skills.")
    for each in found:
        folder = each if each.is_dir() else each.parent
        content = content_of(files, str((folder / SKILL_FILENAME).resolve()), "The skill", _MOST_BYTES)
        require_plain_head(content.decode(), f"the skill {folder.name!r}")
        yield folder
