"""Which request of one model call this is: 1 is the first, higher numbers are retries."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST_NUMBER: ContextVar[int | None] = ContextVar("crewlab_request_number", default=None)
"""Set by the retry layer around each request; `None` where nobody retries."""
