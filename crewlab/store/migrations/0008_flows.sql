-- Flows: executions that run others as their steps, the steps, and what they wrote into the state.

ALTER TABLE executions ADD COLUMN kind VARCHAR DEFAULT 'crew';
ALTER TABLE executions ADD COLUMN parent_execution_id VARCHAR;
ALTER TABLE executions ADD COLUMN parent_step VARCHAR;
-- The flow that was launched, of which it is a part; NULL for that itself.
ALTER TABLE executions ADD COLUMN root_execution_id VARCHAR;

CREATE TABLE steps (
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    call_number INTEGER NOT NULL,
    step_index INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    trigger VARCHAR,
    inputs VARCHAR,
    output VARCHAR,
    outcome VARCHAR,
    child_execution_id VARCHAR,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    -- The sequence of the event that ended it: a resume replays calls in this order.
    end_sequence INTEGER,
    error VARCHAR,
    reused_from_attempt INTEGER,
    reused_from_execution_id VARCHAR,
    is_edited BOOLEAN,
    model_calls INTEGER NOT NULL,
    failed_calls INTEGER NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_tokens BIGINT,
    reasoning_tokens BIGINT,
    cost_usd DOUBLE,
    unpriced_calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    guardrail_retries INTEGER NOT NULL,
    PRIMARY KEY (execution_id, attempt, step, call_number)
);

-- Append-only, like events.
CREATE TABLE state_changes (
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    step VARCHAR NOT NULL,
    call_number INTEGER NOT NULL,
    field VARCHAR NOT NULL,
    value_before VARCHAR,
    value_after VARCHAR
);

-- Calls of steps that a fork was given instead of making them, in the order in which they are replayed.
CREATE TABLE given_steps (
    execution_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    call_number INTEGER NOT NULL,
    from_execution_id VARCHAR NOT NULL,
    from_attempt INTEGER NOT NULL,
    is_edited BOOLEAN NOT NULL,
    output VARCHAR,
    outcome VARCHAR,
    error VARCHAR,
    child_execution_id VARCHAR,
    writes VARCHAR NOT NULL
);

CREATE OR REPLACE VIEW v_executions AS
SELECT
    e.owner, e.execution_id, e.kind, e.parent_execution_id, e.parent_step, e.root_execution_id,
    e.batch_id, b.name AS batch_name, e.row_number,
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

CREATE VIEW v_steps AS
SELECT
    e.owner, s.execution_id, s.attempt, s.step_index, s.step, s.call_number, s.kind,
    -- A parked step says so only where somebody still waits: not after the end.
    CASE WHEN s.status <> 'parked' OR s.attempt < e.attempt THEN s.status
         WHEN e.status = 'interrupted' THEN 'interrupted'
         WHEN e.status IN ('cancelled', 'failed') THEN 'cancelled'
         ELSE 'parked' END AS status,
    s.trigger, s.inputs, s.output, s.outcome, s.child_execution_id, s.started_at, s.ended_at,
    CASE WHEN s.started_at IS NULL THEN NULL
         WHEN s.ended_at IS NOT NULL THEN epoch(s.ended_at) - epoch(s.started_at)
         WHEN s.status = 'running' THEN greatest(0, epoch(now()) - epoch(s.started_at)) END AS duration_seconds,
    s.model_calls, s.failed_calls, s.input_tokens, s.output_tokens, s.cached_tokens, s.reasoning_tokens,
    s.cost_usd, s.unpriced_calls, s.unknown_calls, s.tool_calls, s.retries, s.guardrail_retries,
    s.error ->> '$.type' AS error_type,
    s.error ->> '$.message' AS error_message,
    s.error ->> '$.hint' AS error_hint,
    s.reused_from_attempt, s.reused_from_execution_id, coalesce(s.is_edited, false) AS is_edited,
    e.definition_name, e.batch_id, e.row_number, e.is_rehearsal,
    coalesce(e.options ->> '$.cassette.mode' = 'replay', false) AS is_replay
FROM steps s
JOIN executions e ON e.execution_id = s.execution_id;

CREATE VIEW v_state_changes AS
SELECT
    e.owner, c.execution_id, c.attempt, c.sequence, c.occurred_at, c.step, c.call_number, c.field,
    c.value_before, c.value_after, e.definition_name, e.is_rehearsal
FROM state_changes c
JOIN executions e ON e.execution_id = c.execution_id;
