"""Callbacks of widgets run to their end, whatever else is clicked meanwhile.

Streamlit ends a run for the next one wherever it touches the session's state, also in the midst of a callback. The
value counts as heard by then: no callback is called for it again, and what was entered is lost. That is how a text
field loses what was typed, when the click that leaves it arrives a moment after the text. (With `runner.fastReruns`
the next run would begin beside the callback, and draw what was there before: it is off in `.streamlit/config.toml`.)
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState

_is_in_callbacks: ContextVar[bool] = ContextVar("is_in_callbacks", default=False)


def keep_callbacks_whole() -> None:
    """Let what ends a run wait until its callbacks are through; call it before a page is drawn, as often as you like.

    Streamlit (1.67) has no setting for it, so two of its methods are wrapped: the one that calls the callbacks, and the
    one by which a run asks whether it is to end. It asks once more after the callbacks.
    """
    if not hasattr(SafeSessionState.on_script_will_rerun, "__wrapped__"):
        SafeSessionState.on_script_will_rerun = _calling(SafeSessionState.on_script_will_rerun)  # type: ignore[method-assign]  # no hook
        ScriptRequests.on_scriptrunner_yield = _asking(ScriptRequests.on_scriptrunner_yield)  # type: ignore[method-assign, assignment]  # no hook


def _calling(call_callbacks: Callable[..., None]) -> Callable[..., None]:
    @wraps(call_callbacks)
    def call_whole(state: SafeSessionState, *args: Any, **options: Any) -> None:
        token = _is_in_callbacks.set(True)
        try:
            call_callbacks(state, *args, **options)
        finally:
            _is_in_callbacks.reset(token)

    return call_whole


def _asking(ask: Callable[[ScriptRequests], ScriptRequest | None]) -> Callable[[ScriptRequests], ScriptRequest | None]:
    @wraps(ask)
    def ask_later(requests: ScriptRequests) -> ScriptRequest | None:
        return None if _is_in_callbacks.get() else ask(requests)

    return ask_later
