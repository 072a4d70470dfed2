"""The fields that crewAI's own loader of projects takes; it refuses a project that says more. A test pins them."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


CREW = _names(
    """after_kickoff_callbacks agents before_kickoff_callbacks cache chat_llm checkpoint config embedder entity_type
    function_calling_llm inputs knowledge knowledge_sources manager_agent manager_llm max_rpm memory name
    output_log_file planning planning_llm process prompt_file security_config share_crew skills step_callback stream
    task_callback tasks tool_failure_policy tracing trained_agents_file verbose"""
)
AGENT = _names(
    """a2a agent_executor allow_code_execution allow_delegation apps backstory cache callbacks checkpoint
    code_execution_mode config date_format embedder entity_type executor_class from_repository function_calling_llm
    goal guardrail guardrail_max_retries i18n inject_date knowledge_config knowledge_sources llm max_execution_time
    max_iter max_reasoning_attempts max_retry_limit max_rpm max_tokens mcps memory multimodal planning planning_config
    prompt_template reasoning respect_context_window response_template role security_config settings skills
    step_callback system_template tool_failure_policy tools type use_better_compaction use_system_prompt
    verbose"""
)
TASK = _names(
    """agent allow_crewai_trigger_context async_execution callback config context converter_cls create_directory
    description expected_output guardrail guardrail_max_retries guardrails human_input input_files markdown max_retries
    name output_file output_json output_pydantic prompt_context response_model security_config tool_failure_policy
    tools type"""
)
MEMORY = _names(
    """complex_query_threshold confidence_threshold_high confidence_threshold_low consolidation_limit
    consolidation_threshold default_importance embedder exploration_budget importance_weight llm
    query_analysis_threshold read_only recency_half_life_days recency_weight root_scope semantic_weight storage"""
)
"""Of its memory, which is built as it is written."""
