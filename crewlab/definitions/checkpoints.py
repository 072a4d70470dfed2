"""What a crew's `checkpoint` asks for: at which events something is saved, where, and how much of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.definitions.crew.values import Checkpoint, CheckpointDocument

DEFAULT_LOCATION = ".checkpoints"
PROVIDERS = ("json", "sqlite")
BETWEEN_TASKS = frozenset(
    {"task_started", "task_completed", "task_failed"}
    | {"crew_kickoff_started", "crew_kickoff_completed", "crew_kickoff_failed"}
    | {"agent_execution_started", "agent_execution_completed", "agent_execution_error"}
)
"""Events at which a file is written."""
WITHIN_TASKS = frozenset(
    {"llm_call_started", "llm_call_completed", "llm_call_failed"}
    | {"tool_usage_started", "tool_usage_finished", "tool_usage_error"}
)
"""Events that come many times in a task: it goes on where it was. As in crewAI, no file is written at them."""
OF_FLOWS = frozenset(
    {"flow_started", "flow_finished", "flow_failed", "flow_paused"}
    | {"method_execution_started", "method_execution_finished", "method_execution_failed", "method_execution_paused"}
)
"""Events at which a flow writes a file."""
EVERY = "*"


@dataclass(frozen=True)
class CheckpointPlan:
    """Where checkpoints go, and when one is written."""

    location: str = DEFAULT_LOCATION
    provider: str = "json"
    events: frozenset[str] = frozenset({"task_completed"})
    most: int | None = None
    """How many are kept, the latest; `None` is all."""

    def first_of(self, events: tuple[str, ...]) -> str | None:
        """The first of these events at which a file is written."""
        return next((event for event in events if event in self.events or EVERY in self.events), None)

    @property
    def is_within_tasks(self) -> bool:
        """Whether a task that was interrupted goes on from where it was."""
        return EVERY in self.events or bool(self.events & WITHIN_TASKS)


def checkpoint_plan(crew: CrewDocument, agent: AgentDocument | None) -> CheckpointPlan | None:
    """What holds for `agent`, or for the crew: as in crewAI an agent's own word wins, also its `false`."""
    said = crew.checkpoint if agent is None or agent.checkpoint is None else agent.checkpoint
    return _plan(said, "task_completed")


def flow_checkpoint_plan(said: Checkpoint | None) -> CheckpointPlan | None:
    """What holds for a flow: after each step where no event is named. crewAI waits for tasks then, in vain."""
    return _plan(said, "method_execution_finished")


def _plan(said: Checkpoint | None, usual: str) -> CheckpointPlan | None:
    if not isinstance(said, CheckpointDocument):
        return CheckpointPlan(events=frozenset({usual})) if said else None
    provider = str((said.provider or {}).get("provider_type") or "json")
    location = said.location or DEFAULT_LOCATION
    if provider == "sqlite" and not PurePosixPath(location).suffix:
        location = f"{location}.db"
    events = {usual} if said.on_events is None else set(said.on_events)
    return CheckpointPlan(location, provider, frozenset(events), said.max_checkpoints)
