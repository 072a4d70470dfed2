"""What is on disk: sizes, a copy of the database, and clearing out what tasks wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import whole
from crewlab.ui.components.plain_text import escape
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.lab import Lab

_KEY = "settings.storage"


def storage_view(lab: Lab) -> None:
    """Draw it."""
    report = lab.storage()
    with st.container(horizontal=True):
        st.metric("Free on the disk", size(report.free_bytes), f"of {size(report.total_bytes)}", delta_color="off",
                  delta_arrow="off", border=True)  # fmt: skip
        st.metric("In the data folder", size(sum(part.bytes for part in report.parts)), border=True)
        st.metric("Store", report.health, border=True)
    st.dataframe(
        {
            "what": [part.name for part in report.parts],
            "size": [size(part.bytes) for part in report.parts],
            "files": [part.files for part in report.parts],
            "where": [part.path for part in report.parts],
        },
        hide_index=True,
        width="stretch",
    )
    st.subheader("Snapshot")
    st.caption("A copy of the database as it stands, in the folder of snapshots; any DuckDB 2.0 may open it.")
    st.button("Make a snapshot", icon=":material/backup:", key=f"{_KEY}.snapshot", on_click=attempt,
              args=(lambda: _snapshot(lab),))  # fmt: skip
    _clearing(lab)


def _snapshot(lab: Lab) -> None:
    toast_next(f"The snapshot is {escape(lab.snapshot())}")


def _clearing(lab: Lab) -> None:
    st.subheader("Files of old executions")
    st.caption("Only files that tasks wrote are deleted. Outputs, logs and figures stay.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=220):
            days = st.number_input("Ended at least so many days ago", min_value=0, value=90, key=f"{_KEY}.days")
        with st.popover("Delete files", icon=":material/delete:"):
            st.markdown(f"Delete the files of all executions that ended **{whole(days)} days** ago or earlier?")
            st.caption("They cannot be brought back.")
            st.button("Yes, delete them", type="primary", key=f"{_KEY}.delete", on_click=attempt,
                      args=(lambda: _delete(lab, days),))  # fmt: skip


def _delete(lab: Lab, confirmed: float) -> None:
    """Delete what was confirmed: a click may arrive with another number, before the question says it."""
    days = st.session_state[f"{_KEY}.days"]
    if days != confirmed:
        toast_next(f"Nothing was deleted: the number is {whole(days)} by now. Confirm it once more.", ":material/info:")
        return
    toast_next(f"{size(lab.remove_artifacts(float(days)))} are free again.")


def size(bytes: int) -> str:
    """`512 B`, `3.4 MB`, `1.2 GB`."""
    if bytes < 1000:
        return f"{bytes} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if bytes < factor * 1000 or unit == "GB":
            return f"{bytes / factor:.1f} {unit}"
    raise AssertionError("every size has a unit")
