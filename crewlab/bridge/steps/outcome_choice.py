"""Which outcome a person's words mean: crewAI's question, asked once of the model that the step names for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, Self

from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel, Field, create_model

from crewlab.bridge.contract import BuildRequest, Learning, Llm
from crewlab.bridge.llms.recorded import RecordedModel
from crewlab.bridge.scope import working_on
from crewlab.bridge.steps.agent_step import AgentStep
from crewlab.errors import OutputError

_READER = {"role": "Reader", "goal": "Understand what people say", "backstory": "Attentive."}
"""Stands for whoever reads: nothing of it is told to the model."""


async def choose_outcome(request: BuildRequest, step: str, words: str, outcomes: Sequence[str], llm: Llm) -> str:
    """See `contract.CrewAI.choose_outcome`."""
    async with _Reader.at_work(request, step, Learning(llm)) as reader:
        with working_on(step):
            return await reader.read(words, outcomes)


class ModelOfStep(AgentStep):
    """An agent that only lends its model, which is asked for a step."""

    learning: Learning
    model: RecordedModel

    @classmethod
    @asynccontextmanager
    async def at_work(cls, request: BuildRequest, step: str, learning: Learning) -> AsyncIterator[Self]:
        """Ready to be asked; what it opened is closed at the end."""
        made = cls(request, step, {**_READER, "llm": learning.llm}, "")
        made.learning = learning
        try:
            await made.open()
            made.model = made._roster.model(step)
            yield made
        finally:
            await made.close(None)


class _Reader(ModelOfStep):
    """Reads an outcome out of words."""

    async def read(self, words: str, outcomes: Sequence[str]) -> str:
        question = I18N_DEFAULT.slice("human_feedback_collapse")
        asked = question.format(feedback=words, outcomes=", ".join(outcomes))
        messages = [{"role": "user", "content": asked}]
        answer = await self.model.ask(messages, purpose="other", response_model=_schema(outcomes))
        chosen = _matched(_text(answer), outcomes)
        if chosen is None:
            what = f"The model did not say which outcome {words[:100]!r} means."
            raise OutputError(what, f"Answer with one of {', '.join(outcomes)}.")
        return chosen


def _schema(outcomes: Sequence[str]) -> type[BaseModel]:
    names = ", ".join(outcomes)
    kind: Any = Literal[tuple(outcomes)]
    described = Field(description=f"The outcome that best matches the feedback. Must be one of: {names}")
    about = "The outcome that best matches the human's feedback intent."
    return create_model("FeedbackOutcome", __doc__=about, outcome=(kind, described))


def _text(answer: Any) -> str:
    """The outcome within an answer, or all of it."""
    if isinstance(answer, BaseModel):
        return str(getattr(answer, "outcome", ""))
    try:
        parsed = json.loads(answer)
    except (TypeError, ValueError):
        return str(answer)
    return str(parsed.get("outcome", "")) if isinstance(parsed, dict) else str(parsed)


def _matched(text: str, outcomes: Sequence[str]) -> str | None:
    """The outcome that a text is, or else the only one that it holds."""
    said = text.strip().strip(".\"'").casefold()
    for outcome in outcomes:
        if said == outcome.casefold():
            return outcome
    held = [outcome for outcome in outcomes if outcome.casefold() in said]
    return held[0] if len(held) == 1 else None
