"""What models cost: search the table, and keep dated rows of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.library.price_file import price_of
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.state import begin_anew, numbered, remember, remembered
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.library.prices import Price
    from crewlab.lab import Lab

_KEY = "library.price"
_ERROR = f"{_KEY}.error"
NEW = "A new row"
SHOWN = 100
_MONEY: dict[str, Any] = {"format": "$ %.6g", "help": "US dollars per million tokens"}


def price_rows(lab: Lab) -> None:
    """Draw own rows with their form, then the search."""
    if isinstance(error := remembered(_ERROR), CrewLabError):
        error_box(error)
        remember(_ERROR, None)
    try:
        own = lab.prices.table.rows
    except CrewLabError as unreadable:
        error_box(unreadable)
        return
    st.subheader("Your own prices")
    st.caption(
        "They win over the shipped table from their day on. A call keeps the price it was paid with: "
        "changing a row changes no cost of the past."
    )
    if own:
        _table(own, "Your own prices")
    _form(lab, own)
    st.subheader("Look up a price")
    _search(lab)


def _search(lab: Lab) -> None:
    text = st.text_input("Model", key=f"{_KEY}.search", type="search", live=True, placeholder="gpt-4o mini")
    if not (text or "").strip():
        st.caption("Own rows and the table that crewAI ships. A model that is in neither is shown as unpriced.")
        return
    found = lab.prices.table.search(str(text), SHOWN + 1)
    if not found:
        st.caption("No price is known for such a model.")
        return
    shown = found[:SHOWN]
    st.caption(f"The first {SHOWN}; type more to narrow it down." if len(found) > SHOWN else plural(len(shown), "row"))
    _table(shown, "Prices found")


def _table(prices: Sequence[Price], alt: str) -> None:
    rows = [
        {
            "model": price.model,
            "input": price.input_usd_per_million,
            "output": price.output_usd_per_million,
            "cached": price.cached_usd_per_million,
            "from": price.effective_from,
            "source": price.source,
        }
        for price in prices
    ]
    money: Any = {
        "input": st.column_config.NumberColumn("Input", **_MONEY),
        "output": st.column_config.NumberColumn("Output", **_MONEY),
        "cached": st.column_config.NumberColumn("Cached input", **_MONEY),
        "from": st.column_config.DateColumn("From"),
        "model": "Model",
        "source": "Source",
    }
    st.dataframe(rows, hide_index=True, column_config=money, alt=alt, placeholder="–")


def _form(lab: Lab, own: Sequence[Price]) -> None:
    """A row to add, or the chosen one to change; another choice is another form, which shows its own values."""
    labels = {_label(row): row for row in own}
    chosen = st.selectbox("Edit", [NEW, *labels], key=f"{_KEY}.chosen") if own else NEW
    row = labels.get(str(chosen))
    key = numbered(f"{_KEY}.{chosen}")
    with st.form(key, border=True):
        st.text_input("Model", row.model if row else "", key=f"{key}.model", placeholder="openai/my-model")
        left, middle, right, day = st.columns(4)
        _dollars(left, "Input", row.input_usd_per_million if row else None, f"{key}.input")
        _dollars(middle, "Output", row.output_usd_per_million if row else None, f"{key}.output")
        _dollars(right, "Cached input", row.cached_usd_per_million if row else None, f"{key}.cached")
        day.date_input("From", row.effective_from if row else datetime.now(UTC).date(), key=f"{key}.from",
                       help="The first day that it applies; empty is always.")  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button("Save" if row else "Add", icon=":material/save:", type="primary", on_click=_save,
                                  args=(lab, key, row))  # fmt: skip
            if row:
                st.form_submit_button("Delete", icon=":material/delete:", on_click=_delete, args=(lab, row))


def _dollars(column: st.delta_generator.DeltaGenerator, label: str, value: float | None, key: str) -> None:
    column.number_input(label, min_value=0.0, value=value, key=key, format="%.6g", help=_MONEY["help"])


def _label(price: Price) -> str:
    return f"{price.model}, from {price.effective_from or 'always'}"


def _save(lab: Lab, key: str, row: Price | None) -> None:
    state = st.session_state
    try:
        price = price_of(
            model=state[f"{key}.model"].strip(),
            input_usd_per_million=state[f"{key}.input"],
            output_usd_per_million=state[f"{key}.output"],
            cached_usd_per_million=state[f"{key}.cached"],
            effective_from=state[f"{key}.from"],
        )
        lab.prices.put(price, instead_of=row)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    _begin_anew(row)
    toast_next(f"{price.model} is priced.", ":material/save:")


def _delete(lab: Lab, row: Price) -> None:
    try:
        lab.prices.delete(row)
    except CrewLabError as error:
        remember(_ERROR, error)
        return
    _begin_anew(row)
    toast_next(f"The row for {row.model} is deleted.", ":material/delete:")


def _begin_anew(row: Price | None) -> None:
    """The next form is that of a new row, and empty."""
    begin_anew(f"{_KEY}.{_label(row) if row else NEW}")
    st.session_state[f"{_KEY}.chosen"] = NEW
