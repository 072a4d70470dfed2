-- Answers that came from a cassette: each call says so; an execution says that it was launched as a replay.

ALTER TABLE model_calls ADD COLUMN is_replay BOOLEAN DEFAULT false;
ALTER TABLE tool_calls ADD COLUMN is_replay BOOLEAN DEFAULT false;

CREATE OR REPLACE VIEW v_executions AS
SELECT
    e.owner, e.execution_id, e.batch_id, b.name AS batch_name, e.row_number,
    e.definition_id, e.definition_name, e.version_number, e.content_hash,
    e.status, e.status_message, e.reason, e.attempt, e.origin, e.origin_execution_id, e.forked_from_task,
    e.is_rehearsal,
    coalesce(e.options ->> '$.cassette.mode' = 'replay', false) AS is_replay,
    e.models,
    e.created_at, e.started_at, e.ended_at,
    CASE WHEN e.in_flight_since IS NULL THEN e.duration_seconds
         ELSE coalesce(e.duration_seconds, 0) + greatest(0, epoch(now()) - epoch(e.in_flight_since)) END
        AS duration_seconds,
    e.tasks_done, e.tasks_total, e.current_task,
    e.model_calls, e.failed_calls, e.input_tokens, e.output_tokens, e.cached_tokens, e.reasoning_tokens,
    e.cost_usd, e.unpriced_calls, e.unknown_calls, e.tool_calls, e.retries, e.guardrail_retries,
    e.inputs, e.input_hash, e.output, e.output_json,
    e.error ->> '$.type' AS error_type,
    e.error ->> '$.title' AS error_title,
    e.error ->> '$.message' AS error_message,
    e.error ->> '$.hint' AS error_hint
FROM executions e
LEFT JOIN batches b ON b.batch_id = e.batch_id;

CREATE OR REPLACE VIEW v_tasks AS
SELECT
    e.owner, t.execution_id, t.attempt, t.task_index, t.task_name, t.agent, t.status, t.started_at, t.ended_at,
    CASE WHEN t.started_at IS NULL THEN NULL
         WHEN t.ended_at IS NOT NULL THEN epoch(t.ended_at) - epoch(t.started_at)
         WHEN t.status = 'running' THEN greatest(0, epoch(now()) - epoch(t.started_at)) END AS duration_seconds,
    t.output, t.output_json, t.description, t.context,
    t.model_calls, t.failed_calls, t.input_tokens, t.output_tokens, t.cached_tokens, t.reasoning_tokens,
    t.cost_usd, t.unpriced_calls, t.unknown_calls, t.tool_calls, t.retries, t.guardrail_retries,
    t.error ->> '$.type' AS error_type,
    t.error ->> '$.message' AS error_message,
    t.error ->> '$.hint' AS error_hint,
    t.reused_from_attempt, t.reused_from_execution_id, coalesce(t.is_edited, false) AS is_edited,
    e.definition_name, e.is_rehearsal,
    coalesce(e.options ->> '$.cassette.mode' = 'replay', false) AS is_replay
FROM tasks t
JOIN executions e ON e.execution_id = t.execution_id;

CREATE OR REPLACE VIEW v_model_calls AS
SELECT
    e.owner, c.execution_id, c.attempt, c.sequence, c.call_id, c.task_name, c.agent, c.purpose, c.model, c.status,
    c.started_at, c.ended_at, epoch(c.ended_at) - epoch(c.started_at) AS duration_seconds,
    c.input_tokens, c.output_tokens, c.cached_tokens, c.reasoning_tokens, c.cost_usd, c.price, c.retries,
    c.finish_reason, c.messages, c.tools, c.parameters, c.response,
    c.error ->> '$.type' AS error_type,
    c.error ->> '$.message' AS error_message,
    c.is_rehearsal, c.is_replay
FROM model_calls c
JOIN executions e ON e.execution_id = c.execution_id;

CREATE OR REPLACE VIEW v_tool_calls AS
SELECT
    e.owner, c.execution_id, c.attempt, c.sequence, c.call_id, c.task_name, c.agent, c.tool, c.status,
    c.started_at, c.ended_at, epoch(c.ended_at) - epoch(c.started_at) AS duration_seconds,
    c.arguments, c.result, c.from_cache,
    c.error ->> '$.type' AS error_type,
    c.error ->> '$.message' AS error_message,
    e.is_rehearsal, c.is_replay
FROM tool_calls c
JOIN executions e ON e.execution_id = c.execution_id;

CREATE OR REPLACE VIEW v_logs AS
SELECT
    e.owner, l.event_id, l.execution_id, l.attempt, l.sequence, l.occurred_at, l.level, l.kind, l.task_name, l.agent,
    l.message, l.payload::JSON::VARCHAR AS payload, e.is_rehearsal,
    coalesce(e.options ->> '$.cassette.mode' = 'replay', false) AS is_replay
FROM events l
JOIN executions e ON e.execution_id = l.execution_id;
