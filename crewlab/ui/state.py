"""What one browser session remembers between reruns, and what the address of a page says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_RUN, _DRAWN, _SEEN, _PART_SEEN = "page-run", "page-drawn", "page-seen", "page-seen-part"
_NOTHING = object()


def parameter(name: str) -> str | None:
    """A parameter of the page's address, or `None` when it is absent or empty."""
    return st.query_params.get(name) or None


def remembered(key: str, default: Any = None) -> Any:
    """A value of this session; `default` when nothing was remembered."""
    return st.session_state.get(key, default)


def remember(key: str, value: Any) -> None:
    """Keep a value for this session, over page changes."""
    st.session_state[key] = value


def forget(key: str) -> None:
    """Drop a value of this session, if it is there."""
    st.session_state.pop(key, None)


def numbered(key: str) -> str:
    """The key of a widget or a form that can be begun anew: `key` at first, another one after each `begin_anew`.

    What a widget holds cannot be taken from the browser by forgetting it here: under the same key it shows, and sends,
    what it has.
    """
    number = remembered(f"{key}.number", 1)
    return key if number == 1 else f"{key}~{number}"


def begin_anew(key: str) -> None:
    """Let what has the key `numbered` gives be drawn as new, empty one next."""
    remember(f"{key}.number", remembered(f"{key}.number", 1) + 1)


def kept(key: str, default: Any) -> Any:
    """What the widget with this key is to begin with, for a widget with `persist_state`: what it held, or `default`.

    Another default than before takes the place of one that nobody has changed.
    """
    begun = remembered(f"{key}.begun", default)
    if begun != default and remembered(key, begun) == begun:
        remember(key, default)
    remember(f"{key}.begun", default)
    return remembered(key, default)


def show_value(key: str, value: Any) -> None:
    """Make the widget with this key show `value`; call it before the widget is drawn.

    A value that is already shown is left alone, because setting it again would take the text cursor away. Give the
    widget `value` as its default too: when something is chosen and left within one answer of the server, the browser
    drops what the widget held while the server believes that it is still there, and then draws the default.
    """
    displays = _displays(key)
    displays.show(remembered(_RUN, 0), value)
    if key not in st.session_state or st.session_state[key] != value or displays.is_unsettled:
        st.session_state[key] = value


def is_entered(key: str) -> bool:
    """For the callback of a widget: whether a person changed what `show_value` made it show.

    A browser sends the value of every widget with whatever is done. What it has not heard of yet, it sends as it was,
    which Streamlit takes for a change. It is put right at once: the part of a page that redraws itself draws no other
    field, and what is entered next has to be a change.
    """
    displays = _displays(key)
    if displays.is_entry(st.session_state[key], _seen_by_browser()):
        return True
    st.session_state[key] = displays.wanted
    return False


def note_drawn(key: str, value: Any) -> None:
    """Call it when something is drawn that is clicked by its place, such as the rows of a table: `value` says what."""
    displays = _displays(key)
    if displays.held is _NOTHING:
        displays.held = value
    displays.show(this_run(), value)
    displays.settle(_seen_by_browser())


def on_screen(key: str) -> Any:
    """The value of `note_drawn` that fits what the browser showed when it sent what is dealt with now, if any."""
    displays = _displays(key)
    displays.settle(_seen_by_browser())
    return None if displays.held is _NOTHING else displays.held


def begin_run() -> None:
    """Call it before anything of a page is drawn, or of a part that redraws itself."""
    remember(_RUN, remembered(_RUN, 0) + 1)


def mark_seen(place: DeltaGenerator) -> None:
    """Call it when a page is drawn: a browser that has drawn it sends the number of this run from then on."""
    remember(_DRAWN, this_run())
    _mark(_SEEN, place)


def mark_part_seen() -> None:
    """`mark_seen` for a part that redraws itself, of which a page has one at most; call it last in the part."""
    _mark(_PART_SEEN, st.container())


def _mark(key: str, place: DeltaGenerator) -> None:
    number = str(this_run())
    st.session_state[key] = number
    st.html(f"<style>.st-key-{key} {{ display: none }}</style>")
    place.text_input("The last run that is drawn", number, key=key, label_visibility="collapsed")


def this_run() -> int:
    """Numbers the run that draws the page, or drew it before what is dealt with now."""
    return int(remembered(_RUN, 0))


def is_unheard(run: int) -> bool:
    """Whether the browser had drawn nothing that came after this run when it sent what is dealt with now."""
    return _seen_by_browser() <= run


def is_repeated(key: str) -> bool:
    """For a button that adds: whether it is clicked before what the last click added was on the screen."""
    acted = f"{key}.acted"
    if is_unheard(remembered(acted, -1)):
        return True
    remember(acted, this_run())
    return False


def _seen_by_browser() -> int:
    """The last run that the browser had drawn when it sent what is dealt with now."""
    whole, part = (int(st.session_state.get(key) or 0) for key in (_SEEN, _PART_SEEN))
    if whole == remembered(_DRAWN):  # of a page that it has not drawn, a browser sends no part
        return max(whole, part)
    return whole or this_run()


@dataclass
class _Displays:
    """What one widget was made to show, and in which run."""

    held: Any
    """What the browser had when it sent something last."""
    later: list[tuple[int, Any]] = field(default_factory=list)
    """What it may not have heard of yet."""
    wanted: Any = _NOTHING
    """What was shown or entered last."""

    def show(self, run: int, value: Any) -> None:
        self.wanted = value
        last = self.later[-1][1] if self.later else self.held
        if last != value:
            self.later.append((run, value))

    def is_entry(self, value: Any, seen: int) -> bool:
        self.settle(seen)
        is_old = value == self.held or any(value == shown for _, shown in self.later)
        if not is_old:
            self.held = self.wanted = value
        return not is_old

    @property
    def is_unsettled(self) -> bool:
        """Whether something else than what it shows now is still on its way, and would be drawn in its place."""
        self.settle(_seen_by_browser())
        return len(self.later) > 1

    def settle(self, seen: int) -> None:
        while self.later and self.later[0][0] <= seen:
            _, self.held = self.later.pop(0)


def _displays(key: str) -> _Displays:
    shown: dict[str, _Displays] = st.session_state.setdefault("state.shown", {})
    return shown.setdefault(key, _Displays(_NOTHING))
