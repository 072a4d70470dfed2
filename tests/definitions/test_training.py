"""A crew unrolled for training."""

from __future__ import annotations

from crewlab.definitions.crew import dependencies
from crewlab.definitions.training import LEARNS_FROM, lesson_name, round_name, training_document

CREW = {
    "name": "tea",
    "process": "parallel",
    "agents": {
        who: {"role": who, "goal": "g", "backstory": "b", "llm": "rehearsal/plain"} for who in ("taster", "writer")
    },
    "tasks": [
        {"name": "taste", "description": "d", "expected_output": "e", "agent": "taster", "context": []},
        {"name": "smell", "description": "d", "expected_output": "e", "agent": "taster", "context": []},
        {
            "name": "write",
            "description": "d",
            "expected_output": "e",
            "agent": "writer",
            "context": ["taste", "smell"],
            "output_file": "tea.md",
        },
    ],
}


def test_every_round_has_every_task_with_the_context_of_its_own_round():
    """What is read in round 2 was written in round 2."""
    unrolled = training_document(CREW, 2)
    names = [task["name"] for task in unrolled["tasks"]]
    assert names[:6] == [round_name(name, number) for number in (1, 2) for name in ("taste", "smell", "write")]
    links = dependencies(unrolled)
    assert [names[index] for index in links[5]] == [round_name("taste", 2), round_name("smell", 2)]
    assert unrolled["process"] == "sequential"


def test_a_person_is_asked_once_about_each_output_and_nothing_is_written_to_files():
    """Training needs words about outputs, and no files."""
    tasks = training_document(CREW, 1)["tasks"][:3]
    assert all(task["human_input"]["once"] for task in tasks)
    assert not any("output_file" in task for task in tasks)


def test_each_agent_learns_from_its_own_tasks_of_all_rounds():
    """Lessons come last, one per agent that worked."""
    lessons = training_document(CREW, 2)["tasks"][6:]
    assert [lesson["name"] for lesson in lessons] == [lesson_name("taster"), lesson_name("writer")]
    assert lessons[1][LEARNS_FROM] == lessons[1]["context"] == [round_name("write", 1), round_name("write", 2)]


def test_the_crew_itself_stays_as_it_is():
    """Unrolling makes a new document; an absent context means everything before it, of the same round."""
    crew = {**CREW, "tasks": [{k: v for k, v in task.items() if k != "context"} for task in CREW["tasks"]]}  # type: ignore[union-attr]  # tasks are objects
    before = str(crew)
    unrolled = training_document(crew, 2)
    assert str(crew) == before
    assert unrolled["tasks"][5]["context"] == [round_name("taste", 2), round_name("smell", 2)]
