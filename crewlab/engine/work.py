"""What an attempt does between its claim and its end: a crew, or a flow."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from crewlab.bridge.cassettes import Deck
    from crewlab.engine.attempt import Stop
    from crewlab.engine.budget import Budget
    from crewlab.executions.person import Heard


@dataclass(frozen=True)
class Result:
    """What came out of an execution."""

    output: str
    output_json: Any = None

    @classmethod
    def of(cls, value: Any) -> Result:
        """What any JSON is as a result; nothing is an empty text."""
        if value is None or isinstance(value, str):
            return cls(value or "")
        return cls(json.dumps(value, ensure_ascii=False), value)

    @property
    def value(self) -> Any:
        """The fields, or else the text; an empty one is nothing."""
        return (self.output or None) if self.output_json is None else self.output_json


class Work(Protocol):
    """Belongs to the loop of the attempt; only `let_go` comes from elsewhere."""

    async def load(self) -> None:
        """Wait for what has to be there before the time limit begins to count."""
        ...

    async def open(self, stored: Future[Any] | None) -> str:
        """Get ready; what will run, in a few words. Nothing is paid for before the execution is `stored`."""
        ...

    async def run(self) -> Result | None:
        """Do what is not done yet; `None` when only a person can go on."""
        ...

    def hear(self, heard: Heard) -> None:
        """Go on with what a person has answered, if that can be done while the rest runs."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether nothing is left that a used-up budget could still cut short."""
        ...

    @property
    def failed_part(self) -> str | None:
        """The name of the task or step that failed first."""
        ...

    async def close(self, error: BaseException | None, *, completed: bool) -> None:
        """Tidy up."""
        ...

    def end_open(self) -> None:
        """Record the end of what is still open: failed, or stopped by something else."""
        ...

    def let_go(self, stop: Stop | None) -> None:
        """End from another thread, because its own hangs; `None` is for running out of time."""
        ...


@dataclass
class Tree:
    """What an execution shares with everything that runs inside of it."""

    budget: Budget | None = None
    """Counts the calls of all of them."""
    deck: Deck | None = None
    """Recorded answers, each of which is given once."""
    stop: Stop | None = None
    """Why it is being ended, and its parts with it."""
