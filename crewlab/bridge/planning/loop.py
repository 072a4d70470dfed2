"""An agent that plans: makes a plan, works on its steps, looks at what came of them, and makes one answer of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewai.agents.planner_observer import PlannerObserver
from crewai.utilities.planning_types import StepObservation, TodoItem, TodoList

from crewlab.bridge.agents.function_calls import together
from crewlab.bridge.agents.loop import AgentLoop
from crewlab.bridge.agents.states import Method, State, run
from crewlab.bridge.planning.events import PlanEvents
from crewlab.bridge.planning.planner import Plan, Planner
from crewlab.bridge.planning.step_loop import StepLoop, StepResult

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor


class PlanLoop(AgentLoop):
    """The states of planning, before those of a conversation: these are for a plan that came to nothing."""

    def __init__(self, executor: TaskExecutor, messages: list[Any]) -> None:
        super().__init__(executor, messages)
        self._planner = Planner(executor)
        self._events = PlanEvents(executor.crew_agent)
        self._chosen: list[TodoItem] = []
        self._results: list[StepResult] = []
        self._is_stuck = False

    async def answered(self) -> Any:
        """What the agent answers. Raises as `AgentLoop.answered`."""
        await run(State.PLAN, {**self.methods, **self._planning})
        return self.answer

    @property
    def _planning(self) -> Mapping[State, Method]:
        return {
            State.PLAN: self._plan,
            State.CHOOSE_STEPS: self._choose_steps,
            State.RUN_STEPS: self._run_steps,
            State.OBSERVE: self._observe,
            State.REPLAN: self._replan,
            State.SYNTHESISE: self._synthesise,
        }

    @property
    def _todos(self) -> TodoList:
        todos: TodoList = self._executor.state.todos
        return todos

    async def _plan(self) -> State:
        plan = await self._ready_plan()
        if plan.is_ready and plan.steps:
            self._todos.items = _todo_items(plan)
            return State.CHOOSE_STEPS
        self._say(f"Your plan:\n{plan.text}\n\nNow do the task.")
        return State.THINK

    async def _ready_plan(self, description: str | None = None) -> Plan:
        """A plan, refined until the planner is ready or has had as many tries as it may."""
        plan = self._events.made(await self._planner.plan(description))
        for _ in range(self._planner.most_plans - 1):
            if plan.is_ready:
                break
            plan = self._events.made(await self._planner.refine(plan, description))
        return plan

    async def _choose_steps(self) -> State:
        self._chosen = self._todos.get_ready_todos()
        self._is_stuck = not self._chosen
        if self._is_stuck:
            self._executor.state.last_replan_reason = _STUCK
            return State.REPLAN
        for step in self._chosen:
            step.status = "running"  # by itself: crewAI looks for its number, which another step may have, too
            self._events.step_started(step)
        return State.RUN_STEPS

    async def _run_steps(self) -> State:
        """Steps that do not depend on each other run at once."""
        self._results = await together([StepLoop(self._executor, step).result() for step in self._chosen])
        for step, result in zip(self._chosen, self._results, strict=True):
            step.result = result.text
        return State.OBSERVE

    async def _observe(self) -> State:
        if len(self._chosen) == 1:
            return self._judged(self._chosen[0], await self._seen(self._chosen[0], self._results[0]))
        for step, result in zip(self._chosen, self._results, strict=True):
            seen = await self._seen(step, result)
            self._end(step, is_done=seen.step_completed_successfully)
        is_wanted, reason = self._executor._should_replan()
        return self._back_to_the_planner(reason) if is_wanted else self._next_steps()

    async def _seen(self, step: TodoItem, result: StepResult) -> StepObservation:
        """What the planner thinks of a step; without a call where the plan is not to be watched."""
        if not self._executor._should_observe_steps():
            return PlannerObserver.heuristic_observation(step_success=result.is_done, result=result.text)
        todos = self._todos
        return await self._planner.observe(step, result.text, todos.get_completed_todos(), todos.get_pending_todos())

    def _judged(self, step: TodoItem, seen: StepObservation) -> State:
        """What follows from one step; only with high effort does a success change the plan."""
        effort_is_high = self._planner.config.reasoning_effort == "high"
        if effort_is_high and seen.goal_already_achieved:
            self._end(step, is_done=True)
            self._events.changed("cut_short", "The goal is achieved already.")
            return State.SYNTHESISE
        failed = not seen.step_completed_successfully
        self._end(step, is_done=not failed and not (effort_is_high and seen.needs_full_replan))
        if (seen.needs_full_replan and (failed or effort_is_high)) or (failed and effort_is_high):
            return self._back_to_the_planner(seen.replan_reason or "Step did not complete successfully")
        if effort_is_high and seen.remaining_plan_still_valid:
            self._refine(seen)
        return self._next_steps()

    def _refine(self, seen: StepObservation) -> None:
        left = {step.step_number: step for step in self._todos.get_pending_todos()}
        for change in seen.suggested_refinements or ():
            if change.new_description and change.step_number in left:
                left[change.step_number].description = change.new_description
                self._events.changed("refined", f"Step {change.step_number}: {change.new_description}")

    def _next_steps(self) -> State:
        return State.SYNTHESISE if self._todos.is_complete else State.CHOOSE_STEPS

    def _back_to_the_planner(self, reason: str) -> State:
        self._executor.state.last_replan_reason = reason
        return State.REPLAN

    async def _replan(self) -> State:
        """Another plan of what is left, as often as the agent may."""
        state, executor = self._executor.state, self._executor
        without_plan = State.THINK if self._is_stuck else State.SYNTHESISE
        if state.replan_count >= self._planner.config.max_replans:
            return without_plan
        state.replan_count += 1
        self._events.changed("replanned", state.last_replan_reason or "")
        plan = await self._ready_plan(executor._enhance_task_for_replan(executor._build_replan_context()))
        if plan.is_ready and plan.steps:
            self._todos.replace_pending_todos(self._counted_on(_todo_items(plan)))
        return State.CHOOSE_STEPS if self._todos.get_pending_todos() else without_plan

    def _counted_on(self, steps: list[TodoItem]) -> list[TodoItem]:
        """The steps of another plan, numbered after those that have ended where their numbers are taken."""
        taken = [step.step_number for step in self._todos.items if step.status != "pending"]
        if set(taken).isdisjoint(step.step_number for step in steps):
            return steps
        by = max(taken)
        for step in steps:
            step.step_number += by
            step.depends_on = [number + by for number in step.depends_on]
        return steps

    async def _synthesise(self) -> State:
        steps = [step for step in self._todos.items if step.result]
        if not steps:
            return State.THINK
        if self._executor._can_use_last_todo_result_as_final_answer(steps):
            return self._done(max(steps, key=lambda step: step.step_number).result)
        return self._done(await self._planner.synthesise(steps))

    def _end(self, step: TodoItem, *, is_done: bool) -> None:
        step.status = "completed" if is_done else "failed"
        error = next(result.error for chosen, result in zip(self._chosen, self._results, strict=True) if chosen is step)
        self._events.step_ended(step, error, is_done=is_done)


_STUCK = "No todos are ready but plan is not complete — likely a dependency deadlock or missing completion"


def _todo_items(plan: Plan) -> list[TodoItem]:
    return [TodoItem(**step.model_dump()) for step in plan.steps]
