"""Classic projects: YAML, and what the Python beside it says without being run."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.definitions.interchange.understanding import understand
from tests.definitions.interchange.projects import CLASSIC_PROJECT, files


def imported(**changes: str):
    code = CLASSIC_PROJECT["src/news/crew.py"].decode()
    for old, new in changes.get("code", {}).items() if changes else ():
        assert old in code
        code = code.replace(old, new)
    (found,) = understand(files({**CLASSIC_PROJECT, "src/news/crew.py": code.encode()})).definitions
    return found


@pytest.fixture(autouse=True)
def nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The project's module would write a file as soon as it were loaded."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


def test_the_python_beside_the_yaml_is_read():
    """Process, wiring, tools, models, schemas and files come from the code, texts from the YAML."""
    document = imported().document
    assert document["name"] == "news"
    assert document["planning"] is True
    assert document["process"] == "parallel"  # find was asynchronous
    assert document["agents"] == {
        "researcher": {
            "role": "Researcher of {topic}",
            "goal": "Find",
            "backstory": "Curious",
            "llm": {"model": "rehearsal/plain", "seed": 3},
            "tools": ["search"],
            "max_iter": 7,
        },
        "editor": {
            "role": "Editor",
            "goal": "Edit",
            "backstory": "Strict",
            "tools": ["FileReadTool"],
            "llm": {"model": "rehearsal/plain", "seed": 3},
        },
    }
    find, edit = document["tasks"]
    assert (find["agent"], find["context"]) == ("researcher", [])
    assert (edit["context"], edit["output_file"], edit["agent"]) == (["find"], "page.md", "editor")
    assert edit["output_pydantic"] == {
        "title": "Page",
        "description": "A page.",
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "Its title"},
            "words": {"type": "integer", "default": 0},
            "parts": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["title", "parts"],
    }


def test_code_stays_a_reference_that_the_checks_refuse():
    """A crew does not silently run without its guardrail or its preparation."""
    document = imported().document
    assert document["tasks"][1]["guardrail"] == {"python": "news.rules:is_short"}
    assert document["before_kickoff_callbacks"] == [{"python": "crew:News.prepare"}]


def test_what_the_code_alone_describes_is_said_to_be_from_there():
    """A task without YAML is one too."""
    alone = 'Task(description="Look", expected_output="A line", agent=self.editor())'
    found = imported(code={'Task(config=self.tasks_config["find"], async_execution=True)': alone})
    said = {note.where: note.what for note in found.understood}
    assert said["tasks.find"] == "description, expected_output, agent (from src/news/crew.py)"
    assert said["tasks.edit"].endswith("(from src/news/config/tasks.yaml)")


def test_what_only_running_would_tell_is_named():
    """Each field that is left out, with the expression, and YAML that the code makes nothing of."""
    said = {note.where: note.what for note in imported().notes}
    assert "bool(os.getenv('LOUD'))" in said["agents.researcher.verbose"]
    assert said["tools.search.tools"] == "SerperDevTool(n_results=3) becomes the tool 'search' of the Library"
    assert said["agents.idle"] == "left out: src/news/crew.py makes nothing of it"
    assert "became the context []" in said["tasks.find.async_execution"]
    assert "Python code" in said["tasks.edit.guardrail"]
    assert said["tasks.edit.output_pydantic"].startswith("the class Page as JSON Schema")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("return made", "return build(made)", "agents.editor"),
        ("output_pydantic=Page", "output_pydantic=Elsewhere", "tasks.edit.output_pydantic"),
        ("parts: list[str]", "parts: Callable[[int], str]", "tasks.edit.output_pydantic"),
        ("ROUNDS = 7", "ROUNDS = AGAIN\nAGAIN = ROUNDS", "agents.researcher.max_iter"),
        ("ROUNDS = 7", "ROUNDS = " + "-" * 60 + "1", "agents.researcher.max_iter"),
        ("return Crew(", "return self.made(", "crew.process"),
    ],
)
def test_code_that_says_nothing_by_itself_is_left_out(old, new, where):
    """However it is written, the rest of the project is imported."""
    found = imported(code={old: new})
    assert where in [note.where for note in found.notes] or where == "crew.process"
    assert len(found.document["tasks"]) == 2


@pytest.mark.parametrize(
    ("written", "settings"),
    [
        ("n_results=3", {"n_results": 3}),
        ("n_results=ROUNDS, result_as_answer=True", {"n_results": 7}),
        ("country=os.environ['PLACE']", {"country": "${secret:PLACE}"}),
        ("n_results=count()", None),
        ("n_results='many'", None),
        ("nonsense=1", None),
        ("3", None),
    ],
)
def test_a_tool_with_settings_becomes_a_record(written, settings):
    """As far as they can be read and the tool takes them; a variable becomes the name of a secret."""
    found = imported(code={"n_results=3": written})
    if settings is None:
        assert found.tools == ()
        assert found.document["agents"]["researcher"]["tools"] == ["SerperDevTool"]
        assert any("without its settings" in note.what for note in found.notes)
    else:
        (record,) = found.tools
        assert (record.name, record.type, record.configuration) == ("search", "SerperDevTool", settings)
        assert found.document["agents"]["researcher"]["tools"] == ["search"]


def test_without_python_the_order_of_the_file_counts():
    """And that is said; so it is with Python that is none."""
    for code in ({}, {"src/news/crew.py": b"class (:"}, {"src/news/crew.py": b"(" * 5000}):
        contents = {path: data for path, data in CLASSIC_PROJECT.items() if not path.endswith(".py")} | code
        (found,) = understand(files(contents)).definitions
        assert [task["name"] for task in found.document["tasks"]] == ["find", "edit"]
        assert list(found.document["agents"]) == ["researcher", "editor", "idle"]
        assert [note.where for note in found.notes] == ["process"]
