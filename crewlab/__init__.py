"""A low-code laboratory for CrewAI.

import crewlab

lab = crewlab.open()
execution = lab.run("market-brief", inputs={...})
print(execution.status, execution.output)
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crewlab.definitions.library.mcp_servers import McpServer
    from crewlab.definitions.library.tool_records import ToolRecord
    from crewlab.errors import CrewLabError
    from crewlab.executions.cassette import Cassette
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab
    from crewlab.remote import RemoteLab, connect
    from crewlab.settings import Settings

__all__ = [
    "Cassette",
    "CrewLabError",
    "Execution",
    "Lab",
    "McpServer",
    "RemoteLab",
    "Settings",
    "ToolRecord",
    "connect",
    "open",
]

_WHERE = {
    "Cassette": "crewlab.executions.cassette",
    "CrewLabError": "crewlab.errors",
    "Execution": "crewlab.executions.execution",
    "Lab": "crewlab.lab",
    "McpServer": "crewlab.definitions.library.mcp_servers",
    "RemoteLab": "crewlab.remote",
    "Settings": "crewlab.settings",
    "ToolRecord": "crewlab.definitions.library.tool_records",
    "connect": "crewlab.remote",
}
"""Imported when first asked for, so that `import crewlab` costs nothing."""


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def open(data: Path | str | None = None) -> Lab | RemoteLab:
    """Open the lab in the folder `data` (default: `CREWLAB_DATA`, or `data/` of the project).

    While the app holds that folder, the lab of the app is returned: the same methods, over HTTP.

    Raises:
        StoreLockedError: A process other than the app holds the store.
        StoreError: The database file cannot be used.
    """
    from crewlab.errors import StoreLockedError
    from crewlab.lab import Lab
    from crewlab.settings import Settings

    settings = Settings.from_environment(None, **({} if data is None else {"data": Path(data)}))
    try:
        return Lab.open(settings=settings)
    except StoreLockedError:
        from crewlab.remote import RemoteLab

        if (lab := RemoteLab.find(settings.endpoint)) is None:
            raise
        return lab
