"""What an agent that plans asks its planning model: crewAI's questions, as coroutines that are recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crewai.agents.planner_observer import PlannerObserver
from crewai.tools.agent_tools.base_agent_tools import BaseAgentTool
from crewai.utilities.agent_utils import extract_tool_call_info, parse_tool_call_args
from crewai.utilities.i18n import I18N_DEFAULT
from crewai.utilities.planning_types import PlanStep, StepObservation, TodoItem
from crewai.utilities.reasoning_handler import FUNCTION_SCHEMA, AgentReasoning
from crewai.utilities.string_utils import sanitize_tool_name
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor
    from crewlab.bridge.llms.recorded import RecordedModel

_MOST_PLANS = 3
"""How often a plan is refined where `max_attempts` does not say: a planner that is never ready must not go on."""


@dataclass(frozen=True)
class Plan:
    """What the planner wants done. Without steps the task is done in one go, with `text` to go by."""

    text: str
    steps: tuple[PlanStep, ...]
    is_ready: bool


class Planner:
    """The planning calls for one task; each is recorded with the purpose `planning`."""

    def __init__(self, executor: TaskExecutor) -> None:
        self._executor = executor
        self._model: RecordedModel = executor.crew_agent.planning_model
        self.config: Any = executor.crew_agent.planning_config

    @property
    def most_plans(self) -> int:
        """How many plans may be made in a row until one is ready."""
        return int(self.config.max_attempts or _MOST_PLANS)

    async def plan(self, description: str | None = None) -> Plan:
        """A first plan of the task, or of a task described otherwise.

        Raises:
            ModelCallError: The call failed for good.
        """
        prompts = _Prompts(self._executor, description)
        return await self._asked(prompts, prompts._create_planning_prompt())

    async def refine(self, plan: Plan, description: str | None = None) -> Plan:
        """A better plan than one that is not ready. Raises as `plan`."""
        prompts = _Prompts(self._executor, description)
        return await self._asked(prompts, prompts._create_refine_prompt(plan.text))

    async def observe(
        self, step: TodoItem, result: str, done: Sequence[TodoItem], left: Sequence[TodoItem]
    ) -> StepObservation:
        """What to think of a step that has ended. Raises as `plan`."""
        observer = PlannerObserver(self._executor.crew_agent, self._executor.task)
        messages = observer._build_observation_messages(step, result, list(done), list(left))
        return observer._parse_observation_response(await self._ask(messages, response_model=StepObservation))

    async def synthesise(self, steps: Sequence[TodoItem]) -> Any:
        """One answer made of what the steps brought; an object where the task has a schema. Raises as `plan`."""
        executor = self._executor
        results = "\n\n".join(f"Step {step.step_number} ({step.description}):\n{step.result}" for step in steps)
        texts = {"role": executor.crew_agent.role, "task_description": executor.crew_task.description}
        system, user = (
            I18N_DEFAULT.retrieve("planning", f"synthesis_{part}_prompt").format(**texts, combined_steps=results)
            for part in ("system", "user")
        )
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return await executor.model.ask(messages, purpose="planning", response_model=executor.response_model)

    async def _asked(self, prompts: AgentReasoning, question: str) -> Plan:
        messages = [
            {"role": "system", "content": prompts._get_system_prompt()},
            {"role": "user", "content": question},
        ]
        if self._model.supports_function_calling():
            return _read(await self._ask(messages, tools=[FUNCTION_SCHEMA]))
        return _read(await self._ask(messages))

    async def _ask(self, messages: Any, **more: Any) -> Any:
        executor = self._executor
        whose = {"from_task": executor.task, "from_agent": executor.agent}
        return await self._model.ask(messages, purpose="planning", **whose, **more)


class _Prompts(AgentReasoning):
    """crewAI's prompts for planning. `description` is the task, told otherwise than the task does."""

    def __init__(self, executor: TaskExecutor, description: str | None) -> None:
        self._tools = executor.original_tools
        super().__init__(executor.crew_agent, executor.task, description=description)

    def _format_available_tools(self) -> str:
        """The tools of the task; delegating is not one of them, as in crewAI."""
        names = [sanitize_tool_name(tool.name) for tool in self._tools if not isinstance(tool, BaseAgentTool)]
        return ", ".join(names) or "No tools available"


class _Answer(BaseModel):
    """What the function that makes a plan is called with."""

    plan: str
    ready: bool
    steps: list[Any] = []


def _read(answer: Any) -> Plan:
    """The plan of a function call or of JSON text; any other text is a plan without steps."""
    text = answer if isinstance(answer, str) else json.dumps(_arguments(answer))
    try:
        read = _Answer.model_validate_json(text)
    except ValidationError:
        return Plan(text, (), _says_ready(text))
    return Plan(read.plan, tuple(_steps(read.steps)), read.ready)


def _arguments(calls: Any) -> Any:
    info = extract_tool_call_info(calls[0]) if isinstance(calls, list) and calls else None
    arguments = parse_tool_call_args(info[2], info[1], info[0])[0] if info else None
    return arguments or {}


def _steps(raw: Sequence[Any]) -> list[PlanStep]:
    """The steps up to the first that is none, as in crewAI."""
    steps: list[PlanStep] = []
    for step in raw:
        try:
            steps.append(PlanStep.model_validate(step))
        except ValidationError:
            break
    return steps


def _says_ready(text: str) -> bool:
    """Whether a plan in words ends as the prompt asks it to."""
    return "READY" in text and "NOT READY" not in text
