"""A crew half-way, in the words of crewAI's checkpoints."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.interchange.crew_checkpoint import Halfway, crew_checkpoint
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.library.tool_records import ToolRecord
from tests.definitions.documents import agent, crew, task

DONE = {"raw": "facts", "json_dict": None, "agent": "researcher"}


def entity(document: dict[str, Any], records: Records | None = None, **done: Any) -> dict[str, Any]:
    """The crew of a checkpoint after these tasks."""
    return crew_checkpoint(document, records or Records(), Halfway("e1", document, {"topic": "tea"}, done))


def test_tasks_that_are_done_have_their_outputs_and_the_others_none():
    """With the role of the agent, as crewAI has it, and the words of the document beside the filled ones."""
    written = crew(tasks=[task("facts", context=[], description="On {topic}"), task("report", "writer")])
    filled = {**written, "tasks": [{**written["tasks"][0], "description": "On tea"}, written["tasks"][1]]}
    found = crew_checkpoint(filled, Records(), Halfway("e1", written, {"topic": "tea"}, {"facts": DONE}))
    facts, report = found["tasks"]
    assert (facts["output"]["raw"], facts["output"]["agent"]) == ("facts", found["agents"][0]["role"])
    assert (facts["description"], facts["checkpoint_original_description"]) == ("On tea", "On {topic}")
    assert "output" not in report
    assert found["checkpoint_inputs"] == {"topic": "tea"}
    assert facts["agent"]["id"] == found["agents"][0]["id"]


def test_what_a_task_reads_is_named_when_all_of_it_is_done():
    """crewAI restores copies: one without an output would stay without, and the task would read nothing."""
    reads = crew(tasks=[task("facts", context=[]), task("more", context=[]), task("report", context=["facts"])])
    assert "context" not in entity(reads)["tasks"][2]
    [read] = entity(reads, facts=DONE)["tasks"][2]["context"]
    assert read["output"]["raw"] == "facts"
    assert entity(reads)["tasks"][1]["context"] is None


def test_tools_are_those_of_crewai_with_the_settings_of_the_record():
    """A secret and code are left out."""
    search = ToolRecord(name="search", type="SerperDevTool", configuration={"n_results": 3, "country": "${secret:C}"})
    one = agent(tools=["search", "FileReadTool", {"python": "own:Tool"}], callbacks=[{"python": "own:told"}])
    document = crew(agents={"researcher": one, "writer": agent()}, task_callback={"python": "own:told"})
    found = entity(document, Records(tools={"search": search}))
    assert found["agents"][0]["tools"] == [
        {"tool_type": "crewai_tools.SerperDevTool", "n_results": 3},
        {"tool_type": "crewai_tools.FileReadTool"},
    ]
    assert "python" not in str(found)


def test_a_manager_is_beside_the_agents():
    """As crewAI wants it."""
    agents = {"researcher": agent(), "writer": agent(), "boss": agent(role="Boss")}
    found = entity(crew(process="hierarchical", manager_agent="boss", agents=agents))
    assert found["manager_agent"]["role"] == "Boss"
    assert len(found["agents"]) == 2
