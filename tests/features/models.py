"""Features of models, of planning, of memory and of knowledge, by the field of crewAI's class."""

from __future__ import annotations

from tests.bridge.test_parameters import BODY, HEADERS, RESPONSES_BODY
from tests.features.states import CODE, PLATFORM, Refused, Runs, State, parity

_SENT = "bridge/test_parameters.py::"
_PLANNING = "bridge/planning/test_before_run.py::"
_MEMORY = "test_lab_memory.py::"

LLM: dict[str, State] = {
    "model": Runs(
        "bridge/llms/test_models.py::test_an_openai_model_at_a_base_url_is_called_through_crewais_own_client"
    ),
    **{name: Runs(_SENT + "test_a_parameter_is_in_the_body_of_the_request", name) for name in BODY},
    **{name: Runs(_SENT + "test_a_parameter_is_in_the_headers_of_the_request", name) for name in HEADERS},
    **{
        name: Runs(_SENT + "test_the_newer_interface_of_openai_has_parameters_of_its_own", name)
        for name in RESPONSES_BODY
        if name not in BODY
    },
    "api": Runs(_SENT + "test_the_newer_interface_of_openai_has_parameters_of_its_own"),
    "auto_chain": Runs(_SENT + "test_answers_may_be_chained"),
    "parse_tool_outputs": Runs(_SENT + "test_an_answer_with_the_results_of_tools_is_its_text"),
    "additional_params": Runs(_SENT + "test_additional_parameters_are_in_the_body_as_they_are"),
    "stop": Runs(_SENT + "test_an_answer_ends_before_a_stop_word"),
    "base_url": Runs(_SENT + "test_the_server_has_two_names"),
    "api_base": Runs(_SENT + "test_the_server_has_two_names"),
    "provider": Runs(_SENT + "test_the_provider_may_be_a_field"),
    "default_query": Runs(_SENT + "test_the_address_of_a_request_has_the_query"),
    "client_params": Runs(_SENT + "test_the_address_of_a_request_has_the_query"),
    "max_retries": Runs(_SENT + "test_a_model_says_how_often_a_request_is_sent_again"),
    "timeout": Runs("bridge/llms/test_retry.py::test_a_model_may_have_a_time_limit_of_its_own"),
    "interceptor": Refused(CODE),
    "n": parity("several answers"),
    "prefer_upload": Refused(PLATFORM, True, "llm.parameter.upload"),
}
"""Of crewAI's class for OpenAI's language, which the reference lists."""

PLANNING: dict[str, State] = {
    "reasoning_effort": parity("a goal that is reached early"),
    "observe_steps": parity("steps that are watched anyway"),
    "max_attempts": parity("a plan that is never ready"),
    "max_steps": parity("a plan in one's own words"),
    "max_replans": parity("no more plans"),
    "max_step_iterations": parity("a step of few rounds"),
    "step_timeout": Runs(_PLANNING + "test_a_step_that_takes_too_long_is_given_up"),
    "system_prompt": parity("a plan in one's own words"),
    "plan_prompt": parity("a plan in one's own words"),
    "refine_prompt": parity("a plan in one's own words"),
    "llm": Runs(_PLANNING + "test_a_planning_model_of_its_own_makes_the_plan"),
}

KNOWLEDGE: dict[str, State] = {
    "results_limit": Runs(_MEMORY + "test_knowledge_of_an_agent_is_its_own"),
    "score_threshold": Runs(_MEMORY + "test_what_is_found_has_to_be_close_enough"),
}

MEMORY: dict[str, State] = {
    "memory: true": Runs(_MEMORY + "test_execution_memory_is_forgotten_with_the_execution"),
    **dict.fromkeys(
        (
            "semantic_weight",
            "recency_weight",
            "importance_weight",
            "default_importance",
        ),
        Runs(_MEMORY + "test_a_memory_weighs_what_it_finds"),
    ),
    "recency_half_life_days": Runs("bridge/test_recollection_parity.py::test_scores_are_those_of_crewai"),
    "memory_kind": Runs(_MEMORY + "test_a_memory_may_be_a_part_of_another_one"),
    "read_only": Runs(_MEMORY + "test_a_memory_may_be_read_only"),
    "query_analysis_threshold": Runs(_MEMORY + "test_a_model_may_say_what_to_search_for"),
    **dict.fromkeys(
        ("exploration_budget", "confidence_threshold_low", "confidence_threshold_high"),
        Runs(_MEMORY + "test_a_model_may_say_what_is_missing"),
    ),
    "complex_query_threshold": Runs("bridge/recollection/test_deep_recall.py::test_a_complex_query_is_doubted_sooner"),
    "consolidation_threshold": Runs(_MEMORY + "test_a_model_may_consolidate_memories"),
    "consolidation_limit": Runs("bridge/recollection/test_keeping.py::test_a_model_is_told_of_the_nearest_only"),
    "root_scope": Runs(_MEMORY + "test_a_memory_may_be_kept_under_a_path"),
    **dict.fromkeys(
        ("llm", "embedder"),
        Runs(_MEMORY + "test_a_memory_may_have_a_model_and_an_embedder_of_its_own"),
    ),
    "storage": Runs(_MEMORY + "test_definitions_share_a_storage"),
}

MCP: dict[str, State] = {
    "command": Runs("bridge/tools/test_mcp_connection.py::test_a_program_says_what_it_offers"),
    "args": Runs("bridge/tools/test_mcp_connection.py::test_a_program_says_what_it_offers"),
    "env": Runs(
        "bridge/tools/test_mcp_connection.py::test_a_secret_reaches_the_program_and_nothing_else_of_this_process_does"
    ),
    "url": Runs("bridge/tools/test_mcp_connection.py::test_a_server_over_http_offers_and_does_the_same"),
    "headers": Runs("bridge/tools/test_mcp_connection.py::test_a_server_over_http_offers_and_does_the_same"),
    "streamable": Runs("bridge/tools/test_mcp_connection.py::test_a_server_over_http_offers_and_does_the_same"),
    "tool_filter": Refused("It names Python code; an agent names single tools as `server.tool`."),
    "cache_tools_list": Runs("acceptance/test_tools.py::test_an_agent_uses_a_configured_tool_and_a_tool_of_a_server"),
}
"""Of the servers that are records of the Library."""

_SAVED = "bridge/checkpoints/test_attempt.py::"
CHECKPOINT: dict[str, State] = {
    "location": Runs(_SAVED + "test_crewai_alone_goes_on_from_a_checkpoint"),
    "on_events": Runs(_SAVED + "test_one_is_written_at_each_event_that_is_named"),
    "on_events, within a task": Runs("acceptance/test_checkpoints.py::test_a_task_that_stopped_goes_on_where_it_was"),
    "provider": Runs(_SAVED + "test_a_database_keeps_the_latest_where_crewai_finds_them"),
    "max_checkpoints": Runs(_SAVED + "test_the_latest_are_kept"),
    "restore_from": parity("a file to begin with"),
}

SECURITY: dict[str, State] = {
    "fingerprint": Runs("executions/test_fingerprints.py::test_metadata_of_crew_agent_and_task_are_on_their_spans")
}
