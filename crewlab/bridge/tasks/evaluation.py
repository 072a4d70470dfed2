"""The judge of `crew.test`: crewAI's evaluator, asking on the loop and recorded like everybody else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crewai.utilities.evaluators.crew_evaluator_handler import CrewEvaluator, TaskEvaluationPydanticOutput

from crewlab.bridge.llms.call import is_rehearsal
from crewlab.bridge.tasks.crew_task import CrewTask
from crewlab.errors import OutputError
from crewlab.executions.score import HIGHEST, LOWEST, Score

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent

EVALUATOR = "evaluator"
"""What the judge is called in the list of model calls."""


def judge_texts(model: Any) -> dict[str, str]:
    """Role, goal and backstory of crewAI's evaluator, whose model would be `model`."""
    alone: Any = SimpleNamespace(llm=model)  # all that it reads of itself; a whole one would change a crew's tasks
    evaluator = CrewEvaluator._evaluator_agent(alone)
    return {"role": evaluator.role, "goal": evaluator.goal, "backstory": evaluator.backstory}


async def score_of(task: CrewTask, output: str, judge: CrewAgent) -> Score:
    """What `judge` thinks of `output`, with crewAI's question.

    Raises:
        CrewLabError: The call failed for good, or the answer holds no score from 1 to 10.
    """
    asked = CrewEvaluator._evaluation_task(judge, task, output)
    question = CrewTask(
        name=task.name,
        description=asked.description,
        expected_output=asked.expected_output,
        output_json=TaskEvaluationPydanticOutput,
    )
    answer = await question.perform(judge, "", [])
    quality = float((answer.json_dict or {})["quality"])
    if not LOWEST <= quality <= HIGHEST:
        raise OutputError(f"The judge gave {quality:g}, which is not from 1 to 10.", "Use another model to judge.")
    model = judge.model.name
    return Score(quality=quality, model=model, is_rehearsal=is_rehearsal(model))
