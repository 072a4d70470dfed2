"""One attempt at one crew: the engine says which task is next, this does it with crewAI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewai.tasks.task_output import TaskOutput
from crewai.tools.base_tool import BaseTool
from crewai.utilities.formatter import aggregate_raw_outputs_from_task_outputs
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.agents.crew_agent import CrewAgent
from crewlab.bridge.agents.delegation import delegation_tools
from crewlab.bridge.agents.lessons import lessons
from crewlab.bridge.agents.roster import Roster
from crewlab.bridge.callables import Callables
from crewlab.bridge.checkpoints.attempt import Checkpoints
from crewlab.bridge.checkpoints.kept_rounds import KeptRounds, kept_rounds
from crewlab.bridge.contract import BuildRequest, BuiltTask, GuardrailVerdict, Message, TaskOutcome
from crewlab.bridge.filled import filled
from crewlab.bridge.journal import Journal
from crewlab.bridge.kickoff import inputs_before, outcome_after
from crewlab.bridge.log_file import LogFile
from crewlab.bridge.planning.before_run import planned, plans_of
from crewlab.bridge.scope import working_on
from crewlab.bridge.silence import enter_context
from crewlab.bridge.tasks.concluding import concluded
from crewlab.bridge.tasks.converters import converter_of
from crewlab.bridge.tasks.crew_task import CrewTask
from crewlab.bridge.tasks.evaluation import score_of
from crewlab.bridge.tasks.fields import built_tasks, guardrails_of, task_fields
from crewlab.bridge.tasks.given_files import given_files
from crewlab.bridge.tasks.guardrails import verdict_from_code, verdict_on
from crewlab.bridge.tasks.native_output import as_output, as_read
from crewlab.bridge.translate import sink_for
from crewlab.definitions.crew import CrewDocument, TaskDocument, asynchronous
from crewlab.definitions.training import LEARNS_FROM
from crewlab.errors import BuildError, CrewLabError, ExecutionError, ModelCallError, OutputError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import TaskPlan, TaskRetried
from crewlab.executions.execution import StoredTask
from crewlab.executions.score import Score


class AttemptCrew:
    """The crew of one attempt; implements `contract.BuiltCrew`."""

    def __init__(self, request: BuildRequest) -> None:
        self._request = request
        self._journal = Journal(request.record, request.execution_id, request.attempt)
        self._code = Callables(request)
        self._checkpoints = Checkpoints(request, self._journal)
        self._has_begun = self._has_failed = False
        self._fill(request.inputs)
        at_once = bool(asynchronous(self._document))
        self.process: str = "parallel" if at_once else self._document.process or "sequential"
        self.is_scored = request.judge is not None

    def _fill(self, inputs: Mapping[str, Any]) -> None:
        self.inputs = inputs
        self._document = self._read(inputs)
        self._roster = Roster(self._request, self._document, self._journal, self._code)
        self.tasks = built_tasks(self._document)
        log = self._document.output_log_file
        self._log = LogFile(self._request, log) if log else None

    def _read(self, inputs: Mapping[str, Any]) -> CrewDocument:
        return filled(self._request.document, inputs)

    def _new_task(self, document: TaskDocument) -> CrewTask:
        task = CrewTask(**task_fields(document))
        task.convert_with(converter_of(document, self._code))
        task.give(given_files(document.name, document.input_files or {}, self._request.files))
        return task

    async def open(self) -> None:
        """Make the context of the attempt quiet and attributable, and the models and the crew's code ready.

        Raises:
            BuildError: A key is missing, or a model or code cannot be used on this machine.
            CodeError: Code that is called before the first task fails.
        """
        enter_context(self._request.execution_id, sink_for(self._journal))
        await self._code.load(self._document)
        if self._document.before_kickoff_callbacks:
            self._fill(await inputs_before(self._document, self.inputs, self._code))
        await self._roster.prepare()
        if self._roster.recollection is not None:
            await self._roster.recollection.open()

    async def _checkpoint(self, *events: str, agent: str | None = None) -> None:
        """Save how far the crew has come, if it asks for it at one of these events of crewAI."""
        await self._checkpoints.at(*events, crew=self._document, inputs=self.inputs, agent=agent)

    def _keep(self, outcomes: Mapping[int, TaskOutcome]) -> None:
        for index, outcome in outcomes.items():
            self._checkpoints.keep(self.tasks[index].name, outcome)

    async def run_task(
        self,
        index: int,
        outcomes: Mapping[int, TaskOutcome],
        *,
        feedback: str | None = None,
        previous: TaskOutcome | None = None,
        conversation: Sequence[Message] | None = None,
        rounds: int = 0,
    ) -> TaskOutcome:
        """Let the task's agent, or the manager, work on it once, from the start or from a `conversation`.

        Raises:
            CrewLabError: A model, a tool or the output failed.
        """
        document, built = self._document.tasks[index], self.tasks[index]
        self._keep(outcomes)
        if not self._has_begun:  # by now, what an earlier attempt finished is known to be done
            self._has_begun = True
            await self._checkpoint("crew_kickoff_started")
        if learns_from := (document.model_extra or {}).get(LEARNS_FROM):
            return await self._learn(built, learns_from, outcomes)
        with working_on(built.name):
            agent = self._worker(built.agent)
            task = self._new_task(document)
            if conversation is not None:
                task.go_on_from(conversation, feedback)
            task.keep_rounds(self._kept_rounds(built, agent, rounds))
            if self._log is not None:
                await self._log.began(built, agent.role)
            begins = ("task_started",) if feedback is None else ()
            await self._checkpoint(*begins, "agent_execution_started", agent=agent.document_name)
            output = await self._performed(task, agent, self._context(index, outcomes, feedback, previous), index)
        told = agent.conversation
        if told and told[-1]["role"] != "assistant":  # crewAI's own executor does not always say its answer
            told = (*told, {"role": "assistant", "content": output.raw})
        return TaskOutcome(output.raw, output.json_dict, agent.document_name, output, told)

    def _kept_rounds(self, task: BuiltTask, agent: CrewAgent, done: int) -> KeptRounds | None:
        """What keeps the rounds of the agent, where its checkpoints are to be within tasks."""
        name = agent.document_name
        return kept_rounds(self._document, self._journal, {"task_name": task.name, "agent": name}, done)

    async def _learn(self, task: BuiltTask, names: Sequence[str], outcomes: Mapping[int, TaskOutcome]) -> TaskOutcome:
        """The lessons of a training, for the agent of the task."""
        agent = task.agent or ""
        told = [one for one in self._request.feedback if one.task_name in names and one.task_index in outcomes]
        with working_on(task.name):
            return await lessons(agent, told, outcomes, self._roster.model(agent))

    async def _performed(self, task: CrewTask, agent: CrewAgent, context: str, index: int) -> TaskOutput:
        """What comes of the task, done again as often as its agent's `max_retry_limit` says; without one, once."""
        described = self._document.agents.get(agent.document_name)
        retries = (described.max_retry_limit or 0) if described else 0
        for retry in range(1, retries + 1):
            try:
                return await self._perform(task, agent, context, index)
            except (ModelCallError, OutputError) as error:
                report = ErrorReport.from_exception(error, task_name=task.name)
                about = {**self._journal.key, "task_name": task.name, "agent": agent.document_name}
                message = f"{task.name}: try {retry + 1} of {retries + 1}, because {error.message}"
                self._journal.note(TaskRetried(**about, retry_number=retry, error=report, message=message))
        try:
            return await self._perform(task, agent, context, index)
        except CrewLabError:
            self._has_failed = True
            await self._checkpoint("agent_execution_error", "task_failed", agent=agent.document_name)
            raise

    async def _perform(self, task: CrewTask, agent: CrewAgent, context: str, index: int) -> TaskOutput:
        try:
            output = await task.perform(agent, context, [*self._tools(index, agent), *task.file_tools])
            await self._checkpoint("agent_execution_completed", agent=agent.document_name)
        except TimeoutError:
            limit = agent.max_execution_time
            message = f"The agent {agent.document_name!r} did not finish within its max_execution_time of {limit} s."
            raise ExecutionError(message, "Raise the limit, or make the task smaller.") from None
        if not output.raw.strip():
            raise OutputError(f"The task {task.name!r} came out empty.", "Say in the expected output what you want.")
        return output

    async def check_guardrail(self, index: int, number: int, outcome: TaskOutcome) -> GuardrailVerdict:
        """Ask the model of the agent that did the task, or the code that the document names."""
        built, document = self.tasks[index], self._document.tasks[index]
        guardrail, _ = guardrails_of(document, self._document.agents.get(built.agent or ""))[number]
        with working_on(built.name):
            if not isinstance(guardrail, str):
                what = f"The guardrail of task {built.name!r}"
                answer = await self._code.call(guardrail, what, as_output(outcome, document))
                return verdict_from_code(answer, what, outcome)
            model = self._roster.model(built.agent or outcome.agent)
            return await verdict_on(outcome.output, built.guardrails[number], built.description, model)

    async def score(self, index: int, outcome: TaskOutcome) -> Score:
        """Ask the judge of the launch; its calls belong to no task, so that what a task costs stays comparable."""
        if self._request.judge is None:
            raise BuildError("Nobody was asked to score this execution.")
        document = self._document.tasks[index]
        task = CrewTask(**task_fields(document), agent=self._worker(self.tasks[index].agent))
        return await score_of(task, outcome.output, self._roster.judge(self._request.judge))

    @property
    def is_planned(self) -> bool:
        return bool(self._document.planning)

    async def plan(self) -> tuple[TaskPlan, ...]:
        """Ask the planner."""
        return await plans_of(self._document, self._roster)

    def follow(self, plans: Sequence[TaskPlan]) -> None:
        """Add the plans to the descriptions, as crewAI does."""
        self._document = planned(self._document, plans)
        self.tasks = built_tasks(self._document)

    async def conclude(self, index: int, outcome: TaskOutcome) -> None:
        """Call callbacks, write the task's file, and log it."""
        document = self._document.tasks[index]
        with working_on(document.name):
            await concluded(self._document, document, outcome, self._code, self._request)
            self._checkpoints.keep(document.name, outcome)
            await self._checkpoint("task_completed", agent=outcome.agent)
            if self._log is not None:
                described = self._document.agents.get(outcome.agent)
                await self._log.done(self.tasks[index], described.role if described else outcome.agent, outcome.output)

    def restore(self, task: StoredTask) -> TaskOutcome:
        """What an earlier attempt stored."""
        if self._roster.recollection is not None and not task.is_edited:
            self._roster.recollection.stand_on(task.execution_id, task.task_index)
        outcome = TaskOutcome(task.output, task.output_json, task.agent)
        self._checkpoints.keep(task.task_name, outcome)
        return outcome

    async def remember(self, index: int, outcome: TaskOutcome, *, is_accepted: bool) -> None:
        """Keep what was learned in the task, where its agent remembers anything."""
        if self._roster.recollection is not None:
            built = self.tasks[index]
            with working_on(built.name):
                model = self._roster.memory_model(outcome.agent or built.agent or "")
                await self._roster.recollection.keep(built, outcome, model)
                if is_accepted:
                    self._roster.recollection.stand_on(None, index)

    async def publish(self) -> None:
        """Share what was learned, where a memory is for all executions of the definition."""
        if self._roster.recollection is not None:
            await self._roster.recollection.publish()

    async def finish(self, outcomes: Mapping[int, TaskOutcome]) -> TaskOutcome:
        """The outcome of the last task that was not skipped, as in crewAI.

        Raises:
            OutputError: All were skipped.
        """
        self._keep(outcomes)
        await self._checkpoint("crew_kickoff_completed")
        last = next((outcomes[index] for index in sorted(outcomes, reverse=True) if outcomes[index].output), None)
        if last is None:
            raise OutputError("Every task was skipped, so there is no output.", "Look at the conditions of the tasks.")
        if not self._document.after_kickoff_callbacks:
            return last
        return await outcome_after(self._document, last, outcomes, self._code)

    async def close(self, error: BaseException | None) -> None:
        """End the attempt; calls that are still open are recorded as cancelled."""
        if isinstance(error, Exception):
            await self._checkpoint(*(() if self._has_failed else ("task_failed",)), "crew_kickoff_failed")
        self._journal.close()
        await self._roster.close()

    def let_go(self) -> None:
        """`close`, from any thread."""
        self._journal.close()

    def _worker(self, name: str | None) -> CrewAgent:
        return self._roster.manager() if self.process == "hierarchical" else self._roster.agent(name or "")

    def _tools(self, index: int, agent: CrewAgent) -> list[BaseTool]:
        """The task's own tools or else the agent's, those for delegating, and those for remembering."""
        document, own = self._document.tasks[index], list(agent.tools or [])
        tools = self._roster.tools(document.tools) if document.tools else own
        asking = delegation_tools(self._coworkers(document.agent, agent)) if agent.allow_delegation else []
        recollection, name = self._roster.recollection, agent.document_name
        memory = recollection.tools(name, self._roster.memory_model(name)) if recollection else []
        return [*tools, *asking, *memory]

    def _coworkers(self, named: str | None, agent: CrewAgent) -> list[CrewAgent]:
        """A manager may ask the task's agent, or everybody where it names none; others may ask everybody else."""
        if self.process == "hierarchical" and named and named != agent.document_name:
            return [self._roster.agent(named)]
        return self._roster.coworkers(agent.document_name)

    def _context(
        self, index: int, outcomes: Mapping[int, TaskOutcome], feedback: str | None, previous: TaskOutcome | None
    ) -> str:
        """What the agent is given to read: the outputs it depends on, and what a guardrail found wrong."""
        built = self.tasks[index]
        read = [outcomes[dependency] for dependency in built.depends_on]
        read += [TaskOutcome(text, None, "") for text in self._request.extra_context.get(built.name, ())]
        parts = [aggregate_raw_outputs_from_task_outputs([as_read(outcome) for outcome in read])] if read else []
        if feedback is not None and previous is not None:
            refused = I18N_DEFAULT.errors("validation_error")
            parts.append(refused.format(guardrail_result_error=feedback, task_output=previous.output))
        return "\n\n".join(parts)
