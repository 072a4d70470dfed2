"""Take a table away as CSV, built only when somebody clicks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.analysis import exports

if TYPE_CHECKING:
    import pandas as pd

_HELP = "The whole table. Cells that a spreadsheet would run as a formula get a leading apostrophe."


def csv_button(
    frame: Callable[[], pd.DataFrame],
    *,
    file_name: str,
    key: str,
    label: str = "CSV",
    is_rehearsal: bool | None = None,
) -> None:
    """Draw a download button. `frame` is called on the click in a server thread, so it must not use Streamlit.

    Rows of the rehearsal model say so in the column `note`; `is_rehearsal` is for frames that do not know.
    """
    st.download_button(
        label,
        lambda: exports.to_csv(frame(), for_spreadsheet=True, is_rehearsal=is_rehearsal),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        key=key,
        on_click="ignore",
        help=_HELP,
    )
