"""crewAI's own executor in an attempt: its steps run on threads, and whatever they ask for is done on the loop.

So model calls and tools are recorded, paced, retried, taped and cancelled like everybody's; crewAI only decides
what comes next.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from crewai.hooks.dispatch import HookAborted
from crewai.tools.tool_failure import ToolExecutionFailedError
from crewai.utilities.agent_utils import is_native_tool_calling_unsupported_error
from crewai.utilities.exceptions.context_window_exceeding_exception import LLMContextLengthExceededError

from crewlab.bridge.llms.failures import is_too_long
from crewlab.errors import CrewLabError, ModelCallError, ToolCallError

T = TypeVar("T")


class StockRun:
    """One task of one agent on crewAI's executor."""

    def __init__(self, agent: str, *, may_shorten: bool) -> None:
        self.agent = agent
        """What the document calls it."""
        self._may_shorten = may_shorten
        self._loop = asyncio.get_running_loop()
        self._open: set[concurrent.futures.Future[Any]] = set()
        self._is_over = False
        self.error: CrewLabError | None = None
        """What ended the task, where crewAI would have told the model of it instead."""

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` on the loop, for a thread that waits; in the thread's context.

        Raises:
            HookAborted: The task is over; crewAI lets this pass.
        """
        try:
            return self._sent(work).result()
        except concurrent.futures.CancelledError:
            raise HookAborted("The task is over.") from None

    def _sent(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        if self._is_over:
            work.close()
            raise HookAborted("The task is over.")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future

    def ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        """`do` for a model call; an error that crewAI knows how to go on after is told in its words."""
        try:
            return self.do(question)
        except ModelCallError as error:
            if is_too_long(error) and not self._may_shorten:
                self.error = error
                raise HookAborted(error.message) from error  # crewAI would end the program
            if is_too_long(error):
                raise LLMContextLengthExceededError(f"maximum context length: {error.message}") from error
            if is_native_tool_calling_unsupported_error(error.__context__ or error):
                raise (error.__context__ or error) from None
            raise

    async def asked_elsewhere(self, question: Coroutine[Any, Any, Any]) -> Any:
        """`question`, on the loop of the attempt: a long conversation crewAI has summed up on a loop of its own."""
        if asyncio.get_running_loop() is self._loop:
            return await question
        return await asyncio.wrap_future(self._sent(question))

    def end(self) -> None:
        """Let nothing more be asked for, and drop what is in flight."""
        self._is_over = True
        for future in list(self._open):
            future.cancel()


_RUN: ContextVar[StockRun | None] = ContextVar("crewlab_stock_run", default=None)


def stock_run() -> StockRun | None:
    """The task that this thread works on for crewAI's executor, if it does."""
    return _RUN.get()


@contextmanager
def on_stock(agent: str, *, may_shorten: bool) -> Iterator[StockRun]:
    """A task of `agent` on crewAI's executor; its threads know it by the context.

    Raises:
        CrewLabError: What ended the task, in our words.
    """
    run = StockRun(agent, may_shorten=may_shorten)
    token = _RUN.set(run)
    try:
        yield run
    except ToolExecutionFailedError as error:
        hint = "The tool failure policy is `raise`, or the same call brought the same result again and again."
        raise ToolCallError(str(error), hint) from error
    except HookAborted as error:
        raise run.error or error from error
    finally:
        run.end()
        _RUN.reset(token)
