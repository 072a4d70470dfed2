"""Steps whose output a person looks at: they wait, and go on with the outcome that the person chose."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

from crewlab.definitions.flows.flow import FeedbackDocument, StepDocument
from crewlab.engine.awaiting import result_of
from crewlab.engine.flows.apart import over
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.step_records import OpenCall
from crewlab.engine.flows.step_results import result_of_action
from crewlab.errors import OutputError
from crewlab.executions.identity import new_id
from crewlab.executions.person import ParkedTask, PersonAnswer
from crewlab.executions.steps import question_index


def parked(desk: Desk, opened: OpenCall) -> ParkedTask | None:
    """What was asked about this call, with the answer if there is one."""
    return desk.parked.get(question_index(opened.index, opened.number))


def ask(desk: Desk, step: StepDocument, opened: OpenCall, value: Any) -> None:
    """Ask a person about what a step has produced, and let it wait."""
    feedback = step.human_feedback
    assert feedback is not None  # only such steps ask
    question_id = new_id()
    result = result_of_action(step.do.call, value)
    desk.records.person_asked(opened, feedback.message, result, value, _outcomes(feedback), question_id)
    desk.records.parked(opened, value, question_id)


def wait_on(desk: Desk, opened: OpenCall, question: ParkedTask) -> None:
    """Nobody has answered yet."""
    desk.records.parked(opened, value_of(question), question.question_id)


def value_of(question: ParkedTask) -> Any:
    """What the step had produced."""
    return question.output_json["value"] if isinstance(question.output_json, dict) else question.output


async def outcome_of(desk: Desk, step: StepDocument, opened: OpenCall, answer: PersonAnswer) -> str | None:
    """What a person chose; of mere words the model that the step names for it says what they mean.

    Raises:
        CrewLabError: It could not be asked, or did not say.
    """
    feedback = step.human_feedback
    assert feedback is not None  # only such steps ask
    if answer.outcome is not None or not answer.text:
        return answer.outcome or next(iter(_outcomes(feedback)), feedback.default_outcome)
    if not feedback.emit or feedback.llm is None:
        return None
    crewai = await result_of(desk.equipment.loading.begin())
    llm = feedback.llm if isinstance(feedback.llm, str) else feedback.llm.model_dump(exclude_unset=True)
    asked = crewai.choose_outcome(desk.request_for(opened), opened.name, answer.text, feedback.emit, llm)
    try:
        return (await over(_awaited(asked))).result()
    except OutputError:
        opened.asks_again = True
        raise


async def _awaited(asked: Awaitable[str]) -> str:
    return await asked


def feedback_result(
    step: StepDocument, opened: OpenCall, question: ParkedTask, words: str, outcome: str | None
) -> dict[str, Any]:
    """The output of a step that a person has seen, in crewAI's shape."""
    feedback = step.human_feedback
    assert feedback is not None  # only such steps ask
    return {
        "output": value_of(question),
        "feedback": words,
        "outcome": outcome,
        "timestamp": datetime.now(UTC).isoformat(),
        "method_name": opened.name,
        "metadata": feedback.metadata or {},
    }


def _outcomes(feedback: FeedbackDocument) -> tuple[str, ...]:
    """What there is to choose from, what stands for saying nothing first."""
    offered, default = tuple(feedback.emit or ()), feedback.default_outcome
    if default is None or not offered:
        return offered
    return (default, *(outcome for outcome in offered if outcome != default))
