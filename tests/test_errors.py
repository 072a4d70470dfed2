"""The tree of errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crewlab import errors
from crewlab.errors import CrewLabError, DefinitionNotFoundError

HOME = Path(errors.__file__).parent
WRITTEN = {name for path in HOME.glob("*.py") for name in re.findall(r"^class (\w+Error)\(", path.read_text(), re.M)}


def test_every_error_is_found_in_one_place():
    """What is written in a module of the package is imported from `crewlab.errors`, and nothing else is."""
    assert set(errors.__all__) == WRITTEN
    assert all(issubclass(getattr(errors, name), CrewLabError) for name in WRITTEN)


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_error_says_its_title(name: str):
    """A person reads a title above the sentence, and a developer a line about when it is raised."""
    kind = getattr(errors, name)
    assert kind is CrewLabError or "title" in vars(kind)
    assert kind.__doc__


def test_every_error_is_used():
    """An error that nothing raises or catches is taken out."""
    text = "\n".join(path.read_text("utf-8") for path in HOME.parent.rglob("*.py") if path.parent != HOME)
    assert {name for name in WRITTEN if not re.search(rf"\b{name}\b", text)} == set()


def test_a_definition_that_is_not_there_may_be_called_otherwise():
    """What is called alike is asked for; otherwise names are listed, and how many there are besides."""
    known = ["market-brief", *(f"c{number}" for number in range(20))]
    assert DefinitionNotFoundError("market-breif", known).hint == "Did you mean market-brief?"
    assert DefinitionNotFoundError("zzz", known).hint.endswith(" and 9 more.")
    assert DefinitionNotFoundError("x" * 10**6, known).hint.startswith("Known definitions: c0, c1, c10")
