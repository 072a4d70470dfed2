"""An agent outside a crew: recorded, guarded and stopped like a task; see `tests/parity/test_agent_steps.py` too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crewlab.bridge import load
from crewlab.bridge.contract import BuiltCrew
from crewlab.errors import BuildError, ExecutionError, InputsError
from crewlab.executions.events import MemoryRecalled, ModelCallCompleted, ModelCallRetried, ToolCallCompleted
from crewlab.memory.library import Library
from tests.bridge.attempts import Attempt, in_context, request_for
from tests.model_server import ModelServer, status

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
WHO = {"role": "Scout", "goal": "Find", "backstory": "Curious."}


def asked(
    agent: Mapping[str, Any], prompt: Any = "Why?", *, remembers: bool = False, **changes: Any
) -> tuple[Attempt, BuiltCrew]:
    """The answer of an agent, with its guardrails as the engine asks them."""
    crews: list[BuiltCrew] = []

    async def step(attempt: Attempt) -> None:
        request = request_for({}, record=attempt.events.append, **changes)
        crew = load().build_agent(request, "ask", {**WHO, **agent}, prompt)
        crews.append(crew)
        try:
            await crew.open()
            outcome = await crew.run_task(0, {})
            for number in range(len(crew.tasks[0].guardrails)):
                verdict = await crew.check_guardrail(0, number, outcome)
                if not verdict.passed:
                    outcome = await crew.run_task(0, {}, feedback=verdict.feedback, previous=outcome)
            attempt.final = outcome
            if remembers:
                await crew.remember(0, outcome, is_accepted=True)
        finally:
            await crew.close(None)

    return in_context(step), crews[0]


def test_its_call_is_recorded_for_the_step():
    """Usage is attributed to the step's name, as to a task's."""
    attempt, crew = asked({"llm": "rehearsal/plain"})
    [call] = attempt.of(ModelCallCompleted)
    assert (call.task_name, call.agent, bool(call.output_tokens)) == ("ask", "ask", True)
    assert [(task.name, task.index) for task in crew.tasks] == [("ask", 0)]
    assert attempt.final is not None
    assert attempt.final.output


def test_a_request_is_repeated_as_for_a_task():
    """There is one retry layer."""
    with ModelServer(reply=lambda _: "yes") as server:
        server.script(status(500))
        attempt, _ = asked({"llm": {"model": "openai/any", "base_url": server.url}})
    assert attempt.final is not None
    assert attempt.final.output == "yes"
    assert len(attempt.of(ModelCallRetried)) == 1


def test_the_answer_fits_its_schema():
    """`response_format` is a JSON Schema, and the answer is there as an object too."""
    with ModelServer(reply=lambda _: '{"n": 3}') as server:
        attempt, _ = asked({"llm": {"model": "openai/any", "base_url": server.url}, "response_format": SCHEMA})
    assert attempt.final is not None
    assert attempt.final.output_json == {"n": 3}


def test_a_guardrail_continues_the_conversation():
    """What the guardrail says goes to the agent with its own answer: crewAI asks again without either."""
    replies = iter(["first", '{"passed": false, "feedback": "be bold"}', "second"])
    with ModelServer(reply=lambda _: next(replies)) as server:
        llm = {"model": "openai/any", "base_url": server.url}
        attempt, _ = asked({"llm": llm, "guardrail": "bold", "guardrail_max_retries": 1})
    assert attempt.final is not None
    assert attempt.final.output == "second"
    said = [(message["role"], message["content"]) for message in server.requests[-1].body["messages"]]
    assert said[1:3] == [("user", said[1][1]), ("assistant", "first")]
    assert "be bold" in said[3][1]


def test_the_launch_chooses_the_model_of_a_step():
    """A model for everybody, or for the step by its name, wins over the agent's own."""
    attempt, _ = asked({"llm": "openai/any"}, llms={"ask": "rehearsal/plain"})
    assert attempt.error is None
    assert attempt.of(ModelCallCompleted)[0].model == "rehearsal/plain"


def test_its_time_limit_holds():
    """crewAI forgets `max_execution_time` outside a crew."""
    attempt, _ = asked({"llm": {"model": "rehearsal/plain", "latency_seconds": 5}, "max_execution_time": 1})
    assert isinstance(attempt.error, ExecutionError)
    assert "max_execution_time of 1 s" in attempt.error.message


def test_all_its_goals_are_told():
    """As in a crew."""
    attempt, _ = asked({"llm": "rehearsal/plain", "goals": ["Be brief", "Be kind"]})
    assert "2. Be brief\n3. Be kind" in str(attempt.of(ModelCallCompleted)[0].messages[0]["content"])


def test_its_settings_are_its_fields(tmp_path: Path):
    """crewAI's `settings` block holds fields of the agent, tools among them."""
    attempt, _ = asked({"settings": {"llm": "rehearsal/plain", "tools": ["DirectoryReadTool"]}}, files=tmp_path)
    assert attempt.error is None
    assert [call.task_name for call in attempt.of(ToolCallCompleted)] == ["ask"]


def test_a_step_recalls_what_its_earlier_call_has_learned(tmp_path: Path):
    """In a loop of a flow: each call is made anew, and what it learned belongs to the execution."""
    library = Library(tmp_path, 1_000)
    agent = {"llm": "rehearsal/plain", "memory": {"scope": "execution", "extract": False}}
    first, _ = asked(agent, library=lambda: library, remembers=True)
    again, _ = asked(agent, library=lambda: library)
    assert first.error is again.error is None
    assert next(event.results for event in first.of(MemoryRecalled)) == 0
    assert next(event.results for event in again.of(MemoryRecalled)) > 0


def test_nothing_to_ask_is_an_error():
    """An input that came out empty is not sent."""
    attempt, _ = asked({"llm": "rehearsal/plain"}, "  ")
    assert isinstance(attempt.error, InputsError)


def test_a_class_as_schema_is_refused():
    """Nothing that was imported is loaded."""
    attempt = in_context(_with_a_class)
    assert isinstance(attempt.error, BuildError)
    assert "JSON Schema" in attempt.error.hint


async def _with_a_class(_: Attempt) -> None:
    load().build_agent(request_for({}), "ask", {**WHO, "response_format": {"python": "os.system"}}, "Why?")
