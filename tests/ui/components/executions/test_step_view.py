"""Which calls of steps are shown first."""

from __future__ import annotations

from crewlab.analysis import frames
from crewlab.executions.steps import StepRun
from crewlab.executions.usage import Usage
from crewlab.ui.components.executions.step_view import answered_once, by_attempt, in_order


def call(step: str, attempt: int, status: str = "completed") -> StepRun:
    return StepRun.model_validate(
        {"execution_id": "e", "step": step, "attempt": attempt, "call_number": 1, "step_index": 0, "kind": "agent",
         "status": status}
    )  # fmt: skip


def test_the_newest_attempt_comes_first():
    """What an answer of a person made the flow reuse is not told again for each attempt in between."""
    steps = [call("write", 1), call("review", 1, "parked"), call("write", 2, "reused"), call("review", 2)]
    newest, earlier = by_attempt(steps)
    assert [(one.step, one.status) for one in newest] == [("write", "reused"), ("review", "completed")]
    assert [(one.step, one.status) for one in earlier] == [("write", "completed"), ("review", "parked")]
    assert by_attempt(steps[:2]) == (steps[:2], [])


def test_a_turn_of_a_conversation_is_listed_once():
    """Waiting is shown while nobody has answered, and where it used something."""
    waited, said = call("user_turn", 1, "parked"), call("user_turn", 2)
    assert answered_once([waited]) == [waited]
    assert answered_once([waited, said]) == [said]
    paid = waited.model_copy(update={"usage": Usage(model_calls=1)})
    assert answered_once([paid, said]) == [paid, said]


def test_rows_are_those_of_the_steps_in_their_order():
    """A chosen row is the step of the same place, whatever else the frame holds."""
    frame = frames.empty("steps")
    rows = [{"step": "b", "attempt": 2}, {"step": "a", "attempt": 1}, {"step": "a", "attempt": 2}]
    frame = frame.reindex(range(3)).assign(
        step=[row["step"] for row in rows], attempt=[row["attempt"] for row in rows], call_number=1
    )
    assert in_order(frame, [call("a", 2), call("b", 2)])["step"].tolist() == ["a", "b"]
