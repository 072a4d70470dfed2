"""The tab *Memory*: what completed executions have learned for those that follow, and a way to forget it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.links import link
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.executions.memory import StoredMemory

_MOST = 200


def memory_list(draft: OpenDraft) -> None:
    """Draw the memories, newest first."""
    memories = draft.lab.memories(draft.definition_id) if draft.definition_id else []
    if not memories:
        st.caption(
            "Nothing is remembered from run to run. With the memory *From run to run* on the tab *Crew*, "
            "completed executions leave here what they have learned."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The next execution may recall {_counted(len(memories))}.")
        with st.popover("Forget all", icon=":material/delete:"):
            st.markdown("Executions that start from now on recall none of it. Those that run keep their own.")
            st.button("Forget for good", key="definition.memory.clear", type="primary",
                      on_click=attempt, args=(lambda: _clear(draft),))  # fmt: skip
    for memory in memories[:_MOST]:
        _one(memory)
    if len(memories) > _MOST:
        st.caption(f"{_counted(len(memories) - _MOST)} more, older ones; `python -m crewlab memory list` shows all.")


def _one(memory: StoredMemory) -> None:
    with st.container(border=True):
        st.markdown(escape(shorten(memory.content, 1000)))
        own = f" (under {memory.keeper})" if memory.keeper.startswith("/") else ""
        own = own or (f" (kept by {memory.keeper} alone)" if memory.keeper else "")
        own += f" (in {memory.storage}, which others may share)" if memory.storage else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escape(f"{memory.agent} in {memory.task_name}, {ago(memory.created_at)}{own}"))
            link("execution", "Execution", ":material/open_in_new:", id=memory.execution_id)


def _clear(draft: OpenDraft) -> None:
    count = draft.lab.clear_memory(str(draft.definition_id))
    toast_next(f"{_counted(count)} forgotten.", ":material/delete:")


def _counted(count: int) -> str:
    return plural(count, "memory", "memories")
