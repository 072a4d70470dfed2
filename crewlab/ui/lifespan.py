"""What happens when the server starts and stops, and where it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui import holder

LOOPBACK = "127.0.0.1"


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


def server_url() -> str:
    """The address at which other processes of this machine reach the server."""
    address = str(st.get_option("server.address") or LOOPBACK)
    host = LOOPBACK if address in ("0.0.0.0", "::", "localhost") else address
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"http://{host}:{st.get_option('server.port')}" + (f"/{path}" if path else "")
