"""Everything in the gallery can be taken as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.gallery import Template, gallery, named, search
from crewlab.definitions.known import Known
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord, require_valid
from crewlab.definitions.models import is_rehearsal
from crewlab.errors import DocumentError, RecordNotFoundError
from crewlab.settings import PROJECT

TEMPLATES = gallery(PROJECT / "data" / "gallery", PROJECT / "data" / "examples")
KNOWN = Known(
    tools=frozenset(tool_specs()), keys=frozenset(), providers=frozenset({"rehearsal"}), priced_models=frozenset()
)


def of_kind(*kinds: str) -> list[Template]:
    return [template for template in TEMPLATES if template.kind in kinds]


def test_there_is_enough_to_begin_from():
    """Eight crews beside the examples, six flows, agents and tools at the least; each has one name within its kind."""
    crews = [template for template in of_kind("crew") if "example" not in template.tags]
    assert len(crews) >= 8
    assert len(of_kind("flow")) >= 6
    assert len(of_kind("agent")) >= 5
    assert len(of_kind("tool")) >= 3
    assert len({(template.kind, template.name) for template in TEMPLATES}) == len(TEMPLATES)
    assert all(template.title and template.about and template.tags for template in TEMPLATES)


@pytest.mark.parametrize("template", of_kind("crew"), ids=lambda template: template.name)
def test_a_crew_has_nothing_wrong(template: Template):
    """It runs on a new machine, and the definition gets the name of the template."""
    assert check(template.document, KNOWN) == []
    assert is_rehearsal(template.document)
    assert template.document["name"] == template.name


@pytest.mark.parametrize("template", of_kind("flow"), ids=lambda template: template.name)
def test_a_flow_needs_nothing_that_is_not_there(template: Template):
    """Each crew and flow that it runs by name is in the gallery too."""
    assert template.document["name"] == template.name
    assert {named(TEMPLATES, name).kind for name in template.needs} <= {"crew", "flow"}


@pytest.mark.parametrize("template", of_kind("agent"), ids=lambda template: template.name)
def test_an_agent_fits_into_a_crew(template: Template):
    """A crew of it and one task has nothing wrong."""
    task = {"name": "work", "description": "Do it.", "expected_output": "It.", "agent": template.name}
    crew = {"name": "one", "agents": {template.name: template.document}, "tasks": [task]}
    assert check(crew, KNOWN) == []


@pytest.mark.parametrize("template", of_kind("tool"), ids=lambda template: template.name)
def test_a_tool_is_a_record_that_can_be_saved(template: Template):
    """It names a tool of the catalogue, and needs no key."""
    record = ToolRecord.model_validate(template.document)
    require_valid(record)
    assert record.name == template.name


def test_a_search_finds_words_anywhere():
    """In the name, the title, the description or the tags, whatever their case; all of them have to be there."""
    assert [template.name for template in search(TEMPLATES, "LEGAL memo")] == ["contract-review"]
    assert {template.kind for template in search(TEMPLATES, "", "agent")} == {"agent"}
    assert search(TEMPLATES, "no-such-word") == []


def test_an_unknown_name_is_said_with_those_that_are_there():
    """And what there is instead."""
    with pytest.raises(RecordNotFoundError, match="no template 'nothing'") as caught:
        named(TEMPLATES, "nothing")
    assert caught.value.title == "There is nothing of that name"
    assert "contract-review" in caught.value.hint
    with pytest.raises(RecordNotFoundError) as caught:
        named(TEMPLATES, "contrct-review")
    assert caught.value.hint == "Did you mean 'contract-review'?"


def test_a_file_that_is_no_template_is_named(tmp_path: Path):
    """With its name, for whoever adds to the gallery."""
    (tmp_path / "crews").mkdir()
    (tmp_path / "crews" / "broken.yaml").write_text("title: only a title\n")
    with pytest.raises(DocumentError, match=r"broken\.yaml is not a template"):
        gallery(tmp_path, tmp_path)
