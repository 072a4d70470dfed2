"""What cannot be done through the running app yet, and how to go on instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from crewlab.errors import RemoteError

_DEFINITIONS = "Use the Definitions page, or stop the app."
_MODELS = "Use Home > Use your own model, or stop the app."
_LAUNCH = "Use the Launch page, or stop the app."

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
    "subscribe": "Use `stream`, or `events` again and again; or stop the app.",
    "start": "The app runs the queue already.",
    "warm_up": "The app loads crewAI by itself.",
}
"""Method of `Lab` that `RemoteLab` lacks -> what to do instead."""


def not_yet(name: str) -> Callable[..., NoReturn]:
    """Stands for a method that says so when it is called."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise RemoteError(f"`{name}` cannot be done while the app holds the store.", HOW_TO_GO_ON[name])

    return refuse
