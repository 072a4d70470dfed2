"""What earlier attempts of a flow finished, so that the next one need not pay for it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from crewlab.definitions.flows.conversation import TOLD
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.steps import FinishedStep, FlowHistory, OpenChild, call_key
from crewlab.store.text import parse_json

_FINISHED = """
SELECT execution_id, step, call_number, attempt, from_execution_id, is_edited, output, outcome, error,
       child_execution_id, writes, is_begun
FROM (
    SELECT execution_id, step, call_number, attempt, NULL AS from_execution_id, false AS is_edited, output, outcome,
           error, child_execution_id, NULL AS writes, false AS is_begun, attempt AS round, end_sequence AS place
    FROM steps
    WHERE execution_id IN (SELECT unnest($ids))
      AND (status = 'completed' OR (status = 'failed' AND outcome IS NOT NULL))
    UNION ALL
    SELECT execution_id, step, call_number, from_attempt, from_execution_id, is_edited, output, outcome, error,
           child_execution_id, writes, is_begun, 0 AS round, position AS place
    FROM given_steps WHERE execution_id IN (SELECT unnest($ids))
)
ORDER BY execution_id, round, place
"""
_WRITES = """
SELECT execution_id, attempt, step, call_number, field, value_after FROM state_changes
WHERE execution_id IN (SELECT unnest($ids)) ORDER BY execution_id, attempt, sequence
"""
_LAST_WRITES = """
WITH wanted AS (  -- apart: values may be long, and are read only where they are wanted
    SELECT w.execution_id, w.attempt, w.sequence, w.field
    FROM state_changes w JOIN steps s USING (execution_id, attempt, step, call_number)
    WHERE w.execution_id IN (SELECT unnest($ids)) AND s.status = 'completed'
    QUALIFY w.field IN (SELECT unnest($told))
         OR row_number() OVER (PARTITION BY w.execution_id, w.field ORDER BY w.attempt DESC, w.sequence DESC) = 1
)
SELECT execution_id, attempt, step, call_number, field, value_after
FROM state_changes JOIN wanted USING (execution_id, attempt, sequence, field)
ORDER BY execution_id, attempt, sequence
"""
_CHILDREN = """
SELECT s.execution_id, s.step, s.call_number, s.child_execution_id, c.status
FROM steps s JOIN executions c ON c.execution_id = s.child_execution_id
WHERE s.execution_id IN (SELECT unnest($ids))
QUALIFY row_number() OVER (PARTITION BY s.execution_id, s.step, s.call_number ORDER BY s.attempt DESC) = 1
"""
_EACH = """
SELECT execution_id, step, call_number, inputs FROM steps
WHERE execution_id IN (SELECT unnest($ids)) AND kind = 'each'
ORDER BY attempt
"""

Cursor = duckdb.DuckDBPyConnection
Key = tuple[str, str, int]
"""An execution, a step, and which of its calls."""
Written = defaultdict[tuple[Any, ...], dict[str, Any]]
"""The fields that a call has written, by its execution, attempt, step and number."""


def histories(
    cursor: Cursor, execution_ids: Sequence[str], *, only_last_writes: bool = False
) -> dict[str, FlowHistory]:
    """What is known of each of these flows: calls in the order in which they ended, and the children of the others.

    With `only_last_writes` a value that was written over later is left out, unless a conversation goes by it. The
    state comes out the same; and a conversation does not read all that was ever said once for each of its turns.
    """
    if not execution_ids:
        return {}
    finished = _finished(cursor, execution_ids, _written(cursor, execution_ids, only_last_writes))
    known = {id_: FlowHistory.given(steps) for id_, steps in finished.items()}
    over = {(id_, step.step, step.call_number) for id_, history in known.items() for step in history.finished}
    children = _children(cursor, execution_ids, over)
    items = _items(cursor, execution_ids, over)
    return {
        id_: FlowHistory(
            finished=known[id_].finished if id_ in known else (),
            children={**_lent(id_, known, over), **children[id_]},
            items=items[id_],
        )
        for id_ in execution_ids
    }


def _lent(execution_id: str, known: Mapping[str, FlowHistory], over: set[Key]) -> dict[str, OpenChild]:
    """What the source of a fork had begun, unless the fork has finished it itself."""
    given = known[execution_id].children if execution_id in known else {}
    done = {call_key(step, number) for id_, step, number in over if id_ == execution_id}
    return {key: child for key, child in given.items() if key not in done}


def _written(cursor: Cursor, execution_ids: Sequence[str], only_last: bool) -> Written:
    """What calls have written into the state."""
    ids = {"ids": list(execution_ids)}
    rows = cursor.execute(_LAST_WRITES, {**ids, "told": list(TOLD)}) if only_last else cursor.execute(_WRITES, ids)
    written: Written = defaultdict(dict)
    for *call, field, after in rows.fetchall():
        written[tuple(call)][field] = parse_json(after)
    return written


def _finished(cursor: Cursor, execution_ids: Sequence[str], written: Written) -> defaultdict[str, list[FinishedStep]]:
    found: defaultdict[str, list[FinishedStep]] = defaultdict(list)
    for (
        execution_id,
        step,
        number,
        attempt,
        origin,
        is_edited,
        output,
        outcome,
        error,
        child,
        writes,
        is_begun,
    ) in cursor.execute(_FINISHED, {"ids": list(execution_ids)}).fetchall():
        given = None if writes is None else parse_json(writes)
        one = FinishedStep(
            step=step,
            call_number=number,
            attempt=attempt,
            execution_id=origin,
            is_edited=is_edited,
            output=parse_json(output),
            outcome=outcome,
            error=None if error is None else ErrorReport.model_validate_json(error),
            child_execution_id=child,
            writes=written[execution_id, attempt, step, number] if given is None else given,
            is_begun=is_begun,
        )
        found[execution_id].append(one)
    return found


def _children(cursor: Cursor, execution_ids: Sequence[str], over: set[Key]) -> defaultdict[str, dict[str, OpenChild]]:
    found: defaultdict[str, dict[str, OpenChild]] = defaultdict(dict)
    for execution_id, step, number, child_id, status in cursor.execute(
        _CHILDREN, {"ids": list(execution_ids)}
    ).fetchall():
        if (execution_id, step, number) not in over:
            child = OpenChild(execution_id=child_id, status=ExecutionStatus(status))
            found[execution_id][call_key(step, number)] = child
    return found


def _items(cursor: Cursor, execution_ids: Sequence[str], over: set[Key]) -> defaultdict[str, dict[str, Any]]:
    """What the calls that were not over go through: a list may be another one by now."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for execution_id, step, number, inputs in cursor.execute(_EACH, {"ids": list(execution_ids)}).fetchall():
        given = parse_json(inputs) or []
        if given and (execution_id, step, number) not in over:
            found[execution_id][call_key(step, number)] = given[0]["value"]
    return found
