"""The output of a step as the result of its flow."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.flows.flow import StepDocument
from crewlab.engine.work import Result


def result_of_step(step: StepDocument, output: Any) -> Result:
    """Of a step that a person chose an outcome for it is what the step itself produced, as in crewAI."""
    asked = step.human_feedback
    if asked is None:
        return result_of_action(step.do.call, output)
    return result_of_action(step.do.call, output["output"]) if asked.emit else Result.of(output)


def result_of_action(call: str, output: Any) -> Result:
    """Of a crew or an agent it is the text, and its fields."""
    if call in ("crew", "agent") and isinstance(output, dict) and "raw" in output:
        fields = output.get("json_dict")
        return Result(str(output["raw"]), output.get("pydantic") if fields is None else fields)
    return Result.of(output)
