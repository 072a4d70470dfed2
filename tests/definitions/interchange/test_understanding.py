"""Whatever shape a project has: the same definition comes out, and what is not in it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.interchange.source_files import file_of_bytes, files_at
from crewlab.definitions.interchange.understanding import understand
from crewlab.errors import DocumentError
from tests.definitions.interchange.projects import CLASSIC_PROJECT, JSON_PROJECT, as_zip, files


def write(contents: dict[str, bytes], folder: Path) -> Path:
    for path, data in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("project", [JSON_PROJECT, CLASSIC_PROJECT], ids=["jsonc", "classic"])
def test_a_folder_and_its_zip_are_the_same(project, tmp_path: Path):
    """What a person chose makes no difference."""
    folder = write(project, tmp_path / "project")
    one, other = understand(files_at(folder)), understand(file_of_bytes("project.zip", as_zip(project)))
    assert one.definitions == other.definitions
    assert one.left_out == other.left_out


@pytest.mark.parametrize("name", ["crew.py", "crew.ipynb"])
@pytest.mark.parametrize("beside", [{}, {"README.md": b"# One"}], ids=["alone", "with a README"])
def test_python_without_a_crew_is_no_definition(name: str, beside: dict[str, bytes]):
    """Neither a broken document nor a crew of cells: what is read is said."""
    with pytest.raises(DocumentError, match=r"there is Python, and its text makes no crew.*CrewLab reads crews"):
        understand(files({name: b'{"cells": []}', **beside}))


def test_a_project_of_several_crews_gives_them_all():
    """Each with its own Python, named by its own folder."""
    both = {
        **{f"crews/one/{path.removeprefix('src/news/')}": data for path, data in CLASSIC_PROJECT.items()},
        **{f"crews/two/{path}": data for path, data in JSON_PROJECT.items()},
        "README.md": b"agents: none\ntasks: none",
        "flow.py": b"class Whole(Flow[State]):\n    pass\n",
    }
    found = understand(files(both))
    assert [(each.name, each.path) for each in found.definitions] == [
        ("news", "crews/two/crew.jsonc"),
        ("one", "crews/one/config/agents.yaml"),
    ]
    assert [str(note) for note in found.left_out] == [
        "crews/one/main.py: Python code, which is not run",
        "flow.py: a flow written in Python, which is not read: make it anew with the crews of this import",
    ]


def test_python_with_a_mistake_is_said_to_tell_nothing():
    """Whoever knows that it names the process would miss it otherwise."""
    found = understand(files({**CLASSIC_PROJECT, "src/news/crew.py": b"class News(:\n"}))
    said = [str(note) for note in (*found.definitions[0].notes, *found.left_out)]
    assert any(note.startswith("src/news/crew.py: Python code with a mistake") for note in said)
    assert any("no Python that can be read" in note for note in said)


def test_every_file_that_cannot_be_read_is_named():
    """Not the first alone; where it is only one, its own error says most."""
    broken = {
        "good.yaml": b"name: good\nagents: {}\ntasks: []\n",
        "one.yaml": b"name: one\nagents: {\ntasks: []\n",
        "two.json": b'{"name": "two",\n"agents": {},\n"tasks": [}',
        "flow.yaml": b"name: three\nmethods: [\n",
    }
    with pytest.raises(DocumentError, match=r"^3 files cannot be read\.") as found:
        understand(files(broken))
    assert all(f"{name}, line " in found.value.message for name in broken if name != "good.yaml")
    with pytest.raises(DocumentError, match=r"^two\.json, line 3"):
        understand(files({name: broken[name] for name in ("good.yaml", "two.json")}))


@pytest.mark.parametrize(
    ("project", "broken"),
    [
        (CLASSIC_PROJECT, ("src/news/config/agents.yaml", "src/news/config/tasks.yaml")),
        (JSON_PROJECT, ("crew.jsonc", "agents/{agent}.jsonc")),
        (JSON_PROJECT, ("agents/{agent}.jsonc", "agents/{other}.jsonc")),
    ],
    ids=["classic", "the crew and an agent", "two agents"],
)
def test_every_file_of_one_crew_that_cannot_be_read_is_named(project, broken):
    """Beside other definitions, too, where each file counts once."""
    agents = [path for path in JSON_PROJECT if path.startswith("agents/")]
    named = [
        path.replace("agents/{agent}.jsonc", agents[0]).replace("agents/{other}.jsonc", agents[-1]) for path in broken
    ]
    contents = {**project, **dict.fromkeys(named, b"a: {\nb: [")}
    for more, count in (({}, 2), ({"else.yaml": b"name: one\nagents: {\ntasks: []\n"}, 3)):
        with pytest.raises(DocumentError, match=rf"^{count} files cannot be read\.") as found:
            understand(files({**contents, **more}))
        assert all(found.value.message.count(path) == 1 for path in [*named, *more])


def test_what_is_understood_is_said_field_by_field():
    """Each part with its fields, and the file that they are from."""
    (found,) = understand(files(JSON_PROJECT)).definitions
    said = {note.where: note.what for note in found.understood}
    assert said["agents.researcher"] == "role, goal, backstory, llm, max_iter (from agents/researcher.jsonc)"
    assert said["tasks.write"] == "description, expected_output, agent, context (from crew.jsonc)"
    assert found.notes == ()
    assert [problem for problem in check(found.document) if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ({}, "no definition"),
        ({"a.md": b"x", "b.md": b"y"}, "no definition"),
        ({"config/agents.yaml": b"a: {role: x}"}, "one half"),
        ({f"{n}/crew.json": b"{}" for n in range(101)}, "more than 100"),
        ({"agents.yaml": b"- a", "tasks.yaml": b"b: {}"}, "not a list of names"),
        ({"x.yaml": b"\xff\xfe"}, "not UTF-8"),
    ],
)
def test_what_is_no_definition_is_refused_in_words(contents, said):
    """The error says what was expected."""
    with pytest.raises(DocumentError, match=said):
        understand(files(contents))


def test_agents_are_looked_up_among_the_files_only():
    """A name that leads elsewhere finds nothing, an agent that no crew lists is named."""
    crew = {
        "crew.json": b'{"name": "x", "agents": ["../../etc/passwd", "a"], "tasks": []}',
        "agents/a.json": b'{"role": "A"}',
        "agents/b.json": b'{"role": "B"}',
    }
    (found,) = understand(files(crew)).definitions
    assert found.document["agents"] == {"a": {"role": "A"}}
    assert [note.where for note in found.notes] == ["agents.../../etc/passwd", "agents/b.json"]
