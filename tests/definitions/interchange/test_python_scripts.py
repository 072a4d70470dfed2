"""Crews that a script or a notebook makes by itself, without YAML: read from the text, and never run."""

from __future__ import annotations

import json

import pytest

from crewlab.definitions.interchange.found import FoundDefinition
from crewlab.definitions.interchange.understanding import understand
from crewlab.errors import DocumentError
from tests.definitions.interchange.projects import CLASSIC_PROJECT, files

IMPORT = "from crewai import Agent, Crew, LLM, Task\n"
COOK = 'cook = Agent(role="Cook", goal="Cook", backstory="Calm", llm=best)\n'
PLAN = 'plan = Task(description="Plan {dish}", expected_output="A plan", agent=cook)\n'
FRY = 'fry = Task(description="Fry it", expected_output="Food", agent=cook, context=[plan])\n'
CREW = "crew = Crew(agents=[cook], tasks=[plan, fry], process=Process.sequential, verbose=2)\n"
START = 'crew.kickoff(inputs={"dish": "soup"})\n'
MODEL = 'best = LLM(model="rehearsal/plain", seed=3)\n'


def read(**texts: str) -> tuple[FoundDefinition, ...]:
    """What is in these files, whose names end in .py."""
    return understand(files({f"{name}.py": text.encode() for name, text in texts.items()}, "kitchen")).definitions


def test_a_script_is_a_crew_with_its_agents_tasks_and_inputs():
    """Called as the project is; older numbers for `verbose` are yes or no."""
    (found,) = read(main=MODEL + COOK + PLAN + FRY + CREW + START)
    assert found.document == {
        "name": "kitchen",
        "process": "sequential",
        "verbose": True,
        "inputs": {"dish": "soup"},
        "agents": {
            "cook": {
                "role": "Cook",
                "goal": "Cook",
                "backstory": "Calm",
                "llm": {"model": "rehearsal/plain", "seed": 3},
            }
        },
        "tasks": [
            {"name": "plan", "description": "Plan {dish}", "expected_output": "A plan", "agent": "cook"},
            {
                "name": "fry",
                "description": "Fry it",
                "expected_output": "Food",
                "agent": "cook",
                "context": ["plan"],
            },
        ],
    }


def test_parts_in_other_files_are_found():
    """Agents in one, tasks in another, the crew in a third."""
    (found,) = read(
        agents=IMPORT + MODEL + COOK,
        tasks=IMPORT + "from agents import cook\n" + PLAN + FRY,
        main="from agents import cook\nfrom tasks import plan, fry\n" + CREW,
    )
    assert [task["agent"] for task in found.document["tasks"]] == ["cook", "cook"]
    assert found.document["agents"]["cook"]["llm"] == {"model": "rehearsal/plain", "seed": 3}


def test_classes_that_make_the_parts_are_looked_into():
    """What their methods are given stands for what the caller has; a text becomes a placeholder."""
    (found,) = read(
        people='class People:\n    def cook(self): return Agent(role="Cook", goal="Cook", backstory="Calm")\n',
        work=(
            "class Work:\n    def plan(self, agent, dish):\n"
            '        return Task(description=f"Plan {dish}", expected_output="A plan", agent=agent)\n'
        ),
        main=(
            "from people import People\nfrom work import Work\nclass Kitchen:\n    def run(self):\n"
            "        people, work = People(), Work()\n        people = People()\n        work = Work()\n"
            "        me = people.cook()\n        first = work.plan(me, self.dish)\n"
            "        second = work.plan(me, self.dish)\n        second.context = [first]\n"
            "        return Crew(agents=[me], tasks=[first, second]).kickoff()\n"
        ),
    )
    first, second = found.document["tasks"]
    assert (first["agent"], first["description"], list(found.document["agents"])) == ("me", "Plan {dish}", ["me"])
    assert (second["name"], second["context"]) == ("second", ["first"])


def test_tasks_that_a_function_lists_are_read():
    """With names of their own where they have none."""
    function = (
        "def work(dish, kind):\n"
        '    return [Task(description=f"Cook {dish!r}", expected_output="Food", agent=cook),\n'
        '            Task(name="serve", description="Serve", expected_output="Thanks", agent=cook)]\n'
    )
    main = "def main():\n    dish = sys.argv[1]\n    Crew(agents=[cook], tasks=work(dish, 3)).kickoff()\n"
    (found,) = read(main=COOK + function + main)
    assert [(task["name"], task["description"]) for task in found.document["tasks"]] == [
        ("task_1", "Cook {dish}"),
        ("serve", "Serve"),
    ]


def test_a_manager_made_on_the_spot_leads():
    """Beside the agents that the crew lists."""
    crew = 'boss = Agent(role="Chef", goal="Lead", backstory="Loud")\n' + CREW.replace(
        "Process.sequential", "Process.hierarchical, manager_agent=boss"
    )
    (found,) = read(main=COOK + PLAN + FRY + crew)
    assert (found.document["process"], found.document["manager_agent"]) == ("hierarchical", "boss")
    assert list(found.document["agents"]) == ["cook", "boss"]


def test_several_crews_are_called_by_their_variables():
    """Those of tests are none."""
    more = "night = Crew(agents=[cook], tasks=[plan])\n"
    found = read(main=COOK + PLAN + FRY + CREW + more, test_main=COOK + PLAN + more)
    assert [each.name for each in found] == ["main_crew", "main_night"]


def test_what_a_loop_adds_is_said():
    """It is taken over once."""
    loop = "work = []\nfor dish in dishes:\n    work.append(Task(description='d', expected_output='e', agent=cook))\n"
    (found,) = read(main=COOK + loop + "Crew(agents=[cook], tasks=work)\n")
    assert len(found.document["tasks"]) == 1
    assert any("taken over once" in note.what for note in found.notes)


def test_a_notebook_is_a_script():
    """Without the lines that are for the notebook itself."""
    cells = [["%pip install crewai\n", MODEL, COOK], PLAN + FRY, CREW]
    written = json.dumps({"cells": [{"cell_type": "code", "source": each} for each in cells]})
    (found,) = understand(files({"lesson.ipynb": written.encode()}, "lesson.ipynb")).definitions
    assert (found.name, len(found.document["tasks"])) == ("lesson", 2)


def test_a_project_with_yaml_is_not_searched_for_scripts():
    """What stands beside it is noted as before."""
    whole = {**CLASSIC_PROJECT, "more.py": (COOK + PLAN + FRY + CREW).encode()}
    found = understand(files(whole))
    assert [each.name for each in found.definitions] == ["news"]
    assert "more.py: Python code, which is not run" in map(str, found.left_out)


@pytest.mark.parametrize(
    "code", ["Crew(agents=a, tasks=b)", "print(1)", "class F(Flow):\n    pass", "{", '{"cells": 3}']
)
def test_python_that_makes_no_crew_is_refused(code):
    """As a script, and as a notebook."""
    for name in ("main.py", "main.ipynb"):
        with pytest.raises(DocumentError, match="its text makes no crew"):
            understand(files({name: code.encode()}, name))


@pytest.mark.parametrize(
    "bomb",
    [
        "A0 = ''\n" + "".join(f"A{n} = A{n - 1} + A{n - 1}\n" for n in range(1, 39)),
        "A0 = []\n" + "".join(f"A{n} = [A{n - 1}, A{n - 1}]\n" for n in range(1, 39)),
        "A0 = []\n" + "".join(f"A{n} = A{n - 1}\nA{n}.extend(A{n - 1})\n" for n in range(1, 39)),
        "A38 = [A38]\nA38.extend(A38)\n",
        "A38 = Task(description='x', expected_output='y', agent=cook, context=[A38])\nA38.context = [A38, A38]\n",
        "".join(f"A{n} = Task(context=[A{n + 1}, A{n + 1}])\n" for n in range(38)) + "A38 = A0\n",
    ],
)
@pytest.mark.parametrize("field", ["tools=A38", "output_file=A38", "context=A38", "agent=A38"])
def test_names_that_stand_for_each_other_end(bomb, field):
    """Whatever the field, and in other files, too; nothing else of the crew is lost."""
    plan = PLAN.replace("agent=cook", field if "agent" in field else f"agent=cook, {field}")
    for texts in (
        {"main": COOK + bomb + plan + FRY + CREW},
        {"bomb": bomb, "main": f"from bomb import A38\n{COOK}{plan}{FRY}{CREW}"},
    ):
        (found,) = read(**texts)
        assert "plan" in [task["name"] for task in found.document["tasks"]]


def test_a_name_that_is_used_again_is_what_it_was_when_the_crew_was_made():
    """As the cells of notebooks do it."""
    again = PLAN.replace("plan =", "task =")
    first, second = read(
        main=COOK
        + again
        + "crew = Crew(agents=[cook], tasks=[task])\n"
        + START
        + again.replace("Plan {dish}", "Serve")
        + "crew = Crew(agents=[cook], tasks=[task])\n"
    )
    assert [each.document["tasks"][0]["description"] for each in (first, second)] == ["Plan {dish}", "Serve"]
    assert [each.name for each in (first, second)] == ["main_crew", "main_crew_2"]
    assert [each.document.get("inputs") for each in (first, second)] == [None, None]  # nobody tells whose they are


def test_tasks_keep_the_order_of_the_crew():
    """Also where a task that comes first is given one that comes later."""
    (found,) = read(main=COOK + PLAN + FRY + CREW.replace("[plan, fry]", "[fry, plan]"))
    assert [task["name"] for task in found.document["tasks"]] == ["fry", "plan"]
