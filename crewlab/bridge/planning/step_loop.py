"""Work on one step of a plan: a conversation of its own, which knows the task and what earlier steps brought."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crewai.agents.parser import AgentAction
from crewai.agents.step_executor import StepExecutor
from crewai.utilities.planning_types import TodoItem
from pydantic import BaseModel

from crewlab.bridge.agents.loop import AgentLoop, as_text
from crewlab.bridge.agents.states import State
from crewlab.bridge.tools.use import ToolAnswer
from crewlab.errors import OutputError

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor


@dataclass(frozen=True)
class StepResult:
    """What came of a step: what it says is shown to the planner, who decides what follows."""

    text: str
    is_done: bool
    error: str = ""


class StepLoop(AgentLoop):
    """The rounds of one step. When they are used up, what its tools said is the result."""

    def __init__(self, executor: TaskExecutor, step: TodoItem) -> None:
        self._prompts = StepExecutor(
            llm=executor.model,
            tools=executor.tools,
            agent=executor.crew_agent,
            original_tools=executor.original_tools,
            task=executor.task,
        )
        self._step, self._config = step, executor.crew_agent.planning_config
        context = executor._build_context_for_todo(step)
        super().__init__(executor, self._prompts._build_isolated_messages(step, context))

    async def result(self) -> StepResult:
        """What came of the step, within its time limit.

        Raises:
            ModelCallError: A model call failed for good.
            ToolCallError: A tool call ended the task.
        """
        try:
            async with asyncio.timeout(self._seconds):
                text = as_text(await self.answered())
            self._prompts._validate_expected_tool_usage(self._step, [name for name, _ in self._calls.used])
        except TimeoutError:
            return StepResult(self._known, is_done=False, error=f"The step took longer than {self._seconds} s.")
        except (OutputError, ValueError) as error:  # no answer, or without the tool that the plan asks for
            return StepResult("", is_done=False, error=str(error))
        return StepResult(text, is_done=True)

    @property
    def _seconds(self) -> int | None:
        return None if self._config is None else self._config.step_timeout

    @property
    def _max_rounds(self) -> int:
        return 0 if self._config is None else int(self._config.max_step_iterations)

    @property
    def _schema(self) -> type[BaseModel] | None:
        """None: the schema is for the answer made of all steps."""
        return None

    @property
    def _known(self) -> str:
        """What the tools have said so far."""
        return "\n".join(text for _, text in self._calls.used if text)

    async def _conclude(self) -> State:
        return self._done(self._known)

    def _observed(self, action: AgentAction, answer: ToolAnswer) -> State:
        if answer.is_final:
            return self._done(answer.text)
        self._say(action.text, "assistant")
        self.messages.append(self._prompts._build_observation_message(answer.text))
        return self._next_round()

    def _done(self, answer: Any, *, text: str | None = None) -> State:
        """An answer without words stands for what the tools said."""
        return super()._done(answer if as_text(answer).strip() else self._known, text=text)
