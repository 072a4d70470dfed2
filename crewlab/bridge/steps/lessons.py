"""Learning from what people say of a step, with crewAI's questions: lessons are drawn, and applied the next time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel, Field

from crewlab.bridge.contract import BuildRequest, Learning
from crewlab.bridge.scope import working_on
from crewlab.bridge.steps.outcome_choice import ModelOfStep
from crewlab.errors import OutputError

if TYPE_CHECKING:
    from crewlab.bridge.steps.lesson_memory import LessonMemory

Answer = TypeVar("Answer", bound=BaseModel)


class ImprovedOutput(BaseModel):
    """What crewAI asks for before a person looks."""

    improved_output: str = Field(
        description="The improved version of the output with past human feedback lessons applied."
    )


class DistilledLessons(BaseModel):
    """What crewAI asks for after a person has spoken."""

    lessons: list[str] = Field(
        default_factory=list,
        description="Generalizable lessons extracted from the human feedback, each a reusable rule or preference. "
        "Empty if there are none.",
    )


async def review(request: BuildRequest, step: str, output: str, learning: Learning) -> str:
    """See `contract.CrewAI.review`."""
    async with _Learner.at_work(request, step, learning) as learner:
        return await learner.review(step, output)


async def learn(request: BuildRequest, step: str, output: str, words: str, learning: Learning) -> None:
    """See `contract.CrewAI.learn`."""
    async with _Learner.at_work(request, step, learning) as learner:
        await learner.learn(step, output, words)


class _Learner(ModelOfStep):
    """Lends the model of the step, and knows its lessons."""

    def _memory(self) -> LessonMemory:
        from crewlab.bridge.steps.lesson_memory import LessonMemory  # who learns nothing loads nothing

        learning = self.learning
        return LessonMemory(self._request, self._journal, learning.source, learning.how, learning.finished)

    async def review(self, step: str, output: str) -> str:
        with working_on(step):
            lessons = await self._memory().recall(f"human feedback lessons for {step}: {output}", self.model)
            if not lessons:
                return output
            told = "\n".join(f"- {lesson}" for lesson in lessons)
            question = I18N_DEFAULT.slice("hitl_pre_review_user").format(output=output, lessons=told)
            answer = await self._asked("hitl_pre_review_system", question, ImprovedOutput)
            return answer.improved_output

    async def learn(self, step: str, output: str, words: str) -> None:
        with working_on(step):
            question = I18N_DEFAULT.slice("hitl_distill_user").format(method_name=step, output=output, feedback=words)
            answer = await self._asked("hitl_distill_system", question, DistilledLessons)
            lessons = [lesson.strip() for lesson in answer.lessons if lesson.strip()]
            if lessons:
                await self._memory().keep(self.learning.index, step, lessons)

    async def _asked(self, system: str, question: str, wanted: type[Answer]) -> Answer:
        messages = [
            {"role": "system", "content": I18N_DEFAULT.slice(system)},
            {"role": "user", "content": question},
        ]
        return _read(await self.model.ask(messages, purpose="other", response_model=wanted), wanted)


def _read(answer: Any, wanted: type[Answer]) -> Answer:
    if isinstance(answer, wanted):
        return answer
    try:
        return wanted.model_validate(json.loads(str(answer)))
    except ValueError:
        raise OutputError("The model did not answer in the form that it was asked for.", "Use another llm.") from None
