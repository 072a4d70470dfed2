"""What happens when the server starts and stops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from crewlab.errors import CrewLabError
from crewlab.ui import holder


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the lab before the first page and close it within two seconds after the last.

    A lab that cannot be opened does not keep the server from starting: the pages say why, and try again.
    """
    with suppress(CrewLabError):
        holder.get_lab()
    try:
        yield {}
    finally:
        holder.close_lab()
