"""The turns of a conversation about a crew."""

from __future__ import annotations

import pytest

from crewlab.definitions.chatting import chat_inputs, messages_of, understood
from tests.definitions.documents import crew

SAID = [{"role": "user", "content": "Tea\n{please}: user:"}, {"role": "assistant", "content": "Which?"}]


def test_a_turn_knows_what_was_said_before():
    """As it was said, whatever is in it."""
    assert messages_of(chat_inputs("brew", crew(), SAID)) == SAID


@pytest.mark.parametrize(
    "inputs", [{}, {"messages": "{oops"}, {"messages": "3"}, {"messages": '[1, {"role": "user"}]'}]
)
def test_an_execution_that_is_no_turn_says_nothing(inputs):
    """An address may name any."""
    assert messages_of(inputs) == []


@pytest.mark.parametrize(
    ("answer", "inputs"),
    [
        ({"ready": True, "inputs": {"topic": "tea"}}, {"topic": "tea"}),
        ({"ready": True, "inputs": {"topic": ""}}, None),
        ({"ready": True, "inputs": "tea"}, None),
        ({"ready": False, "inputs": {"topic": "tea"}}, None),
    ],
)
def test_a_crew_can_run_when_the_model_says_so_and_nothing_is_missing(answer, inputs):
    """A model may be wrong about it."""
    found = understood(crew(), {"reply": "Well?", **answer}, SAID)
    assert found.reply == "Well?"
    known = found.inputs and {name: value for name, value in found.inputs.items() if name != "crew_chat_messages"}
    assert known == inputs
