"""The table of faults: what is done wrong, and how an execution that meets it has to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests import model_server as server
from tests.faults import bad_tools
from tests.faults.standing_in import CALLED
from tests.model_server import Step

HUGE = 20_000_000
"""Characters of the huge answer."""


@dataclass(frozen=True)
class Fault:
    """One row: `says` are words of the report of what failed, `requests` how many the model server has to see."""

    name: str
    ends: str
    says: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    requests: int | None = None
    stream: bool = False
    url: str | None = None
    """Instead of the local server's: `{closed}` has no listener, `{untrusted}` a bad certificate."""
    tool: Callable[[], Any] | None = None
    tool_call: str | None = None
    """How the tool call ends, where there is one."""

    @property
    def is_late(self) -> bool:
        """Whether the model server is to take too long."""
        return LATE in self.says

    @property
    def model_seconds(self) -> float:
        """What is to run out of time has little of it; whatever else a slow machine makes of it is not late."""
        return 0.3 if self.is_late else 100.0

    @property
    def tool_seconds(self) -> float:
        """The same for its tool."""
        return 0.3 if self.tool is bad_tools.hangs else 100.0


def _refused(code: int, requests: int, *says: str, retry_after: float | None = None, name: str = "") -> Fault:
    step = server.status(code, retry_after=retry_after)
    return Fault(name or str(code), "failed", (f"HTTP {code}", *says), (step,) * 3, requests)


def _transport(name: str, step: Step, *says: str, stream: bool = False, requests: int = 2) -> Fault:
    return Fault(f"{name}{', streamed' if stream else ''}", "failed", says, (step,) * 3, requests, stream)


def _tool(name: str, body: Callable[[], Any], tool_call: str, *says: str) -> Fault:
    step = server.call_tool(CALLED, {})
    return Fault(f"tool {name}", "completed", says, (step,), 2, tool=body, tool_call=tool_call)


UNREADABLE = "cannot be read"
UNREACHABLE = "cannot be reached"
BROKEN = "broke off"
LATE = "did not answer within"

FAULTS: tuple[Fault, ...] = (
    Fault("refused", "failed", (UNREACHABLE, "127.0.0.1"), url="http://127.0.0.1:{closed}/v1"),
    Fault("DNS error", "failed", (UNREACHABLE, "nobody.invalid"), url="http://nobody.invalid/v1"),
    Fault("TLS error", "failed", ("TLS", "certificate"), url="https://127.0.0.1:{untrusted}/v1"),
    _refused(400, 1, "refused the request"),
    _refused(401, 1, "key"),
    _refused(403, 1, "key"),
    _refused(404, 1, "does not know the model"),
    _refused(408, 2, "server"),
    _refused(429, 2, "rate limited"),
    _refused(429, 2, "rate limited", retry_after=0.05, name="429 with Retry-After"),
    _refused(429, 1, "rate limited", retry_after=100_000, name="429 with a Retry-After of a day"),
    _refused(500, 2, "server"),
    _refused(503, 2, "server"),
    _transport("no answer", server.hang(), LATE),
    _transport("slow headers", server.slow_headers(), LATE),
    _transport("stall mid-stream", server.stall(after_chunks=2), LATE, stream=True),
    _transport("connection closed", server.drop(), BROKEN),
    _transport("truncated", server.truncate(), BROKEN),
    _transport("truncated", server.drop(after_chunks=2), BROKEN, stream=True),
    _transport("invalid JSON", server.garbage(), UNREADABLE, requests=1),
    _transport("invalid JSON", server.garbage(), UNREADABLE, stream=True, requests=1),
    _transport("empty choices", server.empty_choices(), "no choices", requests=1),
    _transport("empty choices", server.empty_choices(), UNREADABLE, stream=True, requests=1),
    Fault("huge answer (20 MB)", "completed", steps=(server.say("x" * HUGE),), requests=1),
    Fault("unknown tool", "completed", ("There is no tool 'crystal_ball'",),
          (server.call_tool("crystal_ball", {}),), 3, tool=bad_tools.returns_nothing, tool_call="failed"),
    Fault("tool arguments that are not JSON", "completed", ("valid JSON",),
          (server.call_tool(CALLED, "{file: "),), 2, tool=bad_tools.returns_nothing, tool_call="failed"),
    Fault("tool arguments that are a list", "completed", ("JSON object",),
          (server.call_tool(CALLED, "[1]"),), 2, tool=bad_tools.returns_nothing, tool_call="failed"),
    _tool("raises", bad_tools.raises, "failed", "the disk is on fire"),
    _tool("raises SystemExit", bad_tools.raises_system_exit, "failed", "SystemExit"),
    _tool("raises KeyboardInterrupt", bad_tools.raises_keyboard_interrupt, "failed", "KeyboardInterrupt"),
    _tool("raises TimeoutError", bad_tools.raises_timeout_error, "failed", "gave up: the database is slow"),
    _tool("is cancelled from inside", bad_tools.is_cancelled, "failed", "CancelledError"),
    _tool("hangs for ever", bad_tools.hangs, "failed", "took longer than"),
    _tool("prints", bad_tools.prints, "completed"),
    _tool("returns bytes", bad_tools.returns_bytes, "completed"),
    _tool("returns nothing", bad_tools.returns_nothing, "completed"),
    _tool("returns an object", bad_tools.returns_itself, "completed"),
    _tool("spawns a thread", bad_tools.spawns_a_thread, "completed"),
)  # fmt: skip
