"""What comes from elsewhere is stored all or not at all, does nothing by itself, and finds its way to another lab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.definitions.interchange.source_files import file_of_bytes
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import DefinitionError, DefinitionNotFoundError, DocumentError, DuplicateNameError
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.definitions.documents import crew, task


@pytest.fixture
def labs(tmp_path: Path) -> Iterator[tuple[Lab, Lab]]:
    """One lab to export from and one to import into, without examples."""
    none = tmp_path / "none"
    opened = [Lab.open(settings=Settings(data=tmp_path / name, examples=none)) for name in ("one", "other")]
    with opened[0], opened[1]:
        yield opened[0], opened[1]


def flow(*references: dict) -> dict:
    steps = {
        f"step_{number}": {"start": True, "do": {"call": "crew", **reference}}
        for number, reference in enumerate(references)
    }
    return {"schema": "crewai.flow/v1", "name": "whole", "methods": steps}


def fill(lab: Lab) -> None:
    """A flow that uses two versions of a crew, which names a record of each kind and a file."""
    lab.save_tool(ToolRecord(name="wait", type="WaitTool", description="Waits"))
    lab.save_tool(ToolRecord(name="search", type="SerperDevTool", environment={"SERPER_API_KEY": "${secret:SERPER}"}))
    lab.save_mcp_server(McpServer(name="notes", transport="stdio", command="python", args=("-m", "notes")))
    lab.save_model_profile("fast", "rehearsal/terse")
    lab.save_model_profile("mine", "openai/gpt-4o", base_url="https://models.example/v1", api_key="${secret:MINE}")
    lab.add_knowledge_file("book.md", b"# Book")
    document = crew(name="part")
    document["agents"]["writer"] |= {"tools": ["wait", "search", "notes"], "llm": "fast"}
    document["agents"]["researcher"] |= {"llm": "mine", "knowledge_sources": [{"path": "book.md"}]}
    first = lab.definitions.save(document)
    lab.definitions.save({**document, "verbose": True}, definition_id=first.definition_id)
    lab.definitions.save(flow({"definition": "part", "version": 1}, {"definition": "part"}))


def test_a_bundle_brings_everything_but_what_has_to_be_agreed_to(labs):
    """Definitions with their versions, records without secrets; programs, secrets and other servers are asked about."""
    one, other = labs
    fill(one)
    bundle = one.definitions.export("whole", "bundle")
    assert {str(note) for note in bundle.notes} == {
        "search: the secret SERPER is not in the bundle, only its name",
        "mine: the secret MINE is not in the bundle, only its name",
    }
    seen = other.definitions.preview_import(bundle.data)
    assert [(placed.name, placed.found.number, placed.outcome) for placed in seen.definitions] == [
        ("part", 1, "new"), ("part", 2, "new"), ("whole", 1, "new"),
    ]  # fmt: skip
    assert {record.name: (record.outcome, record.what) for record in seen.records} == {
        "wait": ("new", ""),
        "search": ("asks", "is given the secret SERPER"),
        "notes": ("asks", "starts the program 'python -m notes'"),
        "fast": ("new", ""),
        "mine": ("asks", "sends prompts to models.example and is given the secret MINE"),
        "book.md": ("new", ""),
    }
    assert other.definitions.list() == []
    done = other.definitions.import_from(bundle.data, accept=["search"])
    assert [(version.name, version.number) for version in done.versions] == [("part", 1), ("part", 2), ("whole", 1)]
    assert [tool.name for tool in other.tools()] == ["search", "wait"]
    assert (other.mcp_servers(), [profile.name for profile in other.model_profiles()]) == ([], ["fast"])
    assert [file.path for file in other.knowledge_files()] == ["book.md"]
    assert {record.outcome for record in other.definitions.preview_import(bundle.data).records} == {"same", "asks"}


def test_versions_that_a_flow_names_are_counted_anew(labs):
    """What was version 2 there may be version 5 here: the steps say so."""
    one, other = labs
    fill(one)
    earlier = other.definitions.save(crew(name="part"))
    done = other.definitions.import_from(one.definitions.export("whole", "bundle").data, existing="update")
    numbers = [version.number for version in done.versions]
    assert numbers == [2, 3, 1]
    steps = done.versions[-1].document["methods"]
    assert (steps["step_0"]["do"]["version"], "version" in steps["step_1"]["do"]) == (2, False)
    assert other.definitions.version("part", 1) == earlier


def test_a_renamed_crew_is_what_the_flow_names(labs):
    """Where a name is taken, references follow the new one."""
    one, other = labs
    fill(one)
    other.definitions.save(crew(name="part", verbose=True))
    bundle = one.definitions.export("whole", "bundle").data
    with pytest.raises(DuplicateNameError):
        other.definitions.import_from(bundle)
    assert [summary.name for summary in other.definitions.list()] == ["part"]
    assert other.tools() == []
    done = other.definitions.import_from(bundle, existing="rename")
    assert [version.name for version in done.versions] == ["part_2", "part_2", "whole"]
    assert done.versions[-1].document["methods"]["step_1"]["do"]["definition"] == "part_2"


def test_a_flow_that_would_name_something_else_is_not_the_same(labs):
    """Its words are, but the crew that it uses is another one here: what is here keeps what it uses."""
    one, other = labs
    fill(one)
    mine = other.definitions.save(crew(name="part", verbose=True))
    bundle = one.definitions.export("whole", "bundle").data
    other.definitions.save(one.definitions.version("whole").document)
    seen = other.definitions.preview_import(bundle, existing="rename")
    assert [(placed.name, placed.outcome) for placed in seen.definitions] == [
        ("part_2", "renamed"), ("part_2", "renamed"), ("whole_2", "renamed"),
    ]  # fmt: skip
    other.definitions.import_from(bundle, existing="rename")
    assert other.definitions.get("whole").latest_number == 1
    assert other.definitions.version("part") == mine


def test_the_same_again_is_found_where_versions_are_counted_otherwise(labs):
    """The flow here names version 2 of what was version 1 there."""
    one, other = labs
    fill(one)
    other.definitions.save(crew(name="part", verbose=True))
    bundle = one.definitions.export("whole", "bundle").data
    first = other.definitions.import_from(bundle, existing="update")
    again = other.definitions.import_from(bundle)
    assert again.versions == first.versions


def test_what_arrives_together_is_checked_together(labs):
    """A flow finds the crews that come with it, and what is wrong with them is said before anything is stored."""
    one, other = labs
    good = crew(name="good", inputs={"topic": "tea"})
    one.definitions.save(good)
    one.definitions.save(flow({"definition": "good"}))
    (_, whole) = other.definitions.preview_import(one.definitions.export("whole", "bundle").data).definitions
    assert [problem for problem in whole.problems if problem.severity == "error"] == []
    files = {"flow.json": json.dumps(flow({"definition": "nowhere"})).encode()}
    (alone,) = other.definitions.preview_import(files).definitions
    assert any("nowhere" in problem.what for problem in alone.problems)


def test_the_same_again_stores_nothing(labs):
    """Its versions are found by their content, also an earlier one."""
    one, other = labs
    fill(one)
    bundle = one.definitions.export("whole", "bundle").data
    first = other.definitions.import_from(bundle)
    again = other.definitions.import_from(bundle)
    assert again.versions == first.versions
    assert {placed.outcome for placed in again.preview.definitions} == {"same"}


def test_what_is_here_stays(labs):
    """A record of the same name that differs is not replaced, and that is said."""
    one, other = labs
    fill(one)
    mine = other.save_tool(ToolRecord(name="wait", type="WaitTool", description="Mine"))
    done = other.definitions.import_from(one.definitions.export("whole", "bundle").data)
    (kept,) = (record for record in done.preview.records if record.name == "wait")
    assert (kept.outcome, "which stays" in kept.what) == ("kept", True)
    assert next(tool for tool in other.tools() if tool.name == "wait") == mine


def test_a_flow_does_not_become_a_version_of_a_crew(labs):
    """Under that name there is something of the other kind, whatever is to happen with names."""
    one, _ = labs
    one.definitions.save(crew(name="whole"))
    files = {"whole.json": b'{"name": "whole", "methods": {}}'}
    for existing in ("refuse", "update"):
        with pytest.raises(DocumentError, match="already a crew named 'whole'"):
            one.definitions.import_from(files, existing=existing)
    assert one.definitions.import_from(files, existing="rename").versions[0].name == "whole_2"


def test_a_known_secret_is_not_imported(labs):
    """Nothing of the project is stored when one of its documents holds one."""
    one, _ = labs
    one.secrets.set("TOKEN", "a-secret-of-some-length")
    files = {
        "a.yaml": b"name: a\nagents: {}\ntasks: []",
        "b.yaml": b"name: b\nagents: {x: {role: a-secret-of-some-length}}\ntasks: []",
    }
    with pytest.raises(DefinitionError, match="known secret"):
        one.definitions.import_from(files)
    with pytest.raises(DefinitionNotFoundError):
        one.definitions.get("a")


def test_a_secret_goes_to_a_server_only_if_a_person_agrees(labs):
    """A model of a document from elsewhere comes without it; the same again is not asked about."""
    _, lab = labs
    llm = {"model": "openai/gpt-4o", "base_url": "https://evil.example/v1", "api_key": "${secret:MINE}"}
    document = crew(name="sly", llm=llm)
    files = {"sly.json": json.dumps(document).encode()}
    (asked,) = lab.definitions.preview_import(files).records
    assert (asked.kind, asked.name, asked.outcome) == ("server", "evil.example", "asks")
    assert "would be given the secret MINE" in asked.what
    (version,) = lab.definitions.import_from(files).versions
    assert version.document["llm"] == {"model": "openai/gpt-4o", "base_url": "https://evil.example/v1"}
    again = lab.definitions.import_from(files)
    assert (again.versions, again.preview.records) == ((version,), ())
    (agreed,) = lab.definitions.import_from(files, existing="rename", accept=["evil.example"]).versions
    assert agreed == version  # what is here stays; a new name makes it new
    document["name"] = "agreed"
    files = {"agreed.json": json.dumps(document).encode()}
    (agreed,) = lab.definitions.import_from(files, accept=["evil.example"]).versions
    assert agreed.document["llm"] == llm


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{}", "format"),
        (
            b'{"format": "crewlab.bundle/1", "definitions": [{"name": "x", "number": 1, "path": "../x.yaml"}]}',
            "not in it",
        ),
        (b'{"format": "crewlab.bundle/1", "definitions": [], "knowledge": ["../x"]}', "not in it"),
        (b'{"format": "crewlab.bundle/1", "definitions": [], "tools": [{"name": "x", "type": "y", "z": 1}]}', "tools"),
        (b'["crewlab.bundle/1"]', "valid"),
    ],
)
def test_a_bundle_that_is_none_is_refused(labs, manifest, said):
    """With the place, and before anything is stored."""
    with pytest.raises(DocumentError, match=said):
        labs[0].definitions.import_from({"crewlab-bundle.json": manifest, "x.yaml": b"a: 1"})


def test_a_bundle_is_the_same_each_time_and_says_if_it_was_changed(labs):
    """Its bytes can be compared; a definition that was edited in it is still read, and named."""
    one, other = labs
    one.definitions.save(crew(name="part"))
    first = one.definitions.export("part", "bundle")
    assert first == one.definitions.export("part", "bundle")
    assert first.filename == "part.crewlab.zip"
    contents = dict(file_of_bytes("b.zip", first.data).contents)
    path = next(path for path in contents if path.endswith(".yaml"))
    contents[path] += b"verbose: true\n"
    seen = other.definitions.preview_import(contents)
    assert "not what it was" in seen.definitions[0].found.notes[0].what


def test_one_document_is_imported_under_its_own_name(labs):
    """Or that of its file; another one of that name is refused, and the note says what was changed."""
    lab, _ = labs
    text = '{"agents": {}, "tasks": []}'
    assert lab.definitions.import_document(text, source="folder/fresh.json").name == "fresh"
    with pytest.raises(DuplicateNameError):
        lab.definitions.import_document('{"agents": {}, "tasks": [], "process": "parallel"}', source="fresh.json")
    tasks = [{**task(name), "async_execution": True} for name in ("a", "b")]
    version = lab.definitions.import_document(json.dumps(crew(name="two", tasks=tasks)), source="two.json")
    assert version.document["process"] == "parallel"
    assert [line.partition(":")[0] for line in version.note.splitlines()] == [
        "imported from two.json",
        "process",
        "tasks.a.async_execution",
        "tasks.b.async_execution",
    ]
