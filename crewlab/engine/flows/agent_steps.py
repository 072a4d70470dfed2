"""Steps that ask one agent, or call one tool: their calls belong to the flow itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.expressions.flow_expression import Scope
from crewlab.definitions.flows.flow import AgentAction, ToolAction
from crewlab.engine.awaiting import result_of
from crewlab.engine.conditions import Conditions
from crewlab.engine.flows.apart import over
from crewlab.engine.flows.crew_output import token_usage
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.part_steps import rendered
from crewlab.engine.flows.step_records import OpenCall
from crewlab.engine.recorder import QuietRecorder
from crewlab.engine.task_loop import TaskLoop
from crewlab.errors import InputsError, OutputError

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuiltCrew, CrewAI, TaskOutcome


async def run_agent(desk: Desk, call: OpenCall, action: AgentAction, scope: Scope) -> Any:
    """What the agent answered, in crewAI's shape."""
    asked, shown = rendered({"input": action.with_.get("input", "")}, scope)
    prompt = _prompt(asked["input"])
    desk.records.started(call, shown)
    return (await over(_answered(desk, call, action, prompt))).result()


def _prompt(value: Any) -> str | list[Mapping[str, Any]]:
    """A question, or the messages of a conversation."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(message, Mapping) for message in value):
        return [{key: part for key, part in one.items() if part is not None or key == "content"} for one in value]
    what = f"The input of an agent is a text or a list of messages, and this is of the type {type(value).__name__}."
    raise InputsError(what, "Write a text around it, as in `Summarise: ${outputs.research.json_dict}`.")


async def _answered(desk: Desk, call: OpenCall, action: AgentAction, prompt: Any) -> dict[str, Any]:
    crewai = await _loaded(desk)
    async with desk.worker.building:
        agent = crewai.build_agent(desk.request_for(call), call.name, action.with_, prompt)
    try:
        outcome = await _worked(desk, agent, call)
    finally:
        await agent.close(None)
    return {
        "raw": outcome.output,
        "pydantic": outcome.output_json,
        "agent_role": str(action.with_.get("role", "")),
        "usage_metrics": token_usage(desk.recorder.usage_of(call.name, call.number)),
    }


async def _worked(desk: Desk, agent: BuiltCrew, call: OpenCall) -> TaskOutcome:
    """The one task of an agent that works alone, with its guardrails; from its midst, where that was kept."""
    await agent.open()
    begun = [one for one in desk.begun if (one.task_name, one.step_call) == (call.name, call.number)]
    conditions = Conditions(desk.equipment.tools.run, agent.inputs)
    loop = TaskLoop(agent, QuietRecorder(desk.recorder, call.index), conditions, begun=begun)
    outcome = await loop.run()
    if outcome is None:
        raise OutputError("The agent gave no answer.", "Ask people after the step, with human_feedback.")
    return outcome


async def run_tool(desk: Desk, call: OpenCall, action: ToolAction, scope: Scope) -> Any:
    """What the tool made of its arguments."""
    arguments, shown = rendered(action.with_, scope)
    desk.records.started(call, shown)
    crewai = await _loaded(desk)
    return (await over(_called(desk, crewai, call, action.ref, arguments))).result()


async def _called(desk: Desk, crewai: CrewAI, call: OpenCall, ref: str, arguments: Mapping[str, Any]) -> Any:
    return await crewai.call_tool(desk.request_for(call), call.name, ref, arguments)


async def _loaded(desk: Desk) -> CrewAI:
    return await result_of(desk.equipment.loading.begin())
