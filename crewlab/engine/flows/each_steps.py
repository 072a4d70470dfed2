"""Steps that do something for every item of a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crewlab.definitions.expressions.flow_expression import Scope, flow_expression
from crewlab.definitions.flows.flow import EachAction, EachStep, ExpressionAction
from crewlab.definitions.rules.subject import kind_of
from crewlab.engine.flows.apart import error_of, over
from crewlab.engine.flows.crew_output import with_tasks
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.expression_steps import evaluated, roots_of
from crewlab.engine.flows.parked import PARKED, Parked
from crewlab.engine.flows.step_records import OpenCall, report_of
from crewlab.errors import ExpressionError, InputsError
from crewlab.executions.events import StepInput
from crewlab.executions.steps import FinishedStep, call_key

RunInner = Callable[[Desk, OpenCall, Any, Scope], Awaitable[Any]]


class Each:
    """One call of such a step. Items are taken in their order, `concurrency` at a time.

    What fails for one item fails the step, once the items that were begun are over. What costs something is on
    record as a call of its own, `step[3].inner`, which the next attempt does not pay again.
    """

    def __init__(self, desk: Desk, call: OpenCall, action: EachAction, run_inner: RunInner) -> None:
        self._desk, self._call, self._action, self._run_inner = desk, call, action, run_inner
        self._items: list[Any] = []
        self._outputs: list[Any] = []
        self._next = 0
        self._failures: list[BaseException] = []

    async def run(self, scope: Scope) -> Any:
        """The last output of each item, in order; nothing where all was left out."""
        self._items = await self._listed(scope)
        self._outputs = [None] * len(self._items)
        workers = (self._work() for _ in range(min(self._action.concurrency, len(self._items))))
        ended = await asyncio.gather(*workers, return_exceptions=True)  # so that it waits for all of them
        failures = [*self._failures, *(error for error in ended if isinstance(error, BaseException))]
        if failures:
            raise failures[0]
        return PARKED if any(isinstance(output, Parked) for output in self._outputs) else self._outputs

    async def _listed(self, scope: Scope) -> list[Any]:
        """The items; those that it began with, when it goes on: what is reused belongs to them."""
        key = call_key(self._call.name, self._call.number)
        items = self._desk.items.get(key)
        if items is None:
            items = await evaluated(self._desk, flow_expression(self._action.in_, roots_of(scope)), scope)
        source = f"${{{self._action.in_}}}"
        self._desk.records.started(self._call, (StepInput(name="in", value=items, source=source),))
        if not isinstance(items, list):
            what = f"{self._action.in_!r} gives no list: it is {kind_of(items)}."
            raise InputsError(what, "Name a list, such as state.rows or outputs.find.json_dict.items.")
        self._desk.items[key] = items
        return items

    async def _work(self) -> None:
        """Take items until there are none, or one has failed."""
        while self._next < len(self._items) and not self._failures:
            number = self._next
            self._next += 1
            task = await over(self._item(number))
            if (error := error_of(task)) is not None:
                self._failures.append(error)
            else:
                self._outputs[number] = task.result()

    async def _item(self, number: int) -> Any:
        outputs: dict[str, Any] = {}
        last: Any = None
        for inner in self._action.do:
            scope = self._desk.scope_within(outputs, item=self._items[number])
            with self._named(number, inner):
                if inner.if_ is not None and not flow_expression(inner.if_, roots_of(scope)).is_true(scope):
                    continue
            last = await self._inner(number, inner, scope)
            if isinstance(last, Parked):
                break
            outputs[inner.name] = with_tasks(last)
        return last

    async def _inner(self, number: int, inner: EachStep, scope: Scope) -> Any:
        """The value of one step for one item."""
        if isinstance(inner.action, ExpressionAction):
            with self._named(number, inner):
                return await evaluated(self._desk, flow_expression(inner.action.expr, roots_of(scope)), scope)
        name = self._name(number, inner)
        kind: Any = inner.action.call
        opened = OpenCall(name, self._call.number, self._call.index, kind, is_inner=True)
        finished = self._desk.finished.get(call_key(name, self._call.number))
        if finished is not None:
            if finished.execution_id is not None or finished.attempt != self._desk.execution.attempt:
                self._desk.records.reused(opened, finished)
            return finished.output
        return await self._recorded(opened, inner, scope)

    def _name(self, number: int, inner: EachStep) -> str:
        return f"{self._call.name}[{number}].{inner.name}"

    @contextmanager
    def _named(self, number: int, inner: EachStep) -> Iterator[None]:
        """What fails in an expression, which has no record of its own, says for which item."""
        try:
            yield
        except ExpressionError as error:
            raise ExpressionError(f"{self._name(number, inner)}: {error.message}", error.hint) from error

    async def _recorded(self, opened: OpenCall, inner: EachStep, scope: Scope) -> Any:
        task = await over(self._awaited(opened, inner, scope))
        records = self._desk.records
        if (error := error_of(task)) is not None:
            if opened.started_at is None:
                records.started(opened)
            records.failed(opened, report_of(error, opened.name))
            raise error
        value = task.result()
        if isinstance(value, Parked):
            records.parked(opened)
            self._call.waits_on.add(opened.child_id or "")
        else:
            records.completed(opened, value)
            self._keep(opened, value)
        return value

    def _keep(self, opened: OpenCall, value: Any) -> None:
        """Should another item wait for a person, this one is over when it goes on."""
        attempt = self._desk.execution.attempt
        over = FinishedStep(step=opened.name, call_number=opened.number, attempt=attempt, output=value)
        self._desk.finished[call_key(opened.name, opened.number)] = over

    async def _awaited(self, opened: OpenCall, inner: EachStep, scope: Scope) -> Any:
        return await self._run_inner(self._desk, opened, inner.action, scope)
