"""A version of a definition as HTML for a notebook: its picture, and what it consists of. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.definitions.flows.trigger_text import trigger_text
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import model_of
from crewlab.definitions.pictures.drawing import graph_of
from crewlab.definitions.pictures.flows import action_of, in_words, outcomes_of, steps_of
from crewlab.definitions.pictures.svg import svg, text
from crewlab.definitions.shape import in_crew_shape

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion

_LONGEST = 160
_MOST_ROWS = 60
_CELL = "text-align:left;vertical-align:top;padding:3px 12px 3px 0"


def version_html(version: DefinitionVersion) -> str:
    """The version as HTML without script; long texts are shortened, long tables too."""
    document = version.document
    kind = kind_of(document)
    note = f" · {text(version.note)}" if version.note else ""
    facts = f"{kind}, version {version.number} of {version.created_at:%Y-%m-%d %H:%M}{note}"
    description = document.get("description")
    about = f"<div>{text(_short(description))}</div>" if isinstance(description, str) and description else ""
    tables = _flow_tables(document) if kind == "flow" else _crew_tables(document)
    picture = svg(graph_of(document), f"Picture of the {kind} {version.name}")
    return (
        f'<div style="line-height:1.5"><div><b style="font-size:1.15em">{text(version.name)}</b> '
        f'<span style="opacity:0.75">{facts} · content {version.content_hash[:12]}</span></div>{about}'
        f'<div style="margin:8px 0">{picture}</div>{tables}</div>'
    )


def _crew_tables(document: Mapping[str, Any]) -> str:
    shaped = in_crew_shape(document)
    agents, tasks = shaped.get("agents"), shaped.get("tasks")
    default = shaped.get("llm")
    bodies = agents.items() if isinstance(agents, Mapping) else ()
    of_agents = [
        (str(name), agent.get("role"), model_of(agent.get("llm") or default).model, _listed(agent.get("tools")))
        for name, agent in bodies
        if isinstance(agent, Mapping)
    ]
    of_tasks = [
        (str(task.get("name")), task.get("agent"), task.get("description"))
        for task in (tasks if isinstance(tasks, list) else [])
        if isinstance(task, Mapping)
    ]
    return _table(("Agent", "Role", "Model", "Tools"), of_agents) + _table(("Task", "Agent", "What to do"), of_tasks)


def _flow_tables(document: Mapping[str, Any]) -> str:
    rows = [
        (
            name,
            in_words(action_of(step)),
            "at the start" if step.get("start") is True else trigger_text(step.get("listen") or step.get("start")),
            ", ".join(outcomes_of(step)),
        )
        for name, step in steps_of(document).items()
    ]
    return _table(("Step", "Does", "After", "Outcomes"), rows)


def _table(titles: Sequence[str], rows: Sequence[Iterable[Any]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th style="{_CELL}">{title}</th>' for title in titles)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{text(_short(cell))}</td>' for cell in row) + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    rest = len(rows) - _MOST_ROWS
    more = f'<tr><td style="{_CELL}" colspan="{len(titles)}">and {rest} more</td></tr>' if rest > 0 else ""
    return f'<table style="margin:4px 0"><thead><tr>{head}</tr></thead><tbody>{body}{more}</tbody></table>'


def _listed(value: Any) -> str:
    names = [item if isinstance(item, str) else "code" for item in value] if isinstance(value, list) else []
    return ", ".join(names)


def _short(value: Any) -> str:
    line = " ".join(str(value or "").split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
