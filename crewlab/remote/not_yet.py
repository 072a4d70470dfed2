"""What cannot be done through the running app yet, and how to go on instead."""

from __future__ import annotations

from typing import Any, NoReturn

from crewlab.errors import RemoteError

_DEFINITIONS = "Use the Definitions page, or stop the app."
_MODELS = "Use Home > Use your own model, or stop the app."
_LAUNCH = "Use the Launch page, or stop the app."
_LIBRARY = "Use the Library page, or stop the app."

HOW_TO_GO_ON = {
    "delete_definition": _DEFINITIONS,
    "draft": _DEFINITIONS,
    "drafts": _DEFINITIONS,
    "save_draft": _DEFINITIONS,
    "discard_draft": _DEFINITIONS,
    "tool_names": _DEFINITIONS,
    "test_model": _MODELS,
    "remember_key": _MODELS,
    "key_names": _MODELS,
    "price": _LAUNCH,
    "prices": _LIBRARY,
    "secrets": "Use `python -m crewlab secrets`, which needs no app, or the Library page.",
    "subscribe": "Use `stream`, or `events` again and again; or stop the app.",
    "start": "The app runs the queue already.",
    "warm_up": "The app loads crewAI by itself.",
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
