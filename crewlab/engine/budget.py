"""The tokens and the money of one execution, counted over all its attempts after every model call."""

from __future__ import annotations

import threading
from collections.abc import Callable

from crewlab.errors import OverBudgetError
from crewlab.executions.events import BaseEvent, ModelCallCompleted, ModelCallStarted
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.usage import Usage


class Budget:
    """Counts calls from any thread. `exceed` is called once, from the thread whose call was too much.

    From then on no call begins. What cannot be counted (a call whose tokens or price nobody knows) breaks the
    budget too: a limit that is not kept is none.
    """

    def __init__(self, options: LaunchOptions, spent: Usage, exceed: Callable[[], object]) -> None:
        self._tokens, self._cost = options.max_tokens, options.max_cost_usd
        self._spent, self._exceed = spent, exceed
        self._lock = threading.Lock()
        self.breach: OverBudgetError | None = self._overdrawn()

    @classmethod
    def of(cls, options: LaunchOptions, spent: Usage, exceed: Callable[[], object]) -> Budget | None:
        """The budget, or `None` when there is no limit to keep."""
        unlimited = options.max_tokens is None and options.max_cost_usd is None
        return None if unlimited else cls(options, spent, exceed)

    def admit(self, event: BaseEvent) -> None:
        """Raises `OverBudgetError` when `event` begins a model call and nothing is left."""
        if self.breach is not None and isinstance(event, ModelCallStarted):
            raise self.breach

    def count(self, event: BaseEvent, usage: Usage) -> None:
        """Add what a call used."""
        with self._lock:
            self._spent += usage
            if self.breach is not None:
                return
            self.breach = self._overdrawn() or self._uncountable(event)
        if self.breach is not None:
            self._exceed()

    def _overdrawn(self) -> OverBudgetError | None:
        tokens, cost = self._spent.total_tokens, self._spent.cost_usd
        if self._tokens is not None and tokens is not None and tokens > self._tokens:
            return OverBudgetError(f"The execution used {tokens:,} tokens, more than its limit of {self._tokens:,}.")
        if self._cost is not None and cost is not None and cost > self._cost:
            return OverBudgetError(f"The execution cost ${cost:.4f}, more than its limit of ${self._cost:.4f}.")
        return None

    def _uncountable(self, event: BaseEvent) -> OverBudgetError | None:
        if not isinstance(event, ModelCallCompleted):
            return None
        if event.input_tokens is None and event.output_tokens is None:
            what = f"{event.model} did not say how many tokens a call used, so the limit cannot be kept."
            return OverBudgetError(what, "Run it without a token or money limit, under a time limit.")
        if self._cost is not None and not event.is_rehearsal and event.cost_usd is None:
            what = f"There is no known price for {event.model}, so the money limit cannot be kept."
            return OverBudgetError(what, "Add its price to prices.json in the data folder, and resume.")
        return None
