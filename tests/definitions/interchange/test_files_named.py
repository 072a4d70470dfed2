"""Files that a crew names and that do not go with it."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.interchange.files_named import notes_on_files
from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.records import Records

CREW: dict[str, Any] = {
    "name": "crew",
    "prompt_file": "p.json",
    "trained_agents_file": "t.pkl",
    "skills": ["skills", "---\nname: x\ndescription: y\n---\nz"],
    "stream": True,
    "agents": {"a": {"role": "r", "goal": "g", "backstory": "b", "skills": ["more"]}},
    "tasks": [
        {
            "name": "t",
            "description": "d",
            "expected_output": "e",
            "agent": "a",
            "input_files": {"one": "1.md", "two": {"path": "2.md"}},
        }
    ],
}


def test_each_file_is_named_with_its_place():
    """A text in place of a folder needs none."""
    assert [str(note) for note in notes_on_files(CREW, "take {path}")] == [
        "prompt_file: take data/files/p.json",
        "trained_agents_file: take data/files/t.pkl",
        "skills: take data/files/skills",
        "agents.a.skills: take data/files/more",
        "tasks.t.input_files.one: take data/files/1.md",
        "tasks.t.input_files.two: take data/files/2.md",
    ]


def test_an_export_says_what_else_it_needs():
    """And leaves out what would make crewAI hand over a stream in place of the output."""
    made = for_crewai(CREW, Records())
    assert "stream" not in made.document
    places = {note.where for note in made.notes}
    assert {"stream", "skills", "agents.a.skills", "tasks.t.input_files.one"} <= places
