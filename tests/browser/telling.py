"""`streamlit`, whose windows are told when they are answered: `python -m tests.browser.telling run app.py`.

Nothing that a browser receives says so: the end of a run may be that of what was asked for before, and another run may
follow. A session knows, and says how many messages it had heard by then, as if it were about an upload: those a person
caused, and those of what refreshes itself.
"""

from __future__ import annotations

import sys
from weakref import WeakKeyDictionary

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.web.cli import main

_heard: WeakKeyDictionary[AppSession, tuple[int, int]] = WeakKeyDictionary()
_told: WeakKeyDictionary[AppSession, tuple[int, int]] = WeakKeyDictionary()
_handle, _after_flush = AppSession.handle_backmsg, AppSession.on_flushed_messages_sent


def _handle_and_count(session: AppSession, message: BackMsg) -> None:
    session.track_settling()
    if message.HasField("rerun_script"):
        asked, refreshed = _heard.get(session, (0, 0))
        is_refresh = message.rerun_script.is_auto_rerun
        _heard[session] = (asked + (not is_refresh), refreshed + is_refresh)
    _handle(session, message)


def _tell_once_settled(session: AppSession) -> None:
    _after_flush(session)
    heard = _heard.get(session)
    if heard is not None and heard != _told.get(session) and session.is_settled:
        _told[session] = heard
        message = ForwardMsg()
        message.file_urls_response.response_id = "answered {} {}".format(*heard)
        session._enqueue_forward_msg(message)


if __name__ == "__main__":
    AppSession.handle_backmsg = _handle_and_count  # type: ignore[method-assign]  # streamlit has no hook for either
    AppSession.on_flushed_messages_sent = _tell_once_settled  # type: ignore[method-assign]
    sys.exit(main())
