"""Documents with types, and which task reads which."""

from __future__ import annotations

import pytest

from crewlab.definitions.crew import default_process, dependencies, parse_crew, waits
from crewlab.errors import DocumentError
from tests.definitions.documents import agent, crew, task


def test_a_document_gets_types_and_keeps_what_is_unknown():
    """Fields that CrewLab does not know survive parsing."""
    document = crew(x_team="ops", agents={"researcher": agent(x_note=1)}, tasks=[task("facts", x_days=2)])
    parsed = parse_crew(document)
    assert parsed.model_extra == {"x_team": "ops"}
    assert parsed.agents["researcher"].model_extra == {"x_note": 1}
    assert parsed.tasks[0].model_extra == {"x_days": 2}


def test_a_document_that_does_not_fit_is_refused_with_its_place():
    """The message names the field."""
    with pytest.raises(DocumentError, match=r"tasks\.0\.description"):
        parse_crew(crew(tasks=[{"name": "a", "expected_output": "x"}]))


def test_a_crew_without_a_process_is_sequential():
    """As in crewAI."""
    assert default_process({}) == "sequential"
    assert default_process({"process": "parallel"}) == "parallel"


@pytest.mark.parametrize("process", ["sequential", "parallel", "hierarchical"])
def test_an_absent_context_reads_everything_before(process: str):
    """Absent and null are all tasks before; an empty list is none."""
    tasks = [task("a"), task("b", context=None), task("c", context=[]), task("d", context=["a", "c"])]
    assert dependencies(crew(process=process, tasks=tasks)) == [[], [0], [], [0, 2]]


def test_dependencies_of_a_draft_leave_out_unknown_names():
    """A graph can be drawn of a document with problems; a parsed one gives the same."""
    document = crew(tasks=[task("a", context=["b", "nobody"]), task("b", context=[])])
    assert dependencies(document) == [[1], []] == dependencies(parse_crew(document))


def test_guardrails_are_one_list():
    """A single guardrail comes before those of the list."""
    guarded = parse_crew(crew(tasks=[task("a", guardrail="x", guardrails=["y", "z"])]))
    assert guarded.tasks[0].every_guardrail == ("x", "y", "z")


def test_a_condition_is_waited_for_and_not_read():
    """The tasks that a condition names end first, and their outputs are not given to the agent."""
    tasks = [task("a", context=[]), task("b", context=[]), task("c", context=["b"], condition="outputs.a != ''")]
    document = crew(process="parallel", tasks=tasks)
    assert waits(document) == [[], [], [0, 1]] == waits(parse_crew(document))
    assert dependencies(document)[2] == [1]
