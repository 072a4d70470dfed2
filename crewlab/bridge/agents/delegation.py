"""Delegation between agents as a coroutine: crewAI's own tools would hold a thread while the coworker thinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewai.tools.agent_tools.agent_tools import AgentTools
from crewai.tools.agent_tools.base_agent_tools import BaseAgentTool
from crewai.tools.base_tool import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.tasks.crew_task import CrewTask

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent


def delegation_tools(coworkers: Sequence[CrewAgent]) -> list[BaseTool]:
    """crewAI's two tools, as it describes them to the model. `delegate` does their work."""
    return AgentTools(agents=coworkers).tools() if coworkers else []


async def delegate(tool: BaseAgentTool, arguments: dict[str, Any]) -> str:
    """Let the coworker that the model named do the work, or tell the model who there is.

    The coworker is a fresh copy: it may be busy with a task of its own.

    Raises:
        ModelCallError: The coworker's model failed for good. crewAI would hand the error to the delegating
            model as if it were an answer.
    """
    named = str(arguments.get("coworker") or arguments.get("co_worker") or "").strip("[]").partition(",")[0]
    role = tool.sanitize_agent_name(named)
    coworker = next((agent for agent in tool.agents if tool.sanitize_agent_name(agent.role) == role), None)
    if coworker is None:
        return _nobody(tool, role)
    worker: CrewAgent = coworker.roster.copy_of(coworker)  # type: ignore[attr-defined]  # the roster fills the tool
    work = str(arguments.get("task") or arguments.get("question") or "")
    task = CrewTask(description=work, expected_output=I18N_DEFAULT.slice("manager_request"), agent=worker)
    return str(await worker.aexecute_task(task, str(arguments.get("context") or "")))


def _nobody(tool: BaseAgentTool, role: str) -> str:
    coworkers = "\n".join(f"- {tool.sanitize_agent_name(agent.role)}" for agent in tool.agents)
    error = f"No agent found with role '{role}'"
    return I18N_DEFAULT.errors("agent_tool_unexisting_coworker").format(coworkers=coworkers, error=error)
