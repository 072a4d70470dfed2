"""One call of a tool outside a crew: a step of a flow names the tool and gives the arguments."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crewai.tools.tool_failure import detect_tool_failure
from crewai.utilities.agent_utils import format_native_tool_output_for_agent

from crewlab.bridge.agents.message_copies import plain
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.bridge.scope import working_on
from crewlab.bridge.silence import enter_context
from crewlab.bridge.tools.call import ToolCall
from crewlab.bridge.tools.run import ToolRaised, tool_result
from crewlab.bridge.tools.toolbox import Toolbox
from crewlab.bridge.translate import sink_for
from crewlab.definitions.library.tool_names import tool_named
from crewlab.errors import ToolCallError, UnknownToolError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crewai.tools.base_tool import BaseTool

_READING_SECONDS = 120.0


async def call_tool(request: BuildRequest, step: str, ref: str, arguments: Mapping[str, Any]) -> Any:
    """See `contract.CrewAI.call_tool`; the context of the caller becomes that of the attempt."""
    journal = Journal(request.record, request.execution_id, request.attempt)
    enter_context(request.execution_id, sink_for(journal))
    try:
        with working_on(step):
            async with _tool(request, tool_named(ref)) as tool:
                return await _called(request, journal, step, tool, dict(arguments))
    finally:
        journal.close()


@asynccontextmanager
async def _tool(request: BuildRequest, name: str) -> AsyncIterator[BaseTool]:
    """The one tool of this name, and the end of its server."""
    toolbox = Toolbox(replace(request, document={"agents": {"step": {"tools": [name]}}}))
    if request.cassette is not None:
        await request.run_blocking(request.cassette.open, timeout_seconds=_READING_SECONDS)
    try:
        await toolbox.open()
        found = toolbox.tools([name])
        if len(found) != 1:
            offered = ", ".join(f"{name}.{tool.name}" for tool in found)
            raise UnknownToolError(f"{name!r} is an MCP server with {len(found)} tools.", f"Name one: {offered}.")
        yield found[0]
    finally:
        await toolbox.close()


async def _called(request: BuildRequest, journal: Journal, step: str, tool: BaseTool, arguments: dict[str, Any]) -> Any:
    call = ToolCall(journal, tool.name, plain(arguments), None)
    journal.start(call)
    try:
        result = await tool_result(call, tool, arguments, request, keeps_values=True)
    except ToolRaised as raised:
        raise _failed(call, step, raised.reason) from raised.error
    failure = detect_tool_failure(result)
    if failure is not None:
        raise _failed(call, step, failure.message)
    call.completed(format_native_tool_output_for_agent(tool, result))
    return plain(result)


def _failed(call: ToolCall, step: str, reason: str) -> ToolCallError:
    error = ToolCallError(
        f"The tool {call.tool!r} of step {step!r} failed: {' '.join(reason.split())[:1000]}",
        "Correct its arguments, or route the step's failures with on_error.",
    )
    call.failed(error, error.message)
    return error
