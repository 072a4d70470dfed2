"""What a crew is: the document of crewAI's own declarative shape, with types."""

from crewlab.definitions.crew.agent import AgentDocument
from crewlab.definitions.crew.crew import CrewDocument, default_process, parse_crew
from crewlab.definitions.crew.edges import asynchronous, condition_names, dependencies, turns, waits
from crewlab.definitions.crew.llm import LlmDocument
from crewlab.definitions.crew.planning import PlanningDocument
from crewlab.definitions.crew.task import SCHEMA_FIELDS, TaskDocument
from crewlab.definitions.crew.values import EXECUTORS, FAILURE_POLICIES

__all__ = [
    "EXECUTORS",
    "FAILURE_POLICIES",
    "SCHEMA_FIELDS",
    "AgentDocument",
    "CrewDocument",
    "LlmDocument",
    "PlanningDocument",
    "TaskDocument",
    "asynchronous",
    "condition_names",
    "default_process",
    "dependencies",
    "parse_crew",
    "turns",
    "waits",
]
