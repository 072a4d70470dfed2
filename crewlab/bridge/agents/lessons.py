"""What an agent learns from a person: one structured question to its own model, of crewAI's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crewai.utilities.evaluators.task_evaluator import TrainingTaskEvaluation

from crewlab.bridge.contract import TaskOutcome
from crewlab.bridge.tasks.conversion import converted
from crewlab.executions.person import ParkedTask

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

_SYSTEM = (
    "You turn what a person said of an agent's outputs into instructions for the agent. Compare each first output with "
    "the improved one, keep every specific point of the person, and write short, actionable instructions."
)
_NOTHING = TrainingTaskEvaluation(suggestions=[], quality=0, final_summary="Nobody asked for anything else.")


async def lessons(
    agent: str, told: Sequence[ParkedTask], improved: Mapping[int, TaskOutcome], model: RecordedModel
) -> TaskOutcome:
    """Instructions for `agent` from what it was `told`; without a call when nobody said anything.

    Raises:
        ModelCallError: The call failed for good.
        OutputError: The model did not answer in the schema.
    """
    if not told:
        return _outcome(agent, _NOTHING)
    question = "\n\n".join(_told(number, task, improved) for number, task in enumerate(told, 1))
    messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": question}]
    answer = await model.ask(messages, purpose="training", response_model=TrainingTaskEvaluation)
    if not isinstance(answer, TrainingTaskEvaluation):
        answer = await converted(str(answer), TrainingTaskEvaluation, model)
    return _outcome(agent, TrainingTaskEvaluation.model_validate(answer.model_dump()))


def _told(number: int, task: ParkedTask, improved: Mapping[int, TaskOutcome]) -> str:
    return (
        f"Case {number}, task {task.task_name}\nFirst output:\n{task.output}\n"
        f"What the person said:\n{task.answer.text if task.answer else ''}\n"
        f"Improved output:\n{improved[task.task_index].output}"
    )


def _outcome(agent: str, learned: TrainingTaskEvaluation) -> TaskOutcome:
    return TaskOutcome(learned.model_dump_json(), learned.model_dump(mode="json"), agent)
