"""Tools for crewAI's own executor: it calls them on a thread, and they run and are recorded like those of our loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewai.hooks.dispatch import HookAborted
from crewai.tools.base_tool import BaseTool

from crewlab.bridge.stock.run import StockRun, stock_run
from crewlab.bridge.tools.use import ToolUse
from crewlab.errors import CrewLabError

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent


class ToolRaised(Exception):  # noqa: N818 - it stands for whatever the tool raised
    """What a tool raised, in its own words."""


def stock_tools(tools: Sequence[BaseTool], agent: CrewAgent, task: Any) -> list[BaseTool]:
    """Copies of `tools` whose work is done on the loop of the attempt, for `agent` on `task`."""
    use = ToolUse(agent, task, tools)
    return [_copy(tool, use) for tool in tools]


def _copy(tool: BaseTool, use: ToolUse) -> BaseTool:
    copied = tool.model_copy()

    def run(*_: Any, **arguments: Any) -> Any:
        current = stock_run()
        if current is None:
            raise ToolRaised("the task is over")
        return _result(current, use, tool.name, arguments)

    object.__setattr__(copied, "_run", run)  # the instance's own: its class is shared with other tools
    return copied


def _result(run: StockRun, use: ToolUse, name: str, arguments: dict[str, Any]) -> Any:
    """What the tool answers, as crewAI wants it: raised if it raised."""
    try:
        answer = run.do(use.answer(name, arguments))
    except CrewLabError as error:
        run.error = error
        raise HookAborted(error.message) from error
    if answer.raised is not None:
        raise ToolRaised(answer.raised)
    return answer.failure or answer.text
