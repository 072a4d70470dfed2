-- What a flow runs has the row of its batch, too, among the scores.

CREATE OR REPLACE VIEW v_scores AS
SELECT
    e.owner, l.execution_id, l.attempt, l.sequence, l.task_name, l.agent,
    (l.payload::JSON ->> '$.task_index')::INTEGER AS task_index,
    (l.payload::JSON ->> '$.quality')::DOUBLE AS quality,
    l.payload::JSON ->> '$.model' AS model,
    l.occurred_at AS scored_at,
    l.payload::JSON ->> '$.error.message' AS error_message,
    coalesce(e.batch_id, r.batch_id) AS batch_id, coalesce(e.row_number, r.row_number) AS row_number,
    e.definition_name,
    e.is_rehearsal OR coalesce((l.payload::JSON ->> '$.is_rehearsal')::BOOLEAN, false) AS is_rehearsal
FROM events l
JOIN executions e ON e.execution_id = l.execution_id
LEFT JOIN executions r ON r.execution_id = e.root_execution_id
WHERE l.kind = 'task_scored';
