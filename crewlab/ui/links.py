"""Where each page is, and how to get there with its parameters."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from crewlab.ui.state import is_unheard, parameter, remember, remembered, this_run

_FOLDER = Path(__file__).resolve().parent.parent.parent / "pages"
_NAMES = (
    "home",
    "definitions",
    "definition",
    "library",
    "launch",
    "executions",
    "execution",
    "inbox",
    "chat",
    "compare",
    "settings",
)

PAGES: dict[str, str] = {name: str(_FOLDER / f"{name}.py") for name in _NAMES}
"""The absolute path of each page's file, by the page's name, which is also its URL."""
_LEFT_FOR = "address.left_for"
_ACTED = "address.acted"
_DRAWN = "address.drawn"
_SCRIPT = "address.script"
_Place = tuple[str, dict[str, str]]
"""A page, and the parameters of its address."""
_NOWHERE: _Place = ("", {})


def _parameters(query: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}


def link(page: str, label: str, icon: str | None = None, *, help: str | None = None, **query: str | None) -> None:
    """Draw a link to `page` in the same tab; empty parameters are left out."""
    st.page_link(PAGES[page], label=label, icon=icon, help=help, query_params=_parameters(query))


def go(page: str, **query: str | None) -> NoReturn:
    """Leave for `page` at once."""
    remember(_LEFT_FOR, (page, _parameters(query)))
    st.switch_page(PAGES[page], query_params=_parameters(query))


def go_once(page: str, **query: str | None) -> NoReturn:
    """Leave for `page` after something was done that shall not be done again, such as a launch.

    Whatever is clicked before the browser has heard of it leads there too (see `lead_on`).
    """
    remember(_ACTED, (_drawn()[0], this_run()))
    go(page, **query)


def enter(page: str) -> None:
    """Note that `page` is drawn in full, with its address, and which one was before it."""
    remember(_DRAWN, ((page, st.query_params.to_dict()), _drawn()[0]))
    remember(_SCRIPT, _script_of_page())


def _script_of_page() -> str | None:
    """Which page the browser is told that this run is of."""
    context = get_script_run_ctx()
    return context.page_script_hash if context else None


def page_drawn() -> str:
    """The page that is drawn, or of which a part is."""
    return _drawn()[0][0]


def has_arrived() -> bool:
    """Whether this run opens the page, which was not the one before."""
    (page, _), (before, _) = _drawn()
    return page != before


def lead_on() -> None:
    """Call it before a page is drawn: who has not seen yet that it was left by `go_once` is led where that led.

    They clicked twice, or on something else meanwhile. Neither acts again, nor does it bring the old page back.
    """
    here = _drawn()[0]
    target: _Place = remembered(_LEFT_FOR, _NOWHERE)
    left, run = remembered(_ACTED, (_NOWHERE, -1))
    if here[0] == left[0] and here != target and is_unheard(run):
        go(target[0], **target[1])


def lead_after() -> None:
    """Call it in a part of every page that redraws itself: it shows the page that is drawn to who is not there yet.

    While a page is being left, the browser may go on redrawing parts of it. Streamlit takes that for a return to the
    page, and then the browser shows neither of the two.
    """
    (page, query), _ = _drawn()
    if page in PAGES and _script_of_page() != remembered(_SCRIPT):
        go(page, **query)


def _drawn() -> tuple[_Place, _Place]:
    """What is drawn now, and what was before it."""
    drawn: tuple[_Place, _Place] = remembered(_DRAWN, (_NOWHERE, _NOWHERE))
    return drawn


def keep_address(page: str, *names: str) -> None:
    """Remember the parameters of this page, and put them back where the address has those of another page.

    Who leaves by a button has an entry in the browser's history with this page and the next one's parameters, and
    *Back* leads there: without this, to another definition than the one that was on the screen.
    """
    key = f"address.{page}"
    given = _parameters({name: parameter(name) for name in names})
    target, left_with = remembered(_LEFT_FOR, (page, {}))
    if given and (target == page or given != left_with):
        remember(key, given)
    elif len(st.query_params) and (last := remembered(key)):
        st.query_params.from_dict(last)
