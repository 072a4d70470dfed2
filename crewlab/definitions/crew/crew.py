"""Agents, the tasks that they work on, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from crewlab.definitions.crew.agent import AgentDocument
from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.crew.task import TaskDocument
from crewlab.definitions.crew.values import (
    Checkpoint,
    Count,
    Executor,
    FailurePolicy,
    Part,
    Process,
    Reference,
    SecurityDocument,
    SwitchOrText,
)
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DocumentError


class CrewDocument(Part):
    """A crew: its agents, its tasks, and what holds for all of them."""

    name: str
    description: str | None = None
    process: Process | None = None
    executor: Executor | None = None
    """Whose agent loop runs the agents; absent is that of the settings."""
    agents: dict[str, AgentDocument]
    tasks: list[TaskDocument]
    inputs: dict[str, Any] = Field(default_factory=dict)
    """Values of placeholders that a launch does not give."""

    llm: Llm | None = None
    """The model of agents that name none."""
    manager_llm: Llm | None = None
    manager_agent: Reference | None = None
    chat_llm: Llm | None = None
    """The model with which `crewai chat` would talk about the crew."""
    planning: bool | None = None
    """Whether the tasks are planned before the first one."""
    planning_llm: Llm | None = None

    max_rpm: Count | None = None
    """Model requests that an execution may make within a minute."""
    cache: bool | None = None
    """Whether agents share what tools have answered; one that says `cache: false` takes no part."""
    tool_failure_policy: FailurePolicy | None = None
    """What holds for agents and tasks that say nothing about it."""
    verbose: bool | None = None
    """Whether crewAI would print what happens. CrewLab shows all of it anyway."""
    stream: bool | None = None
    """Whether the models of all agents answer word by word."""
    prompt_file: str | None = None
    """A JSON file in data/files with other words for crewAI's prompts."""
    trained_agents_file: str | None = None
    """A file of `crewai train`, in data/files."""
    output_log_file: SwitchOrText | None = None
    """A file with what happened; `true` is `logs.txt`."""
    share_crew: bool | None = None
    tracing: bool | None = None

    memory: Any = None
    """See `definitions.memory`."""
    knowledge_sources: Any = None
    """See `definitions.knowledge`."""
    embedder: Any = None
    skills: list[Reference] | None = None
    """Folders with a `SKILL.md`, or such texts, for every agent; paths in data/files."""

    step_callback: Reference | None = None
    """Code that is called after each step of the agents that name none of their own, where it is allowed."""
    task_callback: Reference | None = None
    """Code that is called with the output of every task, where an administrator allows it; so are the next two."""
    before_kickoff_callbacks: list[Reference] | None = None
    after_kickoff_callbacks: list[Reference] | None = None
    checkpoint: Checkpoint | None = None
    security_config: SecurityDocument | None = None
    config: Reference | None = None
    """Agents and tasks in crewAI's older shape; they replace those beside it."""


def parse_crew(document: Mapping[str, Any]) -> CrewDocument:
    """The document with types; agents given as a list and tasks without a name are accepted as crewAI does.

    Raises:
        DocumentError: A required field is missing or a field has the wrong type. `check` lists all of them.
    """
    try:
        return CrewDocument.model_validate(in_crew_shape(document))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DocumentError(f"{where}: {first['msg']}.", "A check of the document lists every problem.") from error


def default_process(document: Mapping[str, Any]) -> str:
    """The process that a document asks for; one that names none is sequential."""
    return str(document.get("process") or "sequential")
