"""Planning before a run: crewAI's planner, asking on the loop and recorded like everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crewai.utilities.planning_handler import CrewPlanner, PlannerTaskPydanticOutput

from crewlab.bridge.tasks.crew_task import CrewTask
from crewlab.definitions.crew import CrewDocument, TaskDocument
from crewlab.errors import OutputError
from crewlab.executions.events import TaskPlan

if TYPE_CHECKING:
    from crewlab.bridge.agents.roster import Roster


async def plans_of(document: CrewDocument, roster: Roster) -> tuple[TaskPlan, ...]:
    """What crewAI's planner says to its own question, by task: the first plan of each, and none for other numbers.

    Raises:
        CrewLabError: The call failed for good, or the answer holds no plan for any task.
    """
    planner = CrewPlanner(tasks=[_summarised(task, roster) for task in document.tasks])
    agent = roster.planner(_TEXTS)
    asked = CrewPlanner._create_planner_task(agent, planner._create_tasks_summary())
    question = CrewTask(
        description=asked.description,
        expected_output=asked.expected_output,
        output_json=PlannerTaskPydanticOutput,
    )
    answer = await question.perform(agent, "", [])
    found = _by_task((answer.json_dict or {})["list_of_plans_per_task"], len(document.tasks))
    plans = [TaskPlan(task_name=task.name, plan=found[i]) for i, task in enumerate(document.tasks) if found.get(i)]
    if not plans:
        raise OutputError("The planner planned none of the tasks.", "Use another planning_llm, or switch planning off.")
    return tuple(plans)


def _by_task(listed: list[dict[str, Any]], count: int) -> dict[int, str]:
    """Plans by the index of their task; where no number is that of a task, they are taken in order."""
    numbers = [plan["task_number"] - 1 for plan in listed]
    if not any(number < count for number in numbers):
        numbers = list(range(len(listed)))
    return {number: plan["plan"] for number, plan in reversed(list(zip(numbers, listed, strict=True)))}


def planned(document: CrewDocument, plans: Sequence[TaskPlan]) -> CrewDocument:
    """The document with the plans behind the descriptions of their tasks."""
    texts = {plan.task_name: plan.plan for plan in plans}
    tasks = [
        task.model_copy(update={"description": task.description + texts.get(task.name, "")}) for task in document.tasks
    ]
    return document.model_copy(update={"tasks": tasks})


def _summarised(task: TaskDocument, roster: Roster) -> Any:
    """What crewAI's planner reads of a task."""
    agent = roster.agent(task.agent) if task.agent else None
    tools = roster.tools(task.tools or [])
    return SimpleNamespace(description=task.description, expected_output=task.expected_output, agent=agent, tools=tools)


_TEXTS = {
    "role": "Task Execution Planner",
    "goal": (
        "Your goal is to create an extremely detailed, step-by-step plan based on the tasks and tools "
        "available to each agent so that they can perform the tasks in an exemplary manner"
    ),
    "backstory": "Planner agent for crew planning",
}
"""crewAI's own; a test compares them."""
