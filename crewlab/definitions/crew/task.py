"""One piece of work."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.crew.values import FailurePolicy, HumanInput, Part, Reference, Retries, SecurityDocument
from crewlab.definitions.human_input import HumanInputDocument

SCHEMA_FIELDS = ("output_json", "output_pydantic", "response_model")
"""The names that crewAI has for the schema of an answer; a task has one of them."""


class TaskDocument(Part):
    """A task: what to do, for whom, what it is given, and how its answer has to look."""

    name: str
    description: str
    expected_output: str
    type: Reference | None = None
    """crewAI's class; a plain task needs none, nor does one with a condition."""
    agent: str | None = None
    context: list[str] | None = None
    """Names of the tasks whose outputs this one reads; `None` is all tasks before it, `[]` is none."""
    condition: Reference | None = None
    """A CEL expression over earlier outputs and the inputs: where it is false, the task is skipped."""
    async_execution: bool | None = None
    """crewAI's way to begin the next task meanwhile; the parallel process does that for all tasks."""

    tools: list[Reference] | None = None
    """They replace those of the agent."""
    tool_failure_policy: FailurePolicy | None = None
    input_files: dict[str, Any] | None = None
    """Files that the agent may read for this task, by name: paths in data/files."""
    allow_crewai_trigger_context: bool | None = None
    """Whether what triggered the run, `crewai_trigger_payload` of the inputs, is added to the description."""

    output_json: dict[str, Any] | None = None
    """A JSON Schema, or (refused by the checks) a Python reference."""
    output_pydantic: dict[str, Any] | None = None
    response_model: dict[str, Any] | None = None
    converter_cls: Reference | None = None
    """Code that turns an answer into its schema's object, where an administrator allows it."""
    markdown: bool | None = None
    """Whether the answer is asked for in Markdown."""
    output_file: str | None = None
    """A file in the folder of the execution."""
    create_directory: bool | None = None
    """Whether folders named in `output_file` are made; on when absent."""

    guardrail: Reference | None = None
    guardrails: list[Reference] | None = None
    guardrail_max_retries: Retries = 3
    human_input: HumanInput | None = None
    """A person accepts the answer of the agent, or sends it back with feedback."""
    callback: Reference | None = None
    """Code that is called with the finished task's output, where an administrator allows it."""
    security_config: SecurityDocument | None = None
    config: dict[str, Any] | None = None
    """Further fields of the task; one beside it wins."""

    @property
    def question(self) -> HumanInputDocument | None:
        """What a person is asked, or `None` when nobody is."""
        if isinstance(self.human_input, HumanInputDocument):
            return self.human_input
        return HumanInputDocument() if self.human_input else None

    @property
    def answer_schema(self) -> dict[str, Any] | None:
        """The JSON Schema that the answer has to fit, under whichever of crewAI's names it is written."""
        return self.output_json or self.output_pydantic or self.response_model

    @property
    def every_guardrail(self) -> tuple[str | dict[str, Any], ...]:
        """Every guardrail, the single one first: rules in words, and references to code."""
        return tuple(guardrail for guardrail in [self.guardrail, *(self.guardrails or [])] if guardrail)
