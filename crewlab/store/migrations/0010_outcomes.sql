-- What steps of flows ask people: outcomes to choose from, and which one was chosen.

ALTER TABLE questions ADD COLUMN outcomes VARCHAR DEFAULT '[]';
ALTER TABLE questions ADD COLUMN outcome VARCHAR;

CREATE OR REPLACE VIEW v_questions AS
SELECT
    e.owner, q.question_id, q.execution_id, e.root_execution_id, q.attempt, e.definition_name, e.batch_id,
    e.row_number, e.status, e.is_rehearsal, q.task_index, q.task_name, q.agent, q.prompt, q.output, q.output_json,
    q.asked_at, q.deadline, q.on_timeout, q.feedback, q.outcomes, q.answered_at, q.decision, q.answer, q.answered_by,
    q.outcome,
    q.answered_at IS NULL AND e.status IN ('pending', 'preparing', 'running', 'waiting')
        AND q.attempt = max(q.attempt) OVER (PARTITION BY q.execution_id, q.task_index) AS is_open,
    epoch(coalesce(q.answered_at, now())) - epoch(q.asked_at) AS waited_seconds
FROM questions q
JOIN executions e ON e.execution_id = q.execution_id;
