"""Features of flows, by the field of crewAI's class, and those of the reference that are no field."""

from __future__ import annotations

from tests.features.states import CODE, DEPRECATED, PLATFORM, Refused, Runs, State

_WORK = "engine/flows/test_flow_work.py::"
_AGENT = "engine/flows/test_agent_steps.py::"
_EACH = "engine/flows/test_each_steps.py::"
_GRAPH = "engine/flows/test_graph.py::"
_PEOPLE = "engine/flows/test_people.py::"
_STATE = "definitions/flows/test_state.py::"
_KEPT = Runs(_WORK + "test_a_flow_that_was_interrupted_goes_on")
"""State and outputs are stored after each step, whatever the flow says of it."""

FLOW: dict[str, State] = {
    "schema_": Runs("definitions/flows/test_flow.py::test_the_wrong_shape_is_refused_with_its_place"),
    "name": Runs(_WORK + "test_values_go_from_step_to_step_and_into_the_state"),
    "description": Runs("definitions/flows/test_flow.py::test_a_flow_of_crewai_and_our_extensions_are_read"),
    "state": Runs(_STATE + "test_a_state_begins_with_defaults_and_what_is_given"),
    "config": Runs(_WORK + "test_a_loop_without_an_end_is_ended"),
    "persist": _KEPT,
    "conversational": Runs("conformance/test_conversations.py::test_a_conversation_is_crewais"),
    "methods": Runs(_WORK + "test_values_go_from_step_to_step_and_into_the_state"),
}

FLOW_CONFIG: dict[str, State] = {
    "max_method_calls": Runs(_WORK + "test_a_loop_without_an_end_is_ended"),
    "tracing": Refused(PLATFORM, True, "flow.config.idle"),
    "defer_trace_finalization": Refused(PLATFORM, True, "flow.config.idle"),
    "stream": Runs("test_lab_live.py::test_stream_gives_every_event_in_order"),
    "memory": Runs("acceptance/test_lessons_of_flows.py::test_a_flow_without_a_memory_learns_nothing"),
    "input_provider": Refused(CODE, "module:function", "flow.code.refused"),
    "suppress_flow_events": Runs(_WORK + "test_events_of_a_quiet_flow_are_details"),
    "checkpoint": Runs("acceptance/test_checkpoints.py::test_crewai_alone_goes_on_from_a_flow"),
}

FLOW_STEP: dict[str, State] = {
    "description": Runs("definitions/flows/test_flow.py::test_a_flow_of_crewai_and_our_extensions_are_read"),
    "do": Runs(_WORK + "test_values_go_from_step_to_step_and_into_the_state"),
    "start": Runs(_GRAPH + "test_a_flow_without_a_free_start_begins_with_the_conditional_ones"),
    "listen": Runs(_WORK + "test_branches_run_at_once_and_join_once"),
    "listen: and": Runs(_GRAPH + "test_an_and_waits_for_all_of_them_and_says_which"),
    "listen: or": Runs(_GRAPH + "test_an_or_of_several_fires_at_the_first_of_them"),
    "listen: nested": Runs(_GRAPH + "test_nested_conditions_are_met_as_a_whole"),
    "router": Runs(_WORK + "test_a_router_chooses"),
    "emit": Runs(_WORK + "test_an_outcome_that_is_not_declared_fails_the_step"),
    "loops": Runs(_WORK + "test_a_loop_goes_round_until_its_router_says_so"),
    "human_feedback": Runs(_PEOPLE + "test_a_person_chooses_the_outcome"),
    "persist": _KEPT,
    "state as a plain dict": Runs(_STATE + "test_a_plain_state_takes_anything"),
    "state as a JSON Schema": Runs(_STATE + "test_a_value_that_does_not_fit_is_refused_with_its_place"),
    "templates": Runs(
        "definitions/flows/test_templates.py::test_a_whole_expression_keeps_its_type_and_texts_are_filled_in"
    ),
}

FEEDBACK: dict[str, State] = {
    "message": Runs(_PEOPLE + "test_a_person_chooses_the_outcome"),
    "emit": Runs(_PEOPLE + "test_a_person_chooses_the_outcome"),
    "default_outcome": Runs(_PEOPLE + "test_saying_nothing_is_the_default_outcome"),
    "metadata": Runs(_PEOPLE + "test_a_flow_that_ends_with_feedback_gives_what_the_step_made"),
    "llm": Runs("acceptance/test_flows.py::test_a_model_reads_the_outcome_out_of_what_a_person_says"),
    "provider": Refused(CODE, "module:provider", "flow.code.refused"),
    "learn": Runs("acceptance/test_lessons_of_flows.py::test_what_a_person_says_improves_the_next_output"),
    "learn_source": Runs("acceptance/test_lessons_of_flows.py::test_lessons_belong_to_their_source"),
    "learn_strict": Runs("acceptance/test_lessons_of_flows.py::test_learning_fails_a_step_only_if_it_must"),
}

_TALK = "conformance/test_conversations.py::test_a_conversation_is_crewais"
_WORDS = "conformance/test_conversations.py::test_a_router_is_asked_in_the_words_of_the_flow"
_FALLBACK = "engine/flows/test_conversing.py::test_a_router_that_names_no_route_takes_the_fallback"
_MODELS = "definitions/flows/test_conversation.py::test_the_models_of_a_conversation_count_as_those_of_the_flow"
_ROUTES = "definitions/flows/test_conversation.py::test_routes_are_what_steps_listen_to_and_no_step_is_called"
_IDLE = "flow.conversational.idle"

CONVERSATION: dict[str, State] = {
    "enabled": Runs("definitions/flows/test_conversation.py::test_a_step_of_the_flow_takes_the_place_of_an_added_one"),
    "system_prompt": Runs(_TALK, "no prompt"),
    "llm": Runs(_TALK, "no routes"),
    "router": Runs(_TALK, "a router in words of the flow"),
    "default_intents": Runs(_TALK, "intents"),
    "intent_llm": Runs(_TALK, "intents"),
    "builtin_routes": Runs(_ROUTES),
    "internal_routes": Runs(_ROUTES),
    "answer_from_history_prompt": Refused(DEPRECATED, "x", "flow.conversational.outdated"),
    "answer_from_history_llm": Refused(DEPRECATED, "rehearsal/plain", "flow.conversational.outdated"),
    "visible_agent_outputs": Refused(CODE, "all", _IDLE),
    "defer_trace_finalization": Refused(PLATFORM, True, _IDLE),
    "trace_scope": Refused(PLATFORM, "turn", _IDLE),
}

ROUTER: dict[str, State] = {
    "prompt": Runs(_WORDS),
    "llm": Runs(_MODELS),
    "routes": Runs(_TALK, "a router in words of the flow"),
    "route_descriptions": Runs(_WORDS),
    "intent_field": Runs(_TALK, "a router in words of the flow"),
    "fallback_intent": Runs(_FALLBACK),
    "default_intent": Runs("engine/flows/test_conversing.py::test_without_a_model_the_router_takes_its_default"),
    "response_format": Refused(CODE, {"python": "a.B"}, "flow.code.refused"),
}

ACTIONS: dict[str, State] = {
    "crew, inline": Runs(_WORK + "test_a_crew_is_an_execution_of_its_own_and_its_tasks_have_names"),
    "crew, inputs": Runs(_WORK + "test_a_crew_is_an_execution_of_its_own_and_its_tasks_have_names"),
    "crew, from_declaration": Runs(
        "definitions/interchange/test_understanding.py::test_agents_are_looked_up_among_the_files_only"
    ),
    "agent, checkpoint within its work": Runs("acceptance/test_checkpoints.py::test_within_a_flow_too"),
    "agent": Runs("parity/test_agent_steps.py::test_requests_and_answer_are_those_of_a_kickoff"),
    "tool": Runs("bridge/steps/test_tool_step.py::test_a_tool_of_the_catalogue_is_called"),
    "expression": Runs("bridge/test_flow_contract.py::test_an_expression_gives_what_crewai_makes_of_it"),
    "each": Runs(_EACH + "test_each_gives_the_last_output_of_every_item"),
    "each, if": Runs(_EACH + "test_each_gives_the_last_output_of_every_item"),
    "code": Refused(CODE, {"call": "code", "ref": "module:function"}, "flow.code.refused"),
    "script": Refused(CODE, {"call": "script", "code": "1", "language": "python"}, "flow.code.refused"),
    "state as a Python class": Refused(CODE),
}

WAYS: dict[str, State] = {
    "kickoff": Runs("test_lab.py::test_run_waits_and_returns_the_execution"),
    "akickoff": Runs("test_lab_live.py::test_arun_leaves_the_loop_free"),
    "kickoff_for_each": Runs("test_lab.py::test_run_each_keeps_the_order_and_failures_among_the_results"),
    "train": Runs("acceptance/test_training.py::test_a_training_asks_once_per_output_and_ends_with_lessons"),
    "test": Runs("acceptance/test_scoring.py::test_every_task_of_every_run_is_scored_and_the_calls_are_told_apart"),
    "replay": Runs("acceptance/test_forks.py::test_fork_from_a_task_runs_it_and_its_readers"),
    "chat": Runs("acceptance/test_chat.py::test_what_is_missing_is_asked_for_and_then_the_crew_runs"),
    "fork of a flow": Runs("engine/flows/test_forking.py::test_a_fork_from_a_step_runs_it_and_its_readers"),
    "feedback after a restart": Runs("acceptance/test_people.py::test_a_restart_keeps_what_waits"),
    "crew.jsonc and agents": Runs(
        "definitions/interchange/test_understanding.py::test_a_folder_and_its_zip_are_the_same"
    ),
    "flow.yaml": Runs("definitions/interchange/test_flow_file.py::test_a_declared_crew_becomes_a_definition"),
    "agents.yaml and tasks.yaml": Runs(
        "definitions/interchange/test_classic.py::test_the_python_beside_the_yaml_is_read"
    ),
    "a project that runs with crewai alone": Runs(
        "acceptance/test_exported_projects.py::test_crews_and_flows_say_the_same_with_crewai_alone"
    ),
}
"""Of running and handing over, which are no fields."""
