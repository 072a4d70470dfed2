"""Who does the work."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from crewlab.definitions.crew.goals import whole_goal
from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.crew.planning import PlanningDocument
from crewlab.definitions.crew.values import Checkpoint, Count, FailurePolicy, Part, Reference, Retries, SecurityDocument


def _with_a_code(form: str) -> str:
    if "%" not in form:
        raise ValueError("a date_format has codes such as %Y-%m-%d; this one would print the same text every day")
    return form


class AgentDocument(Part):
    """An agent: who it is, what it is after, how it goes about its tasks."""

    role: str
    goal: str = ""
    """What it is after. With `goals`, this is the first of them; an agent needs one at least."""
    goals: list[str] | None = None
    """Several goals, most important first. Models are given them as one numbered list."""
    backstory: str
    description: str | None = None
    """A note for people. No model is given it, and it changes no run."""
    type: Reference | None = None
    """crewAI's class; a plain agent needs none."""

    llm: Llm | None = None
    """The model; absent is that of the crew."""
    tools: list[Reference] | None = None
    mcps: list[Reference] | None = None
    """Records of MCP servers, or single tools of them as `server.tool`; or addresses, see the README."""
    skills: list[Reference] | None = None
    """Folders with a `SKILL.md` that the model may load, or such texts, which always hold; paths in data/files."""
    apps: list[str] | None = None
    """Applications of crewAI's platform; refused."""
    a2a: Any = None
    """Agents on other servers; refused."""
    from_repository: str | None = None
    """An agent of crewAI's platform; refused."""

    allow_delegation: bool | None = None
    """Whether it may ask other agents, and give them parts of its task."""
    max_iter: Count | None = None
    """Model requests in one task; crewAI's 25 when absent."""
    max_rpm: Count | None = None
    """Model requests that the agent may make within a minute, in all tasks of an execution together."""
    max_execution_time: Count | None = None
    """Seconds that one task of it may take."""
    max_tokens: Count | None = None
    """The longest answer of its model, in tokens."""
    max_retry_limit: Retries | None = None
    """How often a task is done again when the model, or the answer, failed for good; absent is never."""
    cache: bool | None = None
    """Whether a tool that is asked the same again answers from memory; absent is what the crew says."""
    tool_failure_policy: FailurePolicy | None = None
    verbose: bool | None = None
    """Whether crewAI would print what happens. CrewLab shows all of it anyway."""
    respect_context_window: bool | None = None
    """Whether a conversation that became too long is shortened; otherwise its task fails. On when absent."""
    use_better_compaction: bool | None = None
    """Whether a tool's result that would fill the window is put aside, to be read in parts; on when absent."""

    use_system_prompt: bool | None = None
    """Whether instructions go as a system message; on when absent. Some models take none."""
    system_template: str | None = None
    """The whole prompt in words of your own, with crewAI's marks; so are the next two."""
    prompt_template: str | None = None
    response_template: str | None = None
    inject_date: bool | None = None
    """Whether the prompt names today's date."""
    date_format: Annotated[str, AfterValidator(_with_a_code)] | None = None

    memory: Any = None
    """See `definitions.memory`; absent is the memory of the crew."""
    knowledge_sources: Any = None
    """See `definitions.knowledge`; they join those of the crew."""
    knowledge_config: Any = None
    embedder: Any = None

    planning: bool | None = None
    planning_config: PlanningDocument | None = None
    """Its presence alone makes the agent plan."""
    guardrail: Reference | None = None
    """A rule that the output of each of the agent's tasks has to obey."""
    guardrail_max_retries: Retries = 3
    step_callback: Reference | None = None
    """Code that is called after each step, where an administrator allows it."""
    callbacks: list[Reference] | None = None
    """Code, where an administrator allows it."""
    checkpoint: Checkpoint | None = None
    security_config: SecurityDocument | None = None
    config: dict[str, Any] | None = None
    """Further fields of the agent; one beside it wins."""

    @property
    def whole_goal(self) -> str:
        """Every goal in one text, as models are given it."""
        return whole_goal({"goal": self.goal, "goals": self.goals}) or ""

    @model_validator(mode="after")
    def _is_after_something(self) -> AgentDocument:
        if "goal" not in self.model_fields_set and not self.whole_goal:
            raise PydanticCustomError("missing", "goal: Field required")
        return self
