"""What cannot be done through the running app yet, and how to go on instead."""

from __future__ import annotations

from typing import Any, NoReturn

from crewlab.errors import RemoteError

HOW_TO_GO_ON = {
    "test_model": "Use Home > Use your own model, or stop the app.",
}
"""Method of `Lab` that `RemoteLab` lacks -> what to do instead."""


class NotYet:
    """Stands for a method, or an object with methods, and says so when it is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise RemoteError(f"`{self._name}` cannot be done while the app holds the store.", HOW_TO_GO_ON[self._name])

    def __getattr__(self, name: str) -> NotYet:
        if name.startswith("_"):
            raise AttributeError(name)
        return self
