"""An MCP server of the protocol's own package: `python notes_server.py [stdio | http PORT]`."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # absent, as for users: it takes 0.7 s to import
from mcp.server.fastmcp import FastMCP  # noqa: E402 - after the line above

LIFETIME_SECONDS = 120.0
"""It ends by itself, whatever becomes of the test."""

server = FastMCP("notes", log_level="ERROR")


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def tell_key() -> str:
    """Says the key it was given."""
    return f"the key is {os.environ.get('NOTES_KEY', 'not set')}"


@server.tool()
def fail() -> str:
    """Fails."""
    raise ValueError("no notes today")


@server.tool()
async def wait(seconds: float) -> str:
    """Waits."""
    await asyncio.sleep(seconds)
    return "waited"


@server.tool()
def leave() -> str:
    """Ends the server at once."""
    os._exit(3)


def main(mode: str = "stdio", port: str = "0") -> None:
    threading.Thread(target=lambda: (time.sleep(LIFETIME_SECONDS), os._exit(4)), daemon=True).start()
    if mode == "http":
        server.settings.host, server.settings.port = "127.0.0.1", int(port)
        server.run("streamable-http")
    else:
        server.run("stdio")


if __name__ == "__main__":
    main(*sys.argv[1:])
