"""Every private name of crewAI that is used, and what is expected of it: an upgrade fails here first, by name."""

from __future__ import annotations

import contextvars
import importlib
import importlib.metadata
import inspect
from typing import Any

import pytest

from crewlab.bridge import load

load()


def found(path: str) -> Any:
    """The object at `module:name.name`."""
    module, _, names = path.partition(":")
    value: Any = importlib.import_module(module)
    for name in names.split("."):
        value = getattr(value, name)
    return value


def test_the_planner_speaks_as_crewais():
    """Role, goal and backstory are copied, because making crewAI's planner makes an agent; they stay the same."""
    from crewai.utilities.planning_handler import CrewPlanner

    from crewlab.bridge.planning.before_run import _TEXTS
    from crewlab.bridge.rehearsal.llm import RehearsalLLM

    planner = CrewPlanner(tasks=[], planning_agent_llm=RehearsalLLM(model="rehearsal/plain"))._create_planning_agent()
    assert {"role": planner.role, "goal": planner.goal, "backstory": planner.backstory} == _TEXTS


def test_the_version_is_the_one_that_was_read():
    """Private names change without notice; whoever upgrades reads the source again."""
    assert importlib.metadata.version("crewai") == "1.15.30"


@pytest.mark.parametrize(
    "path",
    [
        "crewai.llms.retry:_active_llm_rate_limit_retry",
        "crewai.utilities.env:_env_context_emitted",
        "crewai.events.event_context:_event_context_config",
    ],
)
def test_context_variables_are_still_context_variables(path: str):
    """Set in the attempt's context, they reach every thread and coroutine of it."""
    assert isinstance(found(path), contextvars.ContextVar)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("crewai.events.event_bus:CrewAIEventsBus._register_handler", ["event_type", "handler"]),
        ("crewai.agent.core:Agent._use_trained_data", ["task_prompt"]),
        ("crewai.agent.core:Agent._check_execution_error", ["e", "task"]),
        ("crewai.agent.core:Agent._prepare_task_execution", ["task", "context"]),
        ("crewai.agent.core:Agent._finalize_task_prompt", ["task_prompt", "tools", "task"]),
        ("crewai.agent.core:Agent._build_execution_prompt", ["raw_tools"]),
        ("crewai.agent.core:Agent._add_skill_loader_tool", ["tools", "task"]),
        ("crewai.agents.agent_executor:AgentExecutor._flow_post_init", ["definition"]),
        ("crewai.agents.agent_executor:AgentExecutor._check_native_tool_support", []),
        ("crewai.agents.agent_executor:AgentExecutor._setup_native_tools", []),
        ("crewai.agents.agent_executor:AgentExecutor._setup_messages", ["inputs"]),
        ("crewai.agents.agent_executor:AgentExecutor._cleanup_deferred_tool_results", []),
        ("crewai.agents.agent_executor:AgentExecutor._is_tool_call_list", ["response"]),
        ("crewai.agents.agent_executor:AgentExecutor._downgrade_to_text_tool_calling", []),
        ("crewai.agents.agent_executor:AgentExecutor._prepare_tool_result_for_context", ["execution_result"]),
        ("crewai.agents.agent_executor:AgentExecutor._handle_agent_action", ["formatted_answer", "tool_result"]),
        ("crewai.agents.agent_executor:AgentExecutor._append_message_to_state", ["text"]),
        ("crewai.llms.base_llm:BaseLLM._effective_stream", []),
        ("crewai.tools.base_tool:BaseTool._validate_kwargs", ["kwargs"]),
        ("crewai.tools.memory_tools:RecallMemoryTool._run", ["queries"]),
    ],
)
def test_methods_take_what_they_are_given(path: str, parameters: list[str]):
    """The first parameters, in order."""
    names = [name for name in inspect.signature(found(path)).parameters if name != "self"]
    assert names[: len(parameters)] == parameters


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("crewai.llms.context_window:_chunk_messages", ["llm", "messages", "max_tokens"]),
        ("crewai.llms.base_llm:call_stop_override", ["llm", "stop"]),
        ("crewai.utilities.agent_utils:_llm_stop_words_applied", ["llm", "executor_context"]),
        ("crewai.llms.base_llm:call_stream_override", ["llm", "stream"]),
        ("crewai.utilities.pydantic_schema_utils:generate_model_description", ["model"]),
        ("crewai.utilities.pydantic_schema_utils:create_model_from_schema", ["json_schema"]),
        ("crewai.utilities.message_utils:build_summary_prompt", ["chunk"]),
        ("crewai.utilities.converter:get_conversion_instructions", ["model", "llm"]),
        ("crewai.utilities.agent_utils:check_repeated_tool_call", ["counts"]),
        ("crewai.utilities.agent_utils:extract_tool_call_info", ["tool_call"]),
        ("crewai.utilities.agent_utils:parse_tool_call_args", ["func_args", "func_name", "call_id"]),
        ("crewai.utilities.agent_utils:process_llm_response", ["answer", "use_stop_words"]),
        ("crewai.utilities.agent_utils:format_native_tool_output_for_agent", ["tool", "raw_result"]),
        ("crewai.skills.parser:load_skill_metadata", ["skill_dir"]),
        ("crewai.agent.core:_carries_payload", ["message"]),
        ("crewai.agent.core:_request_index", ["carried"]),
        ("crewai.utilities.message_utils:message_content_text", ["msg"]),
        ("crewai.events.stream_context:add_stream_sink", ["sink"]),
        ("crewai.execution:set_execution_uuid", ["execution_uuid"]),
    ],
)
def test_functions_take_what_they_are_given(path: str, parameters: list[str]):
    """Public by name, internal by nature: nobody promised to keep them."""
    assert list(inspect.signature(found(path)).parameters)[: len(parameters)] == parameters


def test_the_bus_keeps_its_handlers_in_two_tables():
    """By event type, sync and async apart."""
    bus = found("crewai.events.event_bus:crewai_event_bus")
    assert all(isinstance(key, type) for table in (bus._sync_handlers, bus._async_handlers) for key in table)


def test_the_executor_runs_what_we_override():
    """`ainvoke` awaits `invoke_async`; messages and to-dos are in the state."""
    source = inspect.getsource(found("crewai.agents.agent_executor:AgentExecutor.ainvoke"))
    assert "await self.invoke_async(inputs)" in source
    fields = found("crewai.agents.agent_executor:AgentExecutorState").model_fields
    assert {"messages", "todos", "last_replan_reason"} <= set(fields)
    private = found("crewai.agents.agent_executor:AgentExecutor").__private_attributes__
    assert "_state" in private


def test_a_task_of_an_agent_goes_through_one_coroutine():
    """`aexecute_task` makes the executor by the method that we override and awaits it on the loop."""
    source = inspect.getsource(found("crewai.agent.core:Agent.aexecute_task"))
    assert "await self._aexecute_without_timeout" in source
    assert "create_agent_executor(tools=" in inspect.getsource(found("crewai.agent.utils:prepare_tools"))


def test_crewais_login_is_looked_for_where_we_look_away():
    """A static method that says where the key file is made."""
    manager = found("crewai_core.token_manager:TokenManager")
    assert isinstance(manager.__dict__["_get_secure_storage_path"], staticmethod)


def test_the_events_that_are_read_have_their_fields():
    """Usage and reason come with the completed call."""
    fields = found("crewai.events.types.llm_events:LLMCallCompletedEvent").model_fields
    assert {"usage", "finish_reason", "response", "type", "agent_role"} <= set(fields)
    assert fields["type"].default == "llm_call_completed"


def test_the_events_that_are_left_out_exist():
    """A renamed event would come back as noise under Unrecognised."""
    from crewlab.bridge.translate import _TOLD_ELSEWHERE

    base = found("crewai.events.base_events:BaseEvent")
    for name in ("llm", "crew", "task", "tool_usage", "agent", "logging", "flow", "env", "reasoning", "observation"):
        importlib.import_module(f"crewai.events.types.{name}_events")
    known = {field.default for cls in _all_below(base) if (field := cls.model_fields.get("type"))}
    assert known >= _TOLD_ELSEWHERE


def test_openais_model_is_copied_with_its_connections():
    """A copy for one schema shares the HTTP clients; it must not make its own for each call."""
    model = found("crewai.llms.providers.openai.completion:OpenAICompletion")
    assert "response_format" in model.model_fields
    made = model(model="any", base_url="http://localhost:9", api_key="x", custom_openai=True)
    copy = made.model_copy(update={"response_format": {"type": "json_object"}})
    assert copy.__pydantic_private__.keys() == made.__pydantic_private__.keys()
    assert all(copy.__pydantic_private__[name] is value for name, value in made.__pydantic_private__.items())


def _all_below(cls: type[Any]) -> list[type[Any]]:
    return [below for child in cls.__subclasses__() for below in [child, *_all_below(child)]]
