-- What tasks asked of a person: one row per question, with what it takes to go on from the answer.

CREATE TABLE questions (
    question_id VARCHAR NOT NULL,
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    task_index INTEGER NOT NULL,
    task_name VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    prompt VARCHAR NOT NULL,
    output VARCHAR NOT NULL,
    output_json VARCHAR,
    conversation VARCHAR NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    timeout_seconds DOUBLE,
    deadline TIMESTAMPTZ,
    on_timeout VARCHAR NOT NULL,
    feedback VARCHAR NOT NULL,
    -- NULL while it is open.
    answered_at TIMESTAMPTZ,
    decision VARCHAR,
    answer VARCHAR,
    answered_by VARCHAR
);

CREATE VIEW v_questions AS
SELECT
    e.owner, q.question_id, q.execution_id, q.attempt, e.definition_name, e.batch_id, e.row_number, e.status,
    e.is_rehearsal, q.task_index, q.task_name, q.agent, q.prompt, q.output, q.output_json,
    q.asked_at, q.deadline, q.on_timeout, q.feedback, q.answered_at, q.decision, q.answer, q.answered_by,
    q.answered_at IS NULL AND e.status IN ('pending', 'preparing', 'running', 'waiting')
        AND q.attempt = max(q.attempt) OVER (PARTITION BY q.execution_id, q.task_index) AS is_open,
    epoch(coalesce(q.answered_at, now())) - epoch(q.asked_at) AS waited_seconds
FROM questions q
JOIN executions e ON e.execution_id = q.execution_id;

-- A parked task says `waiting` only where somebody still waits: not in an earlier attempt, nor after the end.
CREATE OR REPLACE VIEW v_tasks AS
SELECT
    e.owner, t.execution_id, t.attempt, t.task_index, t.task_name, t.agent,
    CASE WHEN t.status <> 'waiting' THEN t.status
         WHEN t.attempt < e.attempt THEN 'parked'
         WHEN e.status = 'interrupted' THEN 'interrupted'
         WHEN e.status IN ('cancelled', 'failed') THEN 'cancelled'
         ELSE 'waiting' END AS status,
    t.started_at, t.ended_at,
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

CREATE OR REPLACE VIEW v_batches AS
SELECT
    b.owner, b.batch_id, b.name, b.definition_id, b.definition_name, b.version_number, b.origin, b.created_at, b.size,
    (count(*) FILTER (WHERE e.status = 'pending'))::INTEGER AS pending,
    (count(*) FILTER (WHERE e.status IN ('preparing', 'running', 'cancelling')))::INTEGER AS running,
    (count(*) FILTER (WHERE e.status = 'waiting'))::INTEGER AS waiting,
    (count(*) FILTER (WHERE e.status = 'completed'))::INTEGER AS completed,
    (count(*) FILTER (WHERE e.status = 'failed'))::INTEGER AS failed,
    (count(*) FILTER (WHERE e.status = 'cancelled'))::INTEGER AS cancelled,
    (count(*) FILTER (WHERE e.status = 'interrupted'))::INTEGER AS interrupted,
    sum(e.cost_usd) AS cost_usd,
    sum(e.input_tokens)::BIGINT AS input_tokens,
    sum(e.output_tokens)::BIGINT AS output_tokens
FROM batches b
LEFT JOIN executions e ON e.batch_id = b.batch_id
GROUP BY ALL;
