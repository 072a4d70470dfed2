"""Features of crews, agents and tasks, by the field of crewAI's class."""

from __future__ import annotations

from tests.features.states import CODE, PLATFORM, Refused, Runs, State, deprecated, parity

_SAVED = "bridge/checkpoints/test_attempt.py::"
_CREW = "bridge/test_crew.py::"
_SHARED = "bridge/test_shared_settings.py::"
_ALLOWED = "acceptance/test_code.py::"
_MEMORY = "test_lab_memory.py::"
_POLICY = "bridge/agents/test_executor.py::test_a_failing_tool_ends_the_task_only_if_its_policy_says_so"

CREW: dict[str, State] = {
    "name": Runs("lab/test_definitions.py::test_a_rename_breaks_no_reference"),
    "agents": parity("a chain"),
    "tasks": parity("a chain"),
    "process": parity("a manager and an agent"),
    "verbose": Runs("test_main.py::test_a_run_writes_nothing_but_its_output"),
    "memory": Runs(_MEMORY + "test_definition_memory_recalls_in_the_second_execution"),
    "embedder": Runs(_MEMORY + "test_a_server_may_make_the_vectors"),
    "cache": Runs(_SHARED + "test_a_crew_may_share_what_tools_have_answered"),
    "max_rpm": Runs("bridge/llms/test_pace.py::test_tasks_at_once_share_the_limit_of_their_agent_and_of_the_crew"),
    "planning": Runs("acceptance/test_planning.py::test_a_plan_is_one_call_and_is_added_to_the_tasks"),
    "planning_llm": Runs("acceptance/test_planning.py::test_the_plan_has_a_model_of_its_own"),
    "manager_llm": Runs("bridge/agents/test_delegation.py::test_a_manager_may_ask_the_agent_of_the_task_or_everybody"),
    "manager_agent": Runs("bridge/agents/test_delegation.py::test_a_manager_of_the_document_manages"),
    "stream": Runs(_SHARED + "test_a_crew_may_have_its_models_stream"),
    "knowledge_sources": Runs(_MEMORY + "test_knowledge_is_looked_up_for_a_task"),
    "skills": Runs("bridge/agents/test_skills.py::test_a_model_loads_what_it_needs"),
    "output_log_file": Runs("bridge/test_log_file.py::test_a_line_is_written_for_each_task_that_begins_and_ends"),
    "tool_failure_policy": Runs(_SHARED + "test_the_crew_says_what_a_failing_tool_means"),
    "chat_llm": Runs("acceptance/test_chat.py::test_what_is_missing_is_asked_for_and_then_the_crew_runs"),
    "share_crew": Refused(PLATFORM, True, "not.supported"),
    "tracing": Refused(PLATFORM, True, "not.supported"),
    "checkpoint": Runs(_SAVED + "test_one_is_written_at_each_event_that_is_named"),
    "security_config": Runs("executions/test_fingerprints.py::test_metadata_of_crew_agent_and_task_are_on_their_spans"),
    "step_callback": Runs(_ALLOWED + "test_step_callbacks_see_answers"),
    "task_callback": Runs(_ALLOWED + "test_callbacks_are_called_with_what_was_produced"),
    "before_kickoff_callbacks": Runs(_ALLOWED + "test_callbacks_are_called_with_what_was_produced"),
    "after_kickoff_callbacks": Runs(_ALLOWED + "test_callbacks_are_called_with_what_was_produced"),
    "prompt_file": Runs("bridge/tools/test_named_files.py::test_a_prompt_file_speaks_for_the_manager"),
    "trained_agents_file": Runs(
        "bridge/tools/test_named_files.py::test_agents_follow_what_a_trained_file_says_of_their_role"
    ),
    "config": Runs("definitions/test_crew_fields.py::test_a_config_of_the_crew_brings_agents_and_tasks"),
    "function_calling_llm": deprecated("gpt-4o"),
}

AGENT: dict[str, State] = {
    "role": parity("a chain"),
    "goal": parity("a chain"),
    "backstory": parity("a chain"),
    "llm": Runs("acceptance/test_model_profiles.py::test_a_definition_names_a_profile"),
    "tools": parity("a tool of an agent"),
    "allow_delegation": parity("delegation"),
    "verbose": Runs("test_main.py::test_a_run_writes_nothing_but_its_output"),
    "max_iter": Runs(
        "bridge/agents/test_executor.py::test_when_the_rounds_are_used_up_one_last_call_asks_for_the_answer"
    ),
    "max_rpm": Runs("bridge/llms/test_pace.py::test_tasks_at_once_share_the_limit_of_their_agent_and_of_the_crew"),
    "max_execution_time": Runs(_CREW + "test_an_agents_own_time_limit_ends_the_task"),
    "max_retry_limit": Runs(_CREW + "test_a_task_that_failed_is_done_again_where_its_agent_says_so"),
    "max_tokens": Runs(_CREW + "test_an_agent_limits_the_length_of_its_answers"),
    "cache": Runs(_SHARED + "test_an_agent_remembers_over_its_tasks"),
    "respect_context_window": Runs(
        "bridge/agents/test_executor.py::test_a_conversation_that_may_not_be_shortened_fails_its_task"
    ),
    "use_better_compaction": Runs("bridge/agents/test_executor.py::test_a_long_result_may_be_told_as_it_is"),
    "use_system_prompt": parity("no system prompt"),
    "inject_date": parity("the date"),
    "date_format": parity("the date"),
    "memory": Runs(_MEMORY + "test_an_agent_may_have_a_memory_of_its_own"),
    "knowledge_sources": Runs(_MEMORY + "test_knowledge_of_an_agent_is_its_own"),
    "knowledge_config": Runs(_MEMORY + "test_knowledge_of_an_agent_is_its_own"),
    "embedder": Runs(_MEMORY + "test_an_agent_may_have_an_embedder_of_its_own"),
    "planning": parity("planning"),
    "planning_config": Runs("bridge/planning/test_before_run.py::test_a_planning_model_of_its_own_makes_the_plan"),
    "guardrail": Runs(_ALLOWED + "test_the_guardrail_of_an_agent_checks_each_of_its_tasks"),
    "guardrail_max_retries": Runs(_ALLOWED + "test_the_guardrail_of_an_agent_checks_each_of_its_tasks"),
    "skills": Runs("bridge/agents/test_skills.py::test_a_model_loads_what_it_needs"),
    "mcps": Runs("acceptance/test_tools.py::test_an_agent_uses_a_configured_tool_and_a_tool_of_a_server"),
    "mcps, by address": Runs(
        "bridge/tools/test_mcp_connection.py::test_an_agent_uses_a_server_that_the_document_names_by_its_address"
    ),
    "mcps, a program": Refused(
        "It would start a program; a record of the Library does.", [{"command": "rm"}], "mcp.written"
    ),
    "a2a": Refused(PLATFORM, {"endpoint": "https://x.example"}, "not.supported"),
    "apps": Refused(PLATFORM, ["gmail"], "not.supported"),
    "from_repository": Refused(PLATFORM, "researcher", "not.supported"),
    "system_template": parity("templates"),
    "prompt_template": parity("templates"),
    "response_template": parity("templates"),
    "tool_failure_policy": Runs(_POLICY, "of the agent"),
    "callbacks": Runs(_ALLOWED + "test_callbacks_are_called_with_what_was_produced"),
    "step_callback": Runs(_ALLOWED + "test_step_callbacks_see_answers"),
    "checkpoint": Runs(_SAVED + "test_an_agents_own_word_wins"),
    "security_config": Runs("executions/test_fingerprints.py::test_metadata_of_crew_agent_and_task_are_on_their_spans"),
    "config": Runs("definitions/test_crew_fields.py::test_fields_beside_a_config_win"),
    "reasoning": deprecated(True),
    "max_reasoning_attempts": deprecated(3),
    "function_calling_llm": deprecated("gpt-4o"),
    "allow_code_execution": deprecated(True),
    "code_execution_mode": deprecated("unsafe"),
    "multimodal": deprecated(True),
    "i18n": deprecated({"prompt_file": "x.json"}),
}

TASK: dict[str, State] = {
    "name": parity("contexts"),
    "description": parity("a chain"),
    "expected_output": parity("a chain"),
    "agent": parity("a chain"),
    "context": parity("contexts"),
    "tools": parity("a tool"),
    "async_execution": Runs(
        "acceptance/test_asynchronous.py::test_they_run_beside_each_other_and_are_asked_as_in_crewai"
    ),
    "output_file": Runs(_CREW + "test_a_task_writes_its_file_into_the_folder_of_the_execution"),
    "create_directory": Runs(_CREW + "test_a_task_makes_the_folder_of_its_file_unless_it_may_not"),
    "output_json": parity("a schema"),
    "output_pydantic": Runs("acceptance/test_answers.py::test_a_schema_counts_under_each_of_its_names"),
    "response_model": Runs("acceptance/test_answers.py::test_a_schema_counts_under_each_of_its_names"),
    "markdown": parity("markdown"),
    "human_input": Runs("acceptance/test_people.py::test_the_turn_is_what_stock_crewai_would_send"),
    "guardrail": Runs(_ALLOWED + "test_a_guardrail_in_code_has_the_task_done_again"),
    "guardrails": Runs("bridge/test_crew.py::test_a_guardrail_sees_rule_task_and_output"),
    "guardrail_max_retries": Runs(_ALLOWED + "test_a_task_says_how_often_it_is_done_again"),
    "input_files": Runs("bridge/tasks/test_given_files.py::test_the_agent_is_told_of_a_file_and_reads_it"),
    "tool_failure_policy": Runs(_POLICY, "of the task"),
    "allow_crewai_trigger_context": Runs("bridge/test_filled.py::test_tasks_are_told_of_the_trigger"),
    "callback": Runs(_ALLOWED + "test_callbacks_are_called_with_what_was_produced"),
    "converter_cls": Runs("bridge/tasks/test_converters.py::test_a_converter_makes_the_object"),
    "security_config": Runs("executions/test_fingerprints.py::test_metadata_of_crew_agent_and_task_are_on_their_spans"),
    "config": Runs("definitions/test_crew_fields.py::test_fields_beside_a_config_win"),
    "max_retries": deprecated(3),
    "condition": Runs("acceptance/test_conditions.py::test_a_false_condition_skips_the_task_and_its_model_calls"),
    "condition in Python": Refused(CODE, {"python": "x.y"}, "task.condition.code"),
}
