"""Tries one tool, or one MCP server, outside an execution: whatever goes wrong is the answer."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crewai.tools.tool_failure import detect_tool_failure

from crewlab.bridge.contract import Credentials, RunBlocking
from crewlab.bridge.silence import enter_context
from crewlab.bridge.tools.run import run_contained
from crewlab.bridge.tools.toolbox import imported
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import CrewLabError
from crewlab.executions.identity import new_id
from crewlab.executions.tool_test import ServerTest, ToolTest

MOST_CHARACTERS = 20_000


async def test_tool(
    record: ToolRecord,
    arguments: Mapping[str, Any],
    *,
    files: Path,
    credentials: Credentials,
    run_blocking: RunBlocking,
    timeout_seconds: float,
) -> ToolTest:
    """Make the tool and call it once; files that it writes go with the test."""
    enter_context(new_id(), lambda _source, _event: None)  # of a task of its own, see `LoadedCrewAI`
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crewlab-tool-", ignore_cleanup_errors=True) as folder:

        def call() -> Any:
            making = imported("tools.making")
            tool = making.construct(record, making.ToolPlace(files, Path(folder), credentials, "test"))
            return run_contained(tool, dict(arguments))

        try:
            result = await run_blocking(call, timeout_seconds=timeout_seconds)
        except CrewLabError as error:
            return ToolTest(ok=False, latency_seconds=_since(begun), error=error.message, hint=error.hint)
        except TimeoutError:
            return ToolTest(
                ok=False, latency_seconds=_since(begun), error=f"It took longer than {timeout_seconds:g} s."
            )
        except Exception as error:  # noqa: BLE001 - a tool may raise anything; that is what a test is to show
            text = " ".join(str(error).split())[:1000] or type(error).__name__
            return ToolTest(ok=False, latency_seconds=_since(begun), error=text)
    return _outcome(result, _since(begun))


async def test_server(server: McpServer, *, credentials: Credentials, run_blocking: RunBlocking) -> ServerTest:
    """Connect to a server, ask what it offers, and leave."""
    begun = time.monotonic()
    module = await run_blocking(lambda: imported("tools.mcp_connection"), timeout_seconds=120.0)
    connection = module.McpConnection(server, credentials)
    try:
        await connection.open()
    except CrewLabError as error:
        return ServerTest(ok=False, latency_seconds=_since(begun), error=error.message, hint=error.hint)
    finally:
        await connection.close()
    return ServerTest(ok=True, latency_seconds=_since(begun), tools=connection.offers)


def _outcome(result: Any, seconds: float) -> ToolTest:
    failure = detect_tool_failure(result)
    if failure is not None:
        return ToolTest(ok=False, latency_seconds=seconds, error=failure.message)
    text = result if isinstance(result, str) else json.dumps(result, default=str, ensure_ascii=False)
    return ToolTest(ok=True, latency_seconds=seconds, result=text[:MOST_CHARACTERS])


def _since(begun: float) -> float:
    return time.monotonic() - begun
