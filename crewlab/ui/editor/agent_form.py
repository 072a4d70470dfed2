"""The tab *Agents*: the list of agents, and one of them in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from crewlab.definitions import editing
from crewlab.definitions.library.roles import role_catalogue, with_role
from crewlab.definitions.library.tool_names import server_of
from crewlab.errors import DocumentError
from crewlab.ui.components.add_button import add_button
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.model_field import model_field
from crewlab.ui.editor.more_fields import AGENT, more_fields, names_of
from crewlab.ui.editor.pick_list import choose, pick_list, toolbar
from crewlab.ui.editor.planning_field import planning_field
from crewlab.ui.editor.recollection_fields import SHOWN, recollection_fields
from crewlab.ui.editor.refusals import part_becomes, relocate

LIST = "definition.agent"
MORE = "Others need a key, a package or settings: see Library, tab Tools."
FORM_FIELDS = frozenset(
    {
        "role",
        "goal",
        "goals",
        "description",
        "backstory",
        "llm",
        "tools",
        "mcps",
        "allow_delegation",
        "max_iter",
        "max_rpm",
        "guardrail",
        "planning",
        "planning_config",
    }
)


def agent_form(fields: Fields) -> None:
    """Draw list and form."""
    agents = fields.draft.document.get("agents", {})
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        if agents:
            index = pick_list(LIST, "Agents", [_title(fields, name) for name in agents], _roles(agents))
        add_button("Add agent", lambda: _add(fields), key=fields.key_of(("agents", "add")))
        fields.notes(("agents",))
    with right:
        if agents:
            _one(fields, list(agents)[min(index, len(agents) - 1)])
        else:
            st.caption("No agents yet. An agent has a role, a goal and a backstory, and does tasks.")


def _one(fields: Fields, name: str) -> None:
    path = ("agents", name)
    _toolbar(fields, name)
    first, second = st.columns(2)
    with first:
        fields.text(
            (*path, "name"),
            "Name",
            value=name,
            change=lambda document, new: _rename(fields, document, name, new),
            help="Tasks refer to the agent by this name; they follow a rename.",
        )
    with second:
        role_field(fields, path)
    _tasks(fields, name)
    agent_fields(fields, path, empty_model="As the crew")


def agent_fields(
    fields: Fields, path: editing.Path, *, empty_model: str, elsewhere: frozenset[str] = frozenset()
) -> None:
    """Everything about the agent at `path` but its name, its role and what has its widget `elsewhere`."""
    _goals(fields, path)
    fields.text((*path, "backstory"), "Backstory", height=100, placeholder="Who it is, and how it works")
    fields.text(
        (*path, "description"),
        "Description",
        is_optional=True,
        placeholder="For people; no model is given it",
    )
    first, second = st.columns(2)
    with first:
        model_field(fields, (*path, "llm"), "Model", empty=empty_model)
    with second:
        tool_fields(fields, path)
    _conduct(fields, path)
    recollection_fields(fields, path, of_agent=True)
    key = f"{fields.key_of(path)}.more"
    more_fields(fields, path, AGENT, title="Limits, prompts and failures", icon=":material/tune:", key=key)
    fields.notes(path)
    fields.others(path, FORM_FIELDS | elsewhere | SHOWN | names_of(AGENT))


def _tasks(fields: Fields, name: str) -> None:
    """What the agent is there for."""
    tasks = fields.draft.document.get("tasks", [])
    own = [str(task.get("name") or "no name") for task in tasks if isinstance(task, dict) and task.get("agent") == name]
    st.caption(f"Does {escape(', '.join(own))}." if own else "Does no task yet; a task chooses its agent.")


def role_field(fields: Fields, path: editing.Path) -> None:
    """One of the catalogue, or one's own words."""

    def become(document: dict[str, Any], role: str | None) -> dict[str, Any]:
        return editing.set_value(document, path, with_role(fields.value(path), role or ""))

    fields.choice(
        (*path, "role"),
        "Role",
        list(role_catalogue()),
        change=become,
        placeholder="Choose one, or type your own",
        accept_new_options=True,
        help="A role of the catalogue brings goals and a backstory where there are none. May use {inputs}.",
    )


def _goals(fields: Fields, path: editing.Path) -> None:
    first, second = st.columns(2)
    with first:
        fields.text((*path, "goal"), "Goal", height=80, placeholder="What this agent is after. May use {inputs}.")
    with second:
        fields.lines(
            (*path, "goals"),
            "Further goals",
            placeholder="One a line, most important first",
            help="The model is given all goals as one numbered list.",
        )


def _conduct(fields: Fields, path: editing.Path) -> None:
    """How the agent goes about its tasks."""
    with st.grid(4, min_column_width=150, vertical_alignment="bottom"):
        with st.container():  # what is said of an entry stands below its field, in the same cell
            fields.switch(
                (*path, "allow_delegation"),
                "May delegate",
                help="May ask other agents, and give them parts of its task.",
            )
        with st.container():
            planning_field(fields, path)
        with st.container():
            fields.number((*path, "max_iter"), "Most steps per task", min_value=1, placeholder="25",
                          help="Model calls in one task.")  # fmt: skip
        with st.container():
            fields.number((*path, "max_rpm"), "Requests per minute", min_value=1, placeholder="No limit",
                          help="At most so many model requests a minute, in all its tasks of an execution "
                          "together.")  # fmt: skip
    if isinstance(code := fields.value((*path, "guardrail")), dict):
        st.caption(f"Guardrail: the Python code {escape(str(code.get('python')))}")
    else:
        fields.text(
            (*path, "guardrail"),
            "Guardrail of all its tasks",
            is_optional=True,
            placeholder="The answer names its sources.",
            help="A rule in words. A model call checks each of the agent's answers; on a no, the task is done again.",
        )


def _toolbar(fields: Fields, name: str) -> None:
    names = list(fields.draft.document["agents"])
    index = names.index(name)
    toolbar(
        fields.key_of(("agents", name)),
        index,
        len(names),
        move=lambda by: _move(fields, name, by),
        duplicate=lambda: _duplicate(fields, name),
        of_duplicate="A copy under another name",
        remove=lambda: _remove(fields, name),
        of_remove="Its tasks stay, without an agent",
    )


def tool_fields(fields: Fields, path: editing.Path) -> None:
    """Tools that are ready here; and servers, where there are any, a field of their own as in crewAI."""
    servers = {server.name for server in fields.draft.lab.mcp_servers()}
    ready = fields.draft.lab.tool_names()
    tools = {tool.name: tool.description for tool in ready if server_of(tool.name) not in servers}
    offered = [tool.name for tool in ready if server_of(tool.name) in servers]
    about = "  \n".join(f"**{escape(name)}**: {escape(shorten(text, 90))}" for name, text in tools.items())
    fields.choices((*path, "tools"), "Tools", list(tools), placeholder="None", help=f"{about}  \n{MORE}")
    if offered or fields.value((*path, "mcps")):
        help_text = "A server brings all its tools, `server.tool` is one of them."
        fields.choices((*path, "mcps"), "MCP servers", offered, placeholder="None", help=help_text)


def _title(fields: Fields, name: str) -> str:
    return escape(shorten(name, 40)) + fields.mark(("agents", name))


def _roles(agents: dict[str, Any]) -> list[str]:
    return [escape(shorten(str(agent.get("role") or "no role yet"), 60)) for agent in agents.values()]


def _rename(fields: Fields, document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    new = new.strip()
    if not new:
        raise DocumentError("An agent needs a name.", "The old one was kept.")
    if new != old and new in document["agents"]:
        raise DocumentError(f"There is already an agent {new!r}.", "The old name was kept.")
    renamed = editing.rename_agent(document, old, new)
    relocate(fields.draft.draft_id, part_becomes("agents", old, new))
    return renamed


def _add(fields: Fields) -> None:
    def change(document: dict[str, Any]) -> dict[str, Any]:
        choose(LIST, len(document.get("agents", {})))
        return editing.add_agent(document)

    fields.draft.edit(change)


def _move(fields: Fields, shown: str, by: int) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        moved = editing.move_agent(document, name, by)
        choose(LIST, list(moved["agents"]).index(name))
        return moved

    _edit(fields, shown, change)


def _duplicate(fields: Fields, shown: str) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        choose(LIST, len(document["agents"]))
        return editing.duplicate_agent(document, name)

    _edit(fields, shown, change)


def _remove(fields: Fields, shown: str) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        relocate(fields.draft.draft_id, part_becomes("agents", name, None))
        choose(LIST, list(document["agents"]).index(name) - 1)
        return editing.remove_agent(document, name)

    _edit(fields, shown, change)


def _edit(fields: Fields, shown: str, change: Callable[[dict[str, Any], str], dict[str, Any]]) -> None:
    """Change the agent that is shown under a name, whatever it is called by now."""
    fields.draft.edit_part(("agents", shown), lambda document, place: change(document, str(place[1])))
