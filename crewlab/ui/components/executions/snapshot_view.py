"""What was run: the inputs, the options, and the whole definition as it was at launch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.notation.text import write_document
from crewlab.ui.components.cells import as_text
from crewlab.ui.components.executions.output_view import show_text
from crewlab.ui.components.formats import duration
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.executions.cassette import Cassette
    from crewlab.executions.execution import Execution
    from crewlab.executions.memory import KnowledgeFile


SHORT = 120


def show_snapshot(execution: Execution, knowledge: Sequence[KnowledgeFile] = ()) -> None:
    """Draw inputs, options and document; they were copied at launch, so later edits do not show here.

    `knowledge` are the knowledge files as they are now.
    """
    _show_inputs(execution)
    st.subheader("Options")
    st.table(_options(execution), border="horizontal", width="content")
    if execution.options.knowledge_files:
        st.subheader("Knowledge files")
        st.table(_files(execution, knowledge), border="horizontal", width="content")
    st.subheader("Definition as it ran")
    text = write_document(execution.document, "yaml")
    st.download_button(
        "YAML",
        text,
        file_name=f"{execution.definition_name}.yaml",
        mime="application/yaml",
        icon=":material/download:",
        key="snapshot.download",
        on_click="ignore",
    )
    st.code(text, language="yaml", wrap_lines=True, height=500)


def _show_inputs(execution: Execution) -> None:
    is_flow = execution.kind == "flow"
    st.subheader("Initial state" if is_flow else "Inputs")
    if not execution.inputs:
        st.caption("Nothing was given." if is_flow else "The definition has no placeholders.")
    texts = {name: as_text(value) for name, value in execution.inputs.items()}
    if short := {escape(name): escape(text) for name, text in texts.items() if is_short(text)}:
        st.table(short, border="horizontal", width="content")
    for name, text in texts.items():
        if not is_short(text):
            st.markdown(f"**{escape(name)}**")
            show_text(text)


def _files(execution: Execution, now: Sequence[KnowledgeFile]) -> dict[str, str]:
    """Each file with its hash at the launch, and what became of it."""
    hashes = {file.path: file.sha256 for file in now}
    return {
        escape(path): f"SHA-256 `{sha256[:16]}`, {_since(hashes.get(path), sha256)}"
        for path, sha256 in execution.options.knowledge_files.items()
    }


def _since(now: str | None, then: str) -> str:
    if now is None:
        return "deleted since the launch"
    return "unchanged since the launch" if now == then else "**changed since the launch**"


def is_short(value: Any) -> bool:
    """Whether a value fits on one line of a table."""
    return len(str(value)) <= SHORT and "\n" not in str(value)


def _options(execution: Execution) -> dict[str, str]:
    options = execution.options
    return {
        "Model": escape(_model(options.llm)),
        **{f"Model of {escape(agent)}": escape(_model(llm)) for agent, llm in options.llms.items()},
        **{f"Profile {escape(name)}": escape(_model(profile.llm())) for name, profile in options.profiles.items()},
        "Time limit": duration(options.timeout_seconds) if options.timeout_seconds else "the default",
        "Priority": str(options.priority),
        "Token limit": f"{options.max_tokens:,}" if options.max_tokens else "none",
        "Money limit": f"\\${options.max_cost_usd:g}" if options.max_cost_usd else "none",
        "Cassette": _cassette(options.cassette),
        "Version": str(execution.version_number or "not saved as a version"),
        "Content hash": f"`{execution.content_hash[:16]}`",
        "Origin": execution.origin,
    }


def _cassette(cassette: Cassette | None) -> str:
    if cassette is None:
        return "none"
    live = ", live calls for what is missing" if cassette.is_replay and cassette.on_miss == "live" else ""
    return f"{cassette.mode} {escape(cassette.name)}{live}"


def _model(llm: str | dict[str, Any] | None) -> str:
    if llm is None:
        return "as defined"
    if isinstance(llm, str):
        return llm
    return ", ".join(f"{name}: {value}" for name, value in llm.items() if "key" not in name)
