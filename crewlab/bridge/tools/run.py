"""Runs the body of a tool: off the loop, with a time limit, from a cassette where there is one, and on record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from crewai.tools.base_tool import BaseTool

from crewlab.bridge.cassettes import Deck
from crewlab.bridge.contract import RunBlocking
from crewlab.bridge.tools.asks_server import AsksServer
from crewlab.bridge.tools.call import ToolCall
from crewlab.bridge.tools.taped import taped
from crewlab.errors import CrewLabError


class Workshop(Protocol):
    """Where tools run: in an attempt of a crew, or in a step of a flow."""

    @property
    def run_blocking(self) -> RunBlocking: ...

    @property
    def tool_timeout_seconds(self) -> float: ...

    @property
    def cassette(self) -> Deck | None: ...


class ToolRaised(Exception):  # noqa: N818 - it carries whatever the tool raised
    """A tool raised `error`, or was not done in time."""

    def __init__(self, error: Exception, tool: str, seconds: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.tool = tool
        is_late = isinstance(error, TimeoutError)
        self.reason = f"it took longer than {seconds:g} s" if is_late else str(error)
        """In words."""


async def tool_result(
    call: ToolCall, tool: BaseTool, arguments: dict[str, Any], place: Workshop, *, keeps_values: bool = False
) -> Any:
    """What the tool returns. A cassette keeps it as text, unless it `keeps_values`.

    Raises:
        ToolRaised: It raised, or was not done in time. The call is still open.
        CrewLabError: It may not run. The call has ended.
    """
    run: Callable[[], Awaitable[Any]] = partial(
        place.run_blocking, partial(run_contained, tool, arguments), timeout_seconds=place.tool_timeout_seconds
    )
    if isinstance(tool, AsksServer):  # on this loop: a thread would only wait
        run = partial(tool.ask, arguments)
    if place.cassette is not None:
        run = partial(taped, place.cassette, call, tool, run, keeps_values=keeps_values)
    return await recorded(call, run, place.tool_timeout_seconds)


async def recorded(call: ToolCall, run: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    """What `run()` returns. Raises as `tool_result` does."""
    try:
        return await run()
    except CrewLabError as error:
        call.failed(error, error.message)
        raise
    except Exception as error:  # a tool may raise anything; whoever called it decides what that means
        raise ToolRaised(error, call.tool, seconds) from error
    except BaseException:  # raised again: whatever cuts a call short, its span is closed
        call.journal.end(call, call.cancelled())
        raise


def run_contained(tool: BaseTool, arguments: dict[str, Any]) -> Any:
    """The result of the tool, which must neither end the program nor look like a stop or a time limit of ours."""
    try:
        return tool.run(**arguments)
    except (SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError) as error:
        reason = f": {error}" if str(error) else ""
        raise ToolBodyError(f"it raised {type(error).__name__}{reason}, which ends programs") from None
    except TimeoutError as error:  # its own, and not the time limit of the pool
        raise ToolBodyError(f"it gave up: {error or 'TimeoutError'}") from error


class ToolBodyError(Exception):
    """A tool raised what means something else where tools are waited for; only its text is ever seen."""
