"""What a tool sees of the world: variables of its own, and nobody who answers questions on a terminal."""

from __future__ import annotations

import builtins
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, NoReturn

_NONE: Mapping[str, str] = MappingProxyType({})
_VARIABLES: ContextVar[Mapping[str, str]] = ContextVar("crewlab_tool_variables", default=_NONE)
_REFUSES: ContextVar[bool] = ContextVar("crewlab_refuses_questions", default=False)
_lock = threading.Lock()
_inside = 0
_before: list[Any] = []


class _ScopedEnvironment(type(os.environ)):  # type: ignore[misc]  # a class of the standard library without a name
    """The environment of this process, with the variables of the current context over it.

    So a secret is there for the code of one tool and for nobody else: no other execution, no process that another
    thread starts meanwhile, and no lock around a call that may take a minute.
    """

    def __getitem__(self, name: str) -> str:
        own = _VARIABLES.get()
        value: str = own[name] if name in own else super().__getitem__(name)
        return value


@contextmanager
def tool_scope(variables: Mapping[str, str]) -> Iterator[None]:
    """Within, this thread's context has `variables` in its environment, and questions are answered with an error.

    Threads that a tool starts by itself do not have them.
    """
    _enter()
    given, refuses = _VARIABLES.set(variables), _REFUSES.set(True)
    try:
        yield
    finally:
        _VARIABLES.reset(given)
        _REFUSES.reset(refuses)
        _leave()


def _enter() -> None:
    global _inside
    import click  # a package that crewai_tools brings; only who makes tools needs it

    with _lock:
        _inside += 1
        if _inside == 1:
            _before[:] = [type(os.environ), click.confirm, builtins.input]
            os.environ.__class__ = _ScopedEnvironment
            click.confirm = _instead_of(click.confirm)
            builtins.input = _instead_of(builtins.input)


def _leave() -> None:
    """Put everything back when nobody is within any more."""
    global _inside
    import click  # see above

    with _lock:
        _inside -= 1
        if _inside == 0:
            os.environ.__class__, click.confirm, builtins.input = _before


def _instead_of(ask: Callable[..., Any]) -> Callable[..., Any]:
    """`ask` for everybody but tools, which get an error: they ask whether to install something."""

    def asked(*arguments: Any, **options: Any) -> Any:
        return _refuse(arguments) if _REFUSES.get() else ask(*arguments, **options)

    return asked


def _refuse(arguments: tuple[Any, ...]) -> NoReturn:
    question = str(arguments[0]).split("Would you like")[0].strip() if arguments else ""
    raise ImportError(question or "it asked a question on the terminal")
