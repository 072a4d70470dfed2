"""The top of a batch: how far it is, what it cost, and what can be done with all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.addresses import redraw
from crewlab.ui.components.csv_button import csv_button
from crewlab.ui.components.executions.score_view import show_scores
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.status import status_markdown
from crewlab.ui.components.unique_labels import batch_choices
from crewlab.ui.links import go
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.batch import Batch
    from crewlab.lab import Lab

_FAILURES = ("failed", "interrupted")


def show_batch(lab: Lab, batch_id: str) -> None:
    """Draw name, progress, counts and actions. Raises `ExecutionNotFoundError` for an unknown batch."""
    batch = lab.batch(batch_id)
    with st.container(border=True, key="batch.header"):
        version = f" version {batch.version_number}" if batch.version_number else ""
        st.subheader(escape(batch.name), anchor=False)
        st.caption(
            f"Batch of {escape(batch.definition_name)}{version} · launched {ago(batch.created_at)} · `{batch_id}`"
        )
        waiting = f", {batch.waiting:,} waiting for a person" if batch.waiting else ""
        share = batch.ended / batch.size if batch.size else 1.0
        st.progress(share, text=f"{batch.ended:,} of {plural(batch.size, 'execution')} ended{waiting}")
        st.markdown(
            " ".join(f"{status_markdown(status)} {number:,}" for status, number in batch.counts.items() if number)
        )
        if batch.counts.get("preparing") and lab.engine_state().crewai == "loading":
            st.caption(":material/hourglass_top: Loading crewAI: a few seconds, once after each start of the server.")
        _show_actions(lab, batch)
    show_scores(lab, batch_id)


def _show_actions(lab: Lab, batch: Batch) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if batch.ended < batch.size:
            _cancel_popover(lab, batch)
        failures = sum(batch.counts.get(status, 0) for status in _FAILURES)
        if failures:
            _retry_popover(lab, batch, failures)
        csv_button(
            lambda: lab.batch_table(batch.batch_id),
            label="CSV of the batch",
            file_name=f"{batch.name}.csv",
            key="batch.csv",
        )
        _compare_popover(lab, batch)


def _cancel_popover(lab: Lab, batch: Batch) -> None:
    """Ask first: what was stopped by mistake has to be paid for again."""
    with st.popover("Cancel all…", icon=":material/cancel:", key="batch.cancel"):
        st.caption("Stops every execution that has not ended. Finished tasks are kept, so that Resume can go on.")
        if st.button("Yes, cancel what has not ended", type="primary", key=f"batch.cancel_now.{batch.batch_id}"):
            lab.cancel_batch(batch.batch_id)
            toast_next("Cancelling what has not ended; finished tasks are kept.", ":material/cancel:")
            redraw()


def _retry_popover(lab: Lab, batch: Batch, failures: int) -> None:
    """Ask first, and say whether it costs money."""
    with st.popover(f"Retry {plural(failures, 'failure')}…", icon=":material/replay:", key="batch.retry"):
        st.caption("The next attempt of each failed or interrupted execution; finished tasks are not run again.")
        if any(not one.is_rehearsal for one in lab.executions(batch_id=batch.batch_id, status=_FAILURES)):
            st.warning("These call a real model, which may cost money.", icon=":material/payments:")
        if st.button(
            f"Yes, retry {plural(failures, 'failure')}", type="primary", key=f"batch.retry_now.{batch.batch_id}"
        ):
            queued = lab.retry_failures(batch.batch_id)
            toast_next(f"{plural(queued, 'execution')} queued again.", ":material/replay:")
            redraw()


def _compare_popover(lab: Lab, batch: Batch) -> None:
    others = [other for other in lab.batches() if other.batch_id != batch.batch_id]
    others.sort(key=lambda other: other.definition_name != batch.definition_name)
    with st.popover("Compare with…", icon=":material/compare_arrows:", disabled=not others, key="batch.compare"):
        st.caption("Executions are paired by equal inputs; the older batch is the baseline.")
        labels = batch_choices(others)
        other_id = st.selectbox("Batch", list(labels), format_func=lambda one: labels[one], key="batch.other")
        if other_id is not None and st.button("Compare", type="primary", key=f"batch.compare_now.{batch.batch_id}"):
            older, newer = sorted((lab.batch(other_id), batch), key=lambda one: one.created_at)
            go("compare", batches=f"{older.batch_id},{newer.batch_id}")
