"""Python code that a document names, called only where an administrator has allowed that very reference."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.environment import importing
from crewlab.definitions.crew import CrewDocument
from crewlab.errors import BuildError, CodeError, CrewLabError

_IMPORT_SECONDS = 120.0


class Callables:
    """The code that one attempt may call: imported and called in the tool pool, each call with a time limit."""

    def __init__(self, request: BuildRequest) -> None:
        self._allowed = request.allowed_code
        self._run_blocking = request.run_blocking
        self._seconds = request.tool_timeout_seconds
        self._found: dict[str, Callable[..., Any]] = {}

    async def load(self, document: CrewDocument) -> None:
        """Import what the document names.

        Raises:
            BuildError: Something is not allowed, cannot be imported, or cannot be called.
        """
        wanted = sorted(set(references_of(document)))
        for reference in wanted:
            if reference not in self._allowed:
                hint = "An administrator can allow it: set CREWLAB_ALLOWED_CODE to it, several separated by commas."
                raise BuildError(f"The crew calls the Python code {reference!r}, which is not allowed.", hint)
        if wanted:
            found = await self._run_blocking(
                lambda: {reference: _imported(reference) for reference in wanted}, timeout_seconds=_IMPORT_SECONDS
            )
            self._found.update(found)

    async def call(self, reference: Mapping[str, Any], what: str, *arguments: Any) -> Any:
        """What the code returns; `what` says in an error what it is, as in "the callback of task 'report'".

        Raises:
            CodeError: It raises, or is not done within the time limit of a tool.
        """
        return await self.use(reference, what, lambda function: function(*arguments))

    async def use(self, reference: Mapping[str, Any], what: str, made: Callable[[Callable[..., Any]], Any]) -> Any:
        """What `made` makes of the code, in the tool pool. Raises as `call`."""
        name = str(reference["python"])
        call = functools.partial(_used, made, self._found[name], f"{what} ({name})")
        try:
            return await self._run_blocking(call, timeout_seconds=self._seconds)
        except TimeoutError:
            message = f"{what} ({name}) was not done within {self._seconds:g} s."
            raise CodeError(message, "Make it faster, or raise CREWLAB_TOOL_TIMEOUT_SECONDS.") from None


def references_of(document: CrewDocument) -> Iterable[str]:
    """All code that a crew calls."""
    guardrails = [each for task in document.tasks for each in task.every_guardrail]
    guardrails += [agent.guardrail for agent in document.agents.values() if agent.guardrail]
    callbacks = [*(task.callback for task in document.tasks), document.task_callback, document.step_callback]
    for agent in document.agents.values():
        callbacks += [agent.step_callback, *(agent.callbacks or [])]
    kickoff = [*(document.before_kickoff_callbacks or []), *(document.after_kickoff_callbacks or [])]
    converters = [task.converter_cls for task in document.tasks]
    for value in [*guardrails, *callbacks, *kickoff, *converters]:
        if isinstance(value, Mapping) and isinstance(value.get("python"), str):
            yield value["python"]


def _used(made: Callable[[Callable[..., Any]], Any], function: Callable[..., Any], what: str) -> Any:
    with _Naming(what):
        return made(function)


def _imported(reference: str) -> Callable[..., Any]:
    module, _, name = reference.partition(":") if ":" in reference else reference.rpartition(".")
    with _Naming(f"The code {reference!r}", BuildError), importing():
        found = functools.reduce(getattr, name.split("."), importlib.import_module(module))
    if not callable(found) or inspect.iscoroutinefunction(found):
        raise BuildError(f"{reference!r} is not a plain function.", "Name a function that is not async.")
    return found


class _Naming(AbstractContextManager[None]):
    """Makes whatever foreign code raises, the end of the program included, an error that says whose it is."""

    def __init__(self, what: str, kind: type[CrewLabError] = CodeError) -> None:
        self._what, self._kind = what, kind

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None and not isinstance(error, CrewLabError):
            said = f"{type(error).__name__}: {str(error)[:500]}"
            raise self._kind(f"{self._what} failed: {said}.", "Correct the code, or take it out.") from error
