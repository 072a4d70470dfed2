"""crewAI's task, run without its file store and with a conversion to JSON that is recorded like any other call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crewai import Task
from crewai.tasks.output_format import OutputFormat
from crewai.tasks.task_output import TaskOutput
from crewai.tools.base_tool import BaseTool
from pydantic import BaseModel, PrivateAttr

from crewlab.bridge.checkpoints.kept_rounds import KeptRounds
from crewlab.bridge.contract import Message
from crewlab.bridge.tasks.conversion import converted
from crewlab.bridge.tasks.converters import OwnConverter
from crewlab.bridge.tasks.given_files import GivenFile, listed, reader


class CrewTask(Task):
    """A task of one attempt. Guardrails, files and repetitions are not its business."""

    _opening: tuple[Message, ...] = PrivateAttr(default=())
    _feedback: str | None = PrivateAttr(default=None)
    _converter: OwnConverter | None = PrivateAttr(default=None)
    _kept_rounds: KeptRounds | None = PrivateAttr(default=None)
    _given: dict[str, GivenFile] = PrivateAttr(default_factory=dict)

    @property
    def opening(self) -> tuple[Message, ...]:
        """The messages that the agent goes on from; none means that it begins."""
        return self._opening

    @property
    def kept_rounds(self) -> KeptRounds | None:
        """What keeps the rounds of the agent, if they are kept."""
        return self._kept_rounds

    def keep_rounds(self, kept: KeptRounds | None) -> None:
        """Have each round of the agent kept, or none."""
        self._kept_rounds = kept

    @property
    def feedback(self) -> str | None:
        """What a person says to the last of the opening messages."""
        return self._feedback

    def go_on_from(self, conversation: Sequence[Message], feedback: str | None) -> None:
        """Make the agent go on with a conversation instead of beginning one."""
        self._opening, self._feedback = tuple(conversation), feedback

    def give(self, files: dict[str, GivenFile]) -> None:
        """Let the agent read these files."""
        self._given = files

    @property
    def file_tools(self) -> list[BaseTool]:
        """What reads the files that the task comes with."""
        return [reader(self._given)] if self._given else []

    def prompt(self) -> str:
        """crewAI's, with the names of the files."""
        text = super().prompt()
        return self.description + listed(self._given) + text.removeprefix(self.description) if self._given else text

    def convert_with(self, converter: OwnConverter | None) -> None:
        """Let code of the document make the object of the schema."""
        self._converter = converter

    async def perform(self, agent: Any, context: str, tools: list[BaseTool]) -> TaskOutput:
        """Let `agent` work on it once.

        Raises:
            CrewLabError: The model failed for good, or its answer does not fit the schema.
        """
        self.agent = agent
        return await self.answered(agent, await agent.aexecute_task(task=self, context=context, tools=tools))

    async def answered(self, agent: Any, result: Any) -> TaskOutput:
        """The output that an answer of `agent` makes. Raises as `perform`."""
        raw, fields = await self._shaped(result, agent)
        return TaskOutput(
            name=self.name,
            description=self.description,
            expected_output=self.expected_output,
            raw=raw,
            json_dict=fields,
            agent=agent.role,
            output_format=OutputFormat.JSON if fields is not None else OutputFormat.RAW,
        )

    async def _shaped(self, result: Any, agent: Any) -> tuple[str, dict[str, Any] | None]:
        if self.output_json is None:
            return str(result), None
        if not isinstance(result, BaseModel):
            make = converted if self._converter is None else self._converter.convert
            result = await make(str(result), self.output_json, agent.llm)
        return result.model_dump_json(), result.model_dump(mode="json")
