"""The tab *Agents* of a flow: the agents that its steps ask, and those of the crews that it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import streamlit as st

from crewlab.definitions.editing import Path
from crewlab.definitions.editing_flows import steps
from crewlab.definitions.editing_flows.sources import crew_document
from crewlab.definitions.pictures.flows import action_of, steps_of
from crewlab.definitions.shape import in_crew_shape
from crewlab.ui.components.add_button import add_button
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.agent_form import agent_fields, role_field
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.flow import step_form
from crewlab.ui.editor.flow.around import look_up_in
from crewlab.ui.editor.pick_list import action, choose, pick_list
from crewlab.ui.editor.saving import TAB
from crewlab.ui.links import link
from crewlab.ui.state import remember

LIST = "definition.flow.agent"
_OF_THE_STEP = frozenset({"input", "response_format"})


class _Agent(NamedTuple):
    """An agent that is written in the flow."""

    path: Path
    title: str
    about: str


def flow_agents(fields: Fields) -> None:
    """Draw list and form, and where the agents of other definitions are."""
    agents = list(_agents(fields))
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        index = 0
        if agents:
            titles = [escape(shorten(agent.title, 40)) + fields.mark(agent.path) for agent in agents]
            index = pick_list(LIST, "Agents", titles, [escape(shorten(agent.about, 60)) for agent in agents])
        add_button("Add agent", lambda: _add(fields), key="definition.flow.agents.add",
                   help="A step that asks the agent, after the last one")  # fmt: skip
    with right:
        if agents:
            _one(fields, agents[min(index, len(agents) - 1)])
        else:
            st.caption("No step asks an agent by itself. Those of the crews are edited with their crews.")
    _elsewhere(fields)


def _one(fields: Fields, agent: _Agent) -> None:
    with st.container(horizontal=True):
        action("Open the step", ":material/arrow_forward:", "definition.flow.agents.step",
               lambda: _show_step(fields, str(agent.path[1])), help="What it is asked, and when")  # fmt: skip
    role_field(fields, agent.path)
    agent_fields(fields, agent.path, empty_model="Choose a model", elsewhere=_OF_THE_STEP)


def _agents(fields: Fields) -> Iterator[_Agent]:
    for name, step in steps_of(fields.draft.document).items():
        path: Path = ("methods", name, "do")
        yield from _of_action(action_of(step), path, name)
        inner = action_of(step).get("do")
        for index, item in enumerate(inner if isinstance(inner, list) else ()):
            if isinstance(item, Mapping) and isinstance(item.get("action"), Mapping):
                yield from _of_action(item["action"], (*path, "do", index, "action"), f"{name} › {item.get('name')}")


def _of_action(body: Mapping[str, Any], path: Path, step: str) -> Iterator[_Agent]:
    inline = body.get("with")
    if not isinstance(inline, Mapping):
        return
    if body.get("call") == "agent":
        yield _Agent((*path, "with"), str(inline.get("role") or "no role yet"), f"asked by {step}")
    elif body.get("call") == "crew":
        agents = inline.get("agents")
        for name, agent in agents.items() if isinstance(agents, Mapping) else ():
            if isinstance(agent, Mapping):
                yield _Agent((*path, "with", "agents", name), str(name), f"in the crew of {step}")


def _elsewhere(fields: Fields) -> None:
    """The agents of crews that are definitions of their own."""
    look_up, shown = look_up_in(fields), set[str]()
    for step in steps_of(fields.draft.document).values():
        body = action_of(step)
        name = body.get("definition")
        if body.get("call") != "crew" or not isinstance(name, str) or name in shown:
            continue
        if not shown:
            st.subheader("Agents of its crews")
        shown.add(name)
        agents = in_crew_shape(crew_document(body, look_up) or {}).get("agents")
        if isinstance(agents, Mapping):
            with st.container(horizontal=True, vertical_alignment="center"):
                link("definition", f"Crew {escape(name)}", ":material/groups:", id=name)
                st.caption(escape(", ".join(map(str, agents))))


def _show_step(fields: Fields, name: str) -> None:
    remember(TAB, "Steps")
    choose(step_form.LIST, steps.step_names(fields.draft.document).index(name))


def _add(fields: Fields) -> None:
    fields.draft.edit(lambda document: steps.add_step(document, "agent", "agent"))
    choose(LIST, len(list(_agents(fields))))
