"""A guardrail in words: one structured question to the model of the task's agent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from crewai.tasks.task_output import TaskOutput
from pydantic import BaseModel, Field

from crewlab.bridge.contract import GuardrailVerdict, TaskOutcome
from crewlab.bridge.llms.recorded import RecordedModel
from crewlab.errors import CodeError, OutputError

_SYSTEM = (
    "You check the output of a task against one rule. Judge only whether the output obeys the rule, "
    "not whether you would have written it so. If it does not, say in one or two sentences what to change."
)


class Verdict(BaseModel):
    """What the model answers."""

    passed: bool = Field(description="Whether the output obeys the rule")
    feedback: str = Field(default="", description="What to change; empty when it obeys")


async def verdict_on(output: str, rule: str, task_description: str, model: RecordedModel) -> GuardrailVerdict:
    """What `model` thinks of `output`.

    Raises:
        ModelCallError: The call failed for good.
        OutputError: The model did not answer the question.
    """
    question = f"Rule:\n{rule}\n\nTask:\n{task_description}\n\nOutput:\n{output}"
    messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": question}]
    answer = await model.ask(messages, purpose="guardrail", response_model=Verdict)
    verdict = answer if isinstance(answer, Verdict) else _read(str(answer), rule)
    feedback = verdict.feedback or ("" if verdict.passed else f"The output does not obey the rule: {rule}")
    return GuardrailVerdict(verdict.passed, "" if verdict.passed else feedback)


def verdict_from_code(answer: Any, what: str, outcome: TaskOutcome) -> GuardrailVerdict:
    """What a guardrail in code said, by crewAI's contract: `(True, the output or another one)` or `(False, why)`.

    Raises:
        CodeError: It said something else.
    """
    if not isinstance(answer, tuple) or len(answer) != 2 or not isinstance(answer[0], bool):
        raise CodeError(f"{what} returned {str(answer)[:80]!r}.", "Return (True, output) or (False, what is wrong).")
    passed, said = answer
    if not passed:
        return GuardrailVerdict(False, str(said or f"{what} refused the output."))
    text = said.raw if isinstance(said, TaskOutput) else said
    if not isinstance(text, str) or text == outcome.output:
        return GuardrailVerdict(True, "")
    return GuardrailVerdict(True, "", _replaced(outcome, text, what))


def _replaced(outcome: TaskOutcome, text: str, what: str) -> TaskOutcome:
    if not text.strip():
        raise CodeError(f"{what} returned an empty output.", "Return (False, what is wrong) to refuse an output.")
    if outcome.output_json is None:
        return replace(outcome, output=text, native=None)
    try:
        return replace(outcome, output=text, output_json=json.loads(text), native=None)
    except ValueError:
        raise CodeError(f"{what} returned text that is not JSON.", "The task answers in JSON.") from None


def _read(answer: str, rule: str) -> Verdict:
    start, end = answer.find("{"), answer.rfind("}")
    try:
        return Verdict.model_validate(json.loads(answer[start : end + 1]))
    except (ValueError, RecursionError):  # not JSON, not a verdict, or too deep
        hint = "Use a model that supports structured output, or remove the guardrail."
        raise OutputError(f"The guardrail {rule[:80]!r} got no verdict: {answer[:200]}", hint) from None
