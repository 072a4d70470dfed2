"""Everybody who works on one attempt: makes agents of the document's, each for one task at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crewai.agents.parser import AgentAction, AgentFinish
from crewai.tools.base_tool import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.agents.crew_agent import CrewAgent
from crewlab.bridge.agents.fields import agent_fields
from crewlab.bridge.callables import Callables
from crewlab.bridge.contract import BuildRequest, Llm
from crewlab.bridge.journal import Journal
from crewlab.bridge.llms.desk import ModelDesk
from crewlab.bridge.llms.recorded import RecordedModel
from crewlab.bridge.recollection.recollecting import recollection_of
from crewlab.bridge.shared_settings import SharedSettings
from crewlab.bridge.tools.named_files import read_named
from crewlab.bridge.tools.toolbox import Toolbox
from crewlab.definitions.crew import AgentDocument, CrewDocument, LlmDocument
from crewlab.definitions.models import PLANNER, planner_llm, planning_llm
from crewlab.definitions.prompt_file import TEXTS, manager_texts
from crewlab.definitions.trained_file import lessons_in
from crewlab.errors import BuildError

if TYPE_CHECKING:
    from crewlab.bridge.recollection.telling import Recollection

_READING_SECONDS = 120.0
MANAGER = "manager"
"""The name of a manager whom the document does not describe."""


class Roster:
    """The agents of one attempt, and what they share: journal, models, pool, files."""

    def __init__(self, request: BuildRequest, document: CrewDocument, journal: Journal, code: Callables) -> None:
        self.journal = journal
        self._code = code
        self._request = request
        self.run_blocking = request.run_blocking
        self.tool_timeout_seconds = request.tool_timeout_seconds
        self.cassette = request.cassette
        self.is_stock = (document.executor or request.executor) == "crewai"
        """Whether crewAI's own executor decides what an agent does next."""
        self._document = document
        self._shared = SharedSettings(document, request)
        self._toolbox = Toolbox(request)
        self._overlay = request.overlay
        self._desk = ModelDesk(request, journal)
        self._models: dict[str, RecordedModel] = {}
        self._planners: dict[str, RecordedModel] = {}
        self._rememberers: dict[str, RecordedModel] = {}
        self.manager_name = _manager_name(document)
        self._manager_texts = {field: I18N_DEFAULT.retrieve("hierarchical_manager_agent", field) for field in TEXTS}
        self._lessons: dict[str, tuple[str, ...]] = {}
        self.recollection: Recollection | None = recollection_of(request, document, self._described_all(), journal)

    async def prepare(self) -> None:
        """Make the model of everybody on this loop; read the cassette and import the tools, if there are, off the loop.

        Raises:
            BuildError: A key is missing, or a model or a field of an agent cannot be used here.
            CassetteError: The cassette cannot be read.
        """
        if self.cassette is not None:
            await self.run_blocking(self.cassette.open, timeout_seconds=_READING_SECONDS)
        for name in self._described_all():
            self.model(name)
            self.planning_model(name)
            self.memory_model(name)
        await self._shared.prepare()
        await self._read_files()
        await self._toolbox.open()

    async def _read_files(self) -> None:
        """The files that the crew names: of prompts, and of what agents have learned elsewhere."""
        document = self._document
        if (name := document.trained_agents_file) is not None:
            content = await read_named(self._request, name, "The file of trained agents")
            self._lessons = lessons_in(content, name)
        if (name := document.prompt_file) is not None and self.manager_name == MANAGER and not document.manager_agent:
            self._manager_texts = manager_texts(await read_named(self._request, name, "The prompt file"), name)

    def agent(self, name: str) -> CrewAgent:
        """A new agent called `name` in the document."""
        described = self._described(name)
        agent = CrewAgent(
            **agent_fields(name, described),
            llm=self.model(name),
            tools=self.tools([*(described.tools or []), *(described.mcps or [])]),
            skills=self._shared.skills(name),
            max_retry_limit=0,
        )
        return self._shared.settle(agent.join(name, self), described)

    def copy_of(self, agent: CrewAgent) -> CrewAgent:
        """Another one of the same name, free to work."""
        return self.agent(agent.document_name)

    def manager(self) -> CrewAgent:
        """The manager of a hierarchical crew.

        Raises:
            BuildError: The process has none.
        """
        if self.manager_name is None:
            raise BuildError("The crew has no manager.", "Set manager_llm, or use another process.")
        agent = self.agent(self.manager_name)
        agent.allow_delegation = True
        return agent

    def instructions(self, name: str) -> list[str]:
        """What the agent called `name` has learned, and what a person has told it in the training that goes on."""
        told = [task.answer.text for task in self._request.feedback if task.agent == name and task.answer]
        elsewhere = self._lessons.get(self._described(name).role, ()) if self._lessons else ()
        return [*self._request.instructions.get(name, ()), *elsewhere, *told]

    def judge(self, llm: Llm) -> CrewAgent:
        """Somebody who scores outputs with the model `llm`, whatever the launch chose for the others."""
        from crewlab.bridge.tasks.evaluation import EVALUATOR, judge_texts

        if EVALUATOR not in self._models:
            self._models[EVALUATOR] = self._desk.own_model_for(llm, agent=EVALUATOR, purpose="evaluation")
        model = self._models[EVALUATOR]
        return CrewAgent(**judge_texts(model), llm=model, max_retry_limit=0).join(EVALUATOR, self)

    def planner(self, texts: Mapping[str, str]) -> CrewAgent:
        """Whoever plans the tasks before they run, with crewAI's texts."""
        if PLANNER not in self._models:
            llm = planner_llm(self._document.model_dump(exclude_none=True))
            self._models[PLANNER] = self._desk.model_for(llm, agent=PLANNER, purpose="planning")
        return CrewAgent(**texts, llm=self._models[PLANNER], max_retry_limit=0).join(PLANNER, self)

    async def stepped(self, name: str, step: AgentAction | AgentFinish) -> None:
        """Call the code that the agent, or else the crew, names for each step of its work.

        Raises:
            CodeError: It fails.
        """
        if name in self._document.agents or name == self.manager_name:
            callback = self._described(name).step_callback or self._document.step_callback
            if isinstance(callback, dict):
                await self._code.call(callback, f"The step callback of agent {name!r}", step)

    def coworkers(self, name: str) -> list[CrewAgent]:
        """Everybody that `name` may delegate to."""
        return [self.agent(other) for other in self._document.agents if other not in (name, self.manager_name)]

    def tools(self, names: Iterable[Any]) -> list[BaseTool]:
        """Tools for one task, shut into the folders of the execution.

        Raises:
            UnknownToolError: A server does not offer a tool of this name.
        """
        return self._toolbox.tools(names)

    async def close(self) -> None:
        """Let MCP servers go."""
        await self._toolbox.close()

    def model(self, name: str) -> RecordedModel:
        """The model of the agent called `name`."""
        if name not in self._models:
            purpose = "manager" if name == self.manager_name else "agent"
            described = self._described(name)
            made = self._desk.model_for(
                self._llm(name),
                agent=name,
                purpose=purpose,  # type: ignore[arg-type]  # both are purposes
                max_rpm=described.max_rpm,
                max_tokens=described.max_tokens,
            )
            self._models[name] = self._shared.stream(made)
        return self._models[name]

    def planning_model(self, name: str) -> RecordedModel:
        """The model that makes the plans of the agent called `name`: its own, unless its planning names one."""
        llm = planning_llm(self._described(name).planning_config)
        if not llm or self._overlay.covers(name):
            return self.model(name)
        if name not in self._planners:
            own = llm.as_written() if isinstance(llm, LlmDocument) else llm
            made = self._desk.model_for(own, agent=name, purpose="planning", max_rpm=self._described(name).max_rpm)
            self._planners[name] = self._shared.stream(made)
        return self._planners[name]

    def memory_model(self, name: str) -> RecordedModel:
        """The model that is asked about the memories of the agent called `name`: its own, unless they name one."""
        llm = self.recollection.memory_llm(name) if self.recollection else None
        if llm is None or self._overlay.covers(name):
            return self.model(name)
        if name not in self._rememberers:
            self._rememberers[name] = self._desk.model_for(llm, agent=name, purpose="memory")
        return self._rememberers[name]

    def _described(self, name: str) -> AgentDocument:
        if name in self._document.agents:
            return self._document.agents[name]
        if isinstance(self._document.manager_agent, Mapping):
            return AgentDocument.model_validate(self._document.manager_agent)
        return AgentDocument(**self._manager_texts, allow_delegation=True)

    def _described_all(self) -> dict[str, AgentDocument]:
        names = [*self._document.agents, *([self.manager_name] if self.manager_name else [])]
        return {name: self._described(name) for name in names}

    def _llm(self, name: str) -> str | dict[str, Any]:
        own = self._described(name).llm
        llm = own or (self._document.manager_llm if name == self.manager_name else None) or self._document.llm
        if llm is None and not self._overlay.covers(name):
            hint = "Give it an `llm`, or give the crew one for all agents, such as rehearsal/plain."
            raise BuildError(f"The agent {name!r} has no model.", hint)
        return llm.as_written() if isinstance(llm, LlmDocument) else llm or ""


def _manager_name(document: CrewDocument) -> str | None:
    if document.process != "hierarchical":
        return None
    named = document.manager_agent
    return named if isinstance(named, str) and named in document.agents else MANAGER
