"""The top of an execution: what it is, how far it is, what can be done with it, and its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.errors import DefinitionNotFoundError
from crewlab.executions.status import RESUMABLE, ExecutionStatus
from crewlab.ui.addresses import last_address
from crewlab.ui.components.definitions.standing import kind_markdown
from crewlab.ui.components.executions.again import act_key, ask_limits, show_again
from crewlab.ui.components.formats import ago, clock, duration, money, plural, tokens, whole
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import labels_markdown
from crewlab.ui.components.status import status_markdown
from crewlab.ui.components.unique_labels import free_label
from crewlab.ui.links import go, go_once, link
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.executions.launch import LaunchOptions
    from crewlab.lab import Lab


def show_title(execution: Execution) -> None:
    """The name of what ran, where it comes from, and links to its neighbours."""
    st.title(escape(execution.definition_name))
    parts = [f"Execution `{execution.execution_id}`", f"launched {ago(execution.created_at)}"]
    if execution.version_number is not None:
        parts.insert(0, f"Version {execution.version_number}")
    if execution.row_number is not None:
        parts.append(f"row {execution.row_number} of a batch")
    if execution.attempt > 1:
        parts.append(f"attempt {execution.attempt}")
    st.caption(" · ".join(parts))
    if models := _models(execution.options):
        st.caption(f":material/swap_horiz: Models chosen at launch: {models}")


def _models(options: LaunchOptions) -> str:
    """The models that stood in for those of the definition; empty when none did."""
    given = [("all agents", options.llm)] if options.llm else []
    named = [(who, _named(llm, options)) for who, llm in [*given, *options.llms.items()]]
    return escape(", ".join(f"{name} for {who}" for who, name in named))


def _named(llm: str | dict[str, Any], options: LaunchOptions) -> str:
    """The model's name; for a profile what is behind it, too."""
    name = llm if isinstance(llm, str) else str(llm.get("model"))
    profile = options.profiles.get(name)
    return f"{name} ({profile.model})" if profile else name


def definition_exists(lab: Lab, execution: Execution) -> bool:
    """Whether what ran is still among the definitions; an execution keeps its snapshot in any case."""
    if not execution.definition_id:
        return False
    try:
        lab.definitions.get(execution.definition_id)
    except DefinitionNotFoundError:
        return False
    return True


def noun_of(execution: Execution) -> str:
    """What an execution is made of: tasks, or the steps of a flow."""
    return "step" if execution.kind == "flow" else "task"


def show_links(execution: Execution, *, has_definition: bool) -> None:
    """Ways on from here."""
    with st.container(horizontal=True, gap="medium"):
        address = last_address("executions")
        link("executions", "Back to the list" if address else "All executions", ":material/arrow_back:", **address)
        if execution.batch_id:
            link("executions", "Its batch", ":material/table_rows:", batch=execution.batch_id)
        if execution.origin_execution_id:
            link("execution", _origin(execution), ":material/fork_right:", id=execution.origin_execution_id)
        if has_definition:
            link("definition", "Its definition", ":material/edit_note:", id=execution.definition_id)


def show_status(execution: Execution) -> None:
    """Status with its message, and progress while it is active."""
    is_told_below = execution.error is not None or execution.status is ExecutionStatus.PREPARING
    is_talk = is_conversation(execution.document)
    is_told_below |= is_talk and execution.status is ExecutionStatus.WAITING
    message = "" if is_told_below else f" {escape(execution.status_message)}"
    badges = f"{kind_markdown(execution.kind)} {status_markdown(execution.status)}{labels_markdown(execution)}"
    st.markdown(f"{badges}{message}")
    if execution.status.is_active and not is_talk:  # which ends when somebody says so
        is_told = execution.status is ExecutionStatus.WAITING  # its message begins with the same words
        st.progress(_progress(execution), text=None if is_told else _progress_text(execution))


def show_actions(lab: Lab, execution: Execution, *, has_definition: bool) -> None:
    """What can be done now; a click is answered in the same run."""
    with st.container(horizontal=True):
        is_part = execution.root_execution_id is not None
        if execution.status.is_active:
            if is_part:
                st.caption("It runs as a step of a flow, and is cancelled with that.")
            elif execution.status is not ExecutionStatus.CANCELLING:
                _cancel_button(lab, execution)
            return
        if execution.status in RESUMABLE and not is_part:
            _resume_button(lab, execution)
        show_again(lab, execution)
        if has_definition:
            if st.button("Launch like this", icon=":material/rocket_launch:", key=act_key(execution, "again")):
                go("launch", definition=execution.definition_id, like=execution.execution_id)
        else:
            _keep_button(lab, execution)
        if st.button("Compare with…", icon=":material/compare_arrows:", key=act_key(execution, "compare")):
            go("compare", executions=execution.execution_id)


def show_totals(execution: Execution) -> None:
    """The numbers of the whole execution, over all attempts."""
    usage = execution.usage
    with st.grid(7, min_column_width=110):
        st.metric("Duration", duration(execution.duration_seconds), border=True, help=_times(execution))
        st.metric(f"{noun_of(execution).capitalize()}s", f"{execution.tasks_done}/{execution.tasks_total}", border=True)
        failed = f"{whole(usage.failed_calls)} of them failed" if usage.failed_calls else None
        st.metric("Model calls", whole(usage.model_calls), border=True, help=failed)
        st.metric("Tokens", whole(usage.total_tokens), border=True, help=_token_help(execution))
        st.metric("Cost", _cost(execution), border=True, help=_cost_help(execution))
        st.metric("Tool calls", whole(usage.tool_calls), border=True)
        retries = f"Requests sent again: {usage.retries}; answers sent back by guardrails: {usage.guardrail_retries}"
        st.metric("Retries", whole(usage.retries + usage.guardrail_retries), border=True, help=retries)


def _cancel_button(lab: Lab, execution: Execution) -> None:
    if st.button("Cancel", icon=":material/cancel:", key=act_key(execution, "cancel")):
        lab.cancel(execution.execution_id)
        toast_next(f"Cancelling: model calls stop now, finished {noun_of(execution)}s are kept.", ":material/cancel:")
        st.rerun()


def _resume_button(lab: Lab, execution: Execution) -> None:
    done = plural(execution.tasks_done, f"finished {noun_of(execution)}")
    if st.button(
        "Resume",
        icon=":material/play_arrow:",
        type="primary",
        key=act_key(execution, "resume"),
        help=f"The next attempt of this execution. {done} will not be paid for again.",
    ):
        if execution.reason in ("timed_out", "over_budget"):
            ask_limits(lab, execution)
        else:
            lab.resume(execution.execution_id)
            st.rerun()


def _origin(execution: Execution) -> str:
    if execution.forked_from_task is None:
        return "The execution that it repeats"
    return f"Forked from an execution at {escape(execution.forked_from_task)}"


def _keep_button(lab: Lab, execution: Execution) -> None:
    """For what ran from a file, and what was deleted since: its snapshot can become a definition again."""
    if st.button(
        "Save as a definition, and run again…",
        icon=":material/library_add:",
        key=act_key(execution, "keep"),
        help="What ran is not among the definitions (any more). This saves its snapshot as a new one.",
    ):
        name = free_label(execution.definition_name, [one.name for one in lab.definitions.list(archived=None)])
        saved = lab.definitions.save(
            {**execution.document, "name": name}, note=f"from execution {execution.execution_id}"
        )
        go_once("launch", definition=saved.definition_id, like=execution.execution_id)


def _progress(execution: Execution) -> float:
    return min(1.0, execution.tasks_done / execution.tasks_total) if execution.tasks_total else 0.0


def _progress_text(execution: Execution) -> str:
    if execution.status is ExecutionStatus.PENDING:
        return "Waiting for its turn"
    if execution.status is ExecutionStatus.PREPARING:
        return f"Preparing: {escape(execution.status_message)}" if execution.status_message else "Preparing"
    now = f" · now: {escape(execution.current_task)}" if execution.current_task else ""
    return f"{execution.tasks_done} of {plural(execution.tasks_total, noun_of(execution))} done{now}"


def _times(execution: Execution) -> str:
    return f"Started {clock(execution.started_at)}, ended {clock(execution.ended_at)}; over all attempts."


def _token_help(execution: Execution) -> str:
    usage = execution.usage
    text = f"{tokens(usage.input_tokens, usage.output_tokens)}. Cached input: {whole(usage.cached_tokens)}."
    unknown = f" {plural(usage.unknown_calls, 'call')} did not say how many." if usage.unknown_calls else ""
    return f"{text} Reasoning output: {whole(usage.reasoning_tokens)}.{unknown}"


def _cost(execution: Execution) -> str:
    if (execution.is_rehearsal or execution.is_replay) and execution.usage.cost_usd is None:
        return "none"
    usd, unpriced = execution.usage.cost_usd, execution.usage.unpriced_calls
    if unpriced and usd is None:
        return "unpriced"
    return f"{'≥ ' if unpriced else ''}{money(usd)}".replace("$", "\\$")


def _cost_help(execution: Execution) -> str:
    if execution.is_rehearsal:
        return "The rehearsal model costs nothing. See Tasks › Cost as if for an estimate with a real model."
    if execution.is_replay:
        return "Recorded answers cost nothing; only calls that the cassette lacked would."
    unpriced = execution.usage.unpriced_calls
    missing = f" {plural(unpriced, 'call')} of a model without a known price left out." if unpriced else ""
    return f"By the price table on the day of each call.{missing}"
